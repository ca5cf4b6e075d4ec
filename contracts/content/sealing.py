"""Content for one region's eyes: sealed boxes to its X25519 key, padded so that their length says little.

A sealed box (libsodium `crypto_box_seal`), 48 bytes longer than what it holds:

    | ephemeral public key, 32 | MAC, 16 | XSalsa20 ciphertext |
      nonce = BLAKE2b-192( ephemeral public key | recipient's public key )

Anybody can seal; nothing in the box says who did, and sealing twice gives two boxes. So a record that carries one is
signed by its sender, and what it holds is checked against the commitment in the event.

Padding (ISO/IEC 7816-4): one byte 0x80, then zeros up to the next multiple of the block; always at least one byte, so
that it comes off in one way only.

Not handled here: what is sealed and to whom, and the commitment (`tongban.domain.commitment`).
"""

import os
from dataclasses import dataclass, field
from functools import cached_property

from nacl.bindings import (
    crypto_box_PUBLICKEYBYTES,
    crypto_box_seal,
    crypto_box_seal_open,
    crypto_box_SEALBYTES,
    crypto_box_SECRETKEYBYTES,
    crypto_scalarmult_base,
    sodium_pad,
    sodium_unpad,
)
from nacl.exceptions import CryptoError

from tongban.contracts.wire.signatures import key_id
from tongban.domain.errors import KeyRefusedError, MalformedError, SealedToOtherError
from tongban.domain.identifiers import KeyId

X25519 = "x25519"

PADDING_BLOCK_BYTES = 256
"""Most single answers of a form fit one block, so their boxes look alike."""


@dataclass(frozen=True)
class ContentKey:
    """A region's private content key (RFC 7748). Its text form never shows the seed."""

    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.seed) != crypto_box_SECRETKEYBYTES:
            raise KeyRefusedError(
                "an X25519 private key has the wrong length",
                expected=f"{crypto_box_SECRETKEYBYTES} bytes",
                found=f"{len(self.seed)} bytes",
            )

    @classmethod
    def generate(cls) -> "ContentKey":
        """A new key from the operating system's randomness."""
        return cls(os.urandom(crypto_box_SECRETKEYBYTES))

    @property
    def suite(self) -> str:
        """The name of the suite, as registries have it."""
        return X25519

    @cached_property
    def public_key(self) -> bytes:
        """The public key, 32 bytes."""
        return crypto_scalarmult_base(self.seed)

    @cached_property
    def key_id(self) -> KeyId:
        """The name under which registries know this key."""
        return key_id(X25519, self.public_key)


def check_content_key(public_key: bytes) -> None:
    """Raise KeyRefusedError unless content can be sealed to this public key, so that it may enter a registry."""
    seal(public_key, b"")


def seal(public_key: bytes, plaintext: bytes) -> bytes:
    """A box that only the private key's holder opens, another one each time. Raises KeyRefusedError on a bad key."""
    if len(public_key) != crypto_box_PUBLICKEYBYTES:
        raise KeyRefusedError(
            "an X25519 public key has the wrong length",
            expected=f"{crypto_box_PUBLICKEYBYTES} bytes",
            found=f"{len(public_key)} bytes",
        )
    try:
        return crypto_box_seal(plaintext, public_key)
    except RuntimeError as err:  # libsodium refuses a shared secret of zeros (RFC 7748, section 6.1)
        raise KeyRefusedError(
            "an X25519 public key is a point of small order", expected="a key that hides", found=public_key.hex()
        ) from err


def unseal(key: ContentKey, box: bytes) -> bytes:
    """What the box holds. Raises SealedToOtherError if this key does not open it, MalformedError if it is no box."""
    if len(box) < crypto_box_SEALBYTES:
        raise MalformedError(
            "a sealed box is too short", expected=f"at least {crypto_box_SEALBYTES} bytes", found=f"{len(box)} bytes"
        )
    try:
        return crypto_box_seal_open(box, key.public_key, key.seed)
    except CryptoError as err:
        raise SealedToOtherError(
            "a sealed box does not open with this content key",
            expected=f"a box sealed to key {key.key_id.hex()}",
            found="a box sealed to another key, or a damaged one",
            advice="Try the region's older content keys; if none opens it, ask the sender to share the content again.",
        ) from err


def pad(value: bytes, block: int = PADDING_BLOCK_BYTES) -> bytes:
    """`value` with padding to a multiple of `block` bytes."""
    return sodium_pad(value, block)


def unpad(padded: bytes, block: int = PADDING_BLOCK_BYTES) -> bytes:
    """What `pad` was given. Raises MalformedError unless `pad` with the same block gives exactly these bytes."""
    if not padded or len(padded) % block:
        raise MalformedError(
            "padded content has the wrong length", expected=f"a multiple of {block} bytes", found=f"{len(padded)} bytes"
        )
    try:
        return sodium_unpad(padded, block)
    except CryptoError as err:
        raise MalformedError(
            "content is not padded (ISO/IEC 7816-4)", expected="0x80 and zeros in the last block", found="other bytes"
        ) from err
