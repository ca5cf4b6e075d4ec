"""given / when / then for cases.

    given(taken_in(), offered()).when(TakeOver(), by=HANDLER).then(TakenOver())

`given` takes acts as they happened and checks nothing; `when` takes a command, or an act that another city did. `then`
says what becomes of it; every `then…` looks at both sides: what `decide` accepts leaves no finding in `evolve`, and what it
refuses becomes one.
"""

from dataclasses import dataclass, replace
from hashlib import sha256
from operator import attrgetter
from typing import Any, Self
from uuid import UUID

import pytest

from tests.domain.case_files import RULES, Happening, Person, Step, Wanted
from tongban.domain import identifiers as ids
from tongban.domain.errors import ActRefusedError
from tongban.domain.event import Event
from tongban.domain.events.catalogue import BY_BODY, ActBody
from tongban.domain.events.event_type import StreamKind
from tongban.domain.events.takeover import CaseTakenOver
from tongban.domain.header import Head, Header, Under
from tongban.domain.identifiers import CommandId, EventHash, GenesisHash, KeyId
from tongban.domain.law.decide import causes, decide, proposed
from tongban.domain.law.doing import Acting
from tongban.domain.law.evolve import evolve, fold
from tongban.domain.law.rules import MatterRules
from tongban.domain.law.state import INITIAL, CaseState
from tongban.domain.law.table import BY_CODE

GENESIS = GenesisHash(bytes(ids.HASH_BYTES))
OPENED_BY = CommandId(UUID(int=1))
HOUR = 3600 * 1_000_000
MORNING = 1_789_952_400_000_000
"""2026-09-21, nine o'clock in China."""

KEPT_IN_BREACH = (
    "case", "matter", "matter_version", "pen", "parties", "epoch", "deciding_region", "sequence", "last", "findings",
    "updated_at",
)  # fmt: skip
"""What the chain alone moves, lawful act or not."""


@dataclass(frozen=True)
class History:
    """A case so far: its events as they happened, and the state that they fold to."""

    rules: MatterRules = RULES
    events: tuple[Event, ...] = ()
    state: CaseState = INITIAL

    def and_then(self, body: ActBody, by: Person) -> "History":
        """One more act, with a header as the chain wants it."""
        if isinstance(body, CaseTakenOver):
            events = (*self.events, takeover_after(self.events, body, by))
            return replace(self, events=events, state=fold(events, self.rules))
        event = event_after(self.events, self.state, body, by)
        return replace(self, events=(*self.events, event), state=evolve(self.state, event, self.rules))

    def told(self, what: Happening) -> ActBody:
        return what(self.state) if callable(what) else what


def event_after(events: tuple[Event, ...], state: CaseState, body: ActBody, by: Person) -> Event:
    opener = events[0].header.region if events else by.region
    case = ids.case_id(opener, OPENED_BY)
    helped = [each for each in events if each.header.stream == ids.assistance_stream(case, by.region)]
    if BY_BODY[type(body)].stream is StreamKind.CASE:
        epoch, sequence, previous = state.epoch, state.sequence + 1, state.last
        stream = ids.case_stream(case, epoch)
    else:
        epoch, sequence, previous = 0, len(helped) + 1, helped[-1].hash if helped else None
        stream = ids.assistance_stream(case, by.region)
    header = Header(
        case=case,
        stream=stream,
        epoch=epoch,
        sequence=sequence,
        previous=previous or EventHash(GENESIS),
        command=CommandId(UUID(int=len(events) + 1)),
        region=by.region,
        actor=by.actor,
        key=KeyId(bytes(ids.HASH_BYTES)),
        under=Under(Head(0, GENESIS), Head(0, GENESIS)),
        occurred_at=MORNING + len(events) * HOUR,
        recorded_at=MORNING + len(events) * HOUR,
        matter=RULES.catalog_code,
        matter_version=RULES.version,
        causes=causes(state, body, by.region),
    )
    return Event(hash_of(header, body), header, body)


