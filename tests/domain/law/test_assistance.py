"""Assistance: requests and answers, and what an applicant brings to a window elsewhere."""

import pytest

from tests.domain.case_files import (
    ACCEPTED,
    CLOSED,
    CORRECTING,
    DECIDED,
    FORM,
    HANDED_OVER,
    HANDLER,
    HANGZHOU,
    HEFEI,
    IDENTITY,
    OTHER,
    SHANGHAI,
    WINDOW,
    answer,
    answered,
    asked,
    contributed,
    delivered,
    join,
    joined,
    last_request,
    papers,
    refuse,
    refused,
    taken_in,
)
from tests.domain.gwt import given, history
from tongban.domain.events.assistance import Answered, AnswerKind, Asked, ContributionKind, HelpKind
from tongban.domain.law.assistance import Answer, Ask, Contribute
from tongban.domain.law.decide import causes
from tongban.domain.law.phase import Phase
from tongban.domain.law.tracks import ContributionStatus, RequestStatus

ANSWER, MATERIALS, WITHDRAWAL, DELIVERY = ContributionKind
ASK = Ask(HANGZHOU, HelpKind.OPINION)


def test_the_deciding_region_asks_another():
    given(*ACCEPTED).when(ASK, by=HANDLER).then(Asked(HANGZHOU, None, HelpKind.OPINION, None, (), ()))


def test_nobody_else_asks_and_not_before_acceptance():
    given(*ACCEPTED).when(ASK, by=WINDOW).then_refused("not_deciding")
    given(*HANDED_OVER).when(ASK, by=HANDLER).then_refused("wrong_phase")


def test_only_kinds_of_help_that_the_contract_names_are_asked_for():
    given(*ACCEPTED).when(Ask(HANGZHOU, HelpKind.RECORDS), by=HANDLER).then_refused("help_not_foreseen")


def test_another_organization_is_asked_in_the_same_region_or_not():
    given(*ACCEPTED).when(Ask(HEFEI, HelpKind.OPINION, "fire-brigade"), by=HANDLER).then_lawful()
    given(*ACCEPTED).when(Ask(HEFEI, HelpKind.OPINION), by=HANDLER).then_refused("asks_itself")
    given(*ACCEPTED).when(Ask(HEFEI, HelpKind.OPINION, "340100-desk"), by=HANDLER).then_refused("asks_itself")


def test_the_region_asked_answers_without_the_pen():
    given(*ACCEPTED, asked()).when(answer, by=OTHER).then_lawful().then_state(sequence=5)


def test_an_answer_or_a_refusal_to_answer_shows_on_the_request():
    case = history(*ACCEPTED, asked(), answered())
    assert case.state.help.requests[-1].status is RequestStatus.ANSWERED
    no = Answered(last_request(history(*ACCEPTED, asked()).state), AnswerKind.DECLINED, ())
    assert history(*ACCEPTED, asked()).and_then(no, OTHER).state.help.requests[-1].status is RequestStatus.DECLINED


def test_an_answer_belongs_to_a_request():
    given(*ACCEPTED).when(answer, by=WINDOW).then_refused("request_unknown")


def test_a_region_answers_only_what_it_was_asked():
    given(*ACCEPTED, asked()).when(answer, by=WINDOW).then_refused("request_to_other")


def test_a_request_is_answered_once():
    given(*ACCEPTED, asked(), answered()).when(answer, by=OTHER).then_refused("request_settled")


def test_a_stranger_contributes_nothing():
    given(*ACCEPTED).when(answer, by=OTHER).then_refused("not_named")
    given(*ACCEPTED).when(Contribute(WITHDRAWAL), by=OTHER).then_refused("not_named")


def test_nothing_is_contributed_to_a_case_that_is_not_open():
    given().when(Contribute(WITHDRAWAL), by=OTHER).then_refused("wrong_phase")
    given().when(Answer(bytes(32)), by=OTHER).then_refused("wrong_phase")


def test_an_answer_is_not_contributed_by_itself():
    given(*HANDED_OVER).when(Contribute(ANSWER), by=WINDOW).then_refused("answer_without_request")


def test_contributed_materials_are_some_that_the_matter_asks_for():
    given(*CORRECTING).when(Contribute(MATERIALS, papers(IDENTITY)), by=WINDOW).then_lawful()
    given(*CORRECTING).when(Contribute(MATERIALS), by=WINDOW).then_refused("supply_empty")
    given(*CORRECTING).when(Contribute(MATERIALS, papers("passport")), by=WINDOW).then_refused("material_unknown")


