"""Which Avro schemas a matter's form and outcome may have.

- A schema is one self-contained record. No maps, no floats, nothing of size zero, no recursion; a union is `["null",
  other type]` (DESIGN.md, "Canonical only"). The only logical type is `date`.
- Every field says `title_zh`, `title_en`, `data_class` and `personal`. A schema with an unclassified field is refused.
- The top-level fields of a form (since format 2 of `matter.yaml`) also say `sources`: where their values can come from.

Not handled here: values (`matter_values`), event schemas (they have rules of their own), compatibility of versions.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeGuard

import fastavro
from fastavro.schema import SchemaParseException, UnknownType

from tongban.contracts.faults import Fault, FaultyContractError, kind_of, refuse_faulty, shown
from tongban.contracts.forms.values import DataClass, FormField, RecordSchema, below
from tongban.contracts.strict_json import load_json


def parse_record_schema(file: str, data: bytes, *, with_sources: bool | None = False) -> RecordSchema:
    """Read and check an `.avsc` file. `with_sources`: whether its fields say `sources`; None: they may.

    Raises `FaultyContractError` with every fault.
    """
    try:
        document = load_json(data)
    except ValueError as err:
        raise FaultyContractError([Fault(file, "", "JSON", str(err))]) from err
    if not isinstance(document, dict) or document.get("type") != "record":
        raise FaultyContractError([Fault(file, "", 'one record: {"type": "record", …}', shown(document))])
    refuse_faulty(_Inspection(file, with_sources).of_type(document, ""))
    named: dict[str, Any] = {}
    try:
        avro: Any = fastavro.parse_schema(document, named)
    except UnknownType as err:
        raise FaultyContractError([Fault(file, "", "types that this file defines", repr(err.name))]) from err
    except (SchemaParseException, ValueError, TypeError, KeyError, AttributeError) as err:
        raise FaultyContractError([Fault(file, "", "a valid Avro schema", str(err))]) from err
    return RecordSchema(file, tuple(_form_field(each) for each in avro["fields"]), avro, named)


# The rules for schemas -----------------------------------------------------------------------------------------------

_PATH_PARTS_MAX = 32
"""How deep types may nest, in parts of a path (a record's field takes three). Forms stay far below."""
_FIELD_NAME = re.compile(r"[a-z][a-z0-9_]*")
_SCALARS = frozenset({"boolean", "int", "long", "string", "bytes"})
_NAMED = frozenset({"record", "enum", "fixed"})
_REFUSED = {
    "map": "no map (its order is not canonical)",
    "float": "no float (state amounts as whole numbers, e.g. of fen)",
    "double": "no float (state amounts as whole numbers, e.g. of fen)",
    "null": "null only as one side of a union",
    "error": "a record",
}
_NAMED_KEYS = frozenset({"type", "name", "namespace", "doc", "aliases"})
_TYPE_KEYS: dict[str, frozenset[str]] = {
    "record": _NAMED_KEYS | {"fields"},
    "enum": _NAMED_KEYS | {"symbols", "symbols_zh", "symbols_en", "default"},
    "fixed": _NAMED_KEYS | {"size"},
    "array": frozenset({"type", "items"}),
}
_SCALAR_KEYS = frozenset({"type", "logicalType"})
_FIELD_KEYS = frozenset({"name", "type", "doc", "default", "aliases", "title_zh", "title_en", "data_class", "personal"})


class _Inspection:
    """One walk through a schema, which yields what breaks the rules above."""

    def __init__(self, file: str, with_sources: bool | None) -> None:
        self._file = file
        self._with_sources = with_sources
        self._open: list[str] = []

    def of_type(self, schema: Any, path: str) -> Iterator[Fault]:
        """Yield what is wrong with a type. `path` names it, as `fields.products.type.items`."""
        if path.count(".") > _PATH_PARTS_MAX:
            yield self._fault(path, "a form of bounded depth", "types nested too deeply")
            return
        match schema:
            case str():
                yield from self._of_reference(schema, path)
            case list():
                yield from self._of_union(schema, path)
            case {"type": str(kind)} if kind in _TYPE_KEYS:
                yield from self._of_unknown_keys(schema, _TYPE_KEYS[kind], path)
                if kind in _NAMED and not _is_type_name(schema.get("name")):
                    yield self._fault(below(path, "name"), "a name of its own", shown(schema.get("name")))
                yield from getattr(self, f"_of_{kind}")(schema, path)
            case {"type": str(kind)} if kind in _REFUSED:
                yield from self._of_reference(kind, path)
            case {"type": str(kind)}:
                yield from self._of_unknown_keys(schema, _SCALAR_KEYS, path)
                yield from self._of_reference(kind, path)
                yield from self._of_logical_type(schema, path)
            case _:
                yield self._fault(path, "a type", shown(schema))

    def _fault(self, path: str, expected: str, found: str) -> Fault:
        return Fault(self._file, path, expected, found)

    def _of_unknown_keys(self, schema: Mapping[str, Any], known: frozenset[str], path: str) -> Iterator[Fault]:
        for key in sorted(schema.keys() - known):
            yield self._fault(below(path, key), "no such attribute", shown(schema[key]))

    def _of_reference(self, name: str, path: str) -> Iterator[Fault]:
        """A scalar, or the name of a type. fastavro's parser then refuses names that the file does not define."""
        if name in _REFUSED:
            yield self._fault(path, _REFUSED[name], name)
        elif name not in _SCALARS and name.rpartition(".")[2] in self._open:
            yield self._fault(path, "no recursion", name)

    def _of_union(self, branches: list[Any], path: str) -> Iterator[Fault]:
        others = [branch for branch in branches if branch != "null"]
        if len(others) != 1 or branches != ["null", *others] or isinstance(others[0], list):
            kinds = ", ".join(each if isinstance(each, str) else kind_of(each) for each in branches)
            yield self._fault(path, 'a union of "null" and then one other type', f"a union of {kinds}")
        for branch in others:
            if not isinstance(branch, list):
                yield from self.of_type(branch, path)

    def _of_logical_type(self, schema: Mapping[str, Any], path: str) -> Iterator[Fault]:
        if "logicalType" in schema and (schema["type"], schema["logicalType"]) != ("int", "date"):
            yield self._fault(below(path, "logicalType"), "date on an int, or none", shown(schema["logicalType"]))

    def _of_record(self, schema: Mapping[str, Any], path: str) -> Iterator[Fault]:
        fields = schema.get("fields")
        if not isinstance(fields, list) or not fields:
            yield self._fault(below(path, "fields"), "at least one field (nothing has size zero)", shown(fields))
            return
        self._open.append(str(schema.get("name")).rpartition(".")[2])
        names = [each.get("name") if isinstance(each, dict) else None for each in fields]
        for number, (name, each) in enumerate(zip(names, fields, strict=True)):
            place = below(path, f"fields.{name if isinstance(name, str) else number}")
            if isinstance(name, str) and not _FIELD_NAME.fullmatch(name):
                yield self._fault(place, "a name of a to z, 0 to 9 and _", shown(name))
            if names.index(name) != number:
                yield self._fault(place, "each field once", "the name again")
            yield from self._of_field(each, place)
        self._open.pop()

    def _of_field(self, each: Any, path: str) -> Iterator[Fault]:
        if not isinstance(each, dict) or not isinstance(each.get("name"), str):
            yield self._fault(path, "a field with a name", shown(each))
            return
        sourced = self._with_sources is not False and len(self._open) == 1
        yield from self._of_unknown_keys(each, _FIELD_KEYS | {"sources"} if sourced else _FIELD_KEYS, path)
        yield from self.of_type(each.get("type"), below(path, "type"))
        for key in ("title_zh", "title_en"):
            if not isinstance(each.get(key), str) or not each[key].strip():
                yield self._fault(below(path, key), "a title", shown(each.get(key)))
        if each.get("data_class") not in list(DataClass):
            yield self._fault(below(path, "data_class"), " or ".join(DataClass), shown(each.get("data_class")))
        if not isinstance(each.get("personal"), bool):
            yield self._fault(below(path, "personal"), "true or false", shown(each.get("personal")))
        if sourced and (self._with_sources or "sources" in each) and not _is_texts(each.get("sources")):
            yield self._fault(below(path, "sources"), "where it can come from, best first", shown(each.get("sources")))

    def _of_enum(self, schema: Mapping[str, Any], path: str) -> Iterator[Fault]:
        symbols = schema.get("symbols")
        if not _is_texts(symbols):
            yield self._fault(below(path, "symbols"), "a list of symbols", shown(symbols))
            return
        for key in ("symbols_zh", "symbols_en"):
            titles = schema.get(key)
            if not _is_texts(titles) or len(titles) != len(symbols):
                yield self._fault(below(path, key), f"{len(symbols)} titles, one for each symbol", shown(titles))

    def _of_array(self, schema: Mapping[str, Any], path: str) -> Iterator[Fault]:
        yield from self.of_type(schema.get("items"), below(path, "items"))

    def _of_fixed(self, schema: Mapping[str, Any], path: str) -> Iterator[Fault]:
        if type(schema.get("size")) is not int or schema["size"] < 1:
            yield self._fault(below(path, "size"), "a size of at least 1", shown(schema.get("size")))


def _is_type_name(value: object) -> bool:
    return isinstance(value, str) and value not in _SCALARS | _REFUSED.keys() | _TYPE_KEYS.keys()


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
