"""Handing over (移交): the pen is offered, and taken over or handed back."""

from dataclasses import dataclass
from enum import StrEnum

from tongban.domain.events.event_type import BY_EITHER, BY_OFFICER, Act, EventType, Pen, StreamKind
from tongban.domain.events.values import Commitment, Document
from tongban.domain.identifiers import RegionCode


class DeclineReason(StrEnum):
    """Why an offer is handed back; never that something is incomplete (that is a correction notice)."""

    NOT_COMPETENT = "not_competent"
    WRONG_MATTER = "wrong_matter"
    DUPLICATE = "duplicate"


class OfferGround(StrEnum):
    """On what ground the pen passes after acceptance."""

    DESIGNATED_JURISDICTION = "designated_jurisdiction"
    TRANSFER_OF_FUNCTION = "transfer_of_function"
    BOUNDARY_CHANGE = "boundary_change"


@dataclass(frozen=True, slots=True)
class Offered:
    """移交: the pen is the target's from here on, to take over or to decline."""

    target: RegionCode
    ground: OfferGround | None
    document: Document | None


@dataclass(frozen=True, slots=True)
class TakenOver:
    """接收: the offered region took the case over."""


@dataclass(frozen=True, slots=True)
class Declined:
    """退回移交: the offered region handed the pen back."""

    reason: DeclineReason
    contents: tuple[Commitment, ...]


OFFERED = EventType(
    "case.offered",
    Offered,
    StreamKind.CASE,
    Act.OFFER,
    BY_EITHER,
    Pen.OFFERS,
    passes_to=lambda body: body.target,
    names=lambda body: frozenset({body.target}),
)
TAKEN_OVER = EventType("case.taken_over", TakenOver, StreamKind.CASE, Act.TAKE_OVER, BY_OFFICER, Pen.ACCEPTS)
DECLINED = EventType("case.declined", Declined, StreamKind.CASE, Act.DECLINE, BY_OFFICER, Pen.RETURNS)

TYPES = (OFFERED, TAKEN_OVER, DECLINED)
