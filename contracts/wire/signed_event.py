"""An event as it is signed, stored and sent: bytes that are never encoded again.

    leaf = SHA-256( 0x00 | event hash, 32 | signature, 64 )          RFC 6962, section 2.1

Stored form, in the two columns of the library's recorders:

    topic    <ce_type>;<fingerprint, 64 hex digits>
    state    | signature, 64 | body |

Not handled here: the Kafka record (`cloud_event`), whether the signature holds (`signatures`), what the body says
(`codec`).

Reason of MalformedRecordError: `stored_form`.
"""

import re
from dataclasses import dataclass, field

from tongban.contracts.malformed import MalformedRecordError
from tongban.contracts.wire.signing_input import event_hash, event_signing_input
from tongban.domain.chain.merkle import leaf_hash
from tongban.domain.identifiers import EventHash

SIGNATURE_BYTES = 64
"""Of every suite so far: Ed25519."""

_STORED_TOPIC = re.compile(r"([A-Za-z0-9._-]{1,128});([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class SignedEvent:
    """Type, schema's fingerprint (32 bytes), body, signature (64 bytes), and what follows from them. Made by `of`."""

    ce_type: str
    fingerprint: bytes
    body: bytes
    signature: bytes
    hash: EventHash
    signing_input: bytes = field(repr=False, compare=False)
    """The bytes that the signature covers."""

    @classmethod
    def of(cls, ce_type: str, fingerprint: bytes, body: bytes, signature: bytes) -> "SignedEvent":
        """With its hash. Raises MalformedError on a type or fingerprint out of form."""
        signing_input = event_signing_input(ce_type, fingerprint, body)
        return cls(ce_type, fingerprint, body, signature, event_hash(signing_input), signing_input)

    @property
    def leaf(self) -> bytes:
        """Its leaf hash in the log of a partition, 32 bytes."""
        return leaf_hash(self.hash + self.signature)

    @property
    def topic(self) -> str:
        """Type and schema, as stored."""
        return f"{self.ce_type};{self.fingerprint.hex()}"

    @property
    def state(self) -> bytes:
        """Signature and body, as stored."""
        return self.signature + self.body

    @classmethod
    def from_stored(cls, topic: str, state: bytes) -> "SignedEvent":
        """The event from its stored form. Raises MalformedRecordError unless that is what was stored."""
        match = _STORED_TOPIC.fullmatch(topic)
        if match is None:
            raise MalformedRecordError(
                "stored_form", "a stored event's topic is out of form", expected="<type>;<64 hex digits>", found=topic
            )
        if len(state) < SIGNATURE_BYTES:
            raise MalformedRecordError(
                "stored_form",
                "a stored event is too short",
                expected=f"at least {SIGNATURE_BYTES} bytes",
                found=f"{len(state)} bytes",
            )
        return cls.of(match[1], bytes.fromhex(match[2]), state[SIGNATURE_BYTES:], state[:SIGNATURE_BYTES])
