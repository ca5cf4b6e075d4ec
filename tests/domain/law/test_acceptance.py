"""Accepting, and not accepting."""

from tests.domain.case_files import (
    ACCEPTED,
    CORRECTING,
    FORM,
    HANDED_OVER,
    HANDLER,
    WINDOW,
    offered,
    taken_in,
    taken_over,
)
from tests.domain.gwt import MORNING, given
from tongban.domain.events.acceptance import Accepted, NonAcceptance, NotAccepted
from tongban.domain.law.acceptance import Accept, NotAccept
from tongban.domain.law.calendar import day_in_china
from tongban.domain.law.phase import Phase

NOT_COMPETENT = NotAccept(NonAcceptance.NOT_COMPETENT)


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
