"""The personal guide: from answers to the exact list, and what is wrong with answers."""

import pytest

from tongban.contracts.faults import FaultyContractError
from tongban.contracts.guide.personal import resolve, rules_for
from tongban.contracts.guide.questions import form_faults, known_answers, next_question, unanswered
from tongban.contracts.matter.contract import matter_from_files
from tongban.contracts.matter.files import MATTER_FILE
from tongban.contracts.matter.folders import shipped_matter, shipped_matters
from tongban.contracts.region_settings.settings import find_settings, shipped_settings
from tongban.contracts.region_settings.settings_file import FeeSetting

LICENCE = shipped_matter("000199003000", "2")
MEDICAL = shipped_matter("002099001000", "2")
PENSION = shipped_matter("002099002000", "2")


def settings_of(region, contract):
    return find_settings(shipped_settings(), region, contract.rules.catalog_code, contract.rules.version).about


def materials(guide):
    return [each.entry.code for each in guide.materials]


def with_text(contract, old, new):
    text = contract.files[MATTER_FILE].decode()
    assert text.count(old) == 1
    return matter_from_files({**contract.files, MATTER_FILE: text.replace(old, new).encode()})


# What follows from answers


def test_answers_select_the_sub_item_its_materials_and_its_limit():
    first = resolve(LICENCE, {"application_kind": "first"})
    change = resolve(LICENCE, {"application_kind": "change"})
    assert [each.code for each in first.sub_items] == ["01"]
    assert materials(first) == ["application_form", "business_licence", "inspection_report", "process_description"]
    assert materials(change) == ["application_form", "business_licence", "present_licence"]
    assert (first.promised.value, change.promised.value) == (10, 5)


def test_what_a_licence_or_shared_data_stands_in_for_is_not_brought():
    brought = {each.entry.code for each in resolve(LICENCE, {"application_kind": "change"}).materials if each.brought}
    assert brought == {"application_form"}


def test_fields_that_shared_data_gives_are_fetched_instead_of_asked():
    guide = resolve(LICENCE, {"application_kind": "renewal"})
    assert "enterprise_name" in {each.name for each in guide.fetched_fields}
    assert "credit_code" in {each.name for each in guide.asked_fields}
    assert "present_licence_number" in {each.name for each in guide.fields}
    assert "present_licence_number" not in {
        each.name for each in resolve(LICENCE, {"application_kind": "first"}).fields
    }


def test_steps_fall_out_and_what_followed_them_follows_on():
    def stages(kind):
        return [[each.code for each in stage] for stage in resolve(LICENCE, {"application_kind": kind}).stages]

    assert stages("first") == [["intake"], ["acceptance"], ["review", "site_inspection"], ["decision"], ["issue"]]
    assert stages("renewal") == [["intake"], ["acceptance"], ["review"], ["decision"], ["issue"]]


def test_special_procedures_other_authorities_and_documents_follow_too():
    guide = resolve(LICENCE, {"application_kind": "change"})
    assert guide.special_procedures == ()
    assert [each.code for each in guide.others] == ["industry_opinion"]
    assert len(guide.documents) == 4


# What a region sets


def test_a_region_promises_less_time_and_a_shorter_sub_item_stays():
    hefei = settings_of("340100", LICENCE)
    assert resolve(LICENCE, {"application_kind": "first"}, hefei).promised.value == 6
    assert resolve(LICENCE, {"application_kind": "change"}, hefei).promised.value == 5


def test_a_region_adds_a_channel_or_saves_a_visit():
    here = resolve(LICENCE, {"application_kind": "first"}).channels
    shanghai = resolve(LICENCE, {"application_kind": "first"}, settings_of("310000", LICENCE)).channels
    hefei = resolve(LICENCE, {"application_kind": "first"}, settings_of("340100", LICENCE)).channels
    assert [(each.apply, each.deliver, each.visits) for each in here] == [
        ("window", "courier", 1),
        ("window", "window", 2),
    ]
    assert (shanghai[0].apply, shanghai[0].visits, len(shanghai)) == ("online", 0, 3)
    assert {each.visits for each in hefei} == {1}


def test_a_region_gets_a_material_itself_and_the_case_needs_it_all_the_same():
    answers = {"reason": "long_term_resident"}
    guide = resolve(MEDICAL, answers, settings_of("310000", MEDICAL))
    (proof,) = (each for each in guide.materials if each.entry.code == "residence_proof")
    assert (proof.asked, proof.brought) == (False, False)
    assert "residence_proof" in {each.code for each in rules_for(MEDICAL, answers).required_materials}


