"""INTERLEAVINGS.md 16 to 18: the federation takes a case over while its holder goes on, or lies."""

from tests.cities import HANGZHOU, HEFEI, SHANGHAI
from tests.gated_log import is_checkpoint
from tests.interleavings.quiescence import assert_quiescent, evidence
from tests.interleavings.test_readers import case_events, move
from tests.interleavings.writers import federation_takes_over
from tests.ledger.lives import FINISHED, HANDED_OVER, live, state_in, take_in
from tests.liar import header_for, publish_lie
from tongban.domain.chain.pen import PenState
from tongban.domain.events.ending import Withdrawn
from tongban.domain.events.handover import Offered
from tongban.domain.law.decision import Close, Decide
from tongban.domain.law.ending import Withdraw
from tongban.domain.law.handover import Offer, TakeOver
from tongban.domain.law.phase import Phase
from tongban.domain.law.takeover import Adopt


def all_know(cities, case):
    """The state that every city folds; they agree."""
    states = {code: state_in(cities, code, case) for code in cities.codes}
    assert len(set(map(repr, states.values()))) == 1
    return states[SHANGHAI]


def test_16_a_takeover_that_is_met_first_says_nothing_against_an_act_of_the_older_epoch(cities):
    """Shanghai's withdrawal is relayed, the federation names the event before it; then the checkpoint comes."""
    case = take_in(cities)
    (first,) = case_events(cities, SHANGHAI, case)
    gate = cities.gates[SHANGHAI]
    gate.hold_back = is_checkpoint
    withdrawn = cities.act(SHANGHAI, Withdraw(), case=case).events[0]
    cities.nodes[SHANGHAI].relay()
    federation_takes_over(cities, case, first.hash, HEFEI)
    cities.nodes[HEFEI].catch_up()
    assert state_in(cities, HEFEI, case).pen == PenState(HEFEI)
    gate.hold_back = lambda _: False
    gate.let_go()
    cities.settle()
    state = all_know(cities, case)
    assert [each.event for each in state.past_head.acts] == [withdrawn.hash]
    assert (state.phase, state.epoch) == (Phase.TAKEN_IN, 1)
    assert_quiescent(cities)


def test_17_a_rival_below_the_head_that_shows_later_changes_nothing(cities):
    case = take_in(cities)
    (first,) = case_events(cities, SHANGHAI, case)
    live(cities, case, HANDED_OVER[:1])
    head = case_events(cities, SHANGHAI, case)[-1]
    federation_takes_over(cities, case, head.hash, HEFEI)
    cities.settle()
    publish_lie(cities, SHANGHAI, header_for(cities, SHANGHAI, first.header, previous=first.hash), Withdrawn(()))
    move(cities, SHANGHAI)
    live(cities, case, FINISHED[2:])
    state = all_know(cities, case)
    assert (state.phase, state.pen, state.frozen_at) == (Phase.CLOSED, PenState(HEFEI), None)
    assert {each.kind for code in cities.codes for each in evidence(cities, code)} == {"equivocation"}


def test_18_while_the_old_holder_has_not_read_the_takeover_each_appends_in_an_epoch_of_its_own(cities):
    case = take_in(cities)
    live(cities, case, (*HANDED_OVER, FINISHED[2]))
    head = case_events(cities, HEFEI, case)[-1]
    federation_takes_over(cities, case, head.hash, SHANGHAI)
    for code in (SHANGHAI, HANGZHOU):
        cities.nodes[code].catch_up()
    unaware = cities.act(HEFEI, Decide(granted=True), by="approver", case=case).events[0]
    aware = cities.act(SHANGHAI, Decide(granted=False), by="approver", case=case).events[0]
    assert (unaware.header.epoch, aware.header.epoch, aware.header.sequence) == (0, 1, 1)
    cities.settle()
    state = all_know(cities, case)
    assert (state.decision.granted, state.pen, state.last) == (False, PenState(SHANGHAI), aware.hash)
    assert [each.event for each in state.past_head.acts] == [unaware.hash]
    assert_quiescent(cities)
    live(cities, case, ((SHANGHAI, Close(), "handler"), (SHANGHAI, Offer(HEFEI), "handler"))[:1])
    assert all_know(cities, case).phase is Phase.CLOSED


def test_a_frozen_case_goes_on_where_the_federation_says(cities):
    """Shanghai lies; what froze the case is adopted or annulled by its new holder."""
    case = take_in(cities)
    (first,) = case_events(cities, SHANGHAI, case)
    rivals = [
        publish_lie(cities, SHANGHAI, header_for(cities, SHANGHAI, first.header, previous=first.hash), body)
        for body in (Withdrawn(()), Offered(HEFEI, None, None))
    ]
    move(cities, SHANGHAI)
    cities.settle()
    assert all_know(cities, case).frozen_at == 2
    federation_takes_over(cities, case, first.hash, HEFEI)
    cities.settle()
    cities.act(HEFEI, Adopt(rivals[0].hash), case=case)
    cities.settle()
    state = all_know(cities, case)
    assert (state.frozen_at, state.phase) == (None, Phase.WITHDRAWN)


def test_a_takeover_that_names_a_head_nobody_has_waits_and_a_second_one_goes_on(cities):
    case = take_in(cities)
    (first,) = case_events(cities, SHANGHAI, case)
    federation_takes_over(cities, case, bytes(32), HANGZHOU)
    cities.settle()
    assert all_know(cities, case).epoch == 0
    live(cities, case, HANDED_OVER)
    federation_takes_over(cities, case, first.hash, HANGZHOU)
    cities.settle()
    state = all_know(cities, case)
    assert (state.epoch, state.pen, len(state.past_head.acts)) == (2, PenState(HANGZHOU), 2)
    live(cities, case, ((HANGZHOU, Offer(HEFEI), "handler"), (HEFEI, TakeOver(), "handler")))
    assert all_know(cities, case).pen == PenState(HEFEI)
    assert_quiescent(cities)
