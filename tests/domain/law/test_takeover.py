"""The federation takes a case over: the epoch it begins, what stands past its head, and what the new holder does with it."""

from dataclasses import replace
from itertools import permutations

import pytest

from tests.domain.case_files import (
    ACCEPTED,
    APPROVER,
    HANDED_OVER,
    HANDLER,
    HANGZHOU,
    HEFEI,
    NOWHERE,
    OTHER,
    SHANGHAI,
    WINDOW,
    Person,
    Step,
    answer,
    answered,
    asked,
    closed,
    decided,
    joined,
    offered,
    officer,
    taken_in,
)
from tests.domain.gwt import Given, History, event_after, hash_of, history
from tongban.domain.chain.epochs import in_force
from tongban.domain.chain.history import causal_order, streams
from tongban.domain.chain.pen import PenState
from tongban.domain.events.assistance import ContributionKind
from tongban.domain.events.takeover import ActAdopted, ActAnnulled, AnnulmentReason, CaseTakenOver, TakeoverGround
from tongban.domain.header import Actor, ActorKind
from tongban.domain.identifiers import FEDERATION
from tongban.domain.law.acceptance import Accept
from tongban.domain.law.assistance import Join
from tongban.domain.law.decision import Decide
from tongban.domain.law.evolve import fold
from tongban.domain.law.handover import Offer
from tongban.domain.law.phase import Phase
from tongban.domain.law.takeover import Adopt, Annul
from tongban.domain.law.tracks import PastStatus, RequestStatus

THE_FEDERATION = Person(FEDERATION, Actor(ActorKind.FEDERATION, "example"))
NEW_HANDLER, NEW_APPROVER = officer(HANGZHOU, "handler"), officer(HANGZHOU, "approver")
MOOT = AnnulmentReason.SUPERSEDED


def take_over(story: History, region=HANGZHOU, back: int = 0, epoch: int | None = None) -> History:
    """The federation gives the case to `region`, behind its last event but `back`."""
    head = story.events[-1 - back]
    body = CaseTakenOver(
        story.state.case, story.state.epoch + 1 if epoch is None else epoch, head.hash, region,
        TakeoverGround.HOLDER_GONE, None,
    )  # fmt: skip
    return story.and_then(body, THE_FEDERATION)


def go_on(story: History, *steps: Step) -> History:
    for step in steps:
        story = story.and_then(story.told(step.what), step.by)
    return story


def past_head(story: History):
    return [each.event for each in story.state.past_head.acts]


def test_the_region_named_holds_the_pen_behind_the_head_in_a_stream_of_its_own():
    story = take_over(history(*ACCEPTED))
    assert (story.state.epoch, story.state.sequence, story.state.pen) == (1, 0, PenState(HANGZHOU))
    assert (story.state.phase, story.state.deciding_region) == (Phase.ACCEPTED, HANGZHOU)
    Given(story).when(Decide(granted=True), by=NEW_APPROVER).then_lawful().then_state(
        sequence=1, phase=Phase.DECIDED, granted=True
    )
    Given(story).when(Decide(granted=True), by=APPROVER).then_refused("not_deciding")


def test_a_case_taken_from_the_receiving_region_is_still_decided_where_it_was_to_be():
    state = take_over(history(taken_in())).state
    assert (state.pen, state.deciding_region) == (PenState(HANGZHOU), HEFEI)


def test_a_case_taken_from_a_region_that_answers_no_offer_is_decided_by_the_region_named():
    story = take_over(history(taken_in(), offered()))
    assert (story.state.pen, story.state.deciding_region) == (PenState(HANGZHOU), HANGZHOU)
    Given(story).when(Accept(), by=NEW_HANDLER).then_lawful()


def test_what_stands_past_the_head_is_not_folded_but_known_to_the_new_holder():
    before = history(*HANDED_OVER)
    story = take_over(go_on(before, *ACCEPTED[3:], decided()), back=2)
    assert story.state.phase is before.state.phase
    assert past_head(story) == [event.hash for event in story.events[3:5]]
    assert story.state.findings == ()


def test_to_adopt_an_act_is_to_do_it():
    story = take_over(history(*ACCEPTED), back=1)
    (accepted,) = past_head(story)
    told = Given(story).when(Adopt(accepted), by=NEW_HANDLER).then(ActAdopted(accepted))
    told.then_state(phase=Phase.ACCEPTED, accepted_by="handler", accepted_in=HANGZHOU)
    assert told._after().state.past_head.acts[0].status is PastStatus.ADOPTED


def test_an_act_is_adopted_only_where_it_would_be_lawful_to_do_it():
    story = take_over(history(*ACCEPTED, decided()), back=2)
    accepted, decision = past_head(story)
    Given(story).when(Adopt(decision), by=NEW_APPROVER).then_refused("wrong_phase")
    story = story.and_then(ActAdopted(accepted), NEW_HANDLER)
    Given(story).when(Adopt(decision), by=NEW_HANDLER).then_only_refused("four_eyes")
    Given(story).when(Adopt(decision), by=NEW_APPROVER).then_lawful().then_state(phase=Phase.DECIDED)


