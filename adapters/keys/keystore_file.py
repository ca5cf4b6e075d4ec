"""The file of a keystore: what is written, how it is sealed, and how strictly it is read.

    {"kdf":{...},"nonce":"<48 hex>","version":1}\\n      header, RFC 8785 JSON on one line
    <ciphertext and tag>                                XChaCha20-Poly1305; the header line is additional data
    <32 bytes>                                          SHA-256 of all before

    kdf:        {"memory_bytes": n, "name": "argon2id", "operations": n, "salt": "<32 hex>"}        RFC 9106
    plaintext:  {"<name>": {"kind": "signing" | "content", "seed": "<64 hex>", "suite": "<suite>"}, ...}

Rules:

- The checksum at the end is there only to tell damage from a wrong passphrase; what protects is the tag.
- The costs in the header are held against bounds before memory is spent on them.
- A nonce is drawn anew for every write; 24 bytes are enough to draw at random.

Not handled here: who may write when (`tongban.adapters.keys.keystore`).
"""

import os
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import rfc8785
from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_ABYTES,
    crypto_aead_xchacha20poly1305_ietf_decrypt,
    crypto_aead_xchacha20poly1305_ietf_encrypt,
    crypto_aead_xchacha20poly1305_ietf_KEYBYTES,
    crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
)
from nacl.exceptions import CryptoError
from nacl.pwhash import argon2id

from tongban.adapters.private_files import read_private
from tongban.contracts.content.sealing import X25519, ContentKey
from tongban.contracts.strict_json import load_json
from tongban.contracts.wire.signatures import SigningKey
from tongban.domain.errors import KeyRefusedError, KeystoreCorruptError, KeystoreError, WrongPassphraseError

VERSION = 1

MAX_OPERATIONS = 16
MAX_MEMORY_BYTES = 1024 * 1024 * 1024
"""libsodium's "sensitive"; a header that asks for more would only stop the machine."""
MAX_FILE_BYTES = 16 * 1024 * 1024
"""About a hundred thousand keys."""
MAX_HEADER_BYTES = 1024

_CHECKSUM_BYTES = 32

SecretKey = SigningKey | ContentKey


@dataclass(frozen=True, slots=True)
class Kdf:
    """How the passphrase becomes the key: Argon2id with these costs."""

    operations: int
    memory_bytes: int
    salt: bytes

    def __post_init__(self) -> None:
        _check_bounds("operations", self.operations, argon2id.OPSLIMIT_MIN, MAX_OPERATIONS)
        _check_bounds("memory_bytes", self.memory_bytes, argon2id.MEMLIMIT_MIN, MAX_MEMORY_BYTES)

    @classmethod
    def with_new_salt(cls, operations: int, memory_bytes: int) -> "Kdf":
        """For a new file."""
        return cls(operations, memory_bytes, os.urandom(argon2id.SALTBYTES))

    def derive(self, passphrase: str) -> bytes:
        """The 32-byte key. Takes as long as the costs say; raises KeystoreError where memory does not suffice."""
        # NFC, because two keyboards may write one character in two ways (RFC 8265, section 4.2); surrogateescape,
        # because a terminal in another locale hands over UTF-8 bytes as such.
        secret = unicodedata.normalize("NFC", passphrase).encode(errors="surrogateescape")
        size = crypto_aead_xchacha20poly1305_ietf_KEYBYTES
        try:
            return argon2id.kdf(size, secret, self.salt, self.operations, self.memory_bytes)
        except RuntimeError as err:  # within the bounds, only for want of memory
            raise KeystoreError(
                "there is too little memory to derive the key", expected=f"{self.memory_bytes} bytes free"
            ) from err


