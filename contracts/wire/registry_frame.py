"""The frame that a site with a schema registry puts before an event's body (Confluent's wire format).

    | 0x00 | number of the schema in that registry, 4 bytes, big-endian | body |

- The frame is a courtesy to programs that resolve schemas by such numbers. It is not signed, no part of the leaf, and no
  verdict looks at its number: the schema of an event is the one whose fingerprint was signed.
- The same event may be in the log with a frame, with another one, and without: each is a record of the same leaf.

Not handled here: which number a schema has (`tongban.ledger.schema_numbers`), and taking a frame off again, which needs
`ce_id` (`cloud_event`), because a bare body may begin with the same byte.

Source: Confluent Platform, Schema Registry, "Wire format".
"""

from tongban.domain.errors import MalformedError

FRAME_MAGIC = b"\x00"
FRAME_BYTES = 5
MAX_NUMBER = 2**31 - 1
"""Registries count in a signed integer of four bytes."""


def framed(number: int | None, body: bytes) -> bytes:
    """The body behind the frame with this number; None: bare. Raises MalformedError on a number no registry gives."""
    if number is None:
        return body
    if not 1 <= number <= MAX_NUMBER:
        raise MalformedError("a schema's number is out of range", expected=f"1 to {MAX_NUMBER}", found=str(number))
    return FRAME_MAGIC + number.to_bytes(4, "big") + body


def frame_number(value: bytes, body: bytes) -> int | None:
    """The number in the frame of a record's value whose body is known; None where there is no frame."""
    return None if len(value) == len(body) else int.from_bytes(value[1:FRAME_BYTES], "big")
