"""One walk through an Avro schema that yields what breaks the rules of contracts, for an event as for a form.

Every contract keeps these (DESIGN.md, "Canonical only"):

- No maps, no floats and no records of errors: they have no canonical form, or say what a record says.
- A union is null and one other type, null first.
- No items of size zero, no recursion, and a bound on how deep types nest: else a few bytes could ask for any amount of work.

A kind of contract differs in two ways only. `Wording` holds its bound and the words of its faults; a subclass of `SchemaWalk`
adds its further rules before or after those of a method here.

Source: Avro 1.12 specification, "Schema Declaration".

Not handled here: the further rules of events (`wire.event_schema`) and of forms (`forms.schema`), names that nothing defines
and other faults that fastavro's parser finds (`schema_document`), and schemas that contracts refuse (`compatibility.types`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tongban.contracts.faults import Fault, shown

SCALARS = frozenset({"boolean", "int", "long", "string", "bytes"})
NAMED = frozenset({"record", "enum", "fixed"})
ALLOWED = SCALARS | NAMED | {"array"}
"""The types of which a contract's schema may be made, and null as one side of a union."""


@dataclass(frozen=True, slots=True)
class Wording:
    """The bound of one kind of contract, and the words of its faults.

    `file`: how they call the schema. `deepest`: the dots that the path of a type may have. `too_deep`: expected and found.
    `no_float`, `no_null`, `no_recursion`: what is expected instead.
    """

    file: str
    deepest: int
    too_deep: tuple[str, str]
    no_float: str
    no_null: str
    no_recursion: str

    @property
    def refused(self) -> Mapping[str, str]:
        """Avro's types that no contract has, and what is expected in the place of each."""
        return {
            "map": "no map (its order is not canonical)",
            "float": self.no_float,
            "double": self.no_float,
            "null": self.no_null,
            "error": "a record",
        }


class SchemaWalk:
    """One walk through one schema. `of_type(document, "")` yields every fault; paths are made of names between dots."""

    def __init__(self, wording: Wording) -> None:
        self.wording = wording
        self.refused = wording.refused
        self.open_records: list[str] = []
        """The names of the records that the walk is in, outermost first."""

    def fault(self, path: str, expected: str, found: str) -> Fault:
        """A fault of this schema."""
        return Fault(self.wording.file, path, expected, found)

    def of_type(self, schema: Any, path: str) -> Iterator[Fault]:
        """Yield what is wrong with a type."""
        match schema:
            case _ if path.count(".") > self.wording.deepest:
                yield self.fault(path, *self.wording.too_deep)
            case str():
                yield from self.of_reference(schema, path)
            case ["null", branch] if branch != "null" and not isinstance(branch, list):
                yield from self.of_type(branch, path)
            case list():
                yield from self.of_other_union(schema, path)
            case {"type": "array"}:
                yield from self.of_array(schema, path)
            case {"type": str(kind)} if kind in NAMED:
                yield from self.of_definition(kind, schema, path)
            case {"type": str(kind)} if kind in self.refused:
                yield from self.of_reference(kind, path)
            case {"type": str(kind)}:
                yield from self.of_scalar(kind, schema, path)
            case _:
                yield self.fault(path, "a type", shown(schema))

    def of_reference(self, name: str, path: str) -> Iterator[Fault]:
        """Yield what is wrong with a type that is only named."""
        if name in self.refused:
            yield self.fault(path, self.refused[name], name)
        elif self.is_open(name):
            yield self.fault(path, self.wording.no_recursion, name)

    def of_scalar(self, kind: str, schema: Mapping[str, Any], path: str) -> Iterator[Fault]:
        """Yield what is wrong with `{"type": kind}`, where kind is a scalar or the name of a type."""
        yield from self.of_reference(kind, path)

    def of_other_union(self, branches: list[Any], path: str) -> Iterator[Fault]:
        """Yield what is wrong with a union of anything but null and one other type."""
        yield self.fault(path, "a union of null and one other type", shown(branches))

    def of_array(self, schema: Mapping[str, Any], path: str) -> Iterator[Fault]:
        """Yield what is wrong with an array."""
        yield from self.of_type(schema.get("items"), self.part(path, "items"))

    def of_definition(self, kind: str, schema: Mapping[str, Any], path: str) -> Iterator[Fault]:
        """Yield what is wrong with a type that has a name: a record, an enum or a fixed."""
        if kind == "fixed" and (type(schema.get("size")) is not int or schema["size"] < 1):
            yield self.fault(self.part(path, "size"), "a size of at least 1", shown(schema.get("size")))
        if kind == "record":
            yield from self._of_record(schema, path)

    def of_field(self, fields: list[Any], number: int, path: str) -> Iterator[Fault]:
        """Yield what is wrong with one of a record's fields; `path` leads to the record."""
        field = fields[number]
        if isinstance(field, dict) and isinstance(field.get("name"), str):
            yield from self.of_named_field(field, path)
        else:
            yield self.fault(self.part(path, f"fields.{number}"), "a field with a name", shown(field))

    def of_named_field(self, field: Mapping[str, Any], path: str) -> Iterator[Fault]:
        """Yield what is wrong with a field that has a name; `path` leads to its record."""
        yield from self.of_type(field.get("type"), self.type_of_field(path, field["name"]))

    def is_open(self, name: str) -> bool:
        """Whether a name is that of a record that the walk is in."""
        return name in self.open_records

    def part(self, path: str, name: str) -> str:
        """The path of a part of the type at `path`."""
        raise NotImplementedError

    def type_of_field(self, path: str, name: str) -> str:
        """The path of the type of a field of the record at `path`."""
        raise NotImplementedError

    def _of_record(self, schema: Mapping[str, Any], path: str) -> Iterator[Fault]:
        fields = schema.get("fields")
        if not isinstance(fields, list) or not fields:
            yield self.fault(self.part(path, "fields"), "at least one field (nothing has size zero)", shown(fields))
            return
        self.open_records.append(str(schema.get("name")))
        for number in range(len(fields)):
            yield from self.of_field(fields, number, path)
        self.open_records.pop()
