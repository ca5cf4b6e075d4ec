"""What is inside a sealed box: the value, the salt, and what the commitment binds them to.

    | salt, 32 | case, 16 | stream, 16 | sequence, 8, big-endian | name length, 2 | name, UTF-8 | value |   then padding

The whole is padded (`tongban.contracts.content.sealing`), so a box shows the length of a value only roughly. The commitment is
computed again when a box is opened; a value that does not match is refused and reported.
"""

from dataclasses import dataclass, field
from uuid import UUID

from tongban.contracts.content.sealing import ContentKey, pad, seal, unpad, unseal
from tongban.domain.commitment import commit
from tongban.domain.errors import CommitmentMismatchError, MalformedError

SALT_BYTES = 32
FIXED_BYTES = SALT_BYTES + 16 + 16 + 8 + 2


@dataclass(frozen=True, slots=True)
class ContentValue:
    """A personal value under its name in the event `sequence` of `stream`. Its text form does not show the value."""

    salt: bytes = field(repr=False)
    case: UUID
    stream: UUID
    sequence: int
    name: str
    value: bytes = field(repr=False)

    @property
    def commitment(self) -> bytes:
        """What the event holds in place of the value, 32 bytes."""
        return commit(self.salt, self.case, self.stream, self.sequence, self.name, self.value)


def seal_value(value: ContentValue, public_key: bytes) -> bytes:
    """A box that only the owner of the X25519 key opens."""
    name = value.name.encode()
    return seal(
        public_key,
        pad(
            b"".join(
                (
                    value.salt,
                    value.case.bytes,
                    value.stream.bytes,
                    value.sequence.to_bytes(8, "big"),
                    len(name).to_bytes(2, "big"),
                    name,
                    value.value,
                )
            )
        ),
    )


def open_value(key: ContentKey, box: bytes, commitment: bytes) -> ContentValue:
    """The value in a box. Raises SealedToOtherError, MalformedError, CommitmentMismatchError."""
    plain = unpad(unseal(key, box))
    if len(plain) < FIXED_BYTES:
        raise MalformedError("a sealed value is too short", expected=f"{FIXED_BYTES} bytes", found=str(len(plain)))
    name_end = FIXED_BYTES + int.from_bytes(plain[FIXED_BYTES - 2 : FIXED_BYTES], "big")
    try:
        name = plain[FIXED_BYTES:name_end].decode()
    except UnicodeDecodeError as err:
        raise MalformedError("the name of a sealed value", expected="UTF-8", found=repr(err.object[:40])) from err
    value = ContentValue(
        salt=plain[:32],
        case=UUID(bytes=plain[32:48]),
        stream=UUID(bytes=plain[48:64]),
        sequence=int.from_bytes(plain[64:72], "big"),
        name=name,
        value=plain[name_end:],
    )
    if not 1 <= value.sequence < 2**63 or value.commitment != commitment:
        raise CommitmentMismatchError(
            "a sealed value is not what the event committed to",
            expected=f"commitment {commitment.hex()}",
            found="another",
            advice="the sender must publish the right one; this one is kept as evidence",
        )
    return value
