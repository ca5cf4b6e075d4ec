"""What runs beside the phase of a case: a small frozen value for each chapter that keeps something.

A track changes as one field of `CaseState`, so that an act copies its own chapter and not the whole case. Collections are
tuples in the order of the fold, so that everything derived from them comes out the same in every city.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from tongban.domain.events.acceptance import NonAcceptance
from tongban.domain.events.assistance import AnswerUnit, ContributionKind, HelpKind
from tongban.domain.events.catalogue import ActBody
from tongban.domain.events.decision import ClosureResult
from tongban.domain.identifiers import EventHash, RegionCode
from tongban.domain.law.doing import Doing

T = TypeVar("T")


def joined(held: tuple[T, ...], more: Iterable[T]) -> tuple[T, ...]:
    """The values of both, each once, in the order in which they first came."""
    return tuple(dict.fromkeys((*held, *more)))


# Intake and correction -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Materials:
    """Materials by their codes. `at_hand`: without those that a notice found wanting; `noticed`: ever named by one."""

    at_hand: tuple[str, ...] = ()
    noticed: tuple[str, ...] = ()
    last_supplied: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """The applicant's form, by its commitments. `digest`: that of the form that is valid now, the newest one that came in.

    `contributed`: those of materials that another region took in, by the contribution's event; valid once it is joined.
    """

    digest: bytes | None = None
    contributed: tuple[tuple[EventHash, bytes], ...] = ()

    def of_contribution(self, event: EventHash) -> bytes | None:
        """The form that came with a contribution."""
        return next((digest for each, digest in self.contributed if each == event), None)


# Handing over ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Handover:
    """`designated`: who decides once it takes over, set by a lawful offer while it is open. `declined_by`: who never will."""

    designated: RegionCode | None = None
    declined_by: tuple[RegionCode, ...] = ()


# Takeover --------------------------------------------------------------------------------------------------------------


class PastStatus(StrEnum):
    """What became of an act past the head of a takeover."""

    OPEN = "open"
    ADOPTED = "adopted"
    ANNULLED = "annulled"


@dataclass(frozen=True, slots=True)
class PastAct:
    """An act that a takeover left behind; its new holder adopts or annuls it."""

    event: EventHash
    doing: Doing[ActBody]
    status: PastStatus = PastStatus.OPEN


@dataclass(frozen=True, slots=True)
class PastHead:
    """The acts past the heads of all takeovers so far."""

    acts: tuple[PastAct, ...] = ()

    def act(self, event: EventHash) -> PastAct | None:
        """The act with this hash."""
        return next((each for each in self.acts if each.event == event), None)

    def settled(self, event: EventHash, status: PastStatus) -> "PastHead":
        """With one act adopted or annulled."""
        return PastHead(tuple(replace(each, status=status) if each.event == event else each for each in self.acts))


# Acceptance, decision, delivery ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Who accepted, on which day (days since 1970-01-01): officers' ids are unique within a region only.

    `refusal`: in which of the two ways the case was not accepted.
    """

    officer: str | None = None
    region: RegionCode | None = None
    day: int | None = None
    refusal: NonAcceptance | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided, and with which result the case was closed."""

    granted: bool | None = None
    closure: ClosureResult | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """Whether the result reached the applicant. `at`: when, microseconds UTC, where that is known."""

    done: bool = False
    at: int | None = None


# Assistance ------------------------------------------------------------------------------------------------------------


class RequestStatus(StrEnum):
    """What became of a request for help."""

    OPEN = "open"
    ANSWERED = "answered"
    DECLINED = "declined"
    """The region asked said that it will not help; the case still joins or refuses that answer."""
    JOINED = "joined"
    REFUSED = "refused"
    ANNULLED = "annulled"
    """Made past the head of a takeover, and not adopted."""


class ContributionStatus(StrEnum):
    """What became of a contribution."""

    OPEN = "open"
    JOINED = "joined"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class HelpRequest:
    """What another organization was asked; its id is the hash of the `asked` event."""

    event: EventHash
    region: RegionCode
    organization: str | None
    kind: HelpKind
    status: RequestStatus = RequestStatus.OPEN
    answer_within: int | None = None
    answer_unit: AnswerUnit = AnswerUnit.WORKDAYS


@dataclass(frozen=True, slots=True)
class Contribution:
    """What a region contributed without the pen. `request`: the request that it answers, for answers."""

    event: EventHash
    kind: ContributionKind
    region: RegionCode
    materials: tuple[str, ...] = ()
    request: EventHash | None = None
    status: ContributionStatus = ContributionStatus.OPEN
    received_at: int | None = None


@dataclass(frozen=True, slots=True)
class Help:
    """What was asked of others, and what others contributed."""

    requests: tuple[HelpRequest, ...] = ()
    contributions: tuple[Contribution, ...] = ()

    def request(self, event: EventHash) -> HelpRequest | None:
        """The request made by this event."""
        return next((each for each in self.requests if each.event == event), None)

    def contribution(self, event: EventHash) -> Contribution | None:
        """The contribution made by this event."""
        return next((each for each in self.contributions if each.event == event), None)

    def with_request(self, event: EventHash, status: RequestStatus) -> "Help":
        """With another status of one request."""
        changed = tuple(replace(each, status=status) if each.event == event else each for each in self.requests)
        return replace(self, requests=changed)

    def with_contribution(self, event: EventHash, status: ContributionStatus) -> "Help":
        """With another status of one contribution."""
        changed = tuple(replace(each, status=status) if each.event == event else each for each in self.contributions)
        return replace(self, contributions=changed)