def test_a_contribution_changes_nothing_until_it_is_joined():
    given(*CORRECTING).when(contributed(MATERIALS, IDENTITY)).then_state(phase=Phase.CORRECTING, materials=(FORM,))


def test_joined_materials_are_a_supply():
    given(*CORRECTING, contributed(MATERIALS, IDENTITY)).when(join, by=HANDLER).then_lawful().then_state(
        phase=Phase.TAKEN_IN, materials=(FORM, IDENTITY), last_supplied=(IDENTITY,)
    )


def test_a_joined_withdrawal_withdraws_the_case():
    given(*ACCEPTED, contributed(WITHDRAWAL)).when(join, by=HANDLER).then_lawful().then_state(phase=Phase.WITHDRAWN)


def test_a_joined_delivery_delivers_the_result():
    given(*CLOSED, contributed(DELIVERY)).when(join, by=HANDLER).then_lawful().then_state(
        phase=Phase.CLOSED, delivered=True
    )


def test_a_joined_answer_settles_the_request():
    case = history(*ACCEPTED, asked(), answered(), joined(ANSWER))
    assert case.state.help.requests[-1].status is RequestStatus.JOINED
    assert case.state.findings == ()


@pytest.mark.parametrize(
    ("steps", "kind"),
    [(ACCEPTED, MATERIALS), (DECIDED, WITHDRAWAL), (ACCEPTED, DELIVERY)],
    ids=["materials", "withdrawal", "delivery"],
)
def test_a_contribution_joins_only_where_its_act_is_lawful(steps, kind):
    given(*steps, contributed(kind, FORM)).when(join, by=HANDLER).then_refused("wrong_phase")


def test_a_second_delivery_does_not_join():
    given(*CLOSED, delivered(), contributed(DELIVERY)).when(join, by=HANDLER).then_refused("already_delivered")


def test_only_the_holder_joins_or_refuses():
    given(*ACCEPTED, contributed(WITHDRAWAL)).when(join, by=WINDOW).then_refused("pen_not_held")
    given(*ACCEPTED, contributed(WITHDRAWAL)).when(refuse, by=WINDOW).then_refused("pen_not_held")


def test_what_is_joined_or_refused_is_there():
    given(*ACCEPTED).when(join, by=HANDLER).then_refused("contribution_unknown")
    given(*ACCEPTED).when(refuse, by=HANDLER).then_refused("contribution_unknown")


def test_a_contribution_is_settled_once():
    case = (*ACCEPTED, asked(), answered(), joined(ANSWER))
    given(*case).when(join, by=HANDLER).then_refused("contribution_settled")
    given(*case).when(refuse, by=HANDLER).then_refused("contribution_settled")


def test_a_contribution_is_settled_as_what_it_is():
    given(*ACCEPTED, contributed(WITHDRAWAL)).when(joined(ANSWER)).then_finding("contribution_kind")
    given(*ACCEPTED, contributed(WITHDRAWAL)).when(refused(ANSWER)).then_finding("contribution_kind")
    given(*ACCEPTED, contributed(WITHDRAWAL)).when(joined(WITHDRAWAL)).then_lawful()


def test_a_refused_contribution_changes_nothing_else():
    given(*ACCEPTED, contributed(WITHDRAWAL)).when(refuse, by=HANDLER).then_lawful().then_state(phase=Phase.ACCEPTED)
    case = history(*ACCEPTED, asked(), answered(), refused(ANSWER))
    assert case.state.help.contributions[-1].status is ContributionStatus.REFUSED
    assert case.state.help.requests[-1].status is RequestStatus.REFUSED


def test_nothing_is_joined_or_refused_before_a_case_is_open():
    given().when(join, by=WINDOW).then_refused("wrong_phase")
    given().when(refuse, by=WINDOW).then_refused("wrong_phase")


def test_a_contribution_rests_on_what_named_its_region_and_on_what_it_knew():
    case = history(*HANDED_OVER)
    opened, _, last = case.events
    assert causes(case.state, contributed(WITHDRAWAL).what, SHANGHAI) == (opened.hash, last.hash)


def test_a_join_rests_on_the_contribution():
    case = history(taken_in(), contributed(WITHDRAWAL))
    assert causes(case.state, case.told(joined(WITHDRAWAL).what), SHANGHAI) == (case.events[-1].hash,)
