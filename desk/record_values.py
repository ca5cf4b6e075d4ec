"""The values of a matter's record (form, outcome) between JSON and what its schema encodes.

Dates are written 2026-11-22, bytes in base64. What does not fit stays as it is: the schema refuses it with its place, and
says every fault without repeating a value.
"""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import date
from typing import Any

from tongban.contracts.matter.values import RecordSchema


def from_json(values: Mapping[str, object], schema: RecordSchema) -> dict[str, Any]:
    """A record out of a JSON object."""
    converted: dict[str, Any] = _from_json(dict(values), schema.avro, schema.named)
    return converted


def to_json(value: Any) -> Any:
    """A decoded value as JSON writes it."""
    match value:
        case dict():
            return {name: to_json(each) for name, each in value.items()}
        case list() | tuple():
            return [to_json(each) for each in value]
        case date():
            return value.isoformat()
        case bytes():
            return b64encode(value).decode()
        case _:
            return value


def _from_json(value: Any, schema: Any, named: Mapping[str, Mapping[str, Any]]) -> Any:
    if isinstance(schema, list):
        (schema,) = (branch for branch in schema if branch != "null")
        return None if value is None else _from_json(value, schema, named)
    kind = schema if isinstance(schema, str) else schema["type"]
    if kind in named:
        schema = named[kind]
        kind = schema["type"]
    if isinstance(value, dict) and kind == "record":
        types = {each["name"]: each["type"] for each in schema["fields"]}
        return {name: _from_json(each, types[name], named) if name in types else each for name, each in value.items()}
    if isinstance(value, list) and kind == "array":
        return [_from_json(each, schema["items"], named) for each in value]
    if isinstance(value, str):
        return _scalar(value, kind, schema)
    return value


def _scalar(text: str, kind: str, schema: Any) -> Any:
    try:
        if kind == "int" and not isinstance(schema, str) and schema.get("logicalType") == "date":
            return date.fromisoformat(text)
        if kind in ("bytes", "fixed"):
            return b64decode(text, validate=True)
    except ValueError:
        return text
    return text
