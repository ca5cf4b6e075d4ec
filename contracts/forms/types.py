"""The type of a field of a form, taken apart: what it holds, and whether it may hold nothing."""

from collections.abc import Mapping
from typing import Any, NamedTuple

NamedTypes = Mapping[str, Mapping[str, Any]]
"""The types that a schema defines, by full name."""


class FieldType(NamedTuple):
    """`kind`: Avro's, but `date` for an int that is one. `definition`: the type with any name for it replaced."""

    kind: str
    definition: Any
    nullable: bool


def field_type(avro_type: Any, named: NamedTypes) -> FieldType:
    """Take a type of a checked schema apart: a scalar, the name of a type, a definition, or null and one of these."""
    if isinstance(avro_type, str) and avro_type not in named:
        return FieldType(avro_type, avro_type, False)
    nullable = isinstance(avro_type, list)
    if nullable:
        (avro_type,) = (branch for branch in avro_type if branch != "null")
    kind = avro_type if isinstance(avro_type, str) else avro_type["type"]
    if kind in named:
        avro_type = named[kind]
        kind = avro_type["type"]
    if kind == "int" and not isinstance(avro_type, str) and avro_type.get("logicalType") == "date":
        kind = "date"
    return FieldType(kind, avro_type, nullable)
