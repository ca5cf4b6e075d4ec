"""Signature suites: keys, signing, and the one rule by which every region verifies.

    key id = SHA-256( suite name in ASCII | 0x00 | public key )

An event names its key by this id, so the suite is covered by the signature and cannot be swapped.

Rules for Ed25519 (RFC 8032), as libsodium keeps them:

- A signature is 64 bytes, S below the group order, R no point of small order and in the one encoding that the equation
  gives; the equation is checked without a cofactor. So a signature has one form and all regions agree on it.
- A public key of small order or in non-canonical form verifies nothing. With a small-order *part* it would in libsodium
  and would not in others; so a key that is no point of the main group verifies nothing here either, and
  `check_enrollable` keeps it out of the registries. That a key is sound is found out once (about 30 µs) and remembered.
- `verify` answers yes or no and never raises: bytes from outside are judged, not trusted to have a shape.

Not handled here: which key may sign what, and when (the registries).
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from hashlib import sha256
from itertools import chain

from nacl.bindings import (
    crypto_core_ed25519_is_valid_point,
    crypto_sign,
    crypto_sign_BYTES,
    crypto_sign_open,
    crypto_sign_PUBLICKEYBYTES,
    crypto_sign_seed_keypair,
    crypto_sign_SEEDBYTES,
)
from nacl.exceptions import BadSignatureError

from tongban.domain.errors import KeyRefusedError
from tongban.domain.identifiers import KeyId

ED25519 = "ed25519"

KEYS_REMEMBERED = 4_096
"""Public keys of which it is remembered whether they are sound: more than the officers who sign in one day."""
CHUNK_SIGNATURES = 32
"""How many one thread verifies at a stretch: about 1.5 ms, so that handing over costs little and cores end together."""

SignedItem = tuple[str, bytes, bytes, bytes]
"""Suite, public key, message, signature."""


def key_id(suite: str, public_key: bytes) -> KeyId:
    """The 32-byte name of a key, of any suite."""
    return KeyId(sha256(suite.encode() + b"\x00" + public_key).digest())


def check_enrollable(suite: str, public_key: bytes) -> None:
    """Raise KeyRefusedError unless this public key may enter a registry."""
    if suite != ED25519:
        raise KeyRefusedError("a signing key is of an unknown suite", expected=ED25519, found=repr(suite))
    if len(public_key) != crypto_sign_PUBLICKEYBYTES:
        raise KeyRefusedError(
            "an Ed25519 public key has the wrong length",
            expected=f"{crypto_sign_PUBLICKEYBYTES} bytes",
            found=f"{len(public_key)} bytes",
        )
    if not _is_sound(public_key):
        raise KeyRefusedError(
            "an Ed25519 public key is no point of the main group",
            expected="a canonical point of prime order",
            found=public_key.hex(),
            advice="Generate a new key; an honest key generator never makes such a point.",
        )


def verify(suite: str, public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `signature` is one by `public_key` over `message`; False for an unknown suite."""
    verifier = _VERIFIERS.get(suite)
    return verifier is not None and verifier(public_key, message, signature)


def verify_many(items: Sequence[SignedItem]) -> list[bool]:
    """`verify` for each item, in order, on all cores: libsodium runs outside the GIL."""
    if len(items) <= CHUNK_SIGNATURES:
        return _verify_chunk(items)
    chunks = [items[start : start + CHUNK_SIGNATURES] for start in range(0, len(items), CHUNK_SIGNATURES)]
    return list(chain.from_iterable(_threads().map(_verify_chunk, chunks)))


@dataclass(frozen=True)
class SigningKey:
    """A private key, made from its 32-byte seed. Its text form never shows the seed."""

    suite: str
    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if self.suite != ED25519:
            raise KeyRefusedError("a signing key is of an unknown suite", expected=ED25519, found=repr(self.suite))
        if len(self.seed) != crypto_sign_SEEDBYTES:
            raise KeyRefusedError(
                "an Ed25519 seed has the wrong length",
                expected=f"{crypto_sign_SEEDBYTES} bytes",
                found=f"{len(self.seed)} bytes",
            )

    @classmethod
    def generate(cls, suite: str = ED25519) -> "SigningKey":
        """A new key from the operating system's randomness."""
        return cls(suite, os.urandom(crypto_sign_SEEDBYTES))

    @cached_property
    def public_key(self) -> bytes:
        """The public key, 32 bytes."""
        return self._pair[0]

    @cached_property
    def key_id(self) -> KeyId:
        """The name under which registries and events know this key."""
        return key_id(self.suite, self.public_key)

    def sign(self, message: bytes) -> bytes:
        """The 64-byte signature over `message`; the same each time (RFC 8032, section 5.1.6)."""
        return crypto_sign(message, self._pair[1])[:crypto_sign_BYTES]

    @cached_property
    def _pair(self) -> tuple[bytes, bytes]:
        return crypto_sign_seed_keypair(self.seed)


def _verify_ed25519(public_key: bytes, message: bytes, signature: bytes) -> bool:
    # The lengths come first: the binding hands both to C without looking.
    if len(public_key) != crypto_sign_PUBLICKEYBYTES or len(signature) != crypto_sign_BYTES:
        return False
    if not _is_sound(public_key):
        return False
    try:
        crypto_sign_open(signature + message, public_key)
    except BadSignatureError:
        return False
    return True


@lru_cache(KEYS_REMEMBERED)
def _is_sound(public_key: bytes) -> bool:
    """Whether 32 bytes are a point of the main group, in their one form."""
    return crypto_core_ed25519_is_valid_point(public_key)


_VERIFIERS: dict[str, Callable[[bytes, bytes, bytes], bool]] = {ED25519: _verify_ed25519}


def _verify_chunk(items: Sequence[SignedItem]) -> list[bool]:
    return [verify(*item) for item in items]


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=os.cpu_count(), thread_name_prefix="verify")


os.register_at_fork(after_in_child=_threads.cache_clear)  # a forked child has the pool but not its threads
