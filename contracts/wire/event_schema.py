"""The rules that every event's schema keeps (DESIGN.md, "An event on the wire"), beside those of all contracts (`avro.walk`).

- One self-contained Avro record in the namespace `tongban`: each name it uses is defined in it, before its use.
- Its `ce_type` names the type of the event.
- Its first field is `header`, and is the header of every other event, but for `doc`.

Not handled here: compatibility of versions (`releases.gate`), the schemas of a matter's form and outcome (`forms.schema`).
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from tongban.contracts.avro.schema_document import load_record
from tongban.contracts.avro.walk import SCALARS, SchemaWalk, Wording
from tongban.contracts.faults import Fault, FaultyContractError, refuse_faulty, shown
from tongban.contracts.wire.schema_store import FILE, Schema, read_schema, shipped_schemas, without

MAX_NESTING = 16
"""Types within types. Our own events need four; a reader takes two calls for each."""

_WORDING = Wording(
    file=FILE,
    deepest=MAX_NESTING,
    too_deep=(f"types nested at most {MAX_NESTING} deep", "a deeper one"),
    no_float="no float (it has no canonical form)",
    no_null="null only as one side of a union (it has no size)",
    no_recursion="no recursion (an event has a bounded depth)",
)
_CE_TYPE = re.compile(r"tongban\.[a-z_]+\.[a-z_]+\.v[1-9][0-9]*")


def parse_event_schema(json_bytes: bytes) -> Schema:
    """The schema of an event. Raises ContractError with every fault unless it keeps the rules for events."""
    document = load_record(FILE, json_bytes)
    try:
        refuse_faulty([*_identity_faults(document), *_EventSchemaWalk(_WORDING).of_type(document, "")])
        return read_schema(json_bytes)
    except RecursionError as err:
        raise FaultyContractError([Fault(FILE, "", "a valid Avro schema", str(err))]) from err


@cache
def _common_header() -> Any:
    schema = next(iter(shipped_schemas().by_ce_type.values()))
    return without(schema.document["fields"][0], "doc")


def _identity_faults(document: Mapping[str, Any]) -> Iterator[Fault]:
    ce_type = document.get("ce_type")
    if not isinstance(ce_type, str) or not _CE_TYPE.fullmatch(ce_type):
        yield Fault(FILE, "ce_type", "the type of the event, as tongban.case.accepted.v1", shown(ce_type))
    fields_found = document.get("fields")
    first = fields_found[0] if isinstance(fields_found, list) and fields_found else None
    if without(first, "doc") != _common_header():
        yield Fault(FILE, "fields.header", "the header of every event, as first field", shown(first))
    elif document.get("namespace") != "tongban":
        yield Fault(FILE, "namespace", "tongban", shown(document.get("namespace")))


class _EventSchemaWalk(SchemaWalk):
    """The walk with the rules on names. A path names fields alone: `products.items.price`."""

    def __init__(self, wording: Wording) -> None:
        super().__init__(wording)
        self._defined: set[str] = set()

    def of_reference(self, name: str, path: str) -> Iterator[Fault]:
        yield from super().of_reference(name, path)
        if not (name in self.refused or self.is_open(name) or name in SCALARS or name in self._defined):
            yield self.fault(path, "a type that is defined before, by its name without namespace", repr(name))

    def of_definition(self, kind: str, schema: Mapping[str, Any], path: str) -> Iterator[Fault]:
        name = schema.get("name")
        if not isinstance(name, str):
            yield from self.of_reference(kind, path)
            return
        if path and "namespace" in schema:
            yield self.fault(f"{path}.namespace", "no namespace but the event's", shown(schema["namespace"]))
        if name in self._defined or self.is_open(name) or name in SCALARS or name in self.refused:
            yield self.fault(f"{path}.name", "each name defined once, and none of Avro's own", repr(name))
        yield from super().of_definition(kind, schema, path)
        self._defined.add(name)

    def part(self, path: str, name: str) -> str:
        return f"{path}.{name}"

    def type_of_field(self, path: str, name: str) -> str:
        return f"{path}.{name}".lstrip(".")
