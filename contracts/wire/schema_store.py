"""The Avro schemas that come with this version, and the rules that every event's schema keeps.

A file is `schemas/<name>.v<version>.avsc`; its record names its CloudEvents type in `ce_type`, so the type is under the
fingerprint. Files are released once and never changed (`schemas/LOCK.json` holds their fingerprints).

Rules for an event's schema (DESIGN.md, "An event on the wire"):

- One self-contained Avro record: each name it uses is defined in it, before its use.
- Its first field is `header`, and is the header of every other event, but for `doc`.
- No maps and no floats, since they have no canonical form; no items of size zero and no recursion, since a few bytes
  could then ask for any amount of work; a union is null or one other type, null first; types nest `MAX_NESTING` deep.

Not handled here: the schemas of a matter's form and outcome (`matter_schema`).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Any

import fastavro
from fastavro.schema import SchemaParseException, UnknownType

from tongban.contracts.avro.fingerprint import fingerprint
from tongban.contracts.faults import Fault, FaultyContractError, refuse_faulty, shown
from tongban.contracts.malformed import MalformedRecordError
from tongban.contracts.shipped import SCHEMAS
from tongban.contracts.strict_json import load_json
from tongban.domain.events.catalogue import BY_CE_TYPE

CONTENT_CE_TYPE = "tongban.content.sealed.v1"

MAX_NESTING = 16
"""Types within types. Our own events need four; a reader takes two calls for each."""


@dataclass(frozen=True, slots=True)
class Schema:
    """A schema as published: `json` are its bytes, `document` what they say; two with one fingerprint are equal.

    `avro` is fastavro's form of it without logical types, so that times are integers and UUIDs bytes.
    """

    ce_type: str
    fingerprint: bytes
    json: bytes = field(repr=False, compare=False)
    document: Mapping[str, Any] = field(repr=False, compare=False)
    avro: dict[str, Any] = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class ShippedSchemas:
    """The event schemas of this version."""

    by_fingerprint: Mapping[bytes, Schema]
    by_ce_type: Mapping[str, Schema]

    def find(self, ce_type: str, schema_fingerprint: bytes) -> Schema | None:
        """The schema with this fingerprint, None if this version lacks it.

        Raises MalformedRecordError, reason `type_of_other_schema`, if it belongs to another type of event.
        """
        schema = self.by_fingerprint.get(schema_fingerprint)
        if schema is not None and schema.ce_type != ce_type:
            raise MalformedRecordError(
                "type_of_other_schema",
                "an event states the schema of another type",
                expected=schema.ce_type,
                found=ce_type,
            )
        return schema


@cache
def shipped_schemas() -> ShippedSchemas:
    """The schemas of all event types in the catalogue, read once."""
    schemas = [_from_file(ce_type) for ce_type in BY_CE_TYPE]
    return ShippedSchemas(
        MappingProxyType({schema.fingerprint: schema for schema in schemas}),
        MappingProxyType({schema.ce_type: schema for schema in schemas}),
    )


@cache
def content_schema() -> Schema:
    """The schema of the records on content topics, read once."""
    return _from_file(CONTENT_CE_TYPE)


def parse_event_schema(json_bytes: bytes) -> Schema:
    """Read the bytes of an event's schema, e.g. from the contracts topic. Raises ContractError with every fault."""
    check_event_schema(json_bytes)
    return _schema(json_bytes)


def check_event_schema(json_bytes: bytes) -> None:
    """Raise ContractError with every fault unless these bytes are a schema that keeps the rules for events."""
    try:
        document = load_json(json_bytes)
    except ValueError as err:
        raise FaultyContractError([_fault("", "JSON", str(err))]) from err
    if not isinstance(document, dict) or document.get("type") != "record":
        raise FaultyContractError([_fault("", 'one record: {"type": "record", …}', shown(document))])
    try:
        refuse_faulty([*_identity_faults(document), *_Inspection().of_type(document, "")])
        fastavro.parse_schema(_without(document, "logicalType"))
        fingerprint(json_bytes)
    except FaultyContractError:
        raise
    except UnknownType as err:
        raise FaultyContractError([_fault("", "types that the schema defines", repr(err.name))]) from err
    except (SchemaParseException, ValueError, TypeError, LookupError, AttributeError, RecursionError) as err:
        raise FaultyContractError([_fault("", "a valid Avro schema", str(err))]) from err


def _from_file(ce_type: str) -> Schema:
    name = ce_type.removeprefix("tongban.")
    return _schema((SCHEMAS / f"{name}.avsc").read_bytes())


