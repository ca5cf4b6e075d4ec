import hashlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.contracts.avro.fingerprint import fingerprint
from tongban.domain.errors import MalformedError


def test_the_fingerprint_is_sha256_over_the_sorted_text_without_spaces():
    expected = hashlib.sha256(b'{"name":"A","type":"enum"}').digest()
    assert fingerprint(b'{ "type": "enum",\n "name": "A" }') == expected
    assert fingerprint('{"name":"A","type":"enum"}') == expected


def test_logical_types_and_defaults_count():
    plain = fingerprint('{"type":"long"}')
    assert fingerprint('{"type":"long","logicalType":"timestamp-micros"}') != plain
    assert fingerprint('{"type":"long","default":0}') != plain


def test_the_order_of_a_list_counts():
    assert fingerprint('["null","string"]') != fingerprint('["string","null"]')


@pytest.mark.parametrize(
    "text",
    [
        b'{"name":"A","name":"B"}',
        b'{"fields":[{"type":"int","type":"int"}]}',
        b'{"default":NaN}',
        b'{"default":-Infinity}',
        b'{"default":1e999}',
        b'{"default":9007199254740993}',
        b'{"doc":"\\ud800"}',
        b'{"doc":"\xff"}',
        b'\xef\xbb\xbf{"type":"int"}',
        '{"type":"int"}'.encode("utf-16"),
        "\ud800",
        b'{"type":"int"} x',
        b"",
        b"[" * 100_000,
        b"1" * 5_000,
    ],
)
def test_what_is_not_strict_json_has_no_fingerprint(text):
    with pytest.raises(MalformedError):
        fingerprint(text)


@given(st.binary() | st.text())
def test_nothing_but_malformed_error_escapes(text):
    with suppress(MalformedError):
        assert len(fingerprint(text)) == 32
