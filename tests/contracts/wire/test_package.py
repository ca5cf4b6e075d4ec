"""The outer shape of a bundle, which every verdict on a case looks at: frozen, whatever formats come."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.contracts.faults import FaultyContractError
from tongban.contracts.wire.package import PACKAGE_MAX_BYTES, pack, package_faults, unpack

NO_SURROGATES = st.characters(exclude_categories=["Cs"])
FILES = st.dictionaries(st.text(NO_SURROGATES, max_size=20), st.text(NO_SURROGATES, max_size=50), max_size=5)


@given(FILES)
def test_what_is_packed_is_unpacked(files):
    assert unpack(pack(files)) == files
    assert package_faults(pack(files)) == ()


def test_files_of_any_name_and_content_have_the_shape():
    assert package_faults(b"{}") == ()
    assert package_faults('{"matter.toml":"format = 9\\n","规则.wasm":"\\u0000"}'.encode()) == ()


def test_names_are_ordered_by_their_utf_16_units_as_rfc_8785_says():
    astral, private = "\U0001f600", "\uf8ff"
    assert pack({private: "", astral: ""}) == f'{{"{astral}":"","{private}":""}}'.encode()


@pytest.mark.parametrize(
    "bundle",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b'{"a":1}',
        b'{"a":null}',
        b'{"a":{"b":"c"}}',
        b'{"a":"b"',
        b'{"a": "b"}',
        b'{"a":"b"}\n',
        b'\xef\xbb\xbf{"a":"b"}',
        b'{"a":"b","a":"b"}',
        b'{"b":"","a":""}',
        b'{"a":"\\u0062"}',
        b'{"a":"\\/"}',
        b'{"a":"\\ud800"}',
        b'{"a":"\xff"}',
        b'{"a":"\n"}',
        b'{"a":' + b"[" * 100_000,
    ],
)
def test_anything_else_has_a_fault(bundle):
    assert len(package_faults(bundle)) == 1


def test_a_bundle_has_a_greatest_size():
    room = PACKAGE_MAX_BYTES - len(pack({"a": ""}))
    assert len(pack({"a": "x" * room})) == PACKAGE_MAX_BYTES
    with pytest.raises(FaultyContractError, match="at most"):
        pack({"a": "x" * (room + 1)})
    assert package_faults(json.dumps({"a": "x" * (room + 1)}, separators=(",", ":")).encode())


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_but_a_contract_error(data):
    package_faults(data)
