"""Making readers of Avro binary: a schema and the Python type it describes become the source of one plain function.

A call for each value would cost more than reading it: an event has some fifty. So the source for a schema reads its values
one after another, short ones in line, all else by the functions of `tongban.contracts.avro.reader`:

    def read(data, at):
        size = len(data)
        v1 = data[at : at + 32]; at += 32                   fixed
        v2 = data[at]                                       long, of one byte nearly always
        if v2 < 128: v2 = (v2 >> 1) ^ -(v2 & 1); at += 1
        else: v2, at = read_long(data, at)
        …
        v0 = Head(v2, v1)                                   record
        return v0, at

Rules:

- Only numbers of this module's own making, and names that it gave, are in the source; what a schema says comes in as
  values. So a schema cannot smuggle in code.
- A slice beyond the end is short and moves `at` beyond the end: the next look at a byte raises IndexError, or `read_prefix`
  sees where `at` is.

Not handled here: schemas that break the rules of contracts (`walk`: maps, floats, wide unions, recursion), and writing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from enum import StrEnum
from types import MappingProxyType
from typing import Any, get_args, get_origin, get_type_hints
from uuid import UUID

from tongban.contracts.avro import reader as reading
from tongban.contracts.avro.function_source import FunctionSource
from tongban.contracts.avro.python_hints import optional_hint, plain_hint
from tongban.contracts.avro.reader import Reader
from tongban.domain.errors import ContractError

_SCALARS: Mapping[str, type] = {"int": int, "long": int, "string": str, "bytes": bytes, "boolean": bool}
_READING: Mapping[str, Any] = {
    each.__name__: each
    for each in (
        reading.read_long, reading.read_text, reading.read_bytes, reading.read_count, reading.uuid_of, reading.refuse_number,
        reading.refuse_boolean, reading.refuse_branch, reading.refuse_symbol, reading.refuse_split,
    )
}  # fmt: skip
"""What the lines of a reader call."""
_ONE_BYTE_SYMBOLS = 64
"""Places among an enum's symbols that one byte can hold."""


class ReaderCompiler:
    """Makes readers in one walk through a schema; it remembers the named types that the walk has passed.

    Raises ContractError where the schema and the Python type differ.
    """

    def __init__(self, passed: Mapping[str, Mapping[str, Any]] = MappingProxyType({})) -> None:
        self._named = dict(passed)

    def behind(self) -> "ReaderCompiler":
        """Another compiler that goes on from here."""
        return ReaderCompiler(self._named)

    def of_type(self, avro_type: Any, hint: Any) -> Reader:
        """A reader of this Avro type that gives values of the Python type `hint`."""
        source = _ReaderSource(self._named)
        return source.reader(source.value(avro_type, hint))

    def of_fields(self, avro_fields: Sequence[Mapping[str, Any]], hint: Any) -> Reader:
        """A reader of these fields of a record, one after another, that gives the dataclass `hint`."""
        source = _ReaderSource(self._named)
        return source.reader(source.record(avro_fields, hint))


