"""Signed notes: a text that people can read, with signatures of named keys (C2SP, https://c2sp.org/signed-note@v1.0.0).

    <text, one or more lines, each with its newline>
    <empty line>
    — <key name> <base64 of: key hash, 4 | signature>        one line for each signature, U+2014 in front

    key hash = SHA-256( key name | 0x0A | 0x01 | Ed25519 public key )[:4]

The text keeps its last newline, the signature covers the text alone, and the last empty line is the one that separates.

Rules:

- UTF-8; no control character below U+0020 but newline; a key name has no space and no plus.
- One form only: writing what was parsed gives the same bytes. So base64 is canonical, and no key signs twice.
- Signatures by keys that nobody asked about say nothing, for or against.

Not handled here: what a text says (`tongban.contracts.notes.checkpoint`), and which key is valid (the registries).
"""

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256

from tongban.contracts.wire.signatures import ED25519, SigningKey, verify
from tongban.domain.errors import MalformedError

MAX_NOTE_BYTES = 128 * 1024
"""Room for MAX_SIGNATURES of post-quantum size (about 5 kB each)."""
MAX_SIGNATURES = 16
"""As many as the specification says every reader must accept."""

KEY_HASH_BYTES = 4

_ED25519_TYPE = b"\x01"
_DASH = "— "
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_NOT_IN_KEY_NAME = re.compile(r"[\s+]")


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line. The key hash says which key to try; it proves nothing."""

    key_name: str
    key_hash: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class SignedNote:
    """A text, with its last newline, and its signatures in their order. Nothing is verified yet."""

    text: str
    signatures: tuple[NoteSignature, ...]

    def to_bytes(self) -> bytes:
        """The note as it is written."""
        return "".join([self.text, "\n", *map(_signature_line, self.signatures)]).encode()


def key_hash(key_name: str, public_key: bytes) -> bytes:
    """The 4 bytes by which a signature line refers to an Ed25519 key."""
    return sha256(key_name.encode() + b"\n" + _ED25519_TYPE + public_key).digest()[:KEY_HASH_BYTES]


def sign_note(text: str, key_name: str, *keys: SigningKey) -> bytes:
    """A note signed by these keys, in this order. Raises MalformedError if no reader could parse it."""
    try:
        message = text.encode()
        lines = [NoteSignature(key_name, key_hash(key_name, key.public_key), key.sign(message)) for key in keys]
    except UnicodeEncodeError as err:
        raise MalformedError("a note is not text", expected="what UTF-8 can write", found=str(err)) from err
    note = SignedNote(text, tuple(lines))
    written = note.to_bytes()
    if parse_note(written) != note:
        raise MalformedError(
            "a text cannot stand in a note", expected="text ending in a newline", found=repr(text[-80:])
        )
    return written


def parse_note(data: bytes) -> SignedNote:
    """The note that `data` is, nothing before or behind it. Raises MalformedError."""
    if len(data) > MAX_NOTE_BYTES:
        raise MalformedError(
            "a note is too long", expected=f"at most {MAX_NOTE_BYTES} bytes", found=f"{len(data)} bytes"
        )
    whole = _decode(data)
    end = whole.rfind("\n\n")
    if end < 0:
        raise MalformedError("a note has no signatures", expected="an empty line behind the text", found="none")
    text, block = whole[: end + 1], whole[end + 2 :]
    if not block.endswith("\n"):
        raise MalformedError(
            "the signatures of a note are cut short", expected="a newline at the end", found=repr(block[-80:])
        )
    lines = block[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise MalformedError(
            "a note has too many signatures", expected=f"at most {MAX_SIGNATURES}", found=f"{len(lines)}"
        )
    signatures = tuple(map(_parse_signature_line, lines))
    if len({(line.key_name, line.key_hash) for line in signatures}) != len(signatures):
        raise MalformedError("a key signs a note twice", expected="one signature for each key", found=repr(block[:80]))
    return SignedNote(text, signatures)


def verify_note(note: SignedNote, key_name: str, public_key: bytes) -> bool:
    """Whether the note carries a valid signature by this Ed25519 key under this name."""
    wanted = (key_name, key_hash(key_name, public_key))
    message = note.text.encode()
    return any(
        verify(ED25519, public_key, message, line.signature)
        for line in note.signatures
        if (line.key_name, line.key_hash) == wanted
    )


def _decode(data: bytes) -> str:
    try:
        text = data.decode()
    except UnicodeDecodeError as err:
        raise MalformedError("a note is not text", expected="UTF-8", found=str(err)) from err
    if control := _CONTROL.search(text):
        raise MalformedError(
            f"a note has a control character at position {control.start()}",
            expected="none but newline",
            found=f"U+{ord(control[0]):04X}",
        )
    return text


def _signature_line(line: NoteSignature) -> str:
    return f"{_DASH}{line.key_name} {b64encode(line.key_hash + line.signature).decode()}\n"


def _parse_signature_line(line: str) -> NoteSignature:
    key_name, space, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not space or not key_name or _NOT_IN_KEY_NAME.search(key_name):
        raise MalformedError(
            "a signature line is out of form", expected="'— <key name> <base64>'", found=repr(line[:120])
        )
    decoded = _decode_base64(encoded)
    if len(decoded) <= KEY_HASH_BYTES:
        raise MalformedError(
            "a note's signature is too short",
            expected=f"{KEY_HASH_BYTES} bytes of key hash and a signature",
            found=f"{len(decoded)} bytes",
        )
    return NoteSignature(key_name, decoded[:KEY_HASH_BYTES], decoded[KEY_HASH_BYTES:])


def _decode_base64(encoded: str) -> bytes:
    try:
        decoded = b64decode(encoded, validate=True)
    except ValueError as err:
        raise MalformedError(
            "a note's signature is not base64", expected="RFC 4648", found=repr(encoded[:120])
        ) from err
    if b64encode(decoded).decode() != encoded:  # bits behind the last byte that nobody reads
        raise MalformedError(
            "a note's signature is not canonical base64",
            expected=repr(b64encode(decoded)[-8:]),
            found=repr(encoded[-8:]),
        )
    return decoded
