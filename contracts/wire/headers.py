"""Headers of a record, read strictly: each known one exactly once, others left alone."""

from binascii import Error, a2b_base64, b2a_base64
from collections.abc import Sequence

from tongban.contracts.faults import shown
from tongban.contracts.malformed import MalformedRecordError
from tongban.contracts.wire.record import Record
from tongban.contracts.wire.signed_event import SIGNATURE_BYTES

SCHEMA_URN = b"urn:tongban:avro:sha256:"
_SCHEMA_URN_BYTES = len(SCHEMA_URN) + 64


def header_values(record: Record, names: Sequence[str]) -> list[bytes]:
    """The values of these headers. Raises MalformedRecordError, reason `header_missing` or `header_repeated`."""
    found = dict(record.headers)
    if len(found) != len(record.headers):
        given = [name for name, _ in record.headers]
        for name in names:
            if (count := given.count(name)) > 1:
                raise MalformedRecordError(
                    "header_repeated", f"the header {name} is repeated", expected="each once", found=f"{count} of them"
                )
    try:
        return [found[name] for name in names]
    except KeyError as err:
        raise MalformedRecordError(
            "header_missing", f"the header {err.args[0]} is missing", expected="each once", found="none"
        ) from err


def schema_urn(fingerprint: bytes) -> bytes:
    """The value that names a schema: `urn:tongban:avro:sha256:<64 hex digits>`."""
    return SCHEMA_URN + fingerprint.hex().encode()


def parse_schema_urn(name: str, value: bytes) -> bytes:
    """The fingerprint in such a value. Raises MalformedRecordError, reason `schema_malformed`."""
    if len(value) == _SCHEMA_URN_BYTES:
        try:
            fingerprint = bytes.fromhex(value[len(SCHEMA_URN) :].decode("ascii"))
        except ValueError:
            fingerprint = b""
        if schema_urn(fingerprint) == value:  # fromhex also takes capitals and blanks
            return fingerprint
    raise MalformedRecordError(
        "schema_malformed",
        f"the header {name} names no schema",
        expected="urn:tongban:avro:sha256: and 64 hex digits",
        found=shown(value),
    )


def signature_text(signature: bytes) -> bytes:
    """A signature as base64 (RFC 4648, section 4)."""
    return b2a_base64(signature, newline=False)


def parse_signature(name: str, value: bytes) -> bytes:
    """The signature in such a value, 64 bytes. Raises MalformedRecordError, reason `signature_malformed`."""
    try:
        signature = a2b_base64(value, strict_mode=True)
    except Error:
        signature = b""
    if len(signature) != SIGNATURE_BYTES or signature_text(signature) != value:  # unused bits at the end are zero
        raise MalformedRecordError(
            "signature_malformed",
            f"the header {name} is no signature",
            expected=f"base64 of {SIGNATURE_BYTES} bytes",
            found=shown(value),
        )
    return signature
