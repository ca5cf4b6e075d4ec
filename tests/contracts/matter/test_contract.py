"""Matters as contracts: what is read, what is refused and how it is told, what a bundle is."""

import json
import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.contracts.faults import FaultyContractError
from tongban.contracts.forms.values import VALUES_MAX_BYTES, DataClass
from tongban.contracts.matter.contract import PACKAGE_MAX_BYTES, matter_from_files, matter_from_package, matter_package
from tongban.contracts.matter.files import FORM_FILE, MATTER_FILE, OUTCOME_FILE
from tongban.contracts.matter.folders import list_matters, read_matter, shipped_matter, shipped_matters
from tongban.domain.errors import ContractError
from tongban.domain.events.values import Handling

MEDICAL, PENSION, LICENCE = "002099001000", "002099002000", "000199003000"
BY_CODE = {code: shipped_matter(code, "1") for code in (MEDICAL, PENSION, LICENCE)}
"""In format 1; `test_matter_format` looks at the current one."""
EACH = pytest.mark.parametrize(
    "matter", shipped_matters(), ids=lambda matter: f"{matter.rules.catalog_code}/{matter.rules.version}"
)

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

# SHA-256 of each bundle as released: add, never edit.
RELEASED = {
    (LICENCE, "1"): "f9c6f30a4d1f36db466c8371ba789b7ea9222a8ad2152bbc27db2da6f2917a33",
    (MEDICAL, "1"): "7ef0a3217e04c59c7394e8ce9e24bfff2d14ff66d278b1aaa5a6bb5d1bb1fee2",
    (PENSION, "1"): "8ee3a203015d797ccf2a58b498c224a41efd7e1fa96f2a3637b9d34d343b9330",
}


def faults_of(call, *args, **kwargs):
    with pytest.raises(ContractError) as caught:
        call(*args, **kwargs)
    assert isinstance(caught.value, FaultyContractError)
    return caught.value.faults


def only(faults):
    (fault,) = faults
    return fault


def medical_with(**changes):
    """The files of the medical matter, some replaced (by name without extension: matter, form, outcome)."""
    names = {"matter": MATTER_FILE, "form": FORM_FILE, "outcome": OUTCOME_FILE}
    files = {**BY_CODE[MEDICAL].files, **{names[key]: data for key, data in changes.items()}}
    return {name: data for name, data in files.items() if data is not None}


def yaml_with(old, new):
    """The medical matter's description with one replacement."""
    text = BY_CODE[MEDICAL].files[MATTER_FILE].decode()
    assert text.count(old) == 1
    return medical_with(matter=text.replace(old, new).encode())


def field_of(kind, **changes):
    """A well-kept field of a form, with changes; a change to `...` leaves the attribute out."""
    kept = {"title_zh": "某", "title_en": "Some", "data_class": "general", "personal": True}
    each = {"name": "some", "type": kind, **kept, **changes}
    return {key: value for key, value in each.items() if value is not ...}


def form_with(each):
    """The medical matter's files, its form with one more field."""
    schema = json.loads(BY_CODE[MEDICAL].files[FORM_FILE])
    schema["fields"].append(each)
    return medical_with(form=json.dumps(schema).encode())


# What ships


def test_the_matters_that_ship_use_all_three_ways_of_handling():
    assert {mode for matter in shipped_matters() for mode in matter.rules.handlings} == set(Handling)


@pytest.mark.parametrize(("released", "content_hash"), RELEASED.items(), ids="/".join)
def test_released_files_never_change(released, content_hash):
    assert shipped_matter(*released).content_hash.hex() == content_hash


@EACH
def test_codes_that_no_source_gives_are_marked_as_examples(matter):
    assert matter.about.code_is_example
    assert matter.rules.catalog_code[4:6] == "99"
    assert matter.about.example_settings


@EACH
def test_every_field_that_ships_is_classified(matter):
    fields = matter.form_schema.fields + matter.outcome_schema.fields
    assert all(each.title_zh and each.title_en and each.data_class in DataClass for each in fields)
    assert any(each.personal for each in matter.form_schema.fields)


@EACH
def test_a_bundled_matter_is_a_value(matter):
    assert hash(matter) == hash(matter_from_package(matter.package))


def test_a_licence_falls_under_the_law_of_licences_and_has_secondary_material():
    rules = BY_CODE[LICENCE].rules
    assert (rules.statutory_limit.value, rules.notice_limit.value, rules.deemed_acceptance) == (20, 5, True)
    assert [each.code for each in rules.secondary_materials] == ["process_description"]


# Folders


