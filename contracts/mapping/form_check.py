"""Whether a mapping fits the form it fills, before any record is read.

- Every field of the form has a rule, and every rule a field. What is declared absent can be left out.
- A rule says how to read just what the field's type holds: dates have formats, enums and booleans a code table.
- A code table gives only symbols of the enum, and all of them but those it names as unused.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from tongban.contracts.faults import Fault, shown
from tongban.contracts.forms.types import FieldType, field_type
from tongban.contracts.forms.values import RecordSchema, below
from tongban.contracts.mapping.mapping_file import CodeTable, FieldRule, MappingFile, Unknown

_LIMITS = {"int": 1 << 31, "long": 1 << 63}
_READING = ("codes", "date", "number", "identifier", "pattern", "fields")
"""Keys of a rule that say how a value is read."""


def mapping_faults(file: str, mapping: MappingFile, schema: RecordSchema) -> Iterator[Fault]:
    """Yield each fault of a mapping against the form's schema; `file` is how messages call the mapping."""
    check = _Check(file, mapping, schema)
    yield from check.of_fields(mapping.fields, schema.avro, "fields")
    for name in sorted(mapping.codes.keys() - check.used):
        yield Fault(file, f"codes.{name}", "a table that a field uses", "none uses it")


class _Check:
    """One walk through the rules beside the schema."""

    def __init__(self, file: str, mapping: MappingFile, schema: RecordSchema) -> None:
        self._file = file
        self._mapping = mapping
        self._named = schema.named
        self.used: set[str] = set()

    def of_fields(self, rules: Mapping[str, FieldRule], record: Mapping[str, Any], path: str) -> Iterator[Fault]:
        fields = {each["name"]: each for each in record["fields"]}
        for name in sorted(rules.keys() - fields.keys()):
            yield self._fault(below(path, name), "a field of the form", "no such field")
        for name, each in fields.items():
            place = below(path, name)
            if name in rules:
                yield from self._of_rule(rules[name], each, place)
            else:
                yield self._fault(place, f"a rule for {each['title_zh']} {each['title_en']}", "nothing")

    def _fault(self, path: str, expected: str, found: str) -> Fault:
        return Fault(self._file, path, expected, found)

    def _of_rule(self, rule: FieldRule, field: Mapping[str, Any], path: str) -> Iterator[Fault]:
        held = field_type(field["type"], self._named)
        can_be_left_out = held.nullable or "default" in field
        if rule.absent is not None:
            if not can_be_left_out:
                yield self._fault(path, "a value, for the form requires it", "absent")
            return
        if rule.mismatch == "absent" and not can_be_left_out:
            yield self._fault(below(path, "mismatch"), "error, for the form requires it", "absent")
        for name in ("constant", "default"):
            value = getattr(rule, name)
            if value is not None and not _fits(value, held):
                yield self._fault(below(path, name), _wanted(held), shown(value))
        if rule.constant is None:
            yield from self._of_type(rule, held, path)

    def _of_type(self, rule: FieldRule, held: FieldType, path: str) -> Iterator[Fault]:
        if held.kind == "array":
            held = field_type(held.definition["items"], self._named)
        if held.kind in ("bytes", "fixed", "array"):
            yield self._fault(path, "a field that a mapping can fill (no bytes, no lists of lists)", held.kind)
            return
        needed, allowed = _reading_of(held.kind)
        given = {name for name in _READING if getattr(rule, name) is not None}
        for name in sorted(needed - given):
            yield self._fault(below(path, name), f"{name}, for the field is {_wanted(held)}", "nothing")
        for name in sorted(given - allowed):
            yield self._fault(below(path, name), f"no {name}, for the field is {_wanted(held)}", "one")
        if rule.fields is not None and held.kind == "record":
            yield from self.of_fields(rule.fields, held.definition, below(path, "fields"))
        if rule.codes is not None and "codes" in allowed:
            yield from self._of_codes(rule.codes, held, path)

    def _of_codes(self, name: str, held: FieldType, path: str) -> Iterator[Fault]:
        table = self._mapping.codes.get(name)
        if table is None:
            yield self._fault(below(path, "codes"), "a table under codes", repr(name))
            return
        self.used.add(name)
        place = f"codes.{name}"
        for code, value in table.table.items():
            if not _fits(value, held):
                yield self._fault(f"{place}.table.{code}", _wanted(held), shown(value))
        if table.otherwise is not None and not _fits(table.otherwise, held):
            yield self._fault(f"{place}.otherwise", _wanted(held), shown(table.otherwise))
        if table.unknown is Unknown.WARNING and table.otherwise is None and held.kind != "string":
            expected = "otherwise, for an unknown code cannot be kept as it is"
            yield self._fault(f"{place}.otherwise", expected, "nothing")
        if held.kind == "enum":
            yield from self._of_cover(table, held.definition["symbols"], place)

    def _of_cover(self, table: CodeTable, symbols: list[str], place: str) -> Iterator[Fault]:
        reached = {*table.table.values(), table.otherwise}
        for symbol in symbols:
            if symbol not in reached and symbol not in table.unused:
                yield self._fault(f"{place}.table", f"a code for {symbol}, or {symbol} under unused", "neither")
            if symbol in reached and symbol in table.unused:
                yield self._fault(f"{place}.unused", f"no {symbol}, for a code stands for it", symbol)
        for symbol in table.unused:
            if symbol not in symbols:
                yield self._fault(f"{place}.unused", " or ".join(symbols), shown(symbol))


def _reading_of(kind: str) -> tuple[set[str], set[str]]:
    """Which keys a rule for this type must have, and which it may have."""
    match kind:
        case "date":
            return {"date"}, {"date"}
        case "enum" | "boolean":
            return {"codes"}, {"codes"}
        case "int" | "long":
            return set(), {"number", "codes"}
        case "record":
            return {"fields"}, {"fields"}
        case _:
            return set(), {"codes", "identifier", "pattern"}


def _fits(value: object, held: FieldType) -> bool:
    match held.kind:
        case "string":
            return isinstance(value, str)
        case "boolean":
            return isinstance(value, bool)
        case "int" | "long" as kind:
            return type(value) is int and -_LIMITS[kind] <= value < _LIMITS[kind]
        case "enum":
            return value in held.definition["symbols"]
        case _:
            return False


def _wanted(held: FieldType) -> str:
    match held.kind:
        case "enum":
            return " or ".join(held.definition["symbols"])
        case "string":
            return "text"
        case "int" | "long" as kind:
            return f"an integer of {32 if kind == 'int' else 64} bits"
        case kind:
            return {"boolean": "true or false", "date": "a date", "record": "a record", "array": "a list"}.get(
                kind, kind
            )
