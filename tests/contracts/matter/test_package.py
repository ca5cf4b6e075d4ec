"""The files of a matter in one canonical JSON text: what is one, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.contracts.matter.medical import BY_CODE, EACH, MEDICAL, faults_of, medical_with, only, yaml_with

from tongban.contracts.matter.contract import (
    matter_from_files,
    matter_from_package,
    matter_package,
)
from tongban.contracts.matter.files import FORM_FILE, MATTER_FILE, OUTCOME_FILE
from tongban.contracts.wire.package import PACKAGE_MAX_BYTES


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
