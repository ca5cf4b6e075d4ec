"""A sealed personal value as a record of a compacted content topic, and its tombstone.

| part           | content                                                               |
|----------------|-----------------------------------------------------------------------|
| key            | `<commitment, hex>/<recipient>`                                       |
| value          | Avro binary by `content.sealed.v1.avsc`, or null for a tombstone      |
| `content-type` | `application/avro`                                                    |
| `tb_type`      | `tongban.content.sealed.v1`                                           |
| `tb_schema`    | `urn:tongban:avro:sha256:<fingerprint>`                               |
| `tb_signature` | base64, by the sender's ledger key                                    |

    signed = DSSE's PAE( "application/vnd.tongban.content+avro;type=<tb_type>;schema=<fingerprint, hex>", value )

- It is no CloudEvent: it reports nothing that happened, and only the newest of a key is kept. Hence `tb_`.
- Canonical and bounded like an event's body; every header above is there exactly once, others are left alone. The headers
  of a tombstone mean nothing.

Reasons of MalformedRecordError: those of `codec` for the value; `header_missing`, `header_repeated`,
`signature_malformed`, `schema_malformed`; `content_type`, `type_unknown`, `schema_unknown` where a header names another
form than this; `key_malformed`, `key_differs`.

Not handled here: sealing (`sealing`), who may send, and whether the commitment fits.
"""

import re
from dataclasses import dataclass
from functools import cache

from tongban.contracts.avro.compiler import ReaderCompiler
from tongban.contracts.avro.reader import Reader, read_whole
from tongban.contracts.avro.writer import compile_plain, write_checked
from tongban.contracts.faults import shown
from tongban.contracts.malformed import MalformedRecordError
from tongban.contracts.wire.headers import (
    header_values,
    parse_schema_urn,
    parse_signature,
    schema_urn,
    signature_text,
)
from tongban.contracts.wire.record import Record
from tongban.contracts.wire.schema_store import CONTENT_CE_TYPE, content_schema
from tongban.contracts.wire.signing_input import pae
from tongban.domain.identifiers import GenesisHash, KeyId, RegionCode

CONTENT_MEDIA_TYPE = "application/vnd.tongban.content+avro"
CONTENT_TYPE = b"application/avro"

MAX_SEALED_BYTES = 128 * 1024
"""A form of 64 KiB with salt, padding and seal, and as much again; far below Kafka's usual 1 MiB."""

_KEY = re.compile(rb"([0-9a-f]{64})/([A-Za-z0-9._-]{1,64})")  # the region as a topic's name can hold it
_HEADERS = ("content-type", "tb_type", "tb_schema", "tb_signature")


@dataclass(frozen=True, slots=True)
class SealedContent:
    """A value on its way. `federation`: genesis hash; `recipient_key`: id of the content key; `box`: see `sealing`."""

    federation: GenesisHash
    sender: RegionCode
    recipient: RegionCode
    commitment: bytes
    recipient_key: KeyId
    box: bytes


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What `commitment` stood for is gone for `recipient`. Housekeeping only: erasing is a signed event."""

    commitment: bytes
    recipient: RegionCode


_to_plain = compile_plain(SealedContent)


def encode(sealed: SealedContent) -> bytes:
    """The canonical Avro binary. Raises MalformedRecordError."""
    data = write_checked(content_schema().avro, _to_plain, _reader(), sealed)
    _check_size(data)
    return data


def decode(data: bytes) -> SealedContent:
    """The sealed value in canonical Avro binary. Raises MalformedRecordError for any other bytes."""
    _check_size(data)
    sealed: SealedContent = read_whole(_reader(), data)
    return sealed


def signing_input(sealed: SealedContent) -> bytes:
    """The bytes that the sender's signature covers."""
    payload_type = f"{CONTENT_MEDIA_TYPE};type={CONTENT_CE_TYPE};schema={content_schema().fingerprint.hex()}"
    return pae(payload_type, encode(sealed))


def content_key(commitment: bytes, recipient: RegionCode) -> bytes:
    """The key of a record, by which the topic is compacted. Raises MalformedRecordError, reason `key_malformed`."""
    key = f"{commitment.hex()}/{recipient}".encode()
    _parse_key(key)
    return key


def to_record(sealed: SealedContent, signature: bytes) -> Record:
    """The record of a sealed value with its sender's signature, 64 bytes."""
    return Record(
        content_key(sealed.commitment, sealed.recipient),
        encode(sealed),
        (
            ("content-type", CONTENT_TYPE),
            ("tb_type", CONTENT_CE_TYPE.encode()),
            ("tb_schema", schema_urn(content_schema().fingerprint)),
            ("tb_signature", signature_text(signature)),
        ),
    )


def tombstone_record(tombstone: Tombstone) -> Record:
    """The record that lets compaction drop a sealed value."""
    return Record(content_key(tombstone.commitment, tombstone.recipient), None)


def parse_record(record: Record) -> tuple[SealedContent, bytes] | Tombstone:
    """The sealed value and its signature, or the tombstone. Raises MalformedRecordError. The signature is not judged."""
    tombstone = _parse_key(record.key)
    if record.value is None:
        return tombstone
    _check_size(record.value)
    content_type, kind, schema, signature = header_values(record, _HEADERS)
    _check_known("content_type", "content-type", CONTENT_TYPE, content_type)
    _check_known("type_unknown", "tb_type", CONTENT_CE_TYPE.encode(), kind)
    fingerprint = parse_schema_urn("tb_schema", schema)
    _check_known("schema_unknown", "tb_schema", content_schema().fingerprint, fingerprint)
    parsed_signature = parse_signature("tb_signature", signature)
    sealed = decode(record.value)
    if (sealed.commitment, sealed.recipient) != (tombstone.commitment, tombstone.recipient):
        raise MalformedRecordError(
            "key_differs",
            "a content record's key is not what its value says",
            expected=f"{sealed.commitment.hex()}/{sealed.recipient[:64]}",
            found=shown(record.key),
        )
    return sealed, parsed_signature


def _parse_key(key: bytes | None) -> Tombstone:
    match = _KEY.fullmatch(key or b"")
    if match is None:
        raise MalformedRecordError(
            "key_malformed", "a content record's key is out of form", expected="<64 hex>/<region>", found=shown(key)
        )
    return Tombstone(bytes.fromhex(match[1].decode()), RegionCode(match[2].decode()))


def _check_known(reason: str, name: str, expected: bytes, found: bytes) -> None:
    if found != expected:
        raise MalformedRecordError(
            reason, f"the header {name} names another form", expected=shown(expected), found=shown(found)
        )


def _check_size(data: bytes) -> None:
    if len(data) > MAX_SEALED_BYTES:
        raise MalformedRecordError(
            "too_large", "a sealed value is too large", expected=f"{MAX_SEALED_BYTES} bytes", found=f"{len(data)} bytes"
        )


@cache
def _reader() -> Reader:
    return ReaderCompiler().of_type(content_schema().document, SealedContent)