def _schema(json_bytes: bytes) -> Schema:
    document = load_json(json_bytes)
    avro: Any = fastavro.parse_schema(_without(document, "logicalType"))
    return Schema(document["ce_type"], fingerprint(json_bytes), json_bytes, MappingProxyType(document), avro)


def _without(part: Any, key: str) -> Any:
    """The same JSON without a key, at any depth."""
    match part:
        case dict():
            return {name: _without(value, key) for name, value in part.items() if name != key}
        case list():
            return [_without(value, key) for value in part]
        case _:
            return part


# The rules -------------------------------------------------------------------------------------------------------------

_CE_TYPE = re.compile(r"tongban\.[a-z_]+\.[a-z_]+\.v[1-9][0-9]*")
_SCALARS = frozenset({"boolean", "int", "long", "string", "bytes"})
_REFUSED = {
    "map": "no map (its order is not canonical)",
    "float": "no float (it has no canonical form)",
    "double": "no float (it has no canonical form)",
    "null": "null only as one side of a union (it has no size)",
    "error": "a record",
}
_NAMED = {"record", "enum", "fixed"}


@cache
def _common_header() -> Any:
    document = _from_file(next(iter(BY_CE_TYPE))).document
    return _without(document["fields"][0], "doc")


def _fault(path: str, expected: str, found: str) -> Fault:
    return Fault("schema", path, expected, found)


def _identity_faults(document: Mapping[str, Any]) -> Iterator[Fault]:
    ce_type = document.get("ce_type")
    if not isinstance(ce_type, str) or not _CE_TYPE.fullmatch(ce_type):
        yield _fault("ce_type", "the type of the event, as tongban.case.accepted.v1", shown(ce_type))
    fields_found = document.get("fields")
    first = fields_found[0] if isinstance(fields_found, list) and fields_found else None
    if _without(first, "doc") != _common_header():
        yield _fault("fields.header", "the header of every event, as first field", shown(first))
    elif document.get("namespace") != "tongban":
        yield _fault("namespace", "tongban", shown(document.get("namespace")))


class _Inspection:
    """One walk through a schema, which yields what breaks the rules."""

    def __init__(self) -> None:
        self._defined: set[str] = set()
        self._open: list[str] = []

    def of_type(self, schema: Any, path: str) -> Iterator[Fault]:
        match schema:
            case _ if path.count(".") > MAX_NESTING:
                yield _fault(path, f"types nested at most {MAX_NESTING} deep", "a deeper one")
            case str():
                yield from self._of_reference(schema, path)
            case ["null", branch] if branch != "null" and not isinstance(branch, list):
                yield from self.of_type(branch, path)
            case list():
                yield _fault(path, "a union of null and one other type", shown(schema))
            case {"type": "array"}:
                yield from self.of_type(schema.get("items"), f"{path}.items")
            case {"type": str(kind), "name": str(name)} if kind in _NAMED:
                yield from self._of_named(kind, name, schema, path)
            case {"type": str(kind)}:
                yield from self._of_reference(kind, path)
            case _:
                yield _fault(path, "a type", shown(schema))

    def _of_reference(self, name: str, path: str) -> Iterator[Fault]:
        if name in _REFUSED:
            yield _fault(path, _REFUSED[name], name)
        elif name in self._open:
            yield _fault(path, "no recursion (an event has a bounded depth)", name)
        elif name not in _SCALARS and name not in self._defined:
            yield _fault(path, "a type that is defined before, by its name without namespace", repr(name))

    def _of_named(self, kind: str, name: str, schema: Mapping[str, Any], path: str) -> Iterator[Fault]:
        if path and "namespace" in schema:
            yield _fault(f"{path}.namespace", "no namespace but the event's", shown(schema["namespace"]))
        if name in self._defined or name in self._open or name in _SCALARS or name in _REFUSED:
            yield _fault(f"{path}.name", "each name defined once, and none of Avro's own", repr(name))
        if kind == "fixed" and (type(schema.get("size")) is not int or schema["size"] < 1):
            yield _fault(f"{path}.size", "a size of at least 1", shown(schema.get("size")))
        if kind == "record":
            yield from self._of_record(name, schema.get("fields"), path)
        self._defined.add(name)

    def _of_record(self, name: str, members: Any, path: str) -> Iterator[Fault]:
        if not isinstance(members, list) or not members:
            yield _fault(f"{path}.fields", "at least one field (nothing has size zero)", shown(members))
            return
        self._open.append(name)
        for number, member in enumerate(members):
            if isinstance(member, dict) and isinstance(member.get("name"), str):
                yield from self.of_type(member.get("type"), f"{path}.{member['name']}".lstrip("."))
            else:
                yield _fault(f"{path}.fields.{number}", "a field with a name", shown(member))
        self._open.pop()
