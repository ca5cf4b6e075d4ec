"""From intake to acceptance: correction, supply, acceptance, refusal to accept, withdrawal."""

import pytest

from tests.domain.case_files import (
    ACCEPTED,
    CORRECTING,
    DECIDED,
    FORM,
    HANDED_OVER,
    HANDLER,
    IDENTITY,
    REPORT,
    WINDOW,
    not_accepted,
    noticed,
    offered,
    papers,
    supplied,
    taken_in,
    taken_over,
)
from tests.domain.gwt import MORNING, given
from tongban.domain.events.acceptance import Accepted, NonAcceptance, NotAccepted
from tongban.domain.events.correction import CorrectionNoticed, Supplied
from tongban.domain.events.ending import Withdrawn
from tongban.domain.law.acceptance import Accept, NotAccept
from tongban.domain.law.calendar import day_in_china
from tongban.domain.law.correction import Notice, Supply
from tongban.domain.law.ending import Withdraw
from tongban.domain.law.phase import Phase

NOT_COMPETENT = NotAccept(NonAcceptance.NOT_COMPETENT)


def test_a_notice_names_what_is_missing():
    (
        given(taken_in(FORM), offered(), taken_over())
        .when(Notice((IDENTITY,)), by=HANDLER)
        .then(CorrectionNoticed((IDENTITY,), None, None, ()))
        .then_state(phase=Phase.CORRECTING, noticed=(IDENTITY,))
    )


def test_only_the_deciding_region_holding_the_pen_sends_a_notice():
    given(taken_in()).when(Notice((FORM,)), by=WINDOW).then_refused("not_deciding")
    given(taken_in()).when(Notice((FORM,)), by=HANDLER).then_refused("not_deciding")


def test_an_accepted_case_gets_no_notice():
    given(*ACCEPTED).when(Notice((FORM,)), by=HANDLER).then_refused("wrong_phase")


def test_a_notice_names_something():
    given(*HANDED_OVER).when(Notice(()), by=HANDLER).then_refused("notice_empty").then_state(phase=Phase.TAKEN_IN)


def test_a_notice_names_only_materials_that_the_matter_knows():
    given(*HANDED_OVER).when(Notice(("passport",)), by=HANDLER).then_refused("notice_item_unknown")


def test_a_material_found_wanting_is_no_longer_at_hand():
    given(*HANDED_OVER).when(Notice((FORM,)), by=HANDLER).then_state(materials=(IDENTITY,))


def test_a_supply_brings_what_was_missing():
    (
        given(*CORRECTING)
        .when(Supply(papers(IDENTITY)), by=HANDLER)
        .then(Supplied(papers(IDENTITY), MORNING + 4 * 3_600_000_000, ()))
        .then_state(phase=Phase.TAKEN_IN, materials=(FORM, IDENTITY), last_supplied=(IDENTITY,))
    )


def test_a_supply_says_when_the_applicant_brought_it():
    given(*CORRECTING).when(Supply(papers(IDENTITY), received_at=5), by=HANDLER).then(Supplied(papers(IDENTITY), 5, ()))


def test_a_supply_brings_something_that_the_matter_asks_for():
    given(*CORRECTING).when(Supply(()), by=HANDLER).then_refused("supply_empty").then_state(phase=Phase.CORRECTING)
    given(*CORRECTING).when(Supply(papers("passport")), by=HANDLER).then_refused("material_unknown")


def test_nothing_is_supplied_unasked():
    given(*HANDED_OVER).when(Supply(papers(REPORT)), by=HANDLER).then_refused("wrong_phase")


def test_supplies_are_recorded_by_the_deciding_region():
    given(*CORRECTING).when(Supply(papers(IDENTITY)), by=WINDOW).then_refused("not_deciding")


def test_a_second_notice_holds_nothing_back_from_the_first():
    given(*CORRECTING, supplied(IDENTITY)).when(Notice((FORM,)), by=HANDLER).then_refused("notice_again")


def test_a_second_notice_may_object_to_what_was_just_supplied():
    given(*CORRECTING, supplied(IDENTITY)).when(Notice((IDENTITY,)), by=HANDLER).then_lawful()
    given(*CORRECTING, supplied(IDENTITY, REPORT)).when(Notice((REPORT,)), by=HANDLER).then_lawful()


def test_a_second_notice_may_repeat_what_is_still_missing():
    both = (taken_in(REPORT), offered(), taken_over(), noticed(FORM, IDENTITY))
    given(*both, supplied(FORM)).when(Notice((IDENTITY,)), by=HANDLER).then_lawful()
    settled = (*both, supplied(FORM), noticed(IDENTITY), supplied(IDENTITY))
    given(*settled).when(Notice((FORM,)), by=HANDLER).then_refused("notice_again")


def test_a_complete_case_is_accepted():
    (
        given(*HANDED_OVER)
        .when(Accept(), by=HANDLER)
        .then(Accepted(day_in_china(MORNING), None))
        .then_state(phase=Phase.ACCEPTED, accepted_by="handler", accepted_on=day_in_china(MORNING))
    )


def test_the_day_of_acceptance_is_a_day_in_china():
    assert day_in_china(0) == 0
    assert day_in_china(16 * 3_600_000_000 - 1) == 0
    assert day_in_china(16 * 3_600_000_000) == 1


def test_an_incomplete_case_is_not_accepted():
    (
        given(taken_in(FORM), offered(), taken_over())
        .when(Accept(), by=HANDLER)
        .then_refused("incomplete")
        .then_state(phase=Phase.ACCEPTED)
    )


def test_a_case_being_corrected_is_not_accepted():
    given(*CORRECTING).when(Accept(), by=HANDLER).then_refused("wrong_phase")


def test_only_the_deciding_region_accepts_or_does_not():
    given(taken_in()).when(Accept(), by=WINDOW).then_refused("not_deciding")
    given(taken_in()).when(NOT_COMPETENT, by=WINDOW).then_refused("not_deciding")


def test_a_case_may_not_be_accepted():
    (
        given(*HANDED_OVER)
        .when(NOT_COMPETENT, by=HANDLER)
        .then(NotAccepted(NonAcceptance.NOT_COMPETENT, None, None, ()))
        .then_state(phase=Phase.NOT_ACCEPTED, non_acceptance=NonAcceptance.NOT_COMPETENT)
    )


def test_what_was_accepted_cannot_be_refused_acceptance():
    given(*ACCEPTED).when(NOT_COMPETENT, by=HANDLER).then_refused("wrong_phase")


@pytest.mark.parametrize("steps", [HANDED_OVER, CORRECTING, ACCEPTED])
def test_an_application_is_withdrawn_until_it_is_decided(steps):
    given(*steps).when(Withdraw(), by=HANDLER).then(Withdrawn(())).then_state(phase=Phase.WITHDRAWN)


def test_a_decided_case_is_not_withdrawn():
    given(*DECIDED).when(Withdraw(), by=HANDLER).then_refused("wrong_phase")
    given(*HANDED_OVER, not_accepted()).when(Withdraw(), by=HANDLER).then_refused("wrong_phase")


def test_only_the_holder_withdraws():
    given(*HANDED_OVER).when(Withdraw(), by=WINDOW).then_refused("pen_not_held")