def test_fees_are_added_up_and_lowered():
    fees = (
        "fees:\n  - {code: plate, name: {zh: 工本费, en: Plate}, amount_fen: 1000, basis: {zh: 某标准, en: A tariff}}\n"
        "  - {code: copy, name: {zh: 复印, en: Copy}, amount_fen: 50, per: copy, basis: {zh: 某标准, en: A tariff}}\n"
        "  - {code: test, name: {zh: 检验费, en: Test}, amount_fen: 700, basis: {zh: 某标准, en: A tariff}, "
        "when: {application_kind: [first]}}\nchannels:\n"
    )
    contract = with_text(LICENCE, "channels:\n", fees)
    assert resolve(contract, {"application_kind": "first"}).fee_fen == 1700
    lower = settings_of("310000", LICENCE).model_copy(update={"fees": (_fee("plate", 0), _fee("test", 600))})
    guide = resolve(contract, {"application_kind": "first"}, lower)
    assert (guide.fee_fen, [each.code for each in guide.fees]) == (600, ["copy", "test"])
    assert resolve(contract, {"application_kind": "change"}).fee_fen == 1000


def _fee(code, amount):
    return FeeSetting(code=code, amount_fen=amount)


# Completeness


def test_what_answers_bring_in_is_required_under_them_and_else_not():
    def required(contract, answers):
        return {each.code for each in rules_for(contract, answers).required_materials}

    always = {"application_form", "business_licence"}
    assert required(LICENCE, {}) == always
    assert required(LICENCE, {"application_kind": "first"}) == always | {"inspection_report"}
    assert required(LICENCE, {"application_kind": "change"}) == always | {"present_licence"}
    assert required(PENSION, {"consents_to_fetch": False}) == required(PENSION, {"consents_to_fetch": True})


def test_the_rules_of_format_1_are_not_changed_by_any_answer():
    old = [each for each in shipped_matters() if each.regime is None]
    assert len(old) == 3
    for each in old:
        assert rules_for(each, {"application_kind": "first"}) == each.rules


# Questions in turn

IN_TURN = with_text(
    PENSION,
    "    text: {zh: 是否同意由转入地调取缴费记录？, en: \"May the destination fetch your record of contributions?\"}\n",
    "    text: {zh: 是否同意？, en: Do you agree}\n    when: {reason: [new_employment]}\n",
)  # fmt: skip


def test_a_question_that_an_earlier_answer_does_not_bring_up_is_not_asked():
    assert next_question(IN_TURN.about, {}).field == "reason"
    assert next_question(IN_TURN.about, {"reason": "new_employment"}).field == "consents_to_fetch"
    assert next_question(IN_TURN.about, {"reason": "return_home"}) is None
    given = {"reason": "return_home", "consents_to_fetch": True}
    assert known_answers(IN_TURN.about.questions, given) == {"reason": "return_home"}


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ({}, [("reason", "nothing"), ("consents_to_fetch", "nothing")]),
        ({"reason": "whim", "consents_to_fetch": True}, [("reason", "text")]),
        ({"reason": 1, "consents_to_fetch": 1}, [("consents_to_fetch", "integer"), ("reason", "integer")]),
        ({"reason": None}, [("reason", "nothing"), ("consents_to_fetch", "nothing")]),
        ({"reason": "return_home", "consents_to_fetch": True, "id_number": "x"}, [("id_number", "no such question")]),
    ],
)
def test_wrong_answers_are_told_at_once_without_repeating_them(answers, told):
    with pytest.raises(FaultyContractError) as caught:
        resolve(PENSION, answers)
    found = {(each.path, each.found) for each in caught.value.faults}
    assert found >= {*told}
    assert "whim" not in str(caught.value)


def test_a_form_answers_what_is_asked_under_its_own_answers():
    form = {"reason": "posted", "ends_on": None}
    assert [each.path for each in form_faults(MEDICAL, form)] == ["ends_on"]
    assert not list(form_faults(MEDICAL, {"reason": "long_term_resident"}))
    assert [each.path for each in form_faults(IN_TURN, {"reason": "new_employment", "new_employer": "示例"})] == [
        "consents_to_fetch"
    ]
    assert unanswered(MEDICAL, {}) == ("reason",)


def test_what_is_fetched_need_not_be_stated():
    """The number of the present licence comes from the licence library; the form may leave it open."""
    assert not list(form_faults(LICENCE, {"application_kind": "renewal", "present_licence_number": None}))
