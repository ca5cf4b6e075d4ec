"""Matters as contracts: what ships, what is read from a folder, what is refused and how it is told."""

from pathlib import Path

import pytest
from tests.contracts.matter.medical import (
    BY_CODE,
    EACH,
    LICENCE,
    MEDICAL,
    PENSION,
    faults_of,
    field_of,
    form_with,
    medical_with,
    only,
    yaml_with,
)

from tongban.contracts.forms.values import DataClass
from tongban.contracts.matter.contract import matter_from_files, matter_from_package
from tongban.contracts.matter.files import FORM_FILE, MATTER_FILE, OUTCOME_FILE
from tongban.contracts.matter.folders import list_matters, read_matter, shipped_matter, shipped_matters
from tongban.domain.errors import ContractError
from tongban.domain.events.values import Handling

# SHA-256 of each bundle as released: add, never edit.
RELEASED = {
    (LICENCE, "1"): "f9c6f30a4d1f36db466c8371ba789b7ea9222a8ad2152bbc27db2da6f2917a33",
    (MEDICAL, "1"): "7ef0a3217e04c59c7394e8ce9e24bfff2d14ff66d278b1aaa5a6bb5d1bb1fee2",
    (PENSION, "1"): "8ee3a203015d797ccf2a58b498c224a41efd7e1fa96f2a3637b9d34d343b9330",
}


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
