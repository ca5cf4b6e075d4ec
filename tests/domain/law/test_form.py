"""The form that is valid: folded from commitments alone, so that every city knows which one it is."""

import pytest

from tests.domain.case_files import (
    FORM,
    HANDLER,
    IDENTITY,
    WINDOW,
    Step,
    contributed,
    joined,
    noticed,
    offered,
    papers,
    supplied,
    taken_over,
)
from tests.domain.gwt import history
from tests.domain.law.test_takeover import NEW_HANDLER, take_over
from tongban.domain.events.assistance import Contributed, ContributionKind
from tongban.domain.events.correction import Supplied
from tongban.domain.events.intake import TakenIn
from tongban.domain.events.takeover import ActAdopted
from tongban.domain.events.values import FORM as FORM_NAME
from tongban.domain.events.values import Commitment, Handling

FIRST, SECOND = Commitment(FORM_NAME, b"\x01" * 32), Commitment(FORM_NAME, b"\x02" * 32)
REMARK = Commitment("text", b"\x03" * 32)


def opened(*contents: Commitment) -> Step:
    return Step(TakenIn(Handling.REMOTE_INTAKE, HANDLER.region, papers(FORM), None, contents), WINDOW)


def with_form(what: type[Supplied | Contributed], by=HANDLER) -> Step:
    if what is Supplied:
        return Step(Supplied(papers(IDENTITY), 0, (SECOND, REMARK)), by)
    return Step(Contributed(ContributionKind.MATERIALS, papers(IDENTITY), 0, None, None, (SECOND,)), WINDOW)


CORRECTING = (opened(REMARK, FIRST), offered(), taken_over(), noticed(IDENTITY))


def test_a_case_without_a_form_has_none():
    assert history(opened(REMARK)).state.form.digest is None


def test_the_opening_brings_a_form_and_a_supply_a_newer_one():
    assert history(*CORRECTING).state.form.digest == FIRST.digest
    assert history(*CORRECTING, with_form(Supplied)).state.form.digest == SECOND.digest
    assert history(*CORRECTING, supplied(IDENTITY)).state.form.digest == FIRST.digest


def test_an_unlawful_supply_brings_none():
    told = history(*CORRECTING[:3], with_form(Supplied))
    assert [each.code for each in told.state.findings] == ["wrong_phase"]
    assert told.state.form.digest == FIRST.digest


def test_a_contributed_form_is_valid_once_it_is_joined():
    told = history(*CORRECTING, with_form(Contributed))
    assert told.state.form.digest == FIRST.digest
    assert history(*CORRECTING, with_form(Contributed), joined(ContributionKind.MATERIALS)).state.form.digest == (
        SECOND.digest
    )
    without = history(
        *CORRECTING, contributed(ContributionKind.MATERIALS, IDENTITY), joined(ContributionKind.MATERIALS)
    )
    assert without.state.form.digest == FIRST.digest


@pytest.mark.parametrize(
    ("past", "back"),
    [((with_form(Supplied),), 1), ((with_form(Contributed), joined(ContributionKind.MATERIALS)), 2)],
    ids=["a supply", "a join"],
)
def test_a_form_past_the_head_is_valid_once_its_act_is_adopted(past, back):
    story = take_over(history(*CORRECTING, *past), back=back)
    assert story.state.form.digest == FIRST.digest
    (act,) = (each.event for each in story.state.past_head.acts)
    adopted = story.and_then(ActAdopted(act), NEW_HANDLER)
    assert adopted.state.findings == ()
    assert adopted.state.form.digest == SECOND.digest
