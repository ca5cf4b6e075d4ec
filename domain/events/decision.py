"""Decision (决定) and closing (办结)."""

from dataclasses import dataclass
from enum import StrEnum

from tongban.domain.events.event_type import BY_OFFICER, Act, EventType, Pen, StreamKind
from tongban.domain.events.values import Commitment, Document


class ClosureResult(StrEnum):
    """How a case was closed (办结结果)."""

    GRANTED = "granted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Decided:
    """决定: granted (准予) or refused (不予); reasons and outcome are contents."""

    granted: bool
    document: Document | None
    contents: tuple[Commitment, ...]


@dataclass(frozen=True, slots=True)
class Closed:
    """办结."""

    result: ClosureResult


DECIDED = EventType("case.decided", Decided, StreamKind.CASE, Act.DECIDE, BY_OFFICER, Pen.KEEPS)
CLOSED = EventType("case.closed", Closed, StreamKind.CASE, Act.CLOSE, BY_OFFICER, Pen.KEEPS)

TYPES = (DECIDED, CLOSED)
