"""The state of a case: what `evolve` folds from its events, and what `decide` and the conditions read.

Phase, overlays and tracks are apart (LIFECYCLE.md): `phase`; the open offer, in `pen`; and a track for each chapter that
keeps something (`tongban.domain.law.tracks`).

Not handled here: time limits and overdue acts (computed from these facts and a calendar), names and words for people.
"""

from dataclasses import dataclass, fields
from typing import Any

from tongban.domain.chain.link import regions_named
from tongban.domain.chain.pen import PenState
from tongban.domain.event import Event
from tongban.domain.events.values import Handling
from tongban.domain.identifiers import CaseId, EventHash, RegionCode
from tongban.domain.law.phase import Phase
from tongban.domain.law.tracks import (
    Acceptance,
    Decision,
    Delivery,
    Form,
    Handover,
    Help,
    Materials,
    PastHead,
)
from tongban.domain.requirement import Breach


@dataclass(frozen=True, slots=True)
class Finding:
    """An event in the chain that was not lawful: recorded, shown, scored, never a reason to fork (DESIGN.md, idea 4)."""

    event: EventHash
    breach: Breach

    @property
    def code(self) -> str:
        """The stable code of what was breached."""
        return self.breach.requirement.code


@dataclass(frozen=True, slots=True)
class Party:
    """A region with a part in the case, and the event that gave it one: the cause its assistance stream rests on."""

    region: RegionCode
    named_by: EventHash


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
    pen: PenState | None = None
    parties: tuple[Party, ...] = ()

    materials: Materials = Materials()
    form: Form = Form()
    handover: Handover = Handover()
    past_head: PastHead = PastHead()
    acceptance: Acceptance = Acceptance()
    help: Help = Help()
    decision: Decision = Decision()
    delivery: Delivery = Delivery()
    archived_from: Phase | None = None

    epoch: int = 0
    """How often the federation took the case over."""
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

    def party(self, region: RegionCode) -> Party | None:
        """The part that a region has in the case."""
        return next((each for each in self.parties if each.region == region), None)


_FIELDS = frozenset(each.name for each in fields(CaseState))

INITIAL = CaseState()
"""A case of which nothing is known yet."""


def parties_after(state: CaseState, event: Event) -> tuple[Party, ...]:
    """The parties with those that an event of the case gives a part in it."""
    newly = sorted(region for region in regions_named(event) if state.party(region) is None)
    return (*state.parties, *(Party(region, event.hash) for region in newly)) if newly else state.parties
