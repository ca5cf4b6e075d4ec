"""Taking in and applying: how a case begins."""

from dataclasses import replace

import pytest

from tests.domain.case_files import (
    FORM,
    HANDED_OVER,
    HANDLER,
    HEFEI,
    IDENTITY,
    RULES,
    SHANGHAI,
    WINDOW,
    applied,
    declined,
    offered,
    papers,
    taken_in,
    withdrawn,
)
from tests.domain.gwt import given
from tongban.domain.chain.pen import PenState
from tongban.domain.events.ending import Withdrawn
from tongban.domain.events.handover import Offered
from tongban.domain.events.intake import Applied, TakenIn
from tongban.domain.events.values import Handling
from tongban.domain.law.ending import Withdraw
from tongban.domain.law.intake import Apply, TakeIn
from tongban.domain.law.phase import Phase

REMOTE, ONLINE, MULTI = Handling.REMOTE_INTAKE, Handling.FULLY_ONLINE, Handling.MULTI_PLACE
PAPERS = papers(FORM, IDENTITY)


def test_a_window_takes_a_case_in_and_holds_the_pen():
    (
        given()
        .when(TakeIn(REMOTE, HEFEI, PAPERS), by=WINDOW)
        .then(TakenIn(REMOTE, HEFEI, PAPERS, None, ()))
        .then_state(
            phase=Phase.TAKEN_IN,
            pen=PenState(SHANGHAI),
            receiving_region=SHANGHAI,
            deciding_region=HEFEI,
            materials=(FORM, IDENTITY),
        )
    )


def test_a_case_is_opened_once():
    given(taken_in()).when(TakeIn(REMOTE, HEFEI, PAPERS), by=WINDOW).then_refused("wrong_phase")
    given(taken_in()).when(Apply(REMOTE, HEFEI, PAPERS), by=WINDOW).then_refused("wrong_phase")


@pytest.mark.parametrize("command", [TakeIn, Apply])
def test_a_case_is_handled_only_as_its_matter_allows(command):
    given().when(command(REMOTE, HEFEI, PAPERS), by=WINDOW).then_lawful()
    given().when(command(MULTI, HEFEI, PAPERS), by=WINDOW).then_refused("handling_not_allowed")


@pytest.mark.parametrize("step", [taken_in(handling=MULTI), taken_in("passport"), applied("passport")])
def test_an_intake_in_breach_stands_because_the_applicant_relies_on_it(step):
    given().when(step).then_state(phase=Phase.TAKEN_IN, deciding_region=HEFEI)


@pytest.mark.parametrize("command", [TakeIn, Apply])
def test_only_materials_that_the_matter_asks_for_are_taken_in(command):
    given().when(command(REMOTE, HEFEI, papers(FORM)), by=WINDOW).then_lawful()
    given().when(command(REMOTE, HEFEI, papers("passport")), by=WINDOW).then_refused("material_unknown")


def test_a_wholly_online_case_opened_by_the_deciding_region_stays_there():
    given().when(Apply(ONLINE, HEFEI, PAPERS), by=HANDLER).then(Applied(ONLINE, HEFEI, PAPERS, None, ()))


def test_a_wholly_online_case_opened_elsewhere_is_offered_at_once():
    (
        given()
        .when(Apply(ONLINE, HEFEI, PAPERS), by=WINDOW)
        .then(Applied(ONLINE, HEFEI, PAPERS, None, ()), Offered(HEFEI, None, None))
        .then_state(phase=Phase.TAKEN_IN, pen=PenState(SHANGHAI, HEFEI))
    )


def test_a_wholly_online_case_elsewhere_is_offered_before_anything_else():
    given(applied()).when(Withdraw(), by=WINDOW).then_refused("online_not_offered").then_state(phase=Phase.WITHDRAWN)
    given(applied(by=HANDLER)).when(Withdraw(), by=HANDLER).then(Withdrawn(()))
    given(applied(), offered(), declined()).when(Withdraw(), by=WINDOW).then_lawful()
    given(applied(), offered()).when(withdrawn(by=WINDOW)).then_finding("offer_open")


def test_a_matter_without_materials_can_be_opened_with_none():
    bare = replace(RULES, materials=())
    given(rules=bare).when(TakeIn(REMOTE, HEFEI, ()), by=WINDOW).then_lawful()


def test_nothing_is_withdrawn_before_it_is_opened():
    given().when(Withdraw(), by=WINDOW).then_refused("wrong_phase")
    given(*HANDED_OVER).when(Withdraw(), by=HANDLER).then_state(phase=Phase.WITHDRAWN)
