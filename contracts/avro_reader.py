"""Reading Avro binary in the one form that a writer of ours gives it, straight into frozen dataclasses.

Avro leaves a writer choices, and readers forgive more than that. Here every value has one encoding, so whoever encodes
what was read gets the same bytes:

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

Not handled here: schemas that break the rules of `schema_store` (maps, floats, wide unions, recursion), and writing.

Reasons of MalformedRecordError: `not_avro`, `not_canonical`, `out_of_range`, `not_text`.
"""

import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from enum import StrEnum
from typing import Any, NoReturn, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from tongban.contracts.malformed import MalformedRecordError
from tongban.domain.errors import ContractError

Reader = Callable[[bytes, int], tuple[Any, int]]
"""From the input and a place in it to a value and the place behind it. May raise IndexError where the input ends."""

MAX_DATE_DAYS = 2_932_531
"""9998-12-31, in days since 1970-01-01."""
MAX_TIME_MICROS = (MAX_DATE_DAYS + 1) * 86_400_000_000 - 1
"""The last microsecond of that day, UTC."""

_CONTINUED = 0x80
_CONTINUED_OR_NEGATIVE = 0x81
_NULL, _VALUE = 0, 2  # the branches of a union, as longs
_MAX_VARINT_SHIFT = 63  # ten bytes carry 70 bits; the tenth may hold one
_LONG = (-(2**63), 2**63 - 1)
_INT = (-(2**31), 2**31 - 1)


def read_whole(reader: Reader, data: bytes) -> Any:
    """The value that `data` holds from its first byte to its last. Raises MalformedRecordError otherwise."""
    value, end = read_prefix(reader, data)
    if end != len(data):
        _not_canonical("bytes are left over", expected=f"{end} bytes", found=f"{len(data)} bytes")
    return value


def read_prefix(reader: Reader, data: bytes) -> tuple[Any, int]:
    """The value at the beginning of `data`, and where it ends. Raises MalformedRecordError."""
    try:
        return reader(data, 0)
    except IndexError as err:
        raise _early_end(data) from err


class ReaderCompiler:
    """Makes readers in one walk through a schema; it remembers the named types that the walk has passed.

    Raises ContractError where the schema and the Python type differ.
    """

    def __init__(self) -> None:
        self._named: dict[str, Mapping[str, Any]] = {}

    def of_type(self, avro_type: Any, hint: Any) -> Reader:
        """A reader of this Avro type that gives values of the Python type `hint`."""
        hint = plain_hint(hint)
        if isinstance(avro_type, list):
            return self._of_union(avro_type, hint)
        spec: Mapping[str, Any] = {"type": avro_type} if isinstance(avro_type, str) else avro_type
        spec = self._named.get(spec["type"].rpartition(".")[2], spec)
        if "name" in spec:
            self._named[spec["name"]] = spec
        match spec["type"]:
            case "record":
                return self.of_fields(spec["fields"], hint)
            case "array" if get_origin(hint) is tuple:
                return _array(self.of_type(spec["items"], get_args(hint)[0]))
            case "enum" if isinstance(hint, type) and issubclass(hint, StrEnum):
                return _enum(tuple(hint(symbol) for symbol in spec["symbols"]))
            case "fixed" if hint is (UUID if spec.get("logicalType") == "uuid" else bytes):
                return _uuid(spec["size"]) if hint is UUID else _fixed(spec["size"])
            case kind if hint is _SCALAR_HINTS.get(kind):
                return _scalar(kind, spec.get("logicalType"))
        raise ContractError("a schema does not fit the value it describes", expected=str(hint), found=str(spec["type"]))

    def of_fields(self, avro_fields: Sequence[Mapping[str, Any]], hint: Any) -> Reader:
        """A reader of these fields of a record, one after another, that gives the dataclass `hint`."""
        hints = get_type_hints(hint)
        expected, found = [field.name for field in fields(hint)], [field["name"] for field in avro_fields]
        if expected != found:
            raise ContractError(
                f"a schema does not name the fields of {hint.__name__}",
                expected=", ".join(expected),
                found=", ".join(found),
            )
        return record_reader(hint, tuple(self.of_type(field["type"], hints[field["name"]]) for field in avro_fields))

    def _of_union(self, branches: list[Any], hint: Any) -> Reader:
        inner = optional_hint(hint)
        if inner is None or branches[0] != "null":
            raise ContractError("a schema's union does not fit", expected=str(hint), found=str(branches))
        return _optional(self.of_type(branches[1], inner))


def plain_hint(hint: Any) -> Any:
    """The type behind a NewType."""
    while hasattr(hint, "__supertype__"):
        hint = hint.__supertype__
    return hint


def optional_hint(hint: Any) -> Any | None:
    """T of `T | None`, and None for any other type."""
    if get_origin(hint) not in (types.UnionType, Union):  # a NewType or a string makes it typing's union
        return None
    branches = [arg for arg in get_args(hint) if arg is not types.NoneType]
    return branches[0] if len(branches) == 1 and len(get_args(hint)) == 2 else None


_SCALAR_HINTS: dict[str, type] = {"int": int, "long": int, "string": str, "bytes": bytes, "boolean": bool}


def _scalar(kind: str, logical: str | None) -> Reader:
    match kind, logical:
        case "long", "timestamp-micros":
            return _integer("a time in the years 1970 to 9998, in microseconds", 0, MAX_TIME_MICROS)
        case "int", "date":
            return _integer("a date in the years 1970 to 9998, in days", 0, MAX_DATE_DAYS)
        case "int", _:
            return _integer("an integer of 32 bits", *_INT)
        case _:
            return {"long": _read_long, "string": _read_text, "bytes": _read_bytes, "boolean": _read_boolean}[kind]


