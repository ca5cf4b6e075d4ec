"""Which Avro schemas a matter's form and outcome may have, beside the rules of all contracts (`avro.walk`).

- A schema is one self-contained record. The only logical type is `date`. No attribute is unknown.
- Every field says `title_zh`, `title_en`, `data_class` and `personal`. A schema with an unclassified field is refused.
- The top-level fields of a form (since format 2 of `matter.yaml`) also say `sources`: where their values can come from.

Not handled here: values (`values`), event schemas (they have rules of their own), compatibility of versions.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeGuard

from tongban.contracts.avro.schema_document import load_record, parse_with_fastavro
from tongban.contracts.avro.walk import ALLOWED, SCALARS, SchemaWalk, Wording
from tongban.contracts.faults import Fault, kind_of, refuse_faulty, shown
from tongban.contracts.forms.values import DataClass, FormField, RecordSchema, below


def parse_record_schema(file: str, data: bytes, *, with_sources: bool | None = False) -> RecordSchema:
    """Read and check an `.avsc` file. `with_sources`: whether its fields say `sources`; None: they may.

    Raises `FaultyContractError` with every fault.
    """
    document = load_record(file, data)
    refuse_faulty(_FormSchemaWalk(file, with_sources).of_type(document, ""))
    named: dict[str, Any] = {}
    avro = parse_with_fastavro(file, document, known_types="types that this file defines", named=named)
    return RecordSchema(file, tuple(_form_field(each) for each in avro["fields"]), avro, named)


# The rules for schemas -----------------------------------------------------------------------------------------------

_PATH_PARTS_MAX = 32
"""How deep types may nest, in parts of a path (a record's field takes three). Forms stay far below."""
_FIELD_NAME = re.compile(r"[a-z][a-z0-9_]*")
_NAMED_KEYS = frozenset({"type", "name", "namespace", "doc", "aliases"})
_DEFINITION_KEYS: dict[str, frozenset[str]] = {
    "record": _NAMED_KEYS | {"fields"},
    "enum": _NAMED_KEYS | {"symbols", "symbols_zh", "symbols_en", "default"},
    "fixed": _NAMED_KEYS | {"size"},
}
_ARRAY_KEYS = frozenset({"type", "items"})
_SCALAR_KEYS = frozenset({"type", "logicalType"})
_FIELD_KEYS = frozenset({"name", "type", "doc", "default", "aliases", "title_zh", "title_en", "data_class", "personal"})


def _wording(file: str) -> Wording:
    return Wording(
        file=file,
        deepest=_PATH_PARTS_MAX,
        too_deep=("a form of bounded depth", "types nested too deeply"),
        no_float="no float (state amounts as whole numbers, e.g. of fen)",
        no_null="null only as one side of a union",
        no_recursion="no recursion",
    )


class _FormSchemaWalk(SchemaWalk):
    """The walk with the rules above. A path is one in the file's JSON: `fields.products.type.items`."""

    def __init__(self, file: str, with_sources: bool | None) -> None:
        super().__init__(_wording(file))
        self._with_sources = with_sources

    def of_scalar(self, kind: str, schema: Mapping[str, Any], path: str) -> Iterator[Fault]:
        yield from self._of_unknown_keys(schema, _SCALAR_KEYS, path)
        yield from super().of_scalar(kind, schema, path)
        if "logicalType" in schema and (kind, schema["logicalType"]) != ("int", "date"):
            yield self.fault(below(path, "logicalType"), "date on an int, or none", shown(schema["logicalType"]))

    def of_other_union(self, branches: list[Any], path: str) -> Iterator[Fault]:
        kinds = ", ".join(each if isinstance(each, str) else kind_of(each) for each in branches)
        yield self.fault(path, 'a union of "null" and then one other type', f"a union of {kinds}")
        for branch in branches:
            if branch != "null" and not isinstance(branch, list):
                yield from self.of_type(branch, path)

    def of_array(self, schema: Mapping[str, Any], path: str) -> Iterator[Fault]:
        yield from self._of_unknown_keys(schema, _ARRAY_KEYS, path)
        yield from super().of_array(schema, path)

    def of_definition(self, kind: str, schema: Mapping[str, Any], path: str) -> Iterator[Fault]:
        yield from self._of_unknown_keys(schema, _DEFINITION_KEYS[kind], path)
        if not self._is_name(schema.get("name")):
            yield self.fault(below(path, "name"), "a name of its own", shown(schema.get("name")))
        yield from super().of_definition(kind, schema, path)
        if kind == "enum":
            yield from self._of_symbols(schema, path)

    def of_field(self, fields: list[Any], number: int, path: str) -> Iterator[Fault]:
        names = [each.get("name") if isinstance(each, dict) else None for each in fields]
        name = names[number]
        place = below(path, f"fields.{name if isinstance(name, str) else number}")
        if isinstance(name, str) and not _FIELD_NAME.fullmatch(name):
            yield self.fault(place, "a name of a to z, 0 to 9 and _", shown(name))
        if names.index(name) != number:
            yield self.fault(place, "each field once", "the name again")
        yield from super().of_field(fields, number, path)

    def of_named_field(self, field: Mapping[str, Any], path: str) -> Iterator[Fault]:
        place = below(path, f"fields.{field['name']}")
        sourced = self._with_sources is not False and len(self.open_records) == 1
        yield from self._of_unknown_keys(field, _FIELD_KEYS | {"sources"} if sourced else _FIELD_KEYS, place)
        yield from super().of_named_field(field, path)
        yield from self._of_classification(field, place)
        if sourced:
            yield from self._of_sources(field, place)

    def is_open(self, name: str) -> bool:
        return name not in SCALARS and _short(name) in map(_short, self.open_records)

    def part(self, path: str, name: str) -> str:
        return below(path, name)

    def type_of_field(self, path: str, name: str) -> str:
        return below(path, f"fields.{name}.type")

    def _is_name(self, value: object) -> bool:
        return isinstance(value, str) and value not in ALLOWED | self.refused.keys()

    def _of_unknown_keys(self, schema: Mapping[str, Any], known: frozenset[str], path: str) -> Iterator[Fault]:
        for key in sorted(schema.keys() - known):
            yield self.fault(below(path, key), "no such attribute", shown(schema[key]))

    def _of_classification(self, field: Mapping[str, Any], path: str) -> Iterator[Fault]:
        for key in ("title_zh", "title_en"):
            if not isinstance(field.get(key), str) or not field[key].strip():
                yield self.fault(below(path, key), "a title", shown(field.get(key)))
        if field.get("data_class") not in list(DataClass):
            yield self.fault(below(path, "data_class"), " or ".join(DataClass), shown(field.get("data_class")))
        if not isinstance(field.get("personal"), bool):
            yield self.fault(below(path, "personal"), "true or false", shown(field.get("personal")))

    def _of_sources(self, field: Mapping[str, Any], path: str) -> Iterator[Fault]:
        if (self._with_sources or "sources" in field) and not _is_texts(field.get("sources")):
            yield self.fault(below(path, "sources"), "where it can come from, best first", shown(field.get("sources")))

    def _of_symbols(self, schema: Mapping[str, Any], path: str) -> Iterator[Fault]:
        symbols = schema.get("symbols")
        if not _is_texts(symbols):
            yield self.fault(below(path, "symbols"), "a list of symbols", shown(symbols))
            return
        for key in ("symbols_zh", "symbols_en"):
            titles = schema.get(key)
            if not _is_texts(titles) or len(titles) != len(symbols):
                yield self.fault(below(path, key), f"{len(symbols)} titles, one for each symbol", shown(titles))


def _short(name: str) -> str:
    """A name without its namespace."""
    return name.rpartition(".")[2]


def _is_texts(value: object) -> TypeGuard[list[str]]:
    return isinstance(value, list) and bool(value) and all(isinstance(each, str) and each for each in value)


def _form_field(each: Mapping[str, Any]) -> FormField:
    return FormField(
        each["name"],
        each["title_zh"],
        each["title_en"],
        DataClass(each["data_class"]),
        each["personal"],
        tuple(each.get("sources", ())),
    )
