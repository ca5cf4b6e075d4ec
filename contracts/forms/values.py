"""Values of a matter's form or outcome, held against its schema, encoded and decoded.

- Values are checked here and not by fastavro's writer, which takes 5.5 for an int and "x" for true.
- Bytes are taken in only if encoding what was decoded gives the same bytes (DESIGN.md, "Canonical only").
- Messages name fields and kinds, never a value: what an applicant states must not reach a log.

Not handled here: which schemas are allowed (`schema`), reading an old form by a newer schema.
"""

import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

import fastavro

from tongban.contracts.faults import Fault, FaultyContractError, kind_of, refuse_faulty
from tongban.contracts.forms.types import NamedTypes, field_type

VALUES_MAX_BYTES = 64 * 1024
"""The largest form or outcome: as large as an event's body may be."""


class DataClass(StrEnum):
    """The three classes of data: GB/T 43697-2024, 核心, 重要, 一般."""

    CORE = "core"
    IMPORTANT = "important"
    GENERAL = "general"


@dataclass(frozen=True, slots=True)
class FormField:
    """A top-level field of a form, as a window or a guide shows it.

    `sources`: where its value can come from, best first: `applicant`, or a source of shared data.
    """

    name: str
    title_zh: str
    title_en: str
    data_class: DataClass
    personal: bool
    sources: tuple[str, ...] = ()

    @property
    def is_fetched(self) -> bool:
        """Whether its value is fetched from shared data first, and not asked for."""
        return bool(self.sources) and self.sources[0] != "applicant"


@dataclass(frozen=True, slots=True)
class RecordSchema:
    """A checked schema: what a form or an outcome is made of. `file` is how messages call it."""

    file: str = field(compare=False)
    fields: tuple[FormField, ...]
    avro: Mapping[str, Any] = field(repr=False, hash=False)
    named: NamedTypes = field(repr=False, hash=False, compare=False)

    def encode(self, values: Mapping[str, object]) -> bytes:
        """Encode values as Avro binary. A field left out takes its default, if the schema gives one.

        Raises `FaultyContractError` that names each wrong, missing or unknown field.
        """
        refuse_faulty(self._value_faults(self.avro, values, ""))
        buffer = io.BytesIO()
        fastavro.schemaless_writer(buffer, dict(self.avro), dict(values))
        if buffer.tell() > VALUES_MAX_BYTES:
            raise self._refusal(f"at most {VALUES_MAX_BYTES} bytes", f"{buffer.tell()} bytes")
        return buffer.getvalue()

    def decode(self, data: bytes) -> dict[str, Any]:
        """Decode Avro binary in its canonical form. Raises `FaultyContractError` for any other bytes."""
        if len(data) > VALUES_MAX_BYTES:
            raise self._refusal(f"at most {VALUES_MAX_BYTES} bytes", f"{len(data)} bytes")
        try:
            values: Any = fastavro.schemaless_reader(io.BytesIO(data), dict(self.avro), None)
        except (EOFError, ValueError, IndexError, OverflowError, MemoryError, TypeError) as err:
            found = f"{len(data)} bytes that end early or do not fit ({type(err).__name__})"
            raise self._refusal("Avro binary of this schema", found) from err
        if self.encode(values) != data:
            raise self._refusal("canonical Avro binary", "bytes that encode the same values in another way")
        return dict(values)

    def _refusal(self, expected: str, found: str) -> FaultyContractError:
        return FaultyContractError([Fault(self.file, "", expected, found)])

    def _value_faults(self, avro_type: Any, value: object, path: str) -> Iterator[Fault]:
        """Yield what is wrong with a value. `path` names it, as `products.0.name`."""
        kind, definition, nullable = field_type(avro_type, self.named)
        if nullable and value is None:
            return
        match kind:
            case "record":
                yield from self._record_faults(definition, value, path)
            case "array" if isinstance(value, list | tuple):
                for number, item in enumerate(value):
                    yield from self._value_faults(definition["items"], item, below(path, str(number)))
            case _:
                expected, fits = _expectation(kind, definition)
                if not fits(value):
                    yield Fault(self.file, path, expected, kind_of(value))

    def _record_faults(self, schema: Mapping[str, Any], value: object, path: str) -> Iterator[Fault]:
        if not isinstance(value, Mapping):
            yield Fault(self.file, path, "an object with named fields", kind_of(value))
            return
        fields = {each["name"]: each for each in schema["fields"]}
        for name in sorted(map(str, value.keys() - fields.keys())):
            yield Fault(self.file, below(path, name), "no such field", "a value")
        for name, each in fields.items():
            if name in value:
                yield from self._value_faults(each["type"], value[name], below(path, name))
            elif "default" not in each:
                yield Fault(self.file, below(path, name), "a value", "nothing")


_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def _expectation(kind: str, definition: Any) -> tuple[str, Callable[[object], bool]]:
    """For a type without parts: what is expected, in words, and whether a value is it."""
    match kind:
        case "enum":
            return " or ".join(definition["symbols"]), lambda value: value in definition["symbols"]
        case "fixed":
            size = definition["size"]
            return f"{size} bytes", lambda value: isinstance(value, bytes) and len(value) == size
        case _:
            return _SCALAR_EXPECTATIONS[kind]


def _is_integer(value: object, bits: int) -> bool:
    return type(value) is int and -(1 << bits - 1) <= value < 1 << bits - 1


_SCALAR_EXPECTATIONS: dict[str, tuple[str, Callable[[object], bool]]] = {
    "boolean": ("true or false", lambda value: isinstance(value, bool)),
    "int": ("an integer of 32 bits", lambda value: _is_integer(value, 32)),
    "long": ("an integer of 64 bits", lambda value: _is_integer(value, 64)),
    "string": ("text", lambda value: isinstance(value, str) and not _LONE_SURROGATE.search(value)),
    "date": ("a date", lambda value: type(value) is date),
    "bytes": ("bytes", lambda value: isinstance(value, bytes)),
    "array": ("a list", lambda _: False),
}


def below(path: str, name: str) -> str:
    """The path of a part: `products.0`."""
    return f"{path}.{name}" if path else name