class _ReaderSource:
    """The source of one reader. Each method adds the lines that read a value, and names the variable that holds it."""

    def __init__(self, named: dict[str, Mapping[str, Any]]) -> None:
        self._named = named
        self._source = FunctionSource("read(data, at)", _READING)
        self._source.add("size = len(data)")

    def reader(self, result: str) -> Reader:
        """The function, which returns this variable and the place behind the value."""
        return self._source.function(f"{result}, at", "<avro>")

    def value(self, avro_type: Any, hint: Any) -> str:
        """A value of any type."""
        hint = plain_hint(hint)
        if isinstance(avro_type, list):
            return self._optional(avro_type, hint)
        spec: Mapping[str, Any] = {"type": avro_type} if isinstance(avro_type, str) else avro_type
        spec = self._named.get(spec["type"].rpartition(".")[2], spec)
        if "name" in spec:
            self._named[spec["name"]] = spec
        match spec["type"]:
            case "record":
                return self.record(spec["fields"], hint)
            case "array" if get_origin(hint) is tuple:
                return self._array(spec["items"], get_args(hint)[0])
            case "enum" if isinstance(hint, type) and issubclass(hint, StrEnum):
                return self._enum([hint(symbol) for symbol in spec["symbols"]])
            case "fixed" if hint is (UUID if spec.get("logicalType") == "uuid" else bytes):
                return self._fixed(int(spec["size"]), is_uuid=hint is UUID)
            case kind if hint is _SCALARS.get(kind):
                return self._scalar(kind, spec.get("logicalType"))
        raise ContractError("a schema does not fit the value it describes", expected=str(hint), found=str(spec["type"]))

    def record(self, avro_fields: Sequence[Mapping[str, Any]], hint: Any) -> str:
        """The fields one after another, and the dataclass of them."""
        hints = get_type_hints(hint)
        expected, found = [field.name for field in fields(hint)], [field["name"] for field in avro_fields]
        if expected != found:
            raise ContractError(
                f"a schema does not name the fields of {hint.__name__}",
                expected=", ".join(expected),
                found=", ".join(found),
            )
        values = [self.value(field["type"], hints[field["name"]]) for field in avro_fields]
        v, make = self._source.variable(), self._source.give(hint)
        self._source.add(f"{v} = {make}({', '.join(values)})")
        return v

    # One method for each kind ------------------------------------------------------------------------------------------

    def _scalar(self, kind: str, logical: str | None) -> str:
        match kind, logical:
            case "long", "timestamp-micros":
                return self._number("a time in the years 1970 to 9998, in microseconds", 0, reading.MAX_TIME_MICROS)
            case "int", "date":
                return self._number("a date in the years 1970 to 9998, in days", 0, reading.MAX_DATE_DAYS)
            case "int", _:
                return self._number("an integer of 32 bits", -(2**31), 2**31 - 1)
            case "long", _:
                return self._long()
            case "string", _:
                return self._text()
            case "boolean", _:
                return self._boolean()
            case _:
                v = self._source.variable()
                self._source.add(f"{v}, at = read_bytes(data, at)")
                return v

    def _number(self, wanted: str, low: int, high: int) -> str:
        v = self._long()
        self._source.add(f"if not {low} <= {v} <= {high}: refuse_number({wanted!r}, {v})")
        return v

    def _long(self) -> str:
        """One byte in line; `read_long` takes the longer ones."""
        v = self._source.variable()
        self._source.add(
            f"{v} = data[at]",
            f"if {v} < 128:",
            f" {v} = ({v} >> 1) ^ -({v} & 1)",
            " at += 1",
            "else:",
            f" {v}, at = read_long(data, at)",
        )
        return v

    def _text(self) -> str:
        """Short ASCII in line; `read_text` takes the rest, and says what is wrong."""
        v = self._source.variable()
        self._source.add(
            "length = data[at]",
            "end = at + 1 + (length >> 1)",
            f"{v} = data[at + 1 : end]",
            f"if length & 129 or end > size or not {v}.isascii() or 0 in {v}:",
            f" {v}, at = read_text(data, at)",
            "else:",
            f" {v} = {v}.decode()",
            " at = end",
        )
        return v

    def _boolean(self) -> str:
        v = self._source.variable()
        self._source.add(f"{v} = data[at]", f"if {v} > 1: refuse_boolean(data, at)", f"{v} = {v} == 1", "at += 1")
        return v

    def _fixed(self, size: int, *, is_uuid: bool) -> str:
        v = self._source.variable()
        raw = f"data[at : at + {size}]"
        self._source.add(f"{v} = uuid_of({raw})" if is_uuid else f"{v} = {raw}", f"at += {size}")
        return v

    def _enum(self, members: Sequence[StrEnum]) -> str:
        if len(members) > _ONE_BYTE_SYMBOLS:
            raise ContractError(
                "an enum is too large", expected=f"{_ONE_BYTE_SYMBOLS} symbols", found=f"{len(members)}"
            )
        v, by_byte = (
            self._source.variable(),
            self._source.give({place << 1: member for place, member in enumerate(members)}),
        )
        self._source.add(
            f"{v} = {by_byte}.get(data[at])",
            f"if {v} is None: refuse_symbol(data, at, {len(members)})",
            "at += 1",
        )
        return v

    def _optional(self, branches: list[Any], hint: Any) -> str:
        inner = optional_hint(hint)
        if inner is None or branches[0] != "null":
            raise ContractError("a schema's union does not fit", expected=str(hint), found=str(branches))
        v = self._source.variable()
        self._source.add(f"{v} = data[at]", "at += 1", f"if {v} == 0:", f" {v} = None", f"elif {v} == 2:")
        with self._source.indented():
            self._source.add(f"{v} = {self.value(branches[1], inner)}")
        self._source.add("else: refuse_branch(data, at - 1)")
        return v

    def _array(self, items: Any, hint: Any) -> str:
        v, count, found = self._source.variable(), self._source.variable(), self._source.variable()
        self._source.add("if data[at] == 0:", f" {v} = ()", " at += 1", "else:")
        with self._source.indented():
            self._source.add(f"{count}, at = read_count(data, at)", f"{found} = []", f"for _ in range({count}):")
            with self._source.indented():
                self._source.add(f"{found}.append({self.value(items, hint)})")
            self._source.add("if data[at] != 0: refuse_split(data, at)", "at += 1", f"{v} = tuple({found})")
        return v
