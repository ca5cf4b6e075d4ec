"""Records become forms, and what is wrong with them is told, all of it, with what to do."""

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest

from tests.adapters.mapping.making import DATA, RECORD, run, small_mapping, small_schema
from tongban.contracts.mapping.converter import Converter
from tongban.contracts.mapping.findings import Severity
from tongban.contracts.mapping.meanings import MEANINGS
from tongban.contracts.mapping.reading import read_mapping, shipped_mappings

FORM = {
    "name": "示例甲",
    "kind": "first",
    "amount_fen": 123450,
    "wants_paper": True,
    "born_on": date(1999, 12, 31),
    "tags": ["红", "绿"],
    "rooms": [{"label": "东", "area": 12}, {"label": "西"}],
}


@pytest.fixture(scope="module")
def converter():
    return small_mapping().converter()


def found(converter, **changed):
    return [(each.field, each.code) for each in converter.convert({**RECORD, **changed}).findings]


def test_a_record_becomes_a_form(converter):
    converted = converter.convert(RECORD)
    assert converted.values == FORM
    assert converted.findings == ()
    assert small_schema().decode(small_schema().encode(FORM))["amount_fen"] == 123450


@pytest.mark.parametrize(
    ("changed", "findings"),
    [
        ({"person": {}}, [("name", "missing")]),
        ({"person": "示例甲"}, [("name", "missing")]),
        ({"person": {"name": ["示例甲", "示例乙"]}}, [("name", "kind")]),
        ({"person": {"name": True}}, [("name", "kind")]),
        ({"person": {"name": "示\ufffd甲"}}, [("name", "damaged_text")]),
        ({"person": {"name": "示\x00甲"}}, [("name", "damaged_text")]),
        ({"person": {"name": "\ud800"}}, [("name", "damaged_text")]),
        ({"kind": "3"}, [("kind", "code_unknown")]),
        ({"amount": "12.345"}, [("amount_fen", "number")]),
        ({"amount": "十二元"}, [("amount_fen", "number")]),
        ({"amount": Decimal("1e999999999")}, [("amount_fen", "kind")]),
        ({"amount": 10**4999}, [("amount_fen", "kind")]),
        ({"amount": "9" * 30}, [("amount_fen", "number")]),
        ({"paper": "也许"}, [("wants_paper", "code_unknown")]),
        ({"born": "1999-02-30"}, [("born_on", "date")]),
        ({"tags": 7}, [("tags", "expression")]),
        ({"tags": "红;;绿"}, [("tags.1", "missing")]),
        ({"rooms": ["东"]}, [("rooms.0", "kind")]),
        ({"rooms": [{"area": "x"}]}, [("rooms.0.label", "missing"), ("rooms.0.area", "number")]),
        ({"note": "字" * 30_000}, [("", "form")]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_place_and_keeps_the_record_back(converter, changed, findings):
    assert found(converter, **changed) == findings
    assert converter.convert({**RECORD, **changed}).values is None


def test_all_faults_of_a_record_are_told_at_once(converter):
    told = converter.convert({}).findings
    assert [each.field for each in told if each.code == "missing"] == [
        "name", "kind", "amount_fen", "wants_paper", "born_on", "rooms",
    ]  # fmt: skip
    assert [each.field for each in told if each.code == "expression"] == ["tags"]


@pytest.mark.parametrize(
    ("amount", "fen"), [("1,234.5", 123450), (12, 1200), (Decimal("0.01"), 1), ("１２．５", 1250), ("-3", -300)]
)
def test_amounts_are_exact_in_whole_fen(converter, amount, fen):
    assert converter.convert({**RECORD, "amount": amount}).values["amount_fen"] == fen


def test_a_finding_says_what_to_do_and_repeats_a_personal_value_only_when_asked(converter):
    (born,) = converter.convert({**RECORD, "born": "1999-02-30"}).findings
    assert born.personal
    assert "1999-02-30" not in born.told()
    assert born.told(personal_too=True) == "10 个字符的文本 a text of 10 characters: '1999-02-30'"
    assert born.advice == "改正日期，或在映射中补充格式 correct it, or add its format to the mapping"
    (kind,) = converter.convert({**RECORD, "kind": "3"}).findings
    assert (kind.expected, kind.told()) == ("代码之一 one of 1、2", "其他代码 another code: '3'")


def test_every_code_has_a_meaning_and_an_advice_in_both_languages():
    for meaning in MEANINGS.values():
        assert all(meaning), meaning.code
        assert not meaning.zh.isascii()
        assert not meaning.advice_zh.isascii()
        assert meaning.en.isascii()


# The mappings that ship ----------------------------------------------------------------------------------------------


def counted(told):
    return Counter((kind.field, kind.code, kind.severity.value) for kind in told.summary.counts.elements())


def test_the_mappings_that_ship_fit_their_forms():
    assert shipped_mappings() == ("511602/service-items", "999999/licence-window", "999999/medical-insurance")
    for name in shipped_mappings():
        assert isinstance(read_mapping(name).converter(), Converter)


def test_the_real_list_of_fifty_gives_just_these_findings():
    told = run(read_mapping("511602/service-items"), DATA / "service-items.json")
    assert (told.summary.records, told.summary.converted, told.summary.faulty) == (50, 24, 26)
    assert told.summary.complete
    assert counted(told) == {
        ("implementing_body_code", "identifier_length", "error"): 17,
        ("department_code", "identifier_length", "error"): 26,
        ("implementing_body_code", "identifier_superseded", "warning"): 13,
        ("department_code", "identifier_superseded", "warning"): 23,
        ("catalog_code", "text_unknown", "warning"): 50,
    }
    wrong = {finding.value for _, finding in told.findings if finding.is_error and finding.field == "department_code"}
    assert wrong == {"1151130000877869M"}
    old = {finding.value for _, finding in told.findings if finding.code == "identifier_superseded"}
    assert old >= {"083372204"}


def test_what_became_of_the_real_list_keeps_the_local_codes_and_the_types():
    told = run(read_mapping("511602/service-items"), DATA / "service-items.json")
    types = Counter(values["item_type"] for _, values in told.forms)
    assert types == {"public_service": 17, "licence": 3, "confirmation": 2, "payment": 1, "other_power": 1}
    assert {values["region"] for _, values in told.forms} == {"511602"}
    assert not [values for _, values in told.forms if "catalog_code" in values]
    (grant,) = [values for _, values in told.forms if values["item_type"] == "payment"]
    assert grant["local_catalog_code"] == "G-000007-001"  # it holds hyphens itself
    assert sum("main_item_name" in values for _, values in told.forms) == 4


def test_a_type_that_no_table_knows_is_a_warning_and_the_record_goes_on():
    mapping = read_mapping("511602/service-items")
    record = {
        "name": "示例事项", "main_item": "未分类", "task_type": 21, "area_code": "511602000000", "department": "示例局",
        "item_code": "511A0138600000-511602000000-000-115113010833722043-1-00", "dept_code": "115113010833722043",
    }  # fmt: skip
    converted = mapping.converter().convert(record)
    assert converted.values["item_type"] == "unknown"
    assert [(each.field, each.code, each.severity) for each in converted.findings] == [
        ("item_type", "code_unknown", Severity.WARNING),
        ("catalog_code", "text_unknown", Severity.WARNING),
    ]


def test_the_made_up_window_system_in_gb18030():
    told = run(read_mapping("999999/licence-window"), DATA / "licence-window.csv")
    assert told.summary.encoding == "gb18030"
    errors = [(source.number, each.field, each.code) for source, each in told.findings if each.is_error]
    assert errors == [
        (3, "legal_representative_id_number", "identifier_check"),
        (4, "credit_code", "identifier_length"),
        (5, "application_kind", "code_unknown"),
        (6, "enterprise_name", "missing"),
        (6, "products.0.model", "missing"),
        (7, "", "record_broken"),
        (8, "production_address", "damaged_text"),
        (9, "legal_representative_id_number", "identifier_check"),
        (9, "legal_representative_id_number", "identifier_date"),
    ]
    assert [source.record_id for source, _ in told.forms] == ["示-2019-0001", "示-2019-0002", "示-2019-0010"]
    second = told.forms[1][1]
    assert second["legal_representative_id_number"].endswith("X")
    assert second["contact_telephone"].startswith("+999")
    assert [each["name"] for each in second["products"]] == ["水泥", "化肥"]


def test_the_made_up_medical_system_in_xml():
    told = run(read_mapping("999999/medical-insurance"), DATA / "medical-insurance.xml")
    errors = [(source.number, each.field, each.code) for source, each in told.findings if each.is_error]
    assert errors == [
        (4, "applicant_name", "missing"),
        (4, "starts_on", "date"),
        (5, "id_number", "identifier_old"),
        (6, "insurance_kind", "code_unknown"),
    ]
    assert [values["reason"] for _, values in told.forms] == ["resettled", "resettled", "treatment"]
    assert told.forms[1][1]["starts_on"] == date(2020, 3, 1)
    assert "ends_on" not in told.forms[1][1]
    assert ("reason", "code_unknown", "warning") in counted(told)
