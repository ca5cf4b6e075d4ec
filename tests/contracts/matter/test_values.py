"""The values of a form: what comes back, what is refused and how it is told."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.contracts.matter.medical import (
    BY_CODE,
    LICENCE,
    MEDICAL,
    PENSION,
    faults_of,
    only,
)

from tongban.contracts.forms.values import VALUES_MAX_BYTES
from tongban.contracts.matter.files import FORM_FILE
from tongban.contracts.matter.folders import shipped_matters
from tongban.domain.errors import ContractError

FORM = {
    "applicant_name": "示例甲",
    "id_number": "99999919900101001X",
    "telephone": "+99900000000",
    "agent_name": None,
    "insured_region": "310000",
    "treatment_region": "340100",
    "insurance_kind": "employee",
    "reason": "posted",
    "starts_on": date(2026, 10, 1),
    "ends_on": None,
}


def test_a_form_comes_back_as_it_was_given():
    medical = BY_CODE[MEDICAL]
    assert medical.decode_form(medical.encode_form(FORM)) == FORM


def test_a_field_left_out_takes_its_default():
    medical = BY_CODE[MEDICAL]
    given_fields = {name: value for name, value in FORM.items() if value is not None}
    assert medical.decode_form(medical.encode_form(given_fields)) == FORM


@pytest.mark.parametrize(
    ("name", "value", "expected", "found"),
    [
        ("applicant_name", 5, "text", "integer"),
        ("applicant_name", None, "text", "nothing"),
        ("applicant_name", "\ud800", "text", "text"),
        ("agent_name", ("string", "x"), "text", "tuple"),
        ("starts_on", "2026-10-01", "a date", "text"),
        ("insurance_kind", "everybody", "employee or resident", "text"),
        ("insurance_kind", ["employee"], "employee or resident", "list"),
        ("favourite_colour", "red", "no such field", "a value"),
    ],
)
def test_a_wrong_field_is_named_with_what_was_expected_and_found(name, value, expected, found):
    fault = only(faults_of(BY_CODE[MEDICAL].encode_form, {**FORM, name: value}))
    assert fault == (f"{MEDICAL}/1/{FORM_FILE}", name, expected, found)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("contribution_months", 5.5),
        ("contribution_months", True),
        ("contribution_months", 2**31),
        ("transferred_fen", 2**63),
    ],
)
def test_numbers_are_not_bent_to_fit(name, value):
    outcome = {
        "transfer_number": "示例-1",
        "from_region": "340100",
        "to_region": "310000",
        "contribution_months": 12,
        "transferred_fen": 100,
        "effective_on": date(2026, 10, 1),
    }
    assert only(faults_of(BY_CODE[PENSION].encode_outcome, {**outcome, name: value})).path == name


def test_a_field_within_a_list_is_named_by_its_place():
    fields = {each.name: "示例" for each in BY_CODE[LICENCE].form_schema.fields}
    products = [{"name": "水泥", "model": "示-4"}, {"name": 5, "model": "示-4"}, "水泥"]
    form = {**fields, "application_kind": "first", "products": products}
    faults = faults_of(BY_CODE[LICENCE].encode_form, form)
    assert [fault.path for fault in faults] == ["products.1.name", "products.2"]
    form["products"] = "水泥"
    assert only(faults_of(BY_CODE[LICENCE].encode_form, form)).expected == "a list"


def test_all_faults_of_a_form_are_told_at_once():
    faults = faults_of(BY_CODE[MEDICAL].encode_form, {"applicant_name": 5})
    assert {fault.path for fault in faults} == {name for name, value in FORM.items() if value is not None}


def test_a_message_never_repeats_what_an_applicant_stated():
    with pytest.raises(ContractError) as caught:
        BY_CODE[MEDICAL].encode_form({**FORM, "starts_on": "99999919900101001X"})
    assert "9999" not in re.sub(MEDICAL, "", str(caught.value))


def test_a_form_that_is_too_large_is_refused():
    fault = only(faults_of(BY_CODE[MEDICAL].encode_form, {**FORM, "applicant_name": "x" * VALUES_MAX_BYTES}))
    assert fault.expected == f"at most {VALUES_MAX_BYTES} bytes"
    faults_of(BY_CODE[MEDICAL].decode_form, bytes(VALUES_MAX_BYTES + 1))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: b"",
        lambda data: data[:-1],
        lambda data: data + b"\x00",
        lambda data: bytes([data[0] | 0x80, 0x00]) + data[1:],  # an overlong varint
        lambda data: b"\xfe" + b"\xff" * 8 + b"\x01" + data[1:],  # a text of 2**63 - 1 bytes
        lambda data: b"\x01" + data[1:],  # a text of -1 bytes
    ],
    ids=["empty", "cut", "trailing", "overlong", "enormous", "negative"],
)
def test_bytes_that_are_not_canonical_are_refused(spoil):
    data = BY_CODE[MEDICAL].encode_form(FORM)
    assert only(faults_of(BY_CODE[MEDICAL].decode_form, spoil(data))).file == f"{MEDICAL}/1/{FORM_FILE}"


@given(st.binary(max_size=300))
def test_whatever_bytes_decode_encode_to_the_same_bytes(data):
    for matter in shipped_matters():
        try:
            values = matter.decode_form(data)
        except ContractError:
            continue
        assert matter.encode_form(values) == data
