"""An event's record: one form, what the leaf needs told from the rest, and the golden bytes."""

import base64
import json
import runpy
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import strategies

from tongban.contracts.malformed import MalformedRecordError
from tongban.contracts.wire.cloud_event import check_envelope, event_key, parse_record, partition_of, to_record
from tongban.contracts.wire.codec import MAX_BODY_BYTES, decode, decode_header, encode
from tongban.contracts.wire.record import Record
from tongban.contracts.wire.schema_store import shipped_schemas
from tongban.contracts.wire.signatures import ED25519, SigningKey, verify
from tongban.contracts.wire.signed_event import SignedEvent
from tongban.domain.errors import MalformedError
from tongban.domain.events.catalogue import BY_BODY, BY_CE_TYPE, EVENT_TYPES

GOLDEN = Path(__file__).parents[2] / "golden"
STORED = json.loads((GOLDEN / "events.json").read_text("utf-8"))
MAKER = runpy.run_path(str(GOLDEN / "make_events.py"))

KNOWN = (
    "content-type",
    "ce_specversion",
    "ce_id",
    "ce_type",
    "ce_source",
    "ce_time",
    "ce_dataschema",
    "ce_signature",
)
LEAF = ("ce_type", "ce_dataschema", "ce_signature")
ACCEPTED = "tongban.case.accepted.v1"


def golden_event(ce_type=ACCEPTED):
    gives = STORED[ce_type]["gives"]
    parts = (bytes.fromhex(gives[name]) for name in ("fingerprint", "avro", "signature"))
    return SignedEvent.of(ce_type, *parts), decode_header(bytes.fromhex(gives["avro"]))


SIGNED, HEADER = golden_event()
RECORD = to_record(SIGNED, HEADER)


def with_header(name, value):
    """The record with another value of a header; None takes the header away."""
    kept = [(given, found if given != name else value) for given, found in RECORD.headers]
    return replace(RECORD, headers=tuple((given, found) for given, found in kept if found is not None))


def refused(call, *arguments):
    with pytest.raises(MalformedRecordError) as caught:
        call(*arguments)
    assert caught.value.expected
    assert caught.value.found
    return caught.value.reason


# Golden vectors --------------------------------------------------------------------------------------------------------


def test_each_event_type_has_a_golden_vector_and_the_maker_gives_it_unchanged():
    assert STORED.keys() == BY_CE_TYPE.keys()
    newest = [each.ce_type for each in EVENT_TYPES]
    assert {name: MAKER["vector_of"](name) for name in newest} == {
        name: {key: part for key, part in STORED[name].items() if key != "gives"} for name in newest
    }


@pytest.mark.parametrize("ce_type", STORED)
def test_an_event_gives_the_golden_bytes(ce_type):
    assert MAKER["compute"](ce_type, STORED[ce_type]) == STORED[ce_type]["gives"]


@pytest.mark.parametrize("ce_type", STORED)
def test_the_golden_bytes_give_the_event(ce_type):
    gives = STORED[ce_type]["gives"]
    headers = tuple((name, value.encode()) for name, value in gives["headers"].items())
    record = Record(gives["key"].encode(), bytes.fromhex(gives["avro"]), headers)
    signed = parse_record(record)
    assert signed.hash.hex() == gives["hash"]
    assert signed.leaf.hex() == gives["leaf"]
    key = SigningKey(ED25519, bytes.fromhex(STORED[ce_type]["seed"]))
    assert verify(ED25519, key.public_key, signed.signing_input, signed.signature)
    schema = shipped_schemas().find(signed.ce_type, signed.fingerprint)
    assert schema is not None
    header, body = decode(schema, signed.body)
    assert MAKER["to_json"](header) == STORED[ce_type]["header"]
    assert MAKER["to_json"](body) == STORED[ce_type].get("reads_as", STORED[ce_type]["body"])
    assert encode(header, body, schema) == signed.body
    check_envelope(record, header, signed)
    assert to_record(signed, header) == record


# The record ------------------------------------------------------------------------------------------------------------