def write(folder: Path, files):
    folder.mkdir(parents=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


def test_a_matter_is_read_from_its_folder(tmp_path):
    folder = write(tmp_path / MEDICAL / "1", medical_with())
    assert read_matter(folder) == BY_CODE[MEDICAL]
    assert list_matters(tmp_path) == (BY_CODE[MEDICAL],)


def test_a_wrong_folder_is_refused(tmp_path):
    fault = only(faults_of(read_matter, write(tmp_path / MEDICAL / "2", medical_with())))
    assert fault.file == f"{MEDICAL}/2/"
    assert f"{MEDICAL}/1/" in fault.expected


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    assert only(faults_of(read_matter, tmp_path / MEDICAL / "1")).found == "nothing"


def test_a_root_that_is_not_there_is_refused(tmp_path):
    assert only(faults_of(list_matters, tmp_path / "matters")).expected == "a folder"


def test_a_file_among_the_folders_is_refused(tmp_path):
    write(tmp_path / MEDICAL / "1", medical_with())
    (tmp_path / "notes.txt").touch()
    assert only(faults_of(list_matters, tmp_path)).file.endswith("/notes.txt")


def test_versions_are_listed_by_number(tmp_path):
    for version in ("10", "2"):
        write(tmp_path / MEDICAL / version, yaml_with('version: "1"', f'version: "{version}"'))
    assert [matter.rules.version for matter in list_matters(tmp_path)] == ["2", "10"]


def test_the_faults_of_all_matters_are_told_at_once(tmp_path):
    write(tmp_path / MEDICAL / "1", medical_with(outcome=None))
    write(tmp_path / MEDICAL / "2", yaml_with("four_eyes: false", "four_eyes: 5"))
    faults = faults_of(list_matters, tmp_path)
    assert {fault.file for fault in faults} == {f"{MEDICAL}/1/{OUTCOME_FILE}", f"{MEDICAL}/2/{MATTER_FILE}"}


# matter.yaml


def test_a_missing_file_is_refused():
    fault = only(faults_of(matter_from_files, medical_with(form=None)))
    assert (fault.file.rpartition("/")[2], fault.expected, fault.found) == (FORM_FILE, "the file", "nothing")


def test_another_file_is_refused():
    fault = only(faults_of(matter_from_files, medical_with() | {"notes.txt": b""}))
    assert (fault.file.rpartition("/")[2], fault.found) == ("notes.txt", "another file")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a: [1", "expected"),
        ("a: 1\na: 2", "doubled"),
        ("a: &x 1\nb: *x", "alias"),
        ("1: a", "not text"),
        ("? [a]\n: b", "not text"),
        ("a: !!python/object:os.system x", "constructor"),
        ("a: !!binary aGk=", "JSON serializable"),
        ("a: .nan", "JSON compliant"),
        ("a: \x00", "special characters"),
        ("[" * 5000, "recursion"),
    ],
)
def test_bad_yaml_is_refused(text, found):
    fault = only(faults_of(matter_from_files, medical_with(matter=text.encode())))
    assert found in fault.found


def test_bad_yaml_is_refused_with_its_line():
    assert only(faults_of(matter_from_files, medical_with(matter=b"a: 1\na: 2"))).path == "line 2"


def test_a_file_that_is_not_utf_8_is_refused():
    fault = only(faults_of(matter_from_files, medical_with(matter=b"ab\xff")))
    assert (fault.path, fault.expected, fault.found) == ("byte 2", "UTF-8", "0xff")


@pytest.mark.parametrize(
    ("old", "new", "path", "expected", "found"),
    [
        ("four_eyes: false", "four_eyes: 1", "four_eyes", "a valid boolean", "integer 1"),
        ("four_eyes: false", "four_eyes: false\ncolour: red", "colour", "no such key", "text 'red'"),
        ("four_eyes: false\n", "", "four_eyes", "a value", "nothing"),
        ('catalog_code: "002099001000"', "catalog_code: 2099001000", "catalog_code", "a valid string", "integer"),
        ('catalog_code: "002099001000"', 'catalog_code: "12"', "catalog_code", "[0-9]{12}", "text '12'"),
        ('version: "1"', 'version: "01"', "version", "[1-9]", "text '01'"),
        ("format: 1", "format: 3", "format", "1 or 2", "integer 3"),
        ("receipt_at: intake", "receipt_at: arrival", "receipt_at", "'offer'", "text 'arrival'"),
        ("handlings: [fully_online]", "handlings: []", "handlings", "at least one entry", "none"),
        ("handlings: [fully_online]", "handlings: [by_post]", "handlings.0", "'multi_place'", "text 'by_post'"),
        ("{value: 30, unit: minutes}", "{value: 30, unit: hours}", "limits.promised.unit", "'minutes'", "'hours'"),
        ("{value: 30, unit: minutes}", "{value: 0, unit: minutes}", "limits.promised.value", "greater than", "integer"),
        ("  - code: registration_form", "  - code: 备案表", "materials.1.code", "[a-z]", "备案表"),
    ],
)
def test_a_wrong_setting_is_told_with_path_expected_and_found(old, new, path, expected, found):
    fault = only(faults_of(matter_from_files, yaml_with(old, new)))
    assert fault.file == MATTER_FILE
    assert fault.path == path
    assert expected in fault.expected
    assert found in fault.found


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("code_is_example: true", "code_is_example: false", "code_is_example true exactly"),
        ("handlings: [fully_online]", "handlings: [fully_online, fully_online]", "handlings once"),
        ("- code: registration_form", "- code: identity_document", "materials once"),
        ("opinions: [verification]", "opinions: [verification, verification]", "opinions once"),
        ("deemed_acceptance: false", "deemed_acceptance: true", "limits.notice"),
        ("receipt_at: intake", "receipt_at: originals", "the form original"),
        ("example_settings: [case_kind,", "example_settings: [limits.statutory,", "example_settings that name"),
        ("example_settings: [case_kind,", "example_settings: [colour,", "example_settings that name"),
        ("  promised: {value: 30,", "  statutory: {value: 20, unit: minutes}\n  promised: {value: 30,", "at most"),
    ],
)
def test_settings_that_contradict_each_other_are_refused(old, new, expected):
    assert expected in only(faults_of(matter_from_files, yaml_with(old, new))).expected


