"""One case as views read it: all its valid events in their canonical order, folded once, with the state around each.

A history is a function of the set of events: their order of arrival, and which city looks, change nothing. Every view is a
pure function from a history to rows, so live projection and rebuild cannot come apart.

- The fold is that of `tongban.domain.law.evolve`; here it keeps every state on the way. Events set aside (rivals and what was
  built on them, acts past the head of a takeover) stand among the others at their place in the order and change no state.
- A case whose matter this software cannot read is not folded. What follows from the chain alone is shown: which acts there
  are, who did them and when, which of them count.

Not handled here: how events, rules and names are read (`tongban.ledger.case_histories`).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace

from tongban.domain.chain.history import Standing, causal_order, streams
from tongban.domain.event import Event
from tongban.domain.header import Header
from tongban.domain.identifiers import CaseId, EventHash
from tongban.domain.law.evolve import folded
from tongban.domain.law.rules import MatterRules
from tongban.domain.law.state import INITIAL, CaseState, Finding
from tongban.projections.names import Names

RulesOf = Callable[[Header], MatterRules | None]
"""The rules of a case from the header of the event that opened it: matter, version, and the federation's head then.

None where this software cannot read the matter."""

UNFOLDED, UNFOLDED_ZH = "unfolded", "事项无法读取，未展开"
"""What stands in a row in place of a phase, where a case was not folded."""


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


@dataclass(frozen=True, slots=True)
class UnfoldedHistory:
    """A case whose matter this software cannot read: nothing is known but what follows from the chain.

    `steps`: as in a `CaseHistory`, with the initial state around each of them and no findings.
    """

    case: CaseId
    opening: Event
    names: Names
    steps: tuple[Step, ...]
    frozen_at: int | None


History = CaseHistory | UnfoldedHistory


def case_history(case: CaseId, events: Iterable[Event], rules_of: RulesOf, names: Names) -> History | None:
    """The history of a case; None if there is no event that opens it."""
    sorted_out = streams(events)
    own_streams = [each for each in sorted_out if each.is_case]
    opening = _opening(own_streams)
    if opening is None:
        return None
    frozen_at = min((each.frozen_at for each in own_streams if each.frozen_at is not None), default=None)
    rules = rules_of(opening.header)
    if rules is None:
        steps, _ = _steps(sorted_out, _not_folded(sorted_out))
        return UnfoldedHistory(case, opening, names, steps, frozen_at)
    steps, state = _steps(sorted_out, folded(sorted_out, rules))
    if frozen_at is not None:
        state = replace(state, frozen_at=frozen_at)
    return CaseHistory(case, opening, rules, names, steps, state)


def _opening(own_streams: Iterable[Standing]) -> Event | None:
    events = [event for each in own_streams for event in (*each.chain[:1], *each.aside) if event.type.opens]
    standing_first = {each.chain[0].hash for each in own_streams if each.chain}
    return min(events, key=lambda event: (event.hash not in standing_first, event.hash), default=None)


def _not_folded(sorted_out: Iterable[Standing]) -> Iterator[tuple[Event, CaseState]]:
    """The events that count, in canonical order, none of which changes the state."""
    for event in causal_order(event for each in sorted_out for event in each.chain):
        yield event, INITIAL


def _steps(
    sorted_out: Sequence[Standing], states: Iterable[tuple[Event, CaseState]]
) -> tuple[tuple[Step, ...], CaseState]:
    """All events in canonical order, and the state after them. `states`: those that count, each with the state after it."""
    counted: dict[EventHash, Step] = {}
    state = INITIAL
    for event, after in states:
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
