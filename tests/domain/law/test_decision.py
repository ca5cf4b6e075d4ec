"""Deciding and closing."""

from dataclasses import replace

from tests.domain.case_files import (
    ACCEPTED,
    APPROVER,
    DECIDED,
    HANDED_OVER,
    HANDLER,
    HANGZHOU,
    HEFEI,
    INSTANT,
    RULES,
    SHANGHAI,
    WINDOW,
    closed,
    decided,
    delivered,
    offered,
    officer,
    taken_over,
)
from tests.domain.gwt import Given, History, given, history
from tongban.domain.chain.pen import PenState
from tongban.domain.events.assistance import ContributionKind
from tongban.domain.events.decision import Closed, ClosureResult, Decided
from tongban.domain.events.handover import Declined, DeclineReason, OfferGround
from tongban.domain.law.assistance import Contribute
from tongban.domain.law.decision import Close, Decide
from tongban.domain.law.evolve import fold
from tongban.domain.law.handover import TakeOver
from tongban.domain.law.phase import Phase


def test_an_approver_decides():
    given(*ACCEPTED).when(Decide(True), by=APPROVER).then(Decided(True, None, ())).then_state(
        phase=Phase.DECIDED, granted=True
    )


def test_only_an_accepted_case_is_decided_and_only_by_the_deciding_region():
    given(*HANDED_OVER).when(Decide(True), by=APPROVER).then_refused("wrong_phase")
    given(*ACCEPTED).when(Decide(True), by=WINDOW).then_refused("not_deciding")


def test_who_accepted_does_not_decide():
    given(*ACCEPTED).when(Decide(True), by=HANDLER).then_refused("four_eyes").then_state(phase=Phase.DECIDED)


def test_a_matter_may_let_one_officer_do_both():
    alone = replace(RULES, four_eyes=False)
    given(*ACCEPTED, rules=alone).when(Decide(True), by=HANDLER).then_lawful()


def test_officers_of_two_regions_may_share_an_id():
    there = officer(HANGZHOU, HANDLER.actor.id)
    ground = OfferGround.TRANSFER_OF_FUNCTION
    moved = (*ACCEPTED, offered(HANGZHOU, by=HANDLER, ground=ground), taken_over(by=there))
    given(*moved).when(Decide(True), by=there).then_lawful()


def test_an_instant_case_is_closed_with_its_decision():
    given(*ACCEPTED, rules=INSTANT).when(Decide(False), by=HANDLER).then(
        Decided(False, None, ()), Closed(ClosureResult.REFUSED)
    ).then_state(phase=Phase.CLOSED, closure=ClosureResult.REFUSED)


def test_a_case_is_closed_with_the_result_decided():
    given(*DECIDED).when(Close(), by=APPROVER).then(Closed(ClosureResult.GRANTED)).then_state(phase=Phase.CLOSED)
    given(*ACCEPTED, decided(granted=False)).when(Close(), by=APPROVER).then(Closed(ClosureResult.REFUSED))


def test_a_closure_that_contradicts_the_decision_closes_nothing():
    given(*DECIDED).when(closed(ClosureResult.REFUSED)).then_finding("closure_contradicts")


def test_nothing_is_closed_before_it_is_decided():
    given(*ACCEPTED).when(Close(), by=APPROVER).then_refused("wrong_phase")
    given(*DECIDED).when(Close(), by=WINDOW).then_refused("not_deciding")


def test_a_finding_does_not_draw_others_after_it():
    case = history(*HANDED_OVER, *ACCEPTED[3:], decided(by=HANDLER), closed(), delivered())
    assert [each.code for each in case.state.findings] == ["four_eyes"]
    assert case.state.phase is Phase.CLOSED


def test_nothing_is_done_to_a_frozen_case():
    case = history(*HANDED_OVER)
    rival = history(*HANDED_OVER[:2]).and_then(Declined(DeclineReason.DUPLICATE, ()), HANDLER).events[-1]
    events = (*case.events, rival)
    frozen = History(RULES, events, fold(events, RULES))
    assert frozen.state.frozen_at == 3
    assert frozen.state.pen == PenState(SHANGHAI, HEFEI)
    Given(frozen).when(TakeOver(), by=HANDLER).then_only_refused("stream_frozen")
    Given(frozen).when(Contribute(ContributionKind.WITHDRAWAL), by=WINDOW).then_lawful()
