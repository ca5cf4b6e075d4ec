"""The rules of a matter as a value."""

from dataclasses import FrozenInstanceError

import pytest

from tongban.domain.events.assistance import HelpKind
from tongban.domain.events.values import Handling, SubmittedForm
from tongban.domain.law.rules import (
    CaseKind,
    Lead,
    LeadSide,
    LegalRegime,
    Limit,
    LimitUnit,
    Material,
    MatterRules,
    OutcomeKind,
    ReceiptPoint,
)

IDENTITY = Material("identity", "身份证", "Identity card", required=True, form=SubmittedForm.COPY)
REPORT = Material("report", "检验报告", "Inspection report", required=False, form=SubmittedForm.COPY)

RULES = MatterRules(
    catalog_code="000199003000",
    version="1",
    content_hash=bytes(32),
    name_zh="示例事项",
    name_en="Example",
    case_kind=CaseKind.COMMITMENT,
    legal_regime=LegalRegime.LICENCE,
    receipt_at=ReceiptPoint.OFFER,
    handlings=(Handling.REMOTE_INTAKE,),
    lead=Lead(LeadSide.HOME_PLACE, "home_region"),
    materials=(IDENTITY, REPORT),
    opinions=(HelpKind.VERIFICATION,),
    outcome_kind=OutcomeKind.LICENCE,
    four_eyes=True,
    promised_limit=Limit(10, LimitUnit.WORKDAYS),
)


def test_required_materials_are_those_without_which_a_case_is_incomplete():
    assert RULES.required_materials == (IDENTITY,)


def test_secondary_materials_are_those_that_may_be_owed():
    assert RULES.secondary_materials == (REPORT,)


def test_a_material_is_found_by_its_code():
    assert RULES.material("report") is REPORT


def test_a_material_that_the_matter_does_not_ask_for_is_none():
    assert RULES.material("passport") is None


def test_only_the_named_ways_of_handling_are_allowed():
    assert [mode for mode in Handling if RULES.allows(mode)] == [Handling.REMOTE_INTAKE]


def test_only_the_named_kinds_of_help_may_be_asked_for():
    assert [kind for kind in HelpKind if RULES.may_ask(kind)] == [HelpKind.VERIFICATION]


def test_a_limit_that_the_matter_does_not_set_is_none():
    assert RULES.statutory_limit is None


def test_rules_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        RULES.four_eyes = False


def test_rules_are_a_value_that_can_be_hashed():
    assert len({RULES, RULES}) == 1
