"""Reading Avro binary in the one form that a writer of ours gives it, straight into frozen dataclasses.

Avro leaves a writer choices, and readers forgive more than that. Here every value has one encoding, so encoding
what was read gives the same bytes:

    int, long    zigzag, then 7 bits a byte, lowest first, high bit on all but the last     no byte more than needed
    boolean      00 or 01
    string       length as long, then UTF-8                                                 no surrogates, no U+0000
    bytes        length as long, then the bytes
    fixed        the bytes
    enum         place among the symbols, as long
    null or T    00, or 02 and T
    array        00, or: number of items as long, the items, 00                             one block, no negative number
    record       the fields in order

Rules beyond the encoding, because a store or a view could not hold what they exclude:

- An `int` has 32 bits, a `long` 64. A date or time lies in the years 1970 to 9998: it can be written in RFC 3339, and
  so can its local time anywhere.
- Text holds no U+0000, which PostgreSQL cannot store.

Nothing is allocated or repeated for a length or count before as many bytes are known to be there, so work and memory
are bounded by the size of the input. Source: Avro 1.12 specification, "Binary Encoding".

Not handled here: making the reader of a schema, which calls these functions (`compiler`), and writing.

Reasons of MalformedRecordError: `not_avro`, `not_canonical`, `out_of_range`, `not_text`.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NoReturn
from uuid import UUID

from tongban.contracts.malformed import MalformedRecordError

Reader = Callable[[bytes, int], tuple[Any, int]]
"""From the input and a place in it to a value and the place behind it.

Where the input ends too early, it raises IndexError or gives a place behind the end.
"""

MAX_DATE_DAYS = 2_932_531
"""9998-12-31, in days since 1970-01-01."""
MAX_TIME_MICROS = (MAX_DATE_DAYS + 1) * 86_400_000_000 - 1
"""The last microsecond of that day, UTC."""
UUIDS_KEPT = 4_096
"""Ids kept made: a case's events name it again and again, and making one costs as much as reading ten values."""

_CONTINUED = 0x80
_MAX_VARINT_SHIFT = 63  # ten bytes carry 70 bits; the tenth may hold one


def read_whole(reader: Reader, data: bytes) -> Any:
    """The value that `data` holds from its first byte to its last. Raises MalformedRecordError otherwise."""
    value, end = read_prefix(reader, data)
    if end != len(data):
        _not_canonical("bytes are left over", expected=f"{end} bytes", found=f"{len(data)} bytes")
    return value


def read_prefix(reader: Reader, data: bytes) -> tuple[Any, int]:
    """The value at the beginning of `data`, and where it ends. Raises MalformedRecordError."""
    try:
        value, end = reader(data, 0)
    except IndexError as err:
        raise _early_end(data) from err
    if end > len(data):
        raise _early_end(data)
    return value, end


# Values that are read by a call ------------------------------------------------------------------------------


def read_long(data: bytes, at: int) -> tuple[int, int]:
    """An integer of any length."""
    bits, shift = 0, 0
    while True:
        byte = data[at]
        at += 1
        bits |= (byte & 0x7F) << shift
        if byte < _CONTINUED:
            break
        shift += 7
        if shift > _MAX_VARINT_SHIFT:
            _not_avro("an integer goes on", expected="at most 10 bytes", found=f"more, up to byte {at - 1}")
    if byte == 0 and shift:
        _not_canonical(
            "an integer is longer than needed", expected="no zero as last byte", found=f"one at byte {at - 1}"
        )
    if bits > 0xFFFF_FFFF_FFFF_FFFF:
        _not_avro("an integer is too large", expected="64 bits", found=f"{bits.bit_length()} bits before byte {at - 1}")
    return (bits >> 1) ^ -(bits & 1), at


def read_bytes(data: bytes, at: int) -> tuple[bytes, int]:
    """Bytes behind their length."""
    size, start = read_long(data, at)
    end = start + size
    if size < 0 or end > len(data):
        _not_avro("a length does not fit", expected=f"0 to {len(data) - start}", found=f"{size} at byte {at}")
    return data[start:end], end


def read_text(data: bytes, at: int) -> tuple[str, int]:
    """Any text."""
    raw, end = read_bytes(data, at)
    if b"\0" in raw:
        raise MalformedRecordError("not_text", "a text holds U+0000", expected="none", found=f"one behind byte {at}")
    try:
        return raw.decode(), end
    except UnicodeDecodeError as err:
        raise MalformedRecordError("not_text", "a text is not UTF-8", found=f"{err.reason} behind byte {at}") from err


def read_count(data: bytes, at: int) -> tuple[int, int]:
    """The number of items of an array that has some."""
    count, end = read_long(data, at)
    if count < 0:
        _not_canonical("an array's block states its size", expected="a number of items", found=f"{count}")
    if count > len(data) - end:  # every item takes at least a byte
        _not_avro("an array does not fit", expected=f"at most {len(data) - end} items", found=f"{count} at byte {at}")
    return count, end


@lru_cache(UUIDS_KEPT)
def uuid_of(raw: bytes) -> UUID:
    """The id of 16 bytes. Raises IndexError where the input ended before the last of them."""
    if len(raw) != 16:
        raise IndexError
    return UUID(bytes=raw)


# Refusals --------------------------------------------------------------------------------------------------------------


def refuse_number(expected: str, value: int) -> NoReturn:
    """A number is not in the range that `expected` names."""
    raise MalformedRecordError("out_of_range", "a number is out of range", expected=expected, found=f"{value}")


def refuse_boolean(data: bytes, at: int) -> NoReturn:
    """A byte that is neither true nor false."""
    _not_canonical("a boolean is neither", expected="0 or 1", found=f"{data[at]} at byte {at}")


def refuse_symbol(data: bytes, at: int, count: int) -> NoReturn:
    """A place that is none of an enum's symbols."""
    place, _ = read_long(data, at)
    _not_avro("an enum has no such symbol", expected=f"0 to {count - 1}", found=f"{place} at byte {at}")


def refuse_branch(data: bytes, at: int) -> NoReturn:
    """A union's branch that is neither null nor its type."""
    branch, _ = read_long(data, at)
    _not_avro("a union has no such branch", expected="0 or 1", found=f"{branch} at byte {at}")


def refuse_split(data: bytes, at: int) -> NoReturn:
    """An array that goes on in another block."""
    _not_canonical("an array is split", expected="one block, then 0", found=f"{data[at]} at byte {at}")


def _early_end(data: bytes) -> MalformedRecordError:
    return MalformedRecordError("not_avro", "the bytes end early", expected="more", found=f"{len(data)} bytes")


def _not_avro(message: str, *, expected: str, found: str) -> NoReturn:
    raise MalformedRecordError("not_avro", message, expected=expected, found=found)


def _not_canonical(message: str, *, expected: str, found: str) -> NoReturn:
    raise MalformedRecordError("not_canonical", message, expected=expected, found=found)
