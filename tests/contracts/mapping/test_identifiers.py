"""Identifiers as they stand in real data: right ones, wrong ones, and those that a table does not know."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from tongban.adapters.demo.fictions import id_check_digit
from tongban.contracts.mapping.findings import Severity
from tongban.contracts.mapping.identifiers import IdentifierKind, check_identifier
from tongban.contracts.mapping.meanings import MEANINGS

CITIZEN, CREDIT, ORGANIZATION, REGION = IdentifierKind


def citizen(region, born, sequence="001"):
    """An identity number with the check digit that belongs to it."""
    body = f"{region}{born}{sequence}"
    return body + id_check_digit(body)


def codes(text, *kinds):
    return [(flaw.code, flaw.severity.value) for flaw in check_identifier(text, kinds).flaws]


@pytest.mark.parametrize(
    ("text", "flaws"),
    [
        ("11010519491231002X", []),
        (" 11010519491231002x ", []),
        ("１１０１０５１９４９１２３１００２Ｘ", []),
        ("110105194912310021", [("identifier_check", "error")]),
        (citizen("110105", "19990230"), [("identifier_date", "error")]),
        ("110105491231002", [("identifier_old", "error")]),
        ("1101051949123100", [("identifier_length", "error")]),
        ("", [("identifier_length", "error")]),
        ("1101051949123I002X", [("identifier_characters", "error")]),
        (citizen("999999", "19900101"), [("identifier_region", "warning")]),
        (citizen("341882", "20200101"), []),
        (citizen("341822", "20200101"), [("identifier_region", "warning")]),
    ],
)
def test_a_citizen_id_is_told_what_is_wrong_with_it(text, flaws):
    assert codes(text, CITIZEN) == flaws


def test_every_flaw_of_a_citizen_id_is_told_not_only_the_first():
    right = citizen("110105", "19990230")
    wrong = right[:-1] + ("1" if right[-1] != "1" else "2")
    assert codes(wrong, CITIZEN) == [("identifier_check", "error"), ("identifier_date", "error")]


def test_a_county_that_the_library_does_not_know_in_a_province_that_it_knows_is_a_warning():
    """The library itself raises KeyError here, which is no error of its own."""
    text = citizen("511613", "19900101")
    with pytest.raises(KeyError):
        ric.validate(text)
    assert codes(text, CITIZEN) == [("identifier_region", "warning")]


@pytest.mark.parametrize(
    ("text", "flaws"),
    [
        ("11511301008778183N", []),
        ("115113010833722043", []),
        ("11511300008778693M", []),
        ("11511301008778183n", []),
        ("1151130000877869M", [("identifier_length", "error")]),
        ("083372204", [("identifier_length", "error")]),
        ("11511301008778183M", [("identifier_check", "error")]),
        ("1151130100877818IN", [("identifier_characters", "error")]),
    ],
)
def test_a_credit_code_is_told_what_is_wrong_with_it(text, flaws):
    assert codes(text, CREDIT) == flaws


def test_a_registrar_with_a_letter_is_a_warning_though_the_library_refuses_it():
    body = "N2370800008778183"
    text = body + uscc.calc_check_digit(body)
    assert not uscc.is_valid(text)
    assert codes(text, CREDIT) == [("identifier_issuer", "warning")]


def test_an_organization_code_inside_that_does_not_fit_is_a_warning():
    body = "11511301008778184"
    assert codes(body + uscc.calc_check_digit(body), CREDIT) == [("identifier_inner", "warning")]


@pytest.mark.parametrize(
    ("text", "flaws"),
    [
        ("083372204", []),
        ("08337220-4", []),
        ("083372205", [("identifier_check", "error")]),
        ("08337220", [("identifier_length", "error")]),
        ("08337220四", [("identifier_characters", "error")]),
    ],
)
def test_an_organization_code_has_a_check_digit_of_its_own(text, flaws):
    assert codes(text, ORGANIZATION) == flaws


def test_an_organization_code_where_a_credit_code_is_wanted_is_taken_with_a_warning_if_the_mapping_says_so():
    assert codes("08337220-4", CREDIT, ORGANIZATION) == [("identifier_superseded", "warning")]
    assert check_identifier("08337220-4", (CREDIT, ORGANIZATION)).value == "083372204"
    assert codes("083372205", CREDIT, ORGANIZATION) == [
        ("identifier_superseded", "warning"),
        ("identifier_check", "error"),
    ]


@pytest.mark.parametrize(
    ("text", "value", "flaws"),
    [
        ("340100", "340100", []),
        ("511602000000", "511602", []),
        ("341822", "341822", [("identifier_region", "warning")]),
        ("999999", "999999", [("identifier_region", "warning")]),
        ("合肥市", "合肥市", [("identifier_length", "error")]),
        ("340100000001", "340100", [("identifier_characters", "error")]),
    ],
)
def test_a_region_code_has_six_digits_that_may_be_filled_up(text, value, flaws):
    checked = check_identifier(text, (REGION,))
    assert (checked.value, codes(text, REGION)) == (value, flaws)


@given(st.text(max_size=20) | st.text("0123456789Xx-ⅧＸ１²", min_size=8, max_size=19), st.sampled_from(IdentifierKind))
def test_whatever_stands_there_gives_flaws_with_a_known_code_that_do_not_repeat_it(text, kind):
    for flaw in check_identifier(text, (kind,)).flaws:
        assert flaw.code in MEANINGS
        assert flaw.severity in Severity
        assert len(text) < 8 or text not in flaw.found
