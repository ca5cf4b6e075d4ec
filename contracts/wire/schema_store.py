"""The Avro schemas that come with this version, by the type of their events and by fingerprint.

A file is `schemas/<name>.v<version>.avsc`; its record names its CloudEvents type in `ce_type`, so the type is under the
fingerprint. Files are released once and never changed (`schemas/LOCK.json` holds their fingerprints).

Not handled here: which schemas an event may have (`event_schema`), and those of a matter's form and outcome (`forms`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Any

from tongban.contracts.avro.fingerprint import fingerprint
from tongban.contracts.avro.schema_document import parse_with_fastavro
from tongban.contracts.malformed import MalformedRecordError
from tongban.contracts.shipped import SCHEMAS
from tongban.contracts.strict_json import load_json
from tongban.domain.events.catalogue import BY_CE_TYPE

CONTENT_CE_TYPE = "tongban.content.sealed.v1"

FILE = "schema"
"""How faults call a schema of which only the bytes are known."""


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


def read_schema(json_bytes: bytes) -> Schema:
    """The schema that these bytes are, whatever rules it keeps. Raises ContractError where they are none."""
    document = load_json(json_bytes)
    avro = parse_with_fastavro(FILE, without(document, "logicalType"), known_types="types that the schema defines")
    return Schema(document["ce_type"], fingerprint(json_bytes), json_bytes, MappingProxyType(document), avro)


def without(part: Any, key: str) -> Any:
    """The same JSON without a key, at any depth."""
    match part:
        case dict():
            return {name: without(value, key) for name, value in part.items() if name != key}
        case list():
            return [without(value, key) for value in part]
        case _:
            return part


def _from_file(ce_type: str) -> Schema:
    name = ce_type.removeprefix("tongban.")
    return read_schema((SCHEMAS / f"{name}.avsc").read_bytes())
