import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.contracts.wire.signing_input import event_hash, event_payload_type, event_signing_input, pae
from tongban.domain.errors import MalformedError

SCHEMA = bytes(range(32))


def test_pae_is_the_example_of_the_dsse_specification():
    assert pae("http://example.com/HelloWorld", b"hello world") == (
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )


def test_the_payload_type_names_the_event_and_its_schema():
    assert event_payload_type("tongban.case.accepted.v1", SCHEMA) == (
        f"application/vnd.tongban.event+avro;type=tongban.case.accepted.v1;schema={SCHEMA.hex()}"
    )


def test_the_event_hash_is_sha256_of_the_signing_input():
    signed = event_signing_input("tongban.case.accepted.v1", SCHEMA, b"\x00\xff")
    assert signed.endswith(b" 2 \x00\xff")
    assert event_hash(signed) == hashlib.sha256(signed).digest()


@pytest.mark.parametrize("ce_type", ["", "a;schema=00", "a b", "a\n", "办件", "a" * 129])
def test_a_type_that_could_hide_something_is_refused(ce_type):
    with pytest.raises(MalformedError):
        event_payload_type(ce_type, SCHEMA)


@pytest.mark.parametrize("schema", [b"", SCHEMA[:-1], SCHEMA + b"\x00"])
def test_a_fingerprint_of_another_length_is_refused(schema):
    with pytest.raises(MalformedError):
        event_payload_type("tongban.case.accepted.v1", schema)


@given(st.tuples(st.text(), st.binary()), st.tuples(st.text(), st.binary()))
def test_two_inputs_never_give_the_same_bytes(first, second):
    assert (pae(*first) == pae(*second)) == (first == second)
