"""Acceptance (受理), and not accepting."""

from dataclasses import dataclass
from enum import StrEnum

from tongban.domain.events.event_type import BY_OFFICER, Act, EventType, Pen, StreamKind
from tongban.domain.events.values import Commitment, Document


class NonAcceptance(StrEnum):
    """The two kinds of not accepting (行政许可法 art. 32)."""

    NO_LICENCE_NEEDED = "no_licence_needed"
    NOT_COMPETENT = "not_competent"


@dataclass(frozen=True, slots=True)
class Accepted:
    """受理. `accepted_on`: days since 1970-01-01, the day on which the set of materials was complete."""

    accepted_on: int
    document: Document | None


@dataclass(frozen=True, slots=True)
class NotAccepted:
    """不受理／不予受理, with the competent body where there is one."""

    kind: NonAcceptance
    competent_body: str | None
    document: Document | None
    contents: tuple[Commitment, ...]


ACCEPTED = EventType("case.accepted", Accepted, StreamKind.CASE, Act.ACCEPT, BY_OFFICER, Pen.KEEPS)
NOT_ACCEPTED = EventType("case.not_accepted", NotAccepted, StreamKind.CASE, Act.NOT_ACCEPT, BY_OFFICER, Pen.KEEPS)

TYPES = (ACCEPTED, NOT_ACCEPTED)
