"""An event as a Kafka record: a CloudEvents 1.0 message in binary mode.

| part                             | content                                                                      |
|----------------------------------|------------------------------------------------------------------------------|
| key                              | case id, in a registry the stream id: UUID text                              |
| value                            | the body, Avro binary; a schema registry's frame of 5 bytes may precede it      |
| `content-type`, `ce_specversion` | `application/avro`, `1.0`                                                    |
| `ce_id`                          | event hash, hex                                                              |
| `ce_type`, `ce_source`           | e.g. `tongban.case.accepted.v1`, `/regions/310000`                           |
| `ce_time`                        | occurred-at, `2026-03-02T01:30:00.000000Z`                                   |
| `ce_dataschema`                  | `urn:tongban:avro:sha256:<fingerprint>`                                      |
| `ce_signature`                   | base64                                                                       |

An officer of Hefei accepts a case; the event is encoded, signed and sent, and read again on the other side:

    >>> from uuid import UUID
    >>> from tongban.contracts.wire.codec import decode, decode_header, encode, newest_schema
    >>> from tongban.contracts.wire.signatures import SigningKey, verify
    >>> from tongban.contracts.wire.signing_input import event_signing_input
    >>> from tongban.domain.events.acceptance import Accepted
    >>> from tongban.domain.header import Actor, ActorKind, Head, Under
    >>> key = SigningKey("ed25519", seed=bytes(32))
    >>> header = Header(
    ...     case=UUID(int=7), stream=UUID(int=7), epoch=0, sequence=2, previous=bytes(32), command=UUID(int=9),
    ...     region="340100", actor=Actor(ActorKind.OFFICER, "handler"), key=key.key_id,
    ...     under=Under(federation=Head(12, bytes(32)), region=Head(345, bytes(32))),
    ...     occurred_at=1_789_952_400_000_000, recorded_at=1_789_952_400_000_000,
    ...     matter="000199003000", matter_version="2")
    >>> body = Accepted(accepted_on=20_717, document=None)
    >>> schema, data = newest_schema(body), encode(header, body)
    >>> signature = key.sign(event_signing_input(schema.ce_type, schema.fingerprint, data))
    >>> record = to_record(SignedEvent.of(schema.ce_type, schema.fingerprint, data, signature), header)
    >>> record.headers[5]
    ('ce_time', b'2026-09-21T01:00:00.000000Z')

    >>> signed = parse_record(record)
    >>> verify("ed25519", key.public_key, signed.signing_input, signed.signature)
    True
    >>> check_envelope(record, decode_header(signed.body), signed)
    >>> decode(schema, signed.body)[1]
    Accepted(accepted_on=20717, document=None)

- `parse_record` looks at what the leaf needs and at nothing else; `check_envelope` at all that the body says again.
- The frame (`registry_frame`) is a site's own affair: it is not signed, and no part of the leaf. A frame is recognized
  by `ce_id`, which is the hash without it, because a bare body may begin with the same byte.
- Every value has one form, and every header above is there exactly once. Others are allowed (CloudEvents extensions, trace
  ids) and mean nothing.

Reasons of MalformedRecordError:

| reason                | meaning                                                              |
|-----------------------|----------------------------------------------------------------------|
| `value_missing`       | the record has no value                                              |
| `too_large`           | the value is longer than a body may be                               |
| `header_missing`      | a header of the table is not there                                   |
| `header_repeated`     | a header of the table stands twice                                   |
| `type_malformed`      | `ce_type` is not the name of a type                                  |
| `schema_malformed`    | `ce_dataschema` is not such a URN                                    |
| `signature_malformed` | `ce_signature` is not canonical base64 of 64 bytes                   |
| `envelope_<part>`     | `check_envelope`: that part is not what the event says               |

where part is `key`, `content_type`, `specversion`, `id`, `type`, `source`, `time`, `dataschema` or `signature`.

Source: CloudEvents 1.0.2, Kafka Protocol Binding, section 3.2.

Not handled here: whether the number in a frame is right, since nothing follows from it; topic and partition of a record
(`partition_of` says which is right).
"""

import re
from datetime import datetime, timedelta
from hashlib import sha256

from tongban.contracts.faults import shown
from tongban.contracts.malformed import MalformedRecordError
from tongban.contracts.wire.codec import MAX_BODY_BYTES
from tongban.contracts.wire.headers import (
    header_values,
    parse_schema_urn,
    parse_signature,
    schema_urn,
    signature_text,
)
from tongban.contracts.wire.record import Record
from tongban.contracts.wire.registry_frame import FRAME_BYTES, FRAME_MAGIC, framed
from tongban.contracts.wire.signed_event import SignedEvent
from tongban.domain.header import Header

