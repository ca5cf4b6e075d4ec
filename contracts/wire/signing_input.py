"""What is signed: the DSSE pre-authentication encoding of an event, and the event hash over it.

    PAE(type, body) = "DSSEv1" SP LEN(type) SP type SP LEN(body) SP body        LEN: bytes, ASCII decimal

    type            = "application/vnd.tongban.event+avro;type=" ce_type ";schema=" 64 hex digits
    body            = the event's Avro binary, without any frame
    event hash      = SHA-256( PAE(type, body) )

The type says what the bytes mean, so no signature over an event can be taken for one over anything else. Source: DSSE
protocol v1.0.2 (https://github.com/secure-systems-lab/dsse/blob/v1.0.2/protocol.md).

Not handled here: the signature itself (`tongban.contracts.wire.signatures`) and how a body is encoded.
"""

import re
from functools import lru_cache
from hashlib import sha256

from tongban.domain.errors import MalformedError
from tongban.domain.identifiers import EventHash

EVENT_MEDIA_TYPE = "application/vnd.tongban.event+avro"
FINGERPRINT_BYTES = 32

_CE_TYPE = re.compile(r"[A-Za-z0-9._-]{1,128}")  # nothing that could end the parameter `type` early


def pae(payload_type: str, body: bytes) -> bytes:
    """DSSE's pre-authentication encoding: the bytes to sign for `body` read as `payload_type`."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(body), body)


@lru_cache(maxsize=1024)  # a federation has some dozens of event types; ingest asks for each event
def event_payload_type(ce_type: str, schema_fingerprint: bytes) -> str:
    """The DSSE payload type of an event. Raises MalformedError on a type name or fingerprint out of form."""
    if not _CE_TYPE.fullmatch(ce_type):
        raise MalformedError(
            "an event's type is out of form", expected="1 to 128 of A-Z a-z 0-9 . _ -", found=repr(ce_type)
        )
    if len(schema_fingerprint) != FINGERPRINT_BYTES:
        raise MalformedError(
            "a schema's fingerprint is out of form",
            expected=f"{FINGERPRINT_BYTES} bytes",
            found=f"{len(schema_fingerprint)} bytes",
        )
    return f"{EVENT_MEDIA_TYPE};type={ce_type};schema={schema_fingerprint.hex()}"


def event_signing_input(ce_type: str, schema_fingerprint: bytes, body: bytes) -> bytes:
    """The bytes that an event's signature covers."""
    return pae(event_payload_type(ce_type, schema_fingerprint), body)


def event_hash(signing_input: bytes) -> EventHash:
    """The event hash, 32 bytes: SHA-256 of the signing input."""
    return EventHash(sha256(signing_input).digest())