def test_an_act_past_the_head_is_settled_once():
    story = take_over(history(*ACCEPTED), back=1)
    (accepted,) = past_head(story)
    annulled = story.and_then(ActAnnulled(accepted, MOOT), NEW_HANDLER)
    assert annulled.state.phase is Phase.TAKEN_IN
    Given(annulled).when(Adopt(accepted), by=NEW_HANDLER).then_refused("past_act_settled")
    Given(annulled).when(Annul(accepted, MOOT), by=NEW_HANDLER).then_refused("past_act_settled")


def test_nothing_else_is_adopted_or_annulled():
    story = take_over(history(*ACCEPTED))
    Given(story).when(Adopt(NOWHERE), by=NEW_HANDLER).then_refused("past_act_unknown")
    Given(story).when(Annul(story.events[0].hash, MOOT), by=NEW_HANDLER).then_refused("past_act_unknown")


def test_an_act_that_moves_the_pen_is_done_anew():
    story = take_over(history(taken_in(), offered()), back=1)
    (offer,) = past_head(story)
    Given(story).when(Adopt(offer), by=NEW_HANDLER).then_refused("past_act_moves_pen")
    Given(story).when(Offer(HEFEI), by=NEW_HANDLER).then_lawful()


def test_who_was_asked_past_the_head_may_answer_and_is_joined():
    story = take_over(history(*ACCEPTED, asked(HANGZHOU)), region=SHANGHAI, back=1)
    assert [each.region for each in story.state.help.requests] == [HANGZHOU]
    Given(story).when(answer, by=OTHER).then_lawful()
    story = go_on(story, answered())
    contribution = story.state.help.contributions[-1].event
    Given(story).when(Join(contribution), by=WINDOW).then_lawful()
    assert len(go_on(story, Step(ActAdopted(past_head(story)[0]), WINDOW)).state.help.requests) == 1


def test_a_request_that_is_annulled_is_not_answered():
    story = take_over(history(*ACCEPTED, asked(HANGZHOU)), region=SHANGHAI, back=1)
    story = story.and_then(ActAnnulled(past_head(story)[0], MOOT), WINDOW)
    assert story.state.help.requests[0].status is RequestStatus.ANNULLED
    Given(story).when(answer, by=OTHER).then_refused("request_settled")


def test_only_the_federation_takes_a_case_over():
    story = history(*ACCEPTED)
    body = CaseTakenOver(story.state.case, 1, story.state.last, HANGZHOU, TakeoverGround.HOLDER_GONE, None)
    Given(story).when(Step(body, OTHER)).then_finding("not_the_federation")
    Given(story).when(Step(body, THE_FEDERATION)).then_lawful()


def test_the_old_holder_who_has_not_heard_of_it_acts_past_the_head():
    """INTERLEAVINGS.md 18."""
    story = history(*ACCEPTED)
    unaware = event_after(story.events, story.state, decided().what, APPROVER)
    taken = take_over(story)
    aware = taken.and_then(decided(granted=False).what, NEW_APPROVER)
    events = (*aware.events, unaware)
    for order in list(permutations(events))[::7]:
        state = fold(order, story.rules)
        assert (state.decision.granted, [each.event for each in state.past_head.acts]) == (False, [unaware.hash])
        assert state.frozen_at is None


def test_rivals_that_show_later_below_the_head_change_nothing():
    """INTERLEAVINGS.md 17."""
    story = take_over(history(*HANDED_OVER))
    rival = event_after(story.events[:1], history(taken_in()).state, offered(HANGZHOU).what, WINDOW)
    assert rival.header.sequence == 2
    state = fold((rival, *story.events), story.rules)
    assert (state.pen, state.phase, state.frozen_at) == (story.state.pen, story.state.phase, None)
    (case,) = streams((rival, *story.events))
    assert case.equivocations == (tuple(sorted((rival.hash, story.events[1].hash))),)


def test_a_frozen_case_goes_on_behind_the_head_and_both_rivals_are_past_it():
    story = history(taken_in())
    rivals = [event_after(story.events, story.state, offered(to).what, WINDOW) for to in (HEFEI, HANGZHOU)]
    frozen = fold((*story.events, *rivals), story.rules)
    assert frozen.frozen_at == 2
    body = CaseTakenOver(story.state.case, 1, story.events[0].hash, HEFEI, TakeoverGround.STREAM_FROZEN, None)
    events = (*story.events, *rivals, *story.and_then(body, THE_FEDERATION).events[-1:])
    state = fold(events, story.rules)
    assert (state.frozen_at, state.pen) == (None, PenState(HEFEI))
    assert {each.event for each in state.past_head.acts} == {each.hash for each in rivals}