@pytest.mark.parametrize(
    ("name", "expected"), [("nowhere", "a field of form.avsc"), ("starts_on", "type string"), ("ends_on", "string")]
)
def test_the_form_must_name_the_deciding_region(name, expected):
    fault = only(faults_of(matter_from_files, yaml_with("field: insured_region", f"field: {name}")))
    assert (fault.file.rpartition("/")[2], fault.path) == (MATTER_FILE, "lead.field")
    assert expected in fault.expected


def test_all_faults_of_all_files_are_told_at_once():
    files = {
        **yaml_with("four_eyes: false", "four_eyes: 5\ncolour: red"),
        FORM_FILE: form_with(field_of("double", title_en=..., personal=...))[FORM_FILE],
        OUTCOME_FILE: b"[]",
    }
    faults = faults_of(matter_from_files, files)
    assert {(fault.file.rpartition("/")[2], fault.path) for fault in faults} == {
        (MATTER_FILE, "four_eyes"),
        (MATTER_FILE, "colour"),
        (FORM_FILE, "fields.some.type"),
        (FORM_FILE, "fields.some.title_en"),
        (FORM_FILE, "fields.some.personal"),
        (OUTCOME_FILE, ""),
    }


def test_the_message_lists_every_fault():
    with pytest.raises(ContractError) as caught:
        matter_from_files(yaml_with("four_eyes: false", "four_eyes: 5\ncolour: red"))
    lines = str(caught.value).splitlines()
    assert lines[0] == "2 faults"
    assert "  matter.yaml at four_eyes: expected a valid boolean; found integer 5" in lines


# form.avsc, outcome.avsc


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


# Bundles


@EACH
def test_a_bundle_gives_the_same_matter(matter):
    assert matter_from_package(matter.package) == matter


def test_a_bundle_is_canonical_json_whatever_the_order_of_the_files():
    files = {FORM_FILE: b"a", OUTCOME_FILE: "é".encode(), MATTER_FILE: b'"'}
    assert matter_package(files) == '{"form.avsc":"a","matter.yaml":"\\"","outcome.avsc":"é"}'.encode()


def test_every_byte_of_a_file_counts():
    changed = medical_with(form=BY_CODE[MEDICAL].files[FORM_FILE] + b"\n")
    assert matter_from_files(changed).content_hash != BY_CODE[MEDICAL].content_hash


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (lambda bundle: b"", "JSON"),
        (lambda bundle: bundle[:-1], "JSON"),
        (lambda bundle: bundle + b"\n", "RFC 8785"),
        (lambda bundle: bundle.replace(b'"form.avsc":', b'"form.avsc": ', 1), "RFC 8785"),
        (lambda bundle: b"[]", "an object"),
        (lambda bundle: b'{"form.avsc":5}', "an object"),
        (lambda bundle: b"\xff" + bundle, "JSON"),
        (lambda bundle: b'{"form.avsc":"\\ud800"}', "JSON"),
        (lambda bundle: b"[" * 100_000, "JSON"),
        (lambda bundle: b" " * (PACKAGE_MAX_BYTES + 1), f"{PACKAGE_MAX_BYTES} bytes"),
    ],
)
def test_rubbish_is_no_bundle(spoil, expected):
    fault = only(faults_of(matter_from_package, spoil(BY_CODE[MEDICAL].package)))
    assert fault.file == "bundle"
    assert expected in fault.expected


def test_a_bundle_of_a_faulty_matter_tells_its_faults():
    bundle = matter_package(yaml_with("four_eyes: false", "four_eyes: 5"))
    assert only(faults_of(matter_from_package, bundle)).path == "four_eyes"


def test_a_bundle_is_not_made_of_other_files():
    assert len(faults_of(matter_package, {"notes.txt": b"", FORM_FILE: b"\xff"})) == 4


@given(st.binary(max_size=200))
def test_no_bytes_as_a_bundle_raise_anything_but_a_contract_error(data):
    faults_of(matter_from_package, data)


# Values


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
