"""How a case becomes what its events say: `evolve` for one event, `fold` for all of them.

- Total: every event in the chain gives a state, lawful or not. An unlawful act becomes a finding on its event.
- The chain moves in any case: number, hash, pen, and the regions that an event names. Phase and tracks change only if no
  breach voids the act (`tongban.domain.requirement`).
- To join a contribution is to do the act that it stands for: materials a supply, a withdrawal, a delivery.

`take_effect` is also what `decide` plans with, so that what is decided and what is folded cannot come apart.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TypeVar, assert_never

from tongban.domain.chain.history import Standing, causal_order, streams
from tongban.domain.chain.link import regions_named
from tongban.domain.chain.pen import PenState, move
from tongban.domain.event import Event
from tongban.domain.events.assistance import Answered, AnswerKind, Contributed
from tongban.domain.events.case import (
    Accepted,
    ActAdopted,
    ActAnnulled,
    Applied,
    Archived,
    Asked,
    Closed,
    ContributionJoined,
    ContributionKind,
    ContributionRefused,
    CorrectionNoticed,
    Decided,
    Declined,
    Delivered,
    NotAccepted,
    Offered,
    Supplied,
    TakenIn,
    TakenOver,
    Withdrawn,
)
from tongban.domain.events.catalogue import StreamKind
from tongban.domain.events.federation import CaseTakenOver
from tongban.domain.identifiers import EventHash, RegionCode
from tongban.domain.law.doing import ActBody, Doing, adopted, doing_of
from tongban.domain.law.judging import JOINED_AS, breaches
from tongban.domain.law.rules import MatterRules
from tongban.domain.law.state import (
    INITIAL,
    CaseState,
    Contribution,
    ContributionStatus,
    Finding,
    HelpRequest,
    Party,
    PastAct,
    PastStatus,
    RequestStatus,
)
from tongban.domain.law.table import TABLE
from tongban.domain.requirement import Breach

T = TypeVar("T")


def evolve(state: CaseState, event: Event, rules: MatterRules) -> CaseState:
    """The state after one more event. Never raises; events of registries change nothing."""
    doing = doing_of(event)
    if doing is None:
        return state
    found = breaches(state, doing, rules)
    state = _chained(state, event, doing)
    if found:
        state = state.changed(findings=state.findings + tuple(_finding(event, breach) for breach in found))
    if any(breach.voids for breach in found):
        return state
    return take_effect(state, doing, event.hash)


def fold(events: Iterable[Event], rules: MatterRules) -> CaseState:
    """The state of a case from all its valid events: the standing chain of each stream, merged causally."""
    sorted_out = streams(events)
    state = INITIAL
    for _, after in folded(sorted_out, rules):
        state = after
    frozen = [each.frozen_at for each in sorted_out if each.is_case and each.frozen_at is not None]
    return state.changed(frozen_at=min(frozen, default=None))


def folded(sorted_out: Iterable[Standing], rules: MatterRules) -> Iterator[tuple[Event, CaseState]]:
    """Each event that counts, in canonical order, with the state after it."""
    sorted_out = tuple(sorted_out)
    history = causal_order(event for each in sorted_out for event in each.chain)
    past_head = causal_order(event for each in sorted_out for event in each.past_head)
    state = INITIAL
    for event in history:
        state = evolve(state, event, rules)
        if isinstance(event.body, CaseTakenOver):
            epoch = event.body.epoch
            state = _left_behind(state, (each for each in past_head if each.header.epoch < epoch))
        yield event, state


def _left_behind(state: CaseState, past_head: Iterable[Event]) -> CaseState:
    """The acts past the head are known to the new holder. Who was asked by one of them may answer.

    What an earlier takeover left behind stays as its holder settled it.
    """
    for event in past_head:
        doing = doing_of(event)
        if doing is not None and state.past_act(event.hash) is None:
            state = state.changed(past_head=(*state.past_head, PastAct(event.hash, doing)))
            state = _with_parties(state, event)
            if isinstance(event.body, Asked):
                state = _asked(state, event.body, event.hash)
    return state


def pen_moved(state: CaseState, doing: Doing[ActBody]) -> CaseState:
    """The pen after an act, lawful or not: a rule of the chain."""
    return state.changed(pen=_pen_after(state, doing))


def take_effect(state: CaseState, doing: Doing[ActBody], event: EventHash) -> CaseState:
    """Phase and tracks after an act that stands. `event`: the hash under which a request or contribution is known."""
    after = _tracks(state, doing, doing.body, event)
    phase = TABLE[doing.act].to
    return after if phase is None or phase is after.phase else after.changed(phase=phase)


def _pen_after(state: CaseState, doing: Doing[ActBody]) -> PenState:
    match doing.body:
        case Offered(target=target) | CaseTakenOver(region=target):
            return move(state.pen, TABLE[doing.act].pen, doing.region, target)
        case _:
            return move(state.pen, TABLE[doing.act].pen, doing.region, None)


def _chained(state: CaseState, event: Event, doing: Doing[ActBody]) -> CaseState:
    header = event.header
    chained: dict[str, object] = {
        "case": state.case or header.case,
        "matter": state.matter or header.matter,
        "matter_version": state.matter_version or header.matter_version,
        "updated_at": max(state.updated_at or header.occurred_at, header.occurred_at),
    }
    if isinstance(doing.body, CaseTakenOver):
        chained |= {"pen": _pen_after(state, doing), "epoch": doing.body.epoch, "sequence": 0, "last": doing.body.head}
        chained["deciding_region"] = _deciding_after(state, doing.body.region)
    elif event.type.stream is StreamKind.CASE:
        chained |= {"pen": _pen_after(state, doing), "sequence": header.sequence, "last": event.hash}
        state = _with_parties(state, event)
    return state.changed(**chained)


def _deciding_after(state: CaseState, named: RegionCode) -> RegionCode | None:
    """Where the case is taken from the deciding region, or from one that would become it, the region named follows it."""
    taken_from = state.pen.writer if state.pen is not None else None
    return named if taken_from in (state.deciding_region, state.designated) else state.deciding_region


def _with_parties(state: CaseState, event: Event) -> CaseState:
    newly = sorted(region for region in regions_named(event) if state.party(region) is None)
    return state.changed(parties=state.parties + tuple(Party(region, event.hash) for region in newly))


def _finding(event: Event, breach: Breach) -> Finding:
    words = breach.requirement
    return Finding(event.hash, words.code, words.en, words.zh, breach.expected, breach.found)


def _tracks(state: CaseState, doing: Doing[ActBody], body: ActBody, event: EventHash) -> CaseState:
    match body:
        case TakenIn() | Applied():
            return _opened(state, doing, body)
        case Offered() | TakenOver() | Declined():
            return _handed_over(state, doing, body)
        case CaseTakenOver():
            return state.changed(designated=None)
        case ActAdopted() | ActAnnulled():
            return _settled_past(state, doing, body)
        case CorrectionNoticed() | Supplied():
            return _corrected(state, body)
        case Accepted() | NotAccepted() | Decided():
            return _judged(state, doing, body)
        case Asked() | Answered():
            return _helped(state, doing, body, event)
        case Contributed() | ContributionJoined() | ContributionRefused():
            return _contributed(state, doing, body, event)
        case Closed() | Delivered() | Archived() | Withdrawn():
            return _ended(state, body)
        case _:
            assert_never(body)


def _opened(state: CaseState, doing: Doing[ActBody], body: TakenIn | Applied) -> CaseState:
    return state.changed(
        handling=body.handling,
        receiving_region=doing.region,
        deciding_region=body.deciding_region,
        materials=_joined((), (each.code for each in body.materials)),
        opened_at=doing.occurred_at,
    )


def _handed_over(state: CaseState, doing: Doing[ActBody], body: Offered | TakenOver | Declined) -> CaseState:
    match body:
        case Offered(target=target):
            return state.changed(designated=target)
        case TakenOver():
            return state.changed(deciding_region=state.designated or state.deciding_region, designated=None)
        case Declined():
            return state.changed(declined_by=_joined(state.declined_by, [doing.region]), designated=None)
        case _:
            assert_never(body)


def _settled_past(state: CaseState, doing: Doing[ActBody], body: ActAdopted | ActAnnulled) -> CaseState:
    past = state.past_act(body.act)
    if past is None:
        return state
    status = PastStatus.ADOPTED if isinstance(body, ActAdopted) else PastStatus.ANNULLED
    settled = tuple(replace(each, status=status) if each is past else each for each in state.past_head)
    state = state.changed(past_head=settled)
    if isinstance(body, ActAdopted):
        return take_effect(state, adopted(past.doing, doing), past.event)
    asked = isinstance(past.doing.body, Asked)
    return _request_now(state, past.event, RequestStatus.ANNULLED) if asked else state


def _corrected(state: CaseState, body: CorrectionNoticed | Supplied) -> CaseState:
    match body:
        case CorrectionNoticed(items=items):
            kept = tuple(code for code in state.materials if code not in items)
            return state.changed(noticed=_joined(state.noticed, items), materials=kept)
        case Supplied(materials=materials):
            return _supplied(state, tuple(each.code for each in materials))
        case _:
            assert_never(body)


def _supplied(state: CaseState, codes: tuple[str, ...]) -> CaseState:
    return state.changed(materials=_joined(state.materials, codes), last_supplied=_joined((), codes))


def _judged(state: CaseState, doing: Doing[ActBody], body: Accepted | NotAccepted | Decided) -> CaseState:
    match body:
        case Accepted(accepted_on=day):
            return state.changed(accepted_by=doing.actor.id, accepted_in=doing.region, accepted_on=day)
        case NotAccepted(kind=kind):
            return state.changed(non_acceptance=kind)
        case Decided(granted=granted):
            return state.changed(granted=granted)
        case _:
            assert_never(body)


def _helped(state: CaseState, doing: Doing[ActBody], body: Asked | Answered, event: EventHash) -> CaseState:
    match body:
        case Asked():
            return _asked(state, body, event)
        case Answered(request=request, answer=answer):
            status = RequestStatus.ANSWERED if answer is AnswerKind.ANSWERED else RequestStatus.DECLINED
            given = Contribution(event, ContributionKind.ANSWER, doing.region, request=request)
            state = state.changed(contributions=(*state.contributions, given))
            return _request_now(state, request, status)
        case _:
            assert_never(body)


def _asked(state: CaseState, body: Asked, event: EventHash) -> CaseState:
    """A request past the head is known already when it is adopted."""
    if state.request(event) is not None:
        return state
    asked = HelpRequest(
        event, body.region, body.organization, body.kind,
        answer_within=body.answer_within, answer_unit=body.answer_unit,
    )  # fmt: skip
    return state.changed(requests=(*state.requests, asked))


def _contributed(
    state: CaseState,
    doing: Doing[ActBody],
    body: Contributed | ContributionJoined | ContributionRefused,
    event: EventHash,
) -> CaseState:
    match body:
        case Contributed(kind=kind, materials=materials, received_at=received_at):
            codes = tuple(each.code for each in materials)
            given = Contribution(event, kind, doing.region, codes, received_at=received_at)
            return state.changed(contributions=(*state.contributions, given))
        case ContributionJoined(contribution=contribution):
            return _settled(state, contribution, ContributionStatus.JOINED, RequestStatus.JOINED)
        case ContributionRefused(contribution=contribution):
            return _settled(state, contribution, ContributionStatus.REFUSED, RequestStatus.REFUSED)
        case _:
            assert_never(body)


def _settled(state: CaseState, event: EventHash, status: ContributionStatus, answered: RequestStatus) -> CaseState:
    contribution = state.contribution(event)
    if contribution is None:
        return state
    settled = tuple(replace(each, status=status) if each.event == event else each for each in state.contributions)
    state = state.changed(contributions=settled)
    if contribution.request is not None:
        return _request_now(state, contribution.request, answered)
    return _joined_in(state, contribution) if status is ContributionStatus.JOINED else state


def _joined_in(state: CaseState, contribution: Contribution) -> CaseState:
    act = JOINED_AS[contribution.kind]
    if act is not None:
        state = state.changed(phase=TABLE[act].to or state.phase)
    match contribution.kind:
        case ContributionKind.MATERIALS:
            return _supplied(state, contribution.materials)
        case ContributionKind.DELIVERY:
            return state.changed(delivered=True, delivered_at=contribution.received_at)
        case ContributionKind.WITHDRAWAL | ContributionKind.ANSWER:
            return state
        case _:
            assert_never(contribution.kind)


def _request_now(state: CaseState, event: EventHash, status: RequestStatus) -> CaseState:
    changed = tuple(replace(each, status=status) if each.event == event else each for each in state.requests)
    return state.changed(requests=changed)


def _ended(state: CaseState, body: Closed | Delivered | Archived | Withdrawn) -> CaseState:
    match body:
        case Closed(result=result):
            return state.changed(closure=result)
        case Delivered(received_at=received_at):
            return state.changed(delivered=True, delivered_at=received_at)
        case Archived():
            return state.changed(archived_from=state.phase)
        case Withdrawn():
            return state
        case _:
            assert_never(body)


def _joined(held: tuple[T, ...], more: Iterable[T]) -> tuple[T, ...]:
    """The values of both, each once, in the order in which they first came."""
    return tuple(dict.fromkeys((*held, *more)))
