"""Correction notices and supplies."""

from tests.domain.case_files import (
    ACCEPTED,
    CORRECTING,
    FORM,
    HANDED_OVER,
    HANDLER,
    IDENTITY,
    REPORT,
    WINDOW,
    noticed,
    offered,
    papers,
    supplied,
    taken_in,
    taken_over,
)
from tests.domain.gwt import MORNING, given
from tongban.domain.events.correction import CorrectionNoticed, Supplied
from tongban.domain.law.correction import Notice, Supply
from tongban.domain.law.phase import Phase


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
