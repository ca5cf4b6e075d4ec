"""The state of a case: what `evolve` folds from its events, and what `decide` and the conditions read.

Phase, overlay and tracks stand apart (LIFECYCLE.md): `phase`; the open offer, in `pen`; and beside them materials,
requests, contributions, decision and delivery. Collections are tuples in the order of the fold, so that everything
derived from a state comes out the same in every city.

Not handled here: time limits and overdue acts (computed from these facts and a calendar), names and words for people.
"""

from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from tongban.domain.chain.pen import PenState
from tongban.domain.events.case import AnswerUnit, ClosureResult, ContributionKind, HelpKind, NonAcceptance
from tongban.domain.events.values import Handling
from tongban.domain.identifiers import CaseId, EventHash, RegionCode
from tongban.domain.law.doing import ActBody, Doing
from tongban.domain.law.table import Phase


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


class PastStatus(StrEnum):
    """What became of an act past the head of a takeover."""

    OPEN = "open"
    ADOPTED = "adopted"
    ANNULLED = "annulled"


class ContributionStatus(StrEnum):
    """What became of a contribution."""

    OPEN = "open"
    JOINED = "joined"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Finding:
    """An event in the chain that was not lawful: recorded, shown, scored, never a reason to fork (DESIGN.md, idea 4)."""

    event: EventHash
    code: str
    message_en: str
    message_zh: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class Party:
    """A region with a part in the case, and the event that gave it one: the cause its assistance stream rests on."""

    region: RegionCode
    named_by: EventHash


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
class PastAct:
    """An act that a takeover left behind; its new holder adopts or annuls it."""

    event: EventHash
    doing: Doing[ActBody]
    status: PastStatus = PastStatus.OPEN


@dataclass(frozen=True)
class CaseState:
    """A case after some of its events. Times are microseconds UTC, days count from 1970-01-01.

    Without slots, so that `changed` can copy all fields at once: a fold makes several states for each event.
    """

    case: CaseId | None = None
    matter: str | None = None
    matter_version: str | None = None
    handling: Handling | None = None
    phase: Phase = Phase.NONE

    receiving_region: RegionCode | None = None
    """At whose window or portal the case was opened."""
    deciding_region: RegionCode | None = None
    designated: RegionCode | None = None
    """Who decides once it takes over: set by a lawful offer while it is open."""
    pen: PenState | None = None
    declined_by: tuple[RegionCode, ...] = ()
    parties: tuple[Party, ...] = ()

    materials: tuple[str, ...] = ()
    """Codes of the materials at hand, without those that a notice found wanting."""
    noticed: tuple[str, ...] = ()
    """Every item that a correction notice ever named."""
    last_supplied: tuple[str, ...] = ()

    accepted_by: str | None = None
    accepted_in: RegionCode | None = None
    """With `accepted_by` the handler: officers' ids are unique within a region only."""
    accepted_on: int | None = None
    non_acceptance: NonAcceptance | None = None
    granted: bool | None = None
    closure: ClosureResult | None = None
    delivered: bool = False
    delivered_at: int | None = None
    """When the result reached the applicant, where that is known."""
    archived_from: Phase | None = None

    requests: tuple[HelpRequest, ...] = ()
    contributions: tuple[Contribution, ...] = ()

    epoch: int = 0
    """How often the federation took the case over."""
    past_head: tuple[PastAct, ...] = ()
    sequence: int = 0
    """Number of the last event of the epoch's stream; 0 before its first."""
    last: EventHash | None = None
    """Hash of that event; before an epoch's first, of the head that it goes on behind."""
    frozen_at: int | None = None
    """The least number of the case's stream at which an equivocation freezes it."""
    findings: tuple[Finding, ...] = ()
    opened_at: int | None = None
    updated_at: int | None = None

    def changed(self, **fields: Any) -> "CaseState":
        """This state with other values in some fields: `dataclasses.replace`, at a fifth of its cost."""
        if not fields.keys() <= _FIELDS:
            raise TypeError(f"no such field: {', '.join(sorted(fields.keys() - _FIELDS))}")
        state = object.__new__(CaseState)
        state.__dict__.update(self.__dict__)
        state.__dict__.update(fields)
        return state

    def request(self, event: EventHash) -> HelpRequest | None:
        """The request made by this event."""
        return next((each for each in self.requests if each.event == event), None)

    def contribution(self, event: EventHash) -> Contribution | None:
        """The contribution made by this event."""
        return next((each for each in self.contributions if each.event == event), None)

    def past_act(self, event: EventHash) -> PastAct | None:
        """The act past the head with this hash."""
        return next((each for each in self.past_head if each.event == event), None)

    def party(self, region: RegionCode) -> Party | None:
        """The part that a region has in the case."""
        return next((each for each in self.parties if each.region == region), None)


_FIELDS = frozenset(each.name for each in fields(CaseState))

INITIAL = CaseState()
"""A case of which nothing is known yet."""
