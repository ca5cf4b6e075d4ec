"""Writing frozen dataclasses as Avro binary, by fastavro.

fastavro forgives a writer much (5.5 for an int, "x" for true). So what was written is read back by the strict reader
(`reader`) and compared; two programs of different origin then agree on every byte that is signed.
"""

import io
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_origin, get_type_hints
from uuid import UUID

import fastavro

from tongban.contracts.avro.python_hints import optional_hint, plain_hint
from tongban.contracts.avro.reader import Reader, read_whole
from tongban.contracts.malformed import MalformedRecordError

Plain = Callable[[Any], Any]
"""From a value of the domain to what fastavro takes for it."""


def write(avro: dict[str, Any], plain: object) -> bytes:
    """The Avro binary of a plain value. Raises MalformedRecordError with reason `not_encodable`."""
    buffer = io.BytesIO()
    try:
        fastavro.schemaless_writer(buffer, avro, plain)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as err:
        raise not_encodable(err) from err
    return buffer.getvalue()


def write_checked(avro: dict[str, Any], to_plain: Plain, reader: Reader, value: object) -> bytes:
    """The Avro binary of `value`, after reading it back. Raises MalformedRecordError."""
    try:
        plain = to_plain(value)
    except (AttributeError, TypeError) as err:
        raise not_encodable(err) from err
    data = write(avro, plain)
    if (found := read_whole(reader, data)) != value:
        raise not_encodable(found)
    return data


def not_encodable(found: object) -> MalformedRecordError:
    """The refusal of a value that its schema cannot hold."""
    return MalformedRecordError(
        "not_encodable", "a value is not of the types that its class names", found=f"{type(found).__name__}: {found}"
    )


def compile_plain(hint: Any) -> Plain:
    """A function from values of the Python type `hint` to what fastavro takes."""
    hint, inner = plain_hint(hint), optional_hint(hint)
    if inner is not None:
        return _optional(compile_plain(inner))
    if hint is UUID:
        return _uuid_bytes
    if is_dataclass(hint):
        hints = get_type_hints(hint)
        return _record([(field.name, compile_plain(hints[field.name])) for field in fields(hint)])
    if get_origin(hint) is tuple:
        return _array(compile_plain(get_args(hint)[0]))
    return _as_it_is


def _as_it_is(value: Any) -> Any:
    return value


def _uuid_bytes(value: UUID) -> bytes:
    return value.bytes


def _record(parts: list[tuple[str, Plain]]) -> Plain:
    return lambda value: {name: plain(getattr(value, name)) for name, plain in parts}


def _array(plain: Plain) -> Plain:
    return lambda value: [plain(item) for item in value]


def _optional(plain: Plain) -> Plain:
    return lambda value: None if value is None else plain(value)
