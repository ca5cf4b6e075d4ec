"""How a case becomes what its events say: `evolve` for one event, `fold` for all of them.

- Total: every event in the chain gives a state, lawful or not. An unlawful act becomes a finding on its event.
- The chain moves in any case: number, hash, pen, and the regions that an event names. Phase and tracks change only if no
  breach voids the act (`tongban.domain.requirement`).

`breaches` and `take_effect` are also what `decide` plans with, so what is decided and what is folded cannot come apart.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from tongban.domain.chain.history import Standing, causal_order, streams
from tongban.domain.chain.pen import pen_after
from tongban.domain.event import Event
from tongban.domain.events.event_type import EventType, StreamKind
from tongban.domain.events.takeover import CaseTakenOver
from tongban.domain.law.doing import doing_of
from tongban.domain.law.judging import breaches, take_effect
from tongban.domain.law.rules import MatterRules
from tongban.domain.law.state import INITIAL, CaseState, Finding, parties_after
from tongban.domain.law.table import LAWS
from tongban.domain.law.takeover import deciding_after, left_behind
from tongban.domain.requirement import Breach


def evolve(state: CaseState, event: Event, rules: MatterRules) -> CaseState:
    """The state after one more event. Never raises; events of registries that are no acts on a case change nothing."""
    law = LAWS.get(type(event.body))
    if law is None:
        return state
    doing = doing_of(event)
    found = breaches(law, state, doing, rules)
    state = _chained(state, event, law.event, found)
    return state if any(breach.voids for breach in found) else take_effect(law, state, doing, event.hash)


def fold(events: Iterable[Event], rules: MatterRules) -> CaseState:
    """The state of a case from all its valid events: the standing chain of each stream, merged causally."""
    sorted_out = streams(events)
    state = INITIAL
    for _, after in folded(sorted_out, rules):
        state = after
    frozen = [each.frozen_at for each in sorted_out if each.is_case and each.frozen_at is not None]
    return state.changed(frozen_at=min(frozen, default=None))


def folded(sorted_out: Iterable[Standing], rules: MatterRules) -> Iterator[tuple[Event, CaseState]]:
    """Each event that is part of the case, in canonical order, with the state after it."""
    sorted_out = tuple(sorted_out)
    history = causal_order(event for each in sorted_out for event in each.chain)
    past_head = causal_order(event for each in sorted_out for event in each.past_head)
    state = INITIAL
    for event in history:
        state = evolve(state, event, rules)
        if isinstance(event.body, CaseTakenOver):
            epoch = event.body.epoch
            state = left_behind(state, (each for each in past_head if each.header.epoch < epoch))
        yield event, state


def _chained(state: CaseState, event: Event, event_type: EventType[Any], found: tuple[Breach, ...]) -> CaseState:
    """What the chain alone moves, lawful act or not, in one copy: findings, numbers, pen, parties."""
    header, body = event.header, event.body
    chained: dict[str, object] = {
        "case": state.case or header.case,
        "matter": state.matter or header.matter,
        "matter_version": state.matter_version or header.matter_version,
        "updated_at": max(state.updated_at or header.occurred_at, header.occurred_at),
    }
    if found:
        chained["findings"] = state.findings + tuple(Finding(event.hash, breach) for breach in found)
    if isinstance(body, CaseTakenOver):
        chained |= {"epoch": body.epoch, "sequence": 0, "last": body.head}
        chained["pen"] = pen_after(state.pen, event_type, body, header.region)
        chained["deciding_region"] = deciding_after(state, body.region)
    elif event_type.stream is StreamKind.CASE:
        chained |= {"sequence": header.sequence, "last": event.hash}
        chained["pen"] = pen_after(state.pen, event_type, body, header.region)
        chained["parties"] = parties_after(state, event)
    return state.changed(**chained)
