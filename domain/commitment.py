"""A commitment: an event names what a person wrote without saying it.

    commitment = BLAKE2b-256( key = salt, person = "tongban.content1" )( input )

    input = | case, 16 | stream, 16 | sequence, 8 | n, 4 | name, n | m, 4 | value, m |

The ids are RFC 9562 binary UUIDs; numbers are unsigned and big-endian, lengths in bytes; the name is UTF-8 and the
value is Avro binary. Every part has a fixed or a written length, so no two tuples give the same input. The salt is 32
random bytes, fresh for every commitment: without it nobody can test a guess, and who holds it can show one value only.

BLAKE2 with a key: RFC 7693; the personalization keeps these apart from any other use of BLAKE2b.

Not handled here: how salt and value travel (`tongban.contracts.content.sealing`).
"""

import struct
from hashlib import blake2b
from uuid import UUID

from tongban.domain.errors import MalformedError

SALT_BYTES = 32
COMMITMENT_BYTES = 32
MAX_SEQUENCE = 2**63 - 1
"""Sequence numbers are Avro longs."""

_PERSON = b"tongban.content1"
_PLACE = struct.Struct(">16s16sQ")
_LENGTH = struct.Struct(">I")


def commit(salt: bytes, case: UUID, stream: UUID, sequence: int, name: str, value: bytes) -> bytes:
    """The 32-byte commitment to `value` under `name` in one event. Raises MalformedError on a part out of form."""
    if len(salt) != SALT_BYTES:
        raise MalformedError(
            "the salt of a commitment has the wrong length", expected=f"{SALT_BYTES} bytes", found=f"{len(salt)} bytes"
        )
    if not 1 <= sequence <= MAX_SEQUENCE:
        raise MalformedError(
            "a commitment names an impossible event", expected="a sequence from 1 to 2**63 - 1", found=str(sequence)
        )
    label = _utf8(name)
    digest = blake2b(key=salt, person=_PERSON, digest_size=COMMITMENT_BYTES)
    digest.update(_PLACE.pack(case.bytes, stream.bytes, sequence))
    digest.update(_LENGTH.pack(len(label)) + label)
    digest.update(_LENGTH.pack(len(value)) + value)
    return digest.digest()


def _utf8(name: str) -> bytes:
    try:
        return name.encode()
    except UnicodeEncodeError as err:
        raise MalformedError("the name of a committed value is not text", expected="UTF-8", found=ascii(name)) from err
