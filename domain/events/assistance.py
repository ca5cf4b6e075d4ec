"""Events in an assistance stream (协办): what one region contributes to a case without holding the pen."""

from dataclasses import dataclass
from enum import StrEnum

from tongban.domain.events.case import ContributionKind, DeliveryMethod
from tongban.domain.events.values import Commitment, Document, SubmittedMaterial
from tongban.domain.identifiers import EventHash


class AnswerKind(StrEnum):
    """What was done with a request."""

    ANSWERED = "answered"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Answered:
    """协办答复 to the request whose `asked` event has this hash."""

    request: EventHash
    answer: AnswerKind
    contents: tuple[Commitment, ...]


@dataclass(frozen=True, slots=True)
class Contributed:
    """What an applicant brought to, or received at, this region's window. `received_at`: microseconds UTC."""

    kind: ContributionKind
    materials: tuple[SubmittedMaterial, ...]
    received_at: int
    method: DeliveryMethod | None
    receipt: Document | None
    contents: tuple[Commitment, ...]
