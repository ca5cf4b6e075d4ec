"""`form.avsc` and `outcome.avsc`: which fields and types a form may have."""

import json

import pytest
from tests.contracts.matter.medical import (
    MEDICAL,
    faults_of,
    field_of,
    form_with,
    medical_with,
    only,
)

from tongban.contracts.matter.contract import (
    matter_from_files,
)
from tongban.contracts.matter.files import FORM_FILE


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("data_class", ...),
        ("data_class", "secret"),
        ("personal", ...),
        ("personal", "yes"),
        ("title_zh", ...),
        ("title_en", ""),
    ],
)
def test_a_form_with_an_unclassified_field_is_refused(attribute, value):
    fault = only(faults_of(matter_from_files, form_with(field_of("string", **{attribute: value}))))
    assert (fault.file, fault.path) == (f"{MEDICAL}/1/{FORM_FILE}", f"fields.some.{attribute}")


def test_an_unclassified_field_of_a_record_within_is_refused():
    inner = {"type": "record", "name": "Inner", "fields": [field_of("string", data_class=...)]}
    fault = only(faults_of(matter_from_files, form_with(field_of({"type": "array", "items": inner}))))
    assert fault.path == "fields.some.type.items.fields.some.data_class"


ENUM = {"type": "enum", "name": "E", "symbols": ["a", "b"], "symbols_zh": ["甲", "乙"], "symbols_en": ["a", "b"]}


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("float", "no float"),
        ("double", "no float"),
        ("null", "one side of a union"),
        (["string", "int"], 'a union of "null"'),
        (["string", "null"], 'a union of "null"'),
        (["null", "string", "int"], 'a union of "null"'),
        (["null"], 'a union of "null"'),
        (["null", "float"], "no float"),
        (["null", ["null", "string"]], 'a union of "null"'),
        ({"type": "map", "values": "string"}, "no map"),
        ({"type": "array", "items": "null"}, "one side of a union"),
        ({"type": "array", "items": {"type": "record", "name": "Empty", "fields": []}}, "at least one field"),
        ({"type": "fixed", "name": "Nothing", "size": 0}, "a size of at least 1"),
        ({"type": "record", "name": "string", "fields": [field_of("int")]}, "a name of its own"),
        ({"type": "record", "name": "N", "fields": [field_of(["null", "N"])]}, "no recursion"),
        ({**ENUM, "symbols_zh": ["甲"]}, "2 titles"),
        ({**ENUM, "symbols": ["a", "a"]}, "a valid Avro schema"),
        ({**ENUM, "symbols": []}, "a list of symbols"),
        ({**ENUM, "order": "ignore"}, "no such attribute"),
        ({"type": "long", "logicalType": "timestamp-micros"}, "date on an int"),
        ({"type": {"type": "string"}}, "a type"),
        ("tongban.elsewhere.Person", "types that this file defines"),
        (5, "a type"),
    ],
    ids=str,
)
def test_a_type_that_a_form_may_not_have_is_refused(kind, expected):
    assert expected in only(faults_of(matter_from_files, form_with(field_of(kind)))).expected


@pytest.mark.parametrize(
    ("each", "expected"),
    [
        (field_of("string", name="reason"), "each field once"),
        (field_of("string", name="Größe"), "a name of a to z"),
        (field_of("string", name=...), "a field with a name"),
        (field_of("string", titel="x"), "no such attribute"),
        (field_of("string", default=5), "a valid Avro schema"),
        ("some", "a field with a name"),
    ],
    ids=str,
)
def test_a_field_out_of_order_is_refused(each, expected):
    assert expected in only(faults_of(matter_from_files, form_with(each))).expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"{", "JSON"),
        (b'{"type": "record", "type": "record"}', "JSON"),
        (b'{"type": NaN}', "JSON"),
        (b'{"type": "\\ud800"}', "JSON"),
        (b"\xef\xbb\xbf{}", "JSON"),
        (b"[" * 10_000, "JSON"),
        (b'"string"', "one record"),
        (b'{"type": "enum", "name": "E", "symbols": ["a"]}', "one record"),
        (b'{"type": "record", "name": "F", "fields": []}', "at least one field"),
    ],
)
def test_a_schema_that_is_not_one_record_in_json_is_refused(data, expected):
    assert expected in only(faults_of(matter_from_files, medical_with(outcome=data))).expected


def test_types_nested_without_end_are_refused():
    kind = "string"
    for _ in range(100):
        kind = {"type": "array", "items": kind}
    assert only(faults_of(matter_from_files, form_with(field_of(kind)))).expected == "a form of bounded depth"


def test_a_type_defined_once_can_be_used_again():
    person = {"type": "record", "name": "Person", "fields": [field_of("string", name="name")]}
    schema = {"type": "record", "name": "Outcome", "namespace": "tongban.test"}
    schema["fields"] = [field_of(person, name="first"), field_of(["null", "Person"], name="second", default=None)]
    matter = matter_from_files(medical_with(outcome=json.dumps(schema).encode()))
    outcome = {"first": {"name": "甲"}, "second": {"name": "乙"}}
    assert matter.decode_outcome(matter.encode_outcome(outcome)) == outcome
    fault = only(faults_of(matter.encode_outcome, {"first": {"name": "甲"}, "second": {"name": 5}}))
    assert fault.path == "second.name"
