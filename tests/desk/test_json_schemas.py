"""The JSON Schema of an act is valid, takes what the command line takes, and refuses what reading a request refuses."""

import json
from datetime import date

import pytest
from jsonschema import Draft202012Validator

from tests.adapters.cli.conftest import FORM, OUTCOME
from tongban.contracts.forms.json_values import from_json, to_json
from tongban.contracts.matter.folders import shipped_matters
from tongban.desk.json_schema import json_schema
from tongban.desk.kinds.records import Record
from tongban.desk.making import read_request
from tongban.desk.record_schema import record_schema
from tongban.desk.table import DESCRIPTIONS, describe
from tongban.domain.errors import MalformedError
from tongban.domain.events.event_type import Act

EXAMPLES = [(each, example) for each in DESCRIPTIONS.values() for example in each.examples]
RECORDS = {"form.json": FORM, "outcome.json": OUTCOME}
DIGEST = "ab" * 32

TAKEN = [
    (Act.TAKE_IN, {"matter": "1", "materials": [{"code": "a"}, {"code": "b", "form": "copy", "copies": 2}]}),
    (Act.OFFER, {}),
    (Act.OFFER, {"to": "330100", "ground": "boundary_change", "document": {"kind": "令", "number": "1", "digest": DIGEST}}),
    (Act.DECLINE, {"code": "duplicate", "reason": "重复"}),
    (Act.SUPPLY, {"received_at": "2026-11-22T09:30:00+08:00", "form": {}}),
    (Act.ASK, {"region": "310000", "kind": "records", "within": 3, "shares": []}),
    (Act.ANSWER, {"request": "abcd", "answer": "declined"}),
    (Act.DECIDE, {"granted": False}),
    (Act.ARCHIVE, {"number": "1", "years": 30}),
]  # fmt: skip
REFUSED = [
    (Act.TAKE_IN, {"matter": ""}),
    (Act.TAKE_IN, {"matter": "1", "materials": "a"}),
    (Act.TAKE_IN, {"matter": "1", "materials": ["a"]}),
    (Act.TAKE_IN, {"matter": "1", "materials": [{"code": "a", "form": "stone"}]}),
    (Act.TAKE_IN, {"matter": "1", "materials": [{"code": "a", "copies": 0}]}),
    (Act.TAKE_IN, {"matter": "1", "materials": [{"code": "a", "copies": True}]}),
    (Act.TAKE_IN, {"matter": "1", "all_materials": "yes"}),
    (Act.OFFER, {"colour": "red"}),
    (Act.OFFER, {"ground": "whim"}),
    (Act.OFFER, {"document": {"kind": "令"}}),
    (Act.OFFER, {"document": {"kind": "令", "number": "1", "digest": "ab"}}),
    (Act.OFFER, {"document": {"kind": "令", "number": "1", "file": "x"}}),
    (Act.SUPPLY, {"form": [1]}),
    (Act.SUPPLY, {"received_at": 5}),
    (Act.ASK, {"region": "310000", "kind": "records", "within": 0}),
    (Act.ARCHIVE, {"number": "1", "years": "30"}),
    (Act.DECLINE, {"code": 5}),
    (Act.DECIDE, {"granted": "true"}),
]


def ids(value):
    return value.value if isinstance(value, Act) else None


def valid(act, request):
    return Draft202012Validator(json_schema(describe(act))).is_valid(request)


@pytest.mark.parametrize("description", DESCRIPTIONS.values(), ids=lambda each: each.act.value)
def test_the_schema_is_one_and_can_be_written_as_json(description):
    for contract in (None, *shipped_matters()):
        schema = json_schema(description, contract)
        Draft202012Validator.check_schema(schema)
        assert json.loads(json.dumps(schema)) == schema
    assert schema["properties"].keys() == {each.name for each in description.fields}


@pytest.mark.parametrize(("description", "example"), EXAMPLES, ids=lambda each: getattr(each, "act", None))
def test_what_an_example_fills_in_on_a_command_line_is_a_request_as_well(description, example):
    request, given = {}, {}
    for name, text in example.given.items():
        field = description.field(name)
        value = RECORDS[text] if isinstance(field.kind, Record) else text
        if not isinstance(field.kind, Record) and not isinstance(text, bool):
            value = field.read_texts(text if isinstance(text, tuple) else (text,))
        given[name], request[name] = value, field.as_json(value)
    Draft202012Validator(json_schema(description)).validate(json.loads(json.dumps(request)))
    assert read_request(description, request) == given


@pytest.mark.parametrize(("act", "request_"), TAKEN, ids=ids)
def test_a_request_in_form_is_read_and_written_again_as_the_same(act, request_):
    assert valid(act, request_)
    given = read_request(describe(act), request_)
    written = {name: describe(act).field(name).as_json(value) for name, value in given.items()}
    assert valid(act, written)
    assert read_request(describe(act), written) == given


@pytest.mark.parametrize(("act", "request_"), REFUSED, ids=ids)
def test_what_the_schema_refuses_reading_refuses(act, request_):
    assert not valid(act, request_)
    with pytest.raises(MalformedError):
        read_request(describe(act), request_)


def test_a_required_field_and_two_limits_at_once_are_the_schemas_to_say():
    assert not valid(Act.DECLINE, {})
    assert not valid(Act.NOTICE, {"items": []})
    assert not valid(Act.ASK, {"region": "310000", "kind": "records", "within": 3, "within_minutes": 9})


def test_titles_stand_in_both_languages_and_personal_fields_are_marked():
    schema = json_schema(describe(Act.DECLINE))
    assert schema["title"] == "退回移交 decline"
    assert schema["properties"]["code"]["oneOf"][0] == {"const": "not_competent", "title": "无管辖权 not competent"}
    assert "x-personal" not in schema["properties"]["code"]
    assert schema["properties"]["reason"]["x-personal"] is True


@pytest.mark.parametrize("contract", shipped_matters(), ids=lambda each: each.rules.catalog_code)
def test_a_matters_form_and_outcome_are_spelled_out(contract):
    for schema in (contract.form_schema, contract.outcome_schema):
        made = record_schema(schema)
        Draft202012Validator.check_schema(made)
        assert made["properties"].keys() == {each.name for each in schema.fields}


def test_a_form_that_the_contract_takes_fits_its_schema_and_one_with_a_fault_does_not():
    contract = next(each for each in shipped_matters() if each.rules.catalog_code == "000199003000")
    validator = Draft202012Validator(record_schema(contract.form_schema))
    validator.validate(FORM)
    assert not validator.is_valid({**FORM, "application_kind": "whim"})
    assert not validator.is_valid({**FORM, "colour": "red"})
    assert not validator.is_valid({**FORM, "contact_name": 5})
    outcome = Draft202012Validator(record_schema(contract.outcome_schema))
    outcome.validate(OUTCOME)
    decoded = contract.decode_outcome(contract.encode_outcome(from_json(OUTCOME, contract.outcome_schema)))
    assert decoded["issued_on"] == date(2026, 11, 22)
    assert to_json(decoded) == OUTCOME