CONTENT_TYPE = b"application/avro"
SPEC_VERSION = b"1.0"

_TYPE = re.compile(rb"[A-Za-z0-9._-]{1,128}")
_LEAF_HEADERS = ("ce_type", "ce_dataschema", "ce_signature")
_EPOCH = datetime(1970, 1, 1)  # naive: only ever added to and written down with a Z


def to_record(signed: SignedEvent, header: Header, schema_number: int | None = None) -> Record:
    """The record of an event; `header` is what its body says. `schema_number`: with a schema registry's frame."""
    return Record(event_key(header), framed(schema_number, signed.body), _headers(signed, header))


def parse_record(record: Record) -> SignedEvent:
    """The signed event in a record, as far as its leaf needs it. Raises MalformedRecordError."""
    if record.value is None:
        raise MalformedRecordError("value_missing", "an event's record has no value", expected="a body", found="null")
    _check_size(record.value, MAX_BODY_BYTES + FRAME_BYTES)
    kind, schema, signature = header_values(record, _LEAF_HEADERS)
    if not _TYPE.fullmatch(kind):
        raise MalformedRecordError(
            "type_malformed",
            "the header ce_type names no type",
            expected="1 to 128 of A-Z a-z 0-9 . _ -",
            found=shown(kind),
        )
    signed = SignedEvent.of(
        kind.decode("ascii"),
        parse_schema_urn("ce_dataschema", schema),
        record.value,
        parse_signature("ce_signature", signature),
    )
    if record.value.startswith(FRAME_MAGIC):
        signed = _without_frame(record, signed)
    _check_size(signed.body, MAX_BODY_BYTES)
    return signed


def check_envelope(record: Record, header: Header, signed: SignedEvent) -> None:
    """Raise MalformedRecordError unless key and headers are those that `to_record` gives, further headers aside."""
    if record.key != (key := event_key(header)):
        raise _differs("key", key, record.key)
    expected = _headers(signed, header)
    for (name, value), found in zip(expected, header_values(record, [name for name, _ in expected]), strict=True):
        if found != value:
            raise _differs(name, value, found)


def event_key(header: Header) -> bytes:
    """The key of an event's record: its case, in a registry its stream, as UUID text."""
    return str(header.stream if header.case is None else header.case).encode()


def partition_of(key: bytes, partitions: int) -> int:
    """The partition of the records with this key: 8 bytes of SHA-256, big-endian, modulo their number."""
    return int.from_bytes(sha256(key).digest()[:8], "big") % partitions


def _check_size(value: bytes, most: int) -> None:
    if len(value) > most:
        raise MalformedRecordError(
            "too_large",
            "an event's record is too large",
            expected=f"at most {most} bytes",
            found=f"{len(value)} bytes",
        )


def _without_frame(record: Record, signed: SignedEvent) -> SignedEvent:
    if _bears(record, signed):
        return signed
    bare = SignedEvent.of(signed.ce_type, signed.fingerprint, signed.body[FRAME_BYTES:], signed.signature)
    return bare if _bears(record, bare) else signed


def _bears(record: Record, signed: SignedEvent) -> bool:
    return ("ce_id", signed.hash.hex().encode()) in record.headers


def _headers(signed: SignedEvent, header: Header) -> tuple[tuple[str, bytes], ...]:
    return (
        ("content-type", CONTENT_TYPE),
        ("ce_specversion", SPEC_VERSION),
        ("ce_id", signed.hash.hex().encode()),
        ("ce_type", signed.ce_type.encode()),
        ("ce_source", f"/regions/{header.region}".encode()),
        ("ce_time", _rfc3339(header.occurred_at).encode()),
        ("ce_dataschema", schema_urn(signed.fingerprint)),
        ("ce_signature", signature_text(signed.signature)),
    )


def _rfc3339(micros: int) -> str:
    return (_EPOCH + timedelta(microseconds=micros)).isoformat(timespec="microseconds") + "Z"


def _differs(name: str, expected: bytes, found: bytes | None) -> MalformedRecordError:
    part = name.removeprefix("ce_").replace("-", "_")
    return MalformedRecordError(
        f"envelope_{part}",
        f"a record's {name} is not what its event says",
        expected=shown(expected),
        found=shown(found),
    )
