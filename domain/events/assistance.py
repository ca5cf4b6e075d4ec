"""Assistance (协办): what the holder asks of others, what these contribute without the pen, and what becomes of that."""

from dataclasses import dataclass
from enum import StrEnum

from tongban.domain.events.delivery import DeliveryMethod
from tongban.domain.events.event_type import BY_EITHER, BY_OFFICER, Act, EventType, Pen, StreamKind
from tongban.domain.events.values import Commitment, Document, SubmittedMaterial
from tongban.domain.identifiers import EventHash, RegionCode


class HelpKind(StrEnum):
    """What another organization is asked for."""

    OPINION = "opinion"
    VERIFICATION = "verification"
    RECORDS = "records"


class AnswerUnit(StrEnum):
    """What an answer's limit counts. Not the contracts' own unit: what was signed never changes with their format."""

    WORKDAYS = "workdays"
    MINUTES = "minutes"
    """Minutes of the published opening hours of the region asked."""


class AnswerKind(StrEnum):
    """What was done with a request."""

    ANSWERED = "answered"
    DECLINED = "declined"


class ContributionKind(StrEnum):
    """What a region contributes without the pen."""

    ANSWER = "answer"
    MATERIALS = "materials"
    WITHDRAWAL = "withdrawal"
    DELIVERY = "delivery"


class RefusalReason(StrEnum):
    """Why a contribution is not joined."""

    LATE = "late"
    UNUSABLE = "unusable"
    NOT_ASKED_FOR = "not_asked_for"


@dataclass(frozen=True, slots=True)
class Asked:
    """协查: an organization is asked; `shares` names the values that it is given. The event's hash is the request's id.

    `answer_within`: how many of `answer_unit` it has for its answer; null where the contract's limit holds.
    """

    region: RegionCode
    organization: str | None
    kind: HelpKind
    answer_within: int | None
    shares: tuple[str, ...]
    contents: tuple[Commitment, ...]
    answer_unit: AnswerUnit = AnswerUnit.WORKDAYS


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


@dataclass(frozen=True, slots=True)
class ContributionJoined:
    """并入: what a region contributed in its assistance stream is now part of the case."""

    contribution: EventHash
    kind: ContributionKind


@dataclass(frozen=True, slots=True)
class ContributionRefused:
    """不予并入: a contribution was looked at and left out."""

    contribution: EventHash
    kind: ContributionKind
    reason: RefusalReason


def _contribution(body: ContributionJoined | ContributionRefused) -> tuple[EventHash, ...]:
    return (body.contribution,)


ASKED = EventType(
    "case.asked",
    Asked,
    StreamKind.CASE,
    Act.ASK,
    BY_OFFICER,
    Pen.KEEPS,
    version=2,
    names=lambda body: frozenset({body.region}),
)
CONTRIBUTION_JOINED = EventType(
    "case.contribution_joined",
    ContributionJoined,
    StreamKind.CASE,
    Act.JOIN,
    BY_OFFICER,
    Pen.KEEPS,
    causes=_contribution,
)
CONTRIBUTION_REFUSED = EventType(
    "case.contribution_refused",
    ContributionRefused,
    StreamKind.CASE,
    Act.REFUSE,
    BY_OFFICER,
    Pen.KEEPS,
    causes=_contribution,
)
ANSWERED = EventType(
    "assistance.answered",
    Answered,
    StreamKind.ASSISTANCE,
    Act.ANSWER,
    BY_OFFICER,
    causes=lambda body: (body.request,),
)
CONTRIBUTED = EventType("assistance.contributed", Contributed, StreamKind.ASSISTANCE, Act.CONTRIBUTE, BY_EITHER)

TYPES = (ASKED, CONTRIBUTION_JOINED, CONTRIBUTION_REFUSED, ANSWERED, CONTRIBUTED)