@dataclass(frozen=True, slots=True)
class SealedKeys:
    """The parts of the file, parsed but not opened. `path` is for messages."""

    path: Path
    kdf: Kdf
    nonce: bytes
    ciphertext: bytes

    @classmethod
    def seal(cls, path: Path, kdf: Kdf, key: bytes, keys: Mapping[str, SecretKey]) -> "SealedKeys":
        """Keys under a derived key, with a nonce of its own."""
        nonce = os.urandom(crypto_aead_xchacha20poly1305_ietf_NPUBBYTES)
        plaintext = rfc8785.dumps({name: _key_to_json(secret) for name, secret in keys.items()})
        header = _header(kdf, nonce)
        return cls(path, kdf, nonce, crypto_aead_xchacha20poly1305_ietf_encrypt(plaintext, header, nonce, key))

    def unseal(self, key: bytes) -> dict[str, SecretKey]:
        """The keys by name. Raises WrongPassphraseError or KeystoreCorruptError."""
        header = _header(self.kdf, self.nonce)
        try:
            plaintext = crypto_aead_xchacha20poly1305_ietf_decrypt(self.ciphertext, header, self.nonce, key)
        except CryptoError as err:
            raise WrongPassphraseError(
                f"the passphrase does not open the keystore at {self.path}",
                advice="Try again; mind the keyboard layout. Without the passphrase the keys in it are lost.",
            ) from err
        try:
            return {name: _key_from_json(secret) for name, secret in load_json(plaintext).items()}
        except (ValueError, KeyError, TypeError, AttributeError, KeyRefusedError) as err:
            raise _corrupt(self.path, "keys in the form of version 1", type(err).__name__) from err

    def to_bytes(self) -> bytes:
        """The file's content."""
        content = _header(self.kdf, self.nonce) + self.ciphertext
        return content + sha256(content).digest()

    @classmethod
    def read(cls, path: Path) -> "SealedKeys":
        """The file at `path`. Raises ExposedFileError, KeystoreCorruptError or KeystoreError."""
        data = _read(path)
        content, checksum = data[:-_CHECKSUM_BYTES], data[-_CHECKSUM_BYTES:]
        if sha256(content).digest() != checksum:
            raise _corrupt(path, "its checksum at the end", "another checksum: the file is damaged or cut short")
        line, _, ciphertext = content.partition(b"\n")
        kdf, nonce = _parse_header(path, line)
        if line + b"\n" != _header(kdf, nonce) or len(ciphertext) < crypto_aead_xchacha20poly1305_ietf_ABYTES:
            raise _corrupt(path, "a canonical header and a ciphertext", repr(line[:120]))
        return cls(path, kdf, nonce, ciphertext)


def _read(path: Path) -> bytes:
    try:
        data = read_private(path, MAX_FILE_BYTES)
    except FileNotFoundError as err:
        raise KeystoreError(f"there is no keystore at {path}", advice="Check the path, or create one.") from err
    except OSError as err:
        raise KeystoreError(f"the keystore at {path} cannot be read", found=str(err)) from err
    if len(data) > MAX_FILE_BYTES:
        raise _corrupt(path, f"at most {MAX_FILE_BYTES} bytes", "more")
    return data


def _header(kdf: Kdf, nonce: bytes) -> bytes:
    header: dict[str, Any] = {
        "kdf": {
            "memory_bytes": kdf.memory_bytes,
            "name": "argon2id",
            "operations": kdf.operations,
            "salt": kdf.salt.hex(),
        },
        "nonce": nonce.hex(),
        "version": VERSION,
    }
    return rfc8785.dumps(header) + b"\n"


def _parse_header(path: Path, line: bytes) -> tuple[Kdf, bytes]:
    try:
        header = load_json(line[:MAX_HEADER_BYTES])
        version = header["version"]
    except (ValueError, KeyError, TypeError) as err:
        raise _corrupt(path, "a header with a version", repr(line[:120])) from err
    if version != VERSION:
        raise KeystoreError(
            f"the keystore at {path} is of another version",
            expected=str(VERSION),
            found=repr(version),
            advice="Open it with the release that wrote it, or a newer one.",
        )
    try:
        costs = header["kdf"]
        salt, nonce = bytes.fromhex(costs["salt"]), bytes.fromhex(header["nonce"])
        operations, memory_bytes = costs["operations"], costs["memory_bytes"]
    except (ValueError, KeyError, TypeError) as err:
        raise _corrupt(path, "a header of version 1", repr(line[:120])) from err
    if len(salt) != argon2id.SALTBYTES or len(nonce) != crypto_aead_xchacha20poly1305_ietf_NPUBBYTES:
        raise _corrupt(path, "a salt of 16 bytes and a nonce of 24", f"{len(salt)} and {len(nonce)}")
    return Kdf(operations, memory_bytes, salt), nonce


def _check_bounds(name: str, value: Any, least: int, most: int) -> None:
    if type(value) is not int or not least <= value <= most:
        raise KeystoreError(
            f"the keystore's cost {name!r} is out of bounds", expected=f"{least} to {most}", found=repr(value)
        )


def _key_to_json(key: SecretKey) -> dict[str, str]:
    kind = "signing" if isinstance(key, SigningKey) else "content"
    return {"kind": kind, "seed": key.seed.hex(), "suite": key.suite}


def _key_from_json(secret: Mapping[str, str]) -> SecretKey:
    seed = bytes.fromhex(secret["seed"])
    match secret["kind"], secret["suite"]:
        case "signing", suite:
            return SigningKey(suite, seed)
        case "content", suite if suite == X25519:
            return ContentKey(seed)
        case other:
            raise ValueError(f"unknown kind and suite {other}")


def _corrupt(path: Path, expected: str, found: str) -> KeystoreCorruptError:
    return KeystoreCorruptError(
        f"the keystore at {path} is corrupt", expected=expected, found=found, advice="Restore it from a backup."
    )
