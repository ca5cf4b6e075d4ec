"""The golden keys of the corpus: everything that a real federation draws by chance follows from a label here.

A key made from a public label protects nothing. Labels are never changed, or every artefact would.
"""

from hashlib import sha256
from uuid import UUID

from tongban.contracts.content.sealing import ContentKey
from tongban.contracts.wire.signatures import ED25519, SigningKey
from tongban.domain.events.values import PublicKey


def seed(*label: object) -> bytes:
    """32 bytes that follow from a label."""
    return sha256("/".join(["tongban corpus", *map(str, label)]).encode()).digest()


def signing_key(*label: object) -> SigningKey:
    """The Ed25519 key of somebody, e.g. `signing_key("310000", "handler")`."""
    return SigningKey(ED25519, seed("ed25519", *label))


def content_key(*label: object) -> ContentKey:
    """The X25519 key of somebody."""
    return ContentKey(seed("x25519", *label))


def uuid(*label: object) -> UUID:
    """A UUID that follows from a label."""
    return UUID(bytes=seed("uuid", *label)[:16], version=4)


def public(key: SigningKey) -> PublicKey:
    """The public half."""
    return PublicKey(key.suite, key.public_key)