@given(strategies.events, st.binary(min_size=64, max_size=64))
def test_what_is_put_into_a_record_comes_out_of_it(event, signature):
    header, body = event
    schema = shipped_schemas().by_ce_type[BY_BODY[type(body)].ce_type]
    signed = SignedEvent.of(schema.ce_type, schema.fingerprint, encode(header, body), signature)
    record = to_record(signed, header)
    assert parse_record(record) == signed
    check_envelope(record, header, signed)
    assert [name for name, _ in record.headers] == list(KNOWN)


def test_the_leaf_is_that_of_rfc_6962():
    assert SIGNED.leaf == sha256(b"\0" + SIGNED.hash + SIGNED.signature).digest()


def test_a_record_without_a_value_is_refused():
    assert refused(parse_record, replace(RECORD, value=None)) == "value_missing"


def test_a_value_larger_than_a_body_is_refused():
    assert parse_record(replace(RECORD, value=bytes(MAX_BODY_BYTES))).body == bytes(MAX_BODY_BYTES)
    assert refused(parse_record, replace(RECORD, value=bytes(MAX_BODY_BYTES + 1))) == "too_large"


@pytest.mark.parametrize("name", LEAF)
def test_a_header_that_the_leaf_needs_stands_exactly_once(name):
    assert refused(parse_record, with_header(name, None)) == "header_missing"
    for value in (dict(RECORD.headers)[name], b"other"):
        twice = replace(RECORD, headers=((name, value), *RECORD.headers))
        assert refused(parse_record, twice) == "header_repeated"


@pytest.mark.parametrize("name", [name for name in KNOWN if name not in LEAF])
def test_the_leaf_needs_no_other_header(name):
    assert parse_record(with_header(name, None)) == SIGNED
    assert parse_record(replace(RECORD, headers=((name, b"other"), *RECORD.headers))) == SIGNED


@pytest.mark.parametrize(
    "value", [b"", b"a b", b"a;schema=b", "办件".encode(), b"a" * 129, b"a\n", b"\xff", b"a" * 10**6]
)
def test_a_type_out_of_form_is_refused(value):
    assert refused(parse_record, with_header("ce_type", value)) == "type_malformed"


URN = dict(RECORD.headers)["ce_dataschema"]


@pytest.mark.parametrize(
    "value",
    [
        b"",
        URN[:-1],
        URN + b"0",
        URN[:-2] + b"zz",
        URN[:-2] + b"AB",
        URN[:-2] + b"  ",
        URN[:-4] + b" ab ",
        URN.replace(b"urn", b"URN"),
        URN.replace(b"sha256:", b"sha512:"),
        URN[:-2] + b"\xff\xff",
        URN[:24] + b"0x" + URN[26:],
    ],
)
def test_a_schema_out_of_form_is_refused(value):
    assert refused(parse_record, with_header("ce_dataschema", value)) == "schema_malformed"


TEXT = dict(RECORD.headers)["ce_signature"]


@pytest.mark.parametrize(
    "value",
    [
        b"",
        TEXT[:-1],
        TEXT[:-2],
        TEXT + b"\n",
        b" " + TEXT,
        TEXT + b"=",
        TEXT + TEXT,
        b"\xff" + TEXT[1:],
        TEXT[:40] + b"\n" + TEXT[40:],
        base64.b64encode(bytes(63)),
        base64.b64encode(bytes(65)),
        base64.urlsafe_b64encode(b"\xff" * 64),
        base64.b64encode(bytes(64)).replace(b"A==", b"B=="),
        base64.b64encode(bytes(64)).replace(b"A==", b"P=="),
    ],
)
def test_a_signature_out_of_form_is_refused(value):
    assert refused(parse_record, with_header("ce_signature", value)) == "signature_malformed"


@given(st.binary(max_size=100), st.binary(max_size=100), st.binary(max_size=100), st.binary() | st.none())
def test_any_record_is_refused_or_parsed(kind, schema, signature, value):
    headers = tuple(zip(LEAF, (kind, schema, signature), strict=True))
    try:
        parse_record(Record(None, value, headers))
    except MalformedRecordError as err:
        assert err.reason


