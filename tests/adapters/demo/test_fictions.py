"""Fictitious applicants: valid in form, visibly nobody."""

import random
from datetime import date

import pytest

from tongban.adapters.demo.fictions import (
    FICTITIOUS_DIVISION,
    FICTITIOUS_REGISTRAR,
    MEDICAL_REGISTRATION,
    PENSION_TRANSFER,
    PRODUCTION_LICENCE,
    Setting,
    credit_check,
    credit_code,
    enterprise_name,
    fictional_form,
    fictional_outcome,
    id_check_digit,
    id_number,
    organization_check,
    person_name,
    telephone,
)
from tongban.contracts.matter.folders import shipped_matter

FICTIONS = (MEDICAL_REGISTRATION, PENSION_TRANSFER, PRODUCTION_LICENCE)
SETTING = Setting(deciding="310000", other="340100", today=date(2026, 9, 21))
MATTERS = pytest.mark.parametrize(
    "matter",
    [shipped_matter(code) for code in FICTIONS],
    ids=lambda matter: f"{matter.rules.catalog_code}/{matter.rules.version}",
)
SEEDS = range(50)


@MATTERS
def test_a_fictitious_form_fits_its_matter(matter):
    for seed in SEEDS:
        form = fictional_form(random.Random(seed), matter.rules.catalog_code, SETTING)
        assert matter.decode_form(matter.encode_form(form)) == form


@MATTERS
def test_a_fictitious_outcome_fits_its_matter(matter):
    for seed in SEEDS:
        rng = random.Random(seed)
        form = fictional_form(rng, matter.rules.catalog_code, SETTING)
        outcome = fictional_outcome(rng, matter.rules.catalog_code, form, SETTING.today)
        assert matter.decode_outcome(matter.encode_outcome(outcome)) == outcome


@MATTERS
def test_the_form_names_the_deciding_region_where_the_matter_says(matter):
    form = fictional_form(random.Random(1), matter.rules.catalog_code, SETTING)
    assert form[matter.rules.lead.field] == SETTING.deciding


@MATTERS
def test_the_same_seed_gives_the_same_applicant(matter):
    code = matter.rules.catalog_code
    assert fictional_form(random.Random(7), code, SETTING) == fictional_form(random.Random(7), code, SETTING)


def test_an_unknown_matter_is_a_key_error():
    with pytest.raises(KeyError):
        fictional_form(random.Random(1), "000000000000", SETTING)


def test_the_check_digit_of_an_identity_number_follows_the_standards_example():
    assert id_check_digit("11010519491231002") == "X"


@pytest.mark.parametrize("code", ["11370800MB28559184", "11100000000013338W"])
def test_the_checks_of_credit_codes_follow_published_ones(code):
    assert credit_check(code[:17]) == code[17]
    assert organization_check(code[8:16]) == code[16]


def test_a_fictitious_identity_number_is_valid_and_of_no_division():
    for seed in SEEDS:
        number = id_number(random.Random(seed))
        assert len(number) == 18
        assert number.startswith(FICTITIOUS_DIVISION)
        assert id_check_digit(number[:17]) == number[17]
        assert date(1950, 1, 1) <= date.fromisoformat(number[6:14]) <= date(2006, 12, 31)


def test_a_fictitious_credit_code_is_valid_and_of_no_registrar():
    for seed in SEEDS:
        code = credit_code(random.Random(seed))
        assert len(code) == 18
        assert code.startswith(FICTITIOUS_REGISTRAR + FICTITIOUS_DIVISION)
        assert organization_check(code[8:16]) == code[16]
        assert credit_check(code[:17]) == code[17]


def test_names_say_that_they_are_examples():
    assert person_name(random.Random(1)).startswith("示例")
    assert "虚构" in enterprise_name(random.Random(1))


def test_telephone_numbers_have_a_country_code_of_nobody():
    number = telephone(random.Random(1))
    assert number.startswith("+999")
    assert len(number) == 12
