"""Intake (收件): how a case begins, at a window or through a channel. `contents` names personal values that travel sealed."""

from dataclasses import dataclass

from tongban.domain.events.event_type import BY_CHANNEL, BY_OFFICER, Act, EventType, Pen, StreamKind
from tongban.domain.events.values import Commitment, Document, Handling, SubmittedMaterial
from tongban.domain.identifiers import RegionCode


@dataclass(frozen=True, slots=True)
class TakenIn:
    """收件: an officer took the application in at a window. Not yet acceptance (受理)."""

    handling: Handling
    deciding_region: RegionCode
    materials: tuple[SubmittedMaterial, ...]
    receipt: Document | None
    contents: tuple[Commitment, ...]


@dataclass(frozen=True, slots=True)
class Applied:
    """网上申请: the applicant applied through a channel."""

    handling: Handling
    deciding_region: RegionCode
    materials: tuple[SubmittedMaterial, ...]
    receipt: Document | None
    contents: tuple[Commitment, ...]


def _decides(body: TakenIn | Applied) -> frozenset[RegionCode]:
    """The region that decides; the one that opens has a part in any case."""
    return frozenset({body.deciding_region})


TAKEN_IN = EventType("case.taken_in", TakenIn, StreamKind.CASE, Act.TAKE_IN, BY_OFFICER, Pen.TAKES, names=_decides)
APPLIED = EventType("case.applied", Applied, StreamKind.CASE, Act.APPLY, BY_CHANNEL, Pen.TAKES, names=_decides)

TYPES = (TAKEN_IN, APPLIED)