def test_rivals_in_the_new_epoch_freeze_it_as_they_would_any():
    story = take_over(history(*ACCEPTED))
    rivals = [event_after(story.events, story.state, decided(granted).what, NEW_APPROVER) for granted in (True, False)]
    assert fold((*story.events, *rivals), story.rules).frozen_at == 1


def test_a_takeover_whose_head_is_not_here_yet_waits_beside_the_case():
    story = history(*ACCEPTED)
    taken = take_over(story)
    without = tuple(event for event in taken.events if event.hash != story.events[-1].hash)
    assert fold(without, story.rules) == fold(story.events[:-1], story.rules)
    (case,) = streams(without)
    assert case.aside == (taken.events[-1],)


def test_a_takeover_that_is_followed_by_another_before_anybody_acted_is_superseded():
    story = history(*ACCEPTED)
    first = take_over(story)
    events = take_over(first, region=SHANGHAI, back=1).events
    state = fold(events, story.rules)
    assert (state.epoch, state.pen) == (2, PenState(SHANGHAI))
    (case,) = streams(events)
    assert case.aside == (first.events[-1],)


def test_a_second_takeover_goes_on_through_the_epoch_before_it():
    story = take_over(history(*ACCEPTED))
    story = story.and_then(decided().what, NEW_APPROVER)
    story = go_on(take_over(story, region=SHANGHAI), closed(by=WINDOW))
    assert (story.state.epoch, story.state.phase, story.state.findings) == (2, Phase.CLOSED, ())
    (case,) = streams(story.events)
    assert len(case.chain) == len(story.events)


def test_what_an_epoch_adopted_stays_adopted_in_the_next():
    story = take_over(history(*ACCEPTED), back=1)
    (accepted,) = past_head(story)
    story = story.and_then(ActAdopted(accepted), NEW_HANDLER)
    story = take_over(story, region=SHANGHAI)
    assert (story.state.phase, story.state.acceptance.region, story.state.findings) == (Phase.ACCEPTED, HANGZHOU, ())
    assert [each.status for each in story.state.past_head.acts] == [PastStatus.ADOPTED]
    Given(story).when(Adopt(accepted), by=WINDOW).then_refused("past_act_settled")


def test_a_second_takeover_leaves_behind_what_its_head_leaves_behind_too():
    story = take_over(history(*ACCEPTED), back=1)
    (accepted,) = past_head(story)
    story = story.and_then(ActAnnulled(accepted, MOOT), NEW_HANDLER)
    story = story.and_then(ACCEPTED[3].what, NEW_HANDLER)
    story = take_over(story, region=SHANGHAI, back=1)
    known = {each.event: each.status for each in story.state.past_head.acts}
    assert known == {accepted: PastStatus.ANNULLED, story.events[-2].hash: PastStatus.OPEN}
    Given(story).when(Adopt(story.events[-2].hash), by=WINDOW).then_lawful().then_state(phase=Phase.ACCEPTED)


def test_epochs_follow_without_a_gap_and_the_first_takeover_of_each_counts():
    story = history(*ACCEPTED)
    gap = take_over(story, epoch=2).events[-1]
    first = take_over(story, epoch=1)
    again = take_over(replace(first, state=story.state), region=SHANGHAI, back=1, epoch=1).events[-1]
    counted = in_force([again, first.events[-1], gap])
    assert [each.body.region for each in counted] == [HANGZHOU]


@pytest.mark.parametrize("seed", range(6))
def test_the_set_of_events_decides_and_not_their_order(seed):
    story = go_on(take_over(history(*ACCEPTED, asked(HANGZHOU), decided()), back=2), decided(by=NEW_APPROVER))
    story = go_on(story, answered(by=OTHER), joined(ContributionKind.ANSWER, by=NEW_HANDLER))
    events = list(story.events)
    shuffled = events[seed:] + events[:seed]
    assert fold(shuffled, story.rules) == story.state == fold(reversed(events), story.rules)
    assert causal_order(shuffled) == causal_order(events)


def test_rival_takeovers_that_bind_in_a_circle_lose_no_event():
    """Only a federation that forks its own registry can do this; the order is then by time."""
    story = take_over(history(*HANDED_OVER), region=HANGZHOU)
    begun = story.and_then(ACCEPTED[3].what, NEW_HANDLER)
    first = begun.events[-1]
    old = event_after(story.events[:3], history(*HANDED_OVER).state, ACCEPTED[3].what, HANDLER)
    header = replace(old.header, causes=(first.hash,))
    caused = replace(old, header=header, hash=hash_of(header, old.body))
    rival = take_over(replace(history(*HANDED_OVER), events=(*history(*HANDED_OVER).events, caused)))
    events = (*begun.events, caused, rival.events[-1])
    assert len(causal_order(events)) == len(events)
    assert fold(events, story.rules) == fold(reversed(events), story.rules)