# One reader for each kind ----------------------------------------------------------------------------------------------


def _read_long(data: bytes, at: int) -> tuple[int, int]:
    byte = data[at]
    if byte < _CONTINUED:
        return (byte >> 1) ^ -(byte & 1), at + 1
    bits, shift = byte & 0x7F, 7
    while True:
        at += 1
        byte = data[at]
        bits |= (byte & 0x7F) << shift
        if byte < _CONTINUED:
            break
        shift += 7
        if shift > _MAX_VARINT_SHIFT:
            _not_avro("an integer goes on", expected="at most 10 bytes", found=f"more, up to byte {at}")
    if byte == 0:
        _not_canonical("an integer is longer than needed", expected="no zero as last byte", found=f"one at byte {at}")
    if bits > 0xFFFF_FFFF_FFFF_FFFF:
        _not_avro("an integer is too large", expected="64 bits", found=f"{bits.bit_length()} bits before byte {at}")
    return (bits >> 1) ^ -(bits & 1), at + 1


def _integer(expected: str, low: int, high: int) -> Reader:
    def read(data: bytes, at: int) -> tuple[int, int]:
        result = _read_long(data, at)
        if not low <= result[0] <= high:
            raise MalformedRecordError(
                "out_of_range", "a number is out of range", expected=expected, found=f"{result[0]}"
            )
        return result

    return read


def _read_bytes(data: bytes, at: int) -> tuple[bytes, int]:
    size, start = _read_long(data, at)
    end = start + size
    if size < 0 or end > len(data):
        _not_avro("a length does not fit", expected=f"0 to {len(data) - start}", found=f"{size} at byte {at}")
    return data[start:end], end


def _read_text(data: bytes, at: int) -> tuple[str, int]:
    if data[at] & _CONTINUED_OR_NEGATIVE:
        raw, end = _read_bytes(data, at)
    else:  # nearly every text is shorter than 64 bytes
        end = at + 1 + (data[at] >> 1)
        if end > len(data):
            raise _early_end(data)
        raw = data[at + 1 : end]
    if b"\0" in raw:
        raise MalformedRecordError("not_text", "a text holds U+0000", expected="none", found=f"one behind byte {at}")
    try:
        return raw.decode(), end
    except UnicodeDecodeError as err:
        raise MalformedRecordError("not_text", "a text is not UTF-8", found=f"{err.reason} behind byte {at}") from err


def _read_boolean(data: bytes, at: int) -> tuple[bool, int]:
    byte = data[at]
    if byte > 1:
        _not_canonical("a boolean is neither", expected="0 or 1", found=f"{byte} at byte {at}")
    return byte == 1, at + 1


def _fixed(size: int) -> Reader:
    def read(data: bytes, at: int) -> tuple[bytes, int]:
        end = at + size
        if end > len(data):
            raise _early_end(data)
        return data[at:end], end

    return read


def _uuid(size: int) -> Reader:
    read_bytes = _fixed(size)

    def read(data: bytes, at: int) -> tuple[UUID, int]:
        raw, end = read_bytes(data, at)
        return UUID(bytes=raw), end

    return read


def _enum(members: tuple[StrEnum, ...]) -> Reader:
    count = len(members)

    def read(data: bytes, at: int) -> tuple[StrEnum, int]:
        place, end = _read_long(data, at)
        if not 0 <= place < count:
            _not_avro("an enum has no such symbol", expected=f"0 to {count - 1}", found=f"{place} at byte {at}")
        return members[place], end

    return read


def _optional(reader: Reader) -> Reader:
    def read(data: bytes, at: int) -> tuple[Any, int]:
        byte = data[at]
        if byte == _NULL:
            return None, at + 1
        if byte == _VALUE:
            return reader(data, at + 1)
        branch, _ = _read_long(data, at)
        return _not_avro("a union has no such branch", expected="0 or 1", found=f"{branch} at byte {at}")

    return read


def _array(reader: Reader) -> Reader:
    def read(data: bytes, at: int) -> tuple[tuple[Any, ...], int]:
        count, end = _read_long(data, at)
        if count == 0:
            return (), end
        if count < 0:
            _not_canonical("an array's block states its size", expected="a number of items", found=f"{count}")
        if count > len(data) - end:  # every item takes at least a byte
            _not_avro(
                "an array does not fit", expected=f"at most {len(data) - end} items", found=f"{count} at byte {at}"
            )
        items = []
        for _ in range(count):
            item, end = reader(data, end)
            items.append(item)
        if data[end] != 0:
            _not_canonical("an array is split", expected="one block, then 0", found=f"{data[end]} at byte {end}")
        return tuple(items), end + 1

    return read


def record_reader(make: Callable[..., Any], readers: tuple[Reader, ...]) -> Reader:
    """A reader of values that stand one after another, and are given to `make` in that order."""

    def read(data: bytes, at: int) -> tuple[Any, int]:
        values = []
        for reader in readers:
            value, at = reader(data, at)
            values.append(value)
        return make(*values), at

    return read


# Refusals --------------------------------------------------------------------------------------------------------------


def _early_end(data: bytes) -> MalformedRecordError:
    return MalformedRecordError("not_avro", "the bytes end early", expected="more", found=f"{len(data)} bytes")


def _not_avro(message: str, *, expected: str, found: str) -> NoReturn:
    raise MalformedRecordError("not_avro", message, expected=expected, found=found)


def _not_canonical(message: str, *, expected: str, found: str) -> NoReturn:
    raise MalformedRecordError("not_canonical", message, expected=expected, found=found)
