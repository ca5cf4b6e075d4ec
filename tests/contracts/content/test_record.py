"""A sealed value's record: one form, bound to its key, signed as nothing else is."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import strategies

from tongban.contracts.content import record as content_record
from tongban.contracts.content.record import MAX_SEALED_BYTES, SealedContent, Tombstone, parse_record, to_record
from tongban.contracts.content.sealing import ContentKey, pad, seal, unpad, unseal
from tongban.contracts.malformed import MalformedRecordError
from tongban.contracts.wire.record import Record
from tongban.contracts.wire.schema_store import content_schema
from tongban.contracts.wire.signatures import ED25519, SigningKey, verify

CONTENT_KEY = ContentKey(b"\x01" * 32)
SEALED = SealedContent(b"\x02" * 32, "310000", "340100", b"\x03" * 32, CONTENT_KEY.key_id, b"\x05" * 48)
LEDGER_KEY = SigningKey(ED25519, b"\x06" * 32)
SIGNATURE = LEDGER_KEY.sign(content_record.signing_input(SEALED))
RECORD = to_record(SEALED, SIGNATURE)

sealed_contents = st.builds(
    SealedContent,
    federation=strategies.hashes,
    sender=strategies.texts,
    recipient=st.text("0123456789abcdefXYZ._-", min_size=1, max_size=64),
    commitment=strategies.hashes,
    recipient_key=strategies.hashes,
    box=st.binary(max_size=300),
)


def with_header(name, value):
    kept = [(given, found if given != name else value) for given, found in RECORD.headers]
    return replace(RECORD, headers=tuple((given, found) for given, found in kept if found is not None))


def refused(record):
    with pytest.raises(MalformedRecordError) as caught:
        parse_record(record)
    assert caught.value.expected
    return caught.value.reason


@given(sealed_contents, st.binary(min_size=64, max_size=64))
def test_what_is_put_into_a_record_comes_out_of_it(sealed, signature):
    assert content_record.decode(content_record.encode(sealed)) == sealed
    assert parse_record(to_record(sealed, signature)) == (sealed, signature)


def test_a_record_has_its_golden_form():
    fingerprint = content_schema().fingerprint.hex()
    assert RECORD.key == b"03" * 32 + b"/340100"
    assert RECORD.value is not None
    assert RECORD.value.hex() == "02" * 32 + "0c333130303030" + "0c333430313030" + "03" * 32 + (
        CONTENT_KEY.key_id.hex() + "60" + "05" * 48
    )
    assert [name for name, _ in RECORD.headers] == ["content-type", "tb_type", "tb_schema", "tb_signature"]
    assert [value for _, value in RECORD.headers][:3] == [
        b"application/avro",
        b"tongban.content.sealed.v1",
        f"urn:tongban:avro:sha256:{fingerprint}".encode(),
    ]


def test_the_signature_covers_type_schema_and_value():
    payload_type = (
        "application/vnd.tongban.content+avro;type=tongban.content.sealed.v1;schema="
        + content_schema().fingerprint.hex()
    ).encode()
    value = content_record.encode(SEALED)
    expected = b"DSSEv1 %d %b %d %b" % (len(payload_type), payload_type, len(value), value)
    assert content_record.signing_input(SEALED) == expected
    assert verify(ED25519, LEDGER_KEY.public_key, expected, SIGNATURE)


def test_a_box_is_opened_at_the_other_end():
    sealed = replace(SEALED, box=seal(CONTENT_KEY.public_key, pad("张三".encode())))
    parsed = parse_record(to_record(sealed, SIGNATURE))
    assert isinstance(parsed, tuple)
    assert unpad(unseal(CONTENT_KEY, parsed[0].box)).decode() == "张三"


def test_a_record_without_a_value_is_a_tombstone():
    tombstone = Tombstone(SEALED.commitment, SEALED.recipient)
    assert parse_record(replace(RECORD, value=None)) == tombstone
    assert parse_record(content_record.tombstone_record(tombstone)) == tombstone
    assert content_record.tombstone_record(tombstone) == Record(RECORD.key, None)


KEYS = [
    None,
    b"",
    b"03" * 32,
    b"03" * 32 + b"/",
    b"03" * 31 + b"/340100",
    b"AB" * 32 + b"/340100",
    b"03" * 32 + b"/340100\n",
    b"03" * 32 + b"/34/01",
    b"03" * 32 + b"/" + b"3" * 65,
    b"03" * 32 + "/合肥".encode(),
]


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("value", [None, RECORD.value])
def test_a_key_out_of_form_is_refused(key, value):
    assert refused(replace(RECORD, key=key, value=value)) == "key_malformed"


@pytest.mark.parametrize("key", [b"04" * 32 + b"/340100", b"03" * 32 + b"/310000"])
def test_a_value_under_the_key_of_another_is_refused(key):
    assert refused(replace(RECORD, key=key)) == "key_differs"


def test_a_recipient_that_no_key_can_name_is_not_written():
    with pytest.raises(MalformedRecordError) as caught:
        to_record(replace(SEALED, recipient="34/01"), SIGNATURE)
    assert caught.value.reason == "key_malformed"


@pytest.mark.parametrize("name", [name for name, _ in RECORD.headers])
def test_each_header_stands_exactly_once(name):
    assert refused(with_header(name, None)) == "header_missing"
    assert refused(replace(RECORD, headers=(*RECORD.headers, (name, b"")))) == "header_repeated"


def test_other_headers_are_left_alone():
    more = (("traceparent", b"1"), ("traceparent", b"2"))
    assert parse_record(replace(RECORD, headers=(*more, *reversed(RECORD.headers)))) == (SEALED, SIGNATURE)


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("content-type", b"application/json", "content_type"),
        ("tb_type", b"tongban.content.sealed.v2", "type_unknown"),
        ("tb_schema", b"urn:tongban:avro:sha256:" + b"00" * 32, "schema_unknown"),
        ("tb_schema", b"urn:tongban:avro:sha256:" + b"zz" * 32, "schema_malformed"),
        ("tb_signature", b"AAAA", "signature_malformed"),
    ],
)
def test_another_form_is_told_by_its_header(name, value, reason):
    assert refused(with_header(name, value)) == reason


def test_only_the_one_encoding_is_taken():
    assert RECORD.value is not None
    assert refused(replace(RECORD, value=RECORD.value + b"\0")) == "not_canonical"
    assert refused(replace(RECORD, value=RECORD.value[:-1])) == "not_avro"
    assert refused(replace(RECORD, value=b"")) == "not_avro"
    assert refused(replace(RECORD, value=RECORD.value[:32] + b"\x8c\0" + RECORD.value[33:])) == "not_canonical"


def test_a_value_is_bounded():
    spare = MAX_SEALED_BYTES - len(content_record.encode(replace(SEALED, box=bytes(100_000))))
    largest = replace(SEALED, box=bytes(100_000 + spare))
    assert len(content_record.encode(largest)) == MAX_SEALED_BYTES
    assert parse_record(to_record(largest, SIGNATURE)) == (largest, SIGNATURE)
    assert refused(replace(RECORD, value=bytes(MAX_SEALED_BYTES + 1))) == "too_large"
    with pytest.raises(MalformedRecordError) as caught:
        content_record.encode(replace(largest, box=largest.box + b"\0"))
    assert caught.value.reason == "too_large"


@pytest.mark.parametrize("change", [{"sender": None}, {"commitment": b"short"}, {"box": "text"}, {"recipient": 340100}])
def test_a_value_of_another_type_is_not_encoded(change):
    with pytest.raises(MalformedRecordError) as caught:
        content_record.encode(replace(SEALED, **change))
    assert caught.value.reason == "not_encodable"


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_or_the_one_encoding_of_what_they_say(data):
    try:
        sealed = content_record.decode(data)
    except MalformedRecordError:
        return
    assert content_record.encode(sealed) == data