# The envelope ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", KNOWN)
def test_each_part_of_the_envelope_says_what_the_event_says(name):
    reason = "envelope_" + name.removeprefix("ce_").replace("-", "_")
    value = dict(RECORD.headers)[name]
    for other in (b"", value + b" ", value.upper() + b"x"):
        assert refused(check_envelope, with_header(name, other), HEADER, SIGNED) == reason
    assert refused(check_envelope, with_header(name, None), HEADER, SIGNED) == "header_missing"
    twice = replace(RECORD, headers=(*RECORD.headers, (name, value)))
    assert refused(check_envelope, twice, HEADER, SIGNED) == "header_repeated"


@pytest.mark.parametrize("key", [None, b"", str(HEADER.command).encode(), str(HEADER.case).upper().encode()])
def test_the_key_is_the_case(key):
    assert refused(check_envelope, replace(RECORD, key=key), HEADER, SIGNED) == "envelope_key"


def test_the_time_is_that_of_the_act_in_one_form():
    assert dict(RECORD.headers)["ce_time"] == b"2026-11-22T08:00:00.123456Z"
    on_the_second = to_record(SIGNED, replace(HEADER, occurred_at=0))
    assert dict(on_the_second.headers)["ce_time"] == b"1970-01-01T00:00:00.000000Z"
    for other in (b"2026-11-22T08:00:00.123456+00:00", b"2026-11-22T16:00:00.123456+08:00", b"2026-11-22T08:00:00Z"):
        assert refused(check_envelope, with_header("ce_time", other), HEADER, SIGNED) == "envelope_time"


def test_headers_of_others_are_left_alone_even_where_they_repeat():
    more = (("ce_traceparent", b"00-1"), ("ce_traceparent", b"00-2"), ("CE_ID", b"x"), ("", b""))
    record = replace(RECORD, headers=(*more, *reversed(RECORD.headers)))
    assert parse_record(record) == SIGNED
    check_envelope(record, HEADER, SIGNED)


def test_in_a_registry_the_key_is_the_stream():
    _, header = golden_event("tongban.region.post_created.v1")
    assert header.case is None
    assert event_key(header) == str(header.stream).encode()
    assert event_key(HEADER) == str(HEADER.case).encode() != str(HEADER.command).encode()


@pytest.mark.parametrize(
    ("key", "partitions", "partition"),
    [
        (b"", 16, 4),  # SHA-256 begins e3b0c44298fc1c14
        (b"abc", 16, 10),  # ba7816bf8f01cfea
        (b"abc", 1_000, 0xBA7816BF8F01CFEA % 1_000),
        (b"abc", 1, 0),
    ],
)
def test_a_partition_follows_from_the_key(key, partitions, partition):
    assert partition_of(key, partitions) == partition


# The stored form -------------------------------------------------------------------------------------------------------


def test_what_is_stored_gives_the_same_event():
    assert SIGNED.topic == f"{ACCEPTED};{SIGNED.fingerprint.hex()}"
    assert SIGNED.state == SIGNED.signature + SIGNED.body
    assert SignedEvent.from_stored(SIGNED.topic, SIGNED.state) == SIGNED


@pytest.mark.parametrize(
    "topic", ["", ACCEPTED, SIGNED.topic.upper(), SIGNED.topic + "\n", ";" + "0" * 64, "a;" + "g" * 64]
)
def test_a_stored_topic_out_of_form_is_refused(topic):
    with pytest.raises(MalformedRecordError):
        SignedEvent.from_stored(topic, SIGNED.state)


def test_a_stored_state_without_a_whole_signature_is_refused():
    assert SignedEvent.from_stored(SIGNED.topic, bytes(64)).body == b""
    assert refused(SignedEvent.from_stored, SIGNED.topic, bytes(63)) == "stored_form"


def test_an_event_of_a_type_out_of_form_cannot_be_made():
    with pytest.raises(MalformedError):
        SignedEvent.of("a;b", SIGNED.fingerprint, b"", bytes(64))
    with pytest.raises(MalformedError):
        SignedEvent.of("a", b"short", b"", bytes(64))