def takeover_after(events: tuple[Event, ...], body: CaseTakenOver, by: Person) -> Event:
    """The federation's act in its registry, of which nothing but this is told here."""
    number = sum(isinstance(each.body, CaseTakenOver) for each in events)
    header = replace(
        events[-1].header,
        case=None,
        stream=ids.federation_registry(GENESIS),
        epoch=0,
        sequence=number + 1,
        previous=EventHash(GENESIS),
        command=CommandId(UUID(int=len(events) + 1)),
        region=by.region,
        actor=by.actor,
        occurred_at=MORNING + len(events) * HOUR,
        recorded_at=MORNING + len(events) * HOUR,
        matter=None,
        matter_version=None,
        causes=(),
    )
    return Event(hash_of(header, body), header, body)


def hash_of(header: Header, body: ActBody) -> EventHash:
    """A stand-in for the hash of the signed form: as random, and as bound to what is said."""
    return EventHash(sha256(repr((header, body)).encode()).digest())


WHERE = {
    "materials": "materials.at_hand",
    "noticed": "materials.noticed",
    "last_supplied": "materials.last_supplied",
    "designated": "handover.designated",
    "declined_by": "handover.declined_by",
    "accepted_by": "acceptance.officer",
    "accepted_in": "acceptance.region",
    "accepted_on": "acceptance.day",
    "non_acceptance": "acceptance.refusal",
    "granted": "decision.granted",
    "closure": "decision.closure",
    "delivered": "delivery.done",
    "delivered_at": "delivery.at",
}
"""What a story says of a case, and where the state holds it if not under that name."""


class Given:
    def __init__(self, history: History) -> None:
        self.history = history

    def when(self, what: Wanted | Step, by: Person | None = None) -> "When":
        """A command of somebody; or a `Step`, an act as another city's software let it happen."""
        if isinstance(what, Step):
            return When(self.history, what.by, bodies=(self.history.told(what.what),))
        assert by is not None, "somebody carries a command out"
        command = what(self.history.state) if callable(what) else what
        return When(self.history, by, command=command)


class When:
    def __init__(self, history: History, by: Person, command: Any = None, bodies: tuple[ActBody, ...] = ()) -> None:
        self.history, self.by, self.command = history, by, command
        self.acting = Acting(by.region, by.actor, MORNING + len(history.events) * HOUR)
        self.bodies = bodies or proposed(history.state, command, self.acting, history.rules)

    def then(self, *bodies: ActBody) -> Self:
        """`decide` makes these events, and `evolve` finds nothing wrong with them."""
        assert decide(self.history.state, self.command, self.acting, self.history.rules) == bodies
        assert self._new_findings() == []
        return self

    def then_lawful(self) -> Self:
        """The act leaves no finding; asked for as a command, it is not refused."""
        return self.then(*self.bodies) if self.command is not None else self._without_findings()

    def then_state(self, **expected: Any) -> Self:
        """After the act, the case has these values."""
        after = self._after().state
        assert {name: attrgetter(WHERE.get(name, name))(after) for name in expected} == expected
        return self

    def then_refused(self, code: str) -> Self:
        """`decide` refuses the command for this first, and `evolve` would find the same."""
        self.then_only_refused(code)
        return self.then_finding(code)

    def then_only_refused(self, code: str) -> Self:
        """`decide` refuses the command for this; what `evolve` would do is another story."""
        with pytest.raises(ActRefusedError) as refusal:
            decide(self.history.state, self.command, self.acting, self.history.rules)
        assert refusal.value.breach.code == code
        assert refusal.value.expected
        assert refusal.value.found
        assert refusal.value.advice
        return self

    def then_finding(self, code: str) -> Self:
        """`evolve` keeps the act with this finding; it changes the case only if acts with this breach stand."""
        assert code in self._new_findings()
        if not BY_CODE[code].stands:
            before, after = self.history.state, self._after().state
            kept = {name: getattr(after, name) for name in KEPT_IN_BREACH}
            assert after == replace(before, **kept)
        return self

    def _without_findings(self) -> Self:
        assert self._new_findings() == []
        return self

    def _after(self) -> History:
        history = self.history
        for body in self.bodies:
            history = history.and_then(body, self.by)
        assert fold(reversed(history.events), history.rules) == history.state
        return history

    def _new_findings(self) -> list[str]:
        return [each.code for each in self._after().state.findings[len(self.history.state.findings) :]]


def history(*steps: Step, rules: MatterRules = RULES) -> History:
    told = History(rules)
    for step in steps:
        told = told.and_then(told.told(step.what), step.by)
    return told


def given(*steps: Step, rules: MatterRules = RULES) -> Given:
    """A case in which this happened."""
    return Given(history(*steps, rules=rules))
