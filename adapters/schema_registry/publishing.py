"""The released schemas and a site's schema registry: bring them there, and compare.

Every schema in `contracts/data/schemas` is registered: those of events, and that of sealed content, whose records have no
frame. Forms and outcomes of matters are not: they travel inside sealed values and are found by the matter's hash.

Versions of one subject are registered in their order, and the level is set behind the first one, because some registries
know a subject only then. The level follows the rule for released schemas: a new version reads what every older one wrote.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from tongban.adapters.schema_registry.client import SchemaRegistry, subject_of
from tongban.contracts.releases.gate import COMPATIBILITY
from tongban.contracts.wire.schema_store import Schema, content_schema, shipped_schemas
from tongban.domain.errors import SchemaDiffersError, SchemaRegistryRefusedError, TongbanError


class State(StrEnum):
    """What the registry has of a schema."""

    REGISTERED = "registered"
    """Now, by this call."""
    SAME = "same"
    MISSING = "missing"
    DIFFERS = "differs"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Standing:
    """One schema: `number` where it was confirmed, `compatibility` as far as the registry says, `fault` what is wrong."""

    schema: Schema
    state: State
    number: int | None = None
    compatibility: str | None = None
    fault: TongbanError | None = None

    @property
    def is_well(self) -> bool:
        """Whether the registry has the very schema that is signed."""
        return self.number is not None


def released_schemas() -> tuple[Schema, ...]:
    """The schemas that come with this version, by subject and version."""
    schemas = [*shipped_schemas().by_fingerprint.values(), content_schema()]
    return tuple(sorted(schemas, key=lambda each: (subject_of(each), version_of(each))))


def version_of(schema: Schema) -> int:
    """The version of the body: 1 of `tongban.case.accepted.v1`."""
    return int(schema.ce_type.rpartition(".v")[2])


def publish(registry: SchemaRegistry) -> Iterator[Standing]:
    """Register each released schema, if it is not there yet. Raises SchemaRegistryUnavailableError."""
    return _each(registry, _publish_one)


def check(registry: SchemaRegistry) -> Iterator[Standing]:
    """Compare each released schema with what the registry has. Raises SchemaRegistryUnavailableError."""
    return _each(registry, _check_one)


def _each(registry: SchemaRegistry, look: Callable[[SchemaRegistry, Schema], Standing]) -> Iterator[Standing]:
    for schema in released_schemas():
        try:
            yield look(registry, schema)
        except SchemaDiffersError as err:
            yield Standing(schema, State.DIFFERS, fault=err)
        except SchemaRegistryRefusedError as err:
            yield Standing(schema, State.REFUSED, fault=err)


def _publish_one(registry: SchemaRegistry, schema: Schema) -> Standing:
    number, state = registry.find(schema), State.SAME
    if number is None:
        number, state = registry.register(schema), State.REGISTERED
    held = registry.require_compatibility(subject_of(schema), COMPATIBILITY)
    return Standing(schema, state, number, COMPATIBILITY if held else None)


def _check_one(registry: SchemaRegistry, schema: Schema) -> Standing:
    number = registry.find(schema)
    state = State.MISSING if number is None else State.SAME
    return Standing(schema, state, number, registry.compatibility(subject_of(schema)))
