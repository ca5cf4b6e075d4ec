"""One case as views read it: all its valid events in their canonical order, folded once, with the state around each.

A history is a function of the set of events: their order of arrival, and which city looks, change nothing. Every view is a
pure function from a history to rows, so live projection and rebuild cannot come apart.

The fold is that of `tongban.domain.law.evolve`; here it keeps every state on the way. Events set aside (rivals and what was
built on them, acts past the head of a takeover) stand among the others at their place in the order and change no state.
"""

from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass, replace

from tongban.domain.chain.history import Standing, causal_order, streams
from tongban.domain.event import Event
from tongban.domain.header import Header
from tongban.domain.identifiers import CaseId, EventHash
from tongban.domain.law.evolve import folded
from tongban.domain.law.rules import MatterRules
from tongban.domain.law.state import INITIAL, CaseState, Finding
from tongban.projections.names import Names

RulesOf = Callable[[Header], MatterRules]
"""The rules of a case from the header of the event that opened it: matter, version, and the federation's head then."""


@dataclass(frozen=True, slots=True)
class Step:
    """One event and the states around it. `stands`: it is folded; otherwise `after` is `before`.

    `past_head`: it does not stand because a takeover by the federation goes on behind an earlier event.
    """

    event: Event
    before: CaseState
    after: CaseState
    stands: bool
    findings: tuple[Finding, ...]
    past_head: bool = False


@dataclass(frozen=True, slots=True)
class CaseHistory:
    """A case from all its valid events. `opening` is its event 1; where rivals froze it there, the least by hash."""

    case: CaseId
    opening: Event
    rules: MatterRules
    names: Names
    steps: tuple[Step, ...]
    state: CaseState

    @property
    def events(self) -> tuple[Event, ...]:
        """All events in canonical order."""
        return tuple(step.event for step in self.steps)


def case_history(case: CaseId, events: Iterable[Event], rules_of: RulesOf, names: Names) -> CaseHistory | None:
    """The history of a case; None if there is no event that opens it."""
    sorted_out = streams(events)
    own_streams = [each for each in sorted_out if each.is_case]
    opening = _opening(own_streams)
    if opening is None:
        return None
    rules = rules_of(opening.header)
    steps, state = _steps(sorted_out, rules)
    frozen_at = min((each.frozen_at for each in own_streams if each.frozen_at is not None), default=None)
    if frozen_at is not None:
        state = replace(state, frozen_at=frozen_at)
    return CaseHistory(case, opening, rules, names, steps, state)


def _opening(own_streams: Iterable[Standing]) -> Event | None:
    events = [event for each in own_streams for event in (*each.chain[:1], *each.aside) if event.type.opens]
    standing_first = {each.chain[0].hash for each in own_streams if each.chain}
    return min(events, key=lambda event: (event.hash not in standing_first, event.hash), default=None)


def _steps(sorted_out: Sequence[Standing], rules: MatterRules) -> tuple[tuple[Step, ...], CaseState]:
    counted: dict[EventHash, Step] = {}
    state = INITIAL
    for event, after in folded(sorted_out, rules):
        counted[event.hash] = Step(event, state, after, True, after.findings[len(state.findings) :])
        state = after
    aside = [event for each in sorted_out for event in each.aside]
    if not aside:
        return tuple(counted.values()), state
    chain = (step.event for step in counted.values())
    past_head = {event.hash for each in sorted_out for event in each.past_head}
    return _with_aside(causal_order((*chain, *aside)), counted, past_head), state


def _with_aside(order: Iterable[Event], counted: dict[EventHash, Step], past_head: Set[EventHash]) -> tuple[Step, ...]:
    steps: list[Step] = []
    now = INITIAL
    for event in order:
        step = counted.get(event.hash) or Step(event, now, now, False, (), event.hash in past_head)
        now = step.after
        steps.append(step)
    return tuple(steps)
