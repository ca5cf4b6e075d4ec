"""Values of a form or outcome as JSON: a date is 2026-11-22, bytes are base64 (RFC 4648, section 4).

Not handled here: whether values fit their schema (`values`), and files (adapters).
"""

from base64 import b64decode, b64encode
from datetime import date
from typing import Any

from tongban.contracts.forms.types import NamedTypes, field_type
from tongban.contracts.forms.values import RecordSchema


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


def from_json(values: dict[str, Any], schema: RecordSchema) -> dict[str, Any]:
    """Values with dates and bytes out of their text. What does not fit stays as it is: the schema refuses it with its place."""
    converted: dict[str, Any] = _of_type(values, schema.avro, schema.named)
    return converted


def _of_type(value: Any, avro_type: Any, named: NamedTypes) -> Any:
    kind, definition, nullable = field_type(avro_type, named)
    if nullable and value is None:
        return None
    match value:
        case dict() if kind == "record":
            types = {each["name"]: each["type"] for each in definition["fields"]}
            return {name: _of_type(each, types[name], named) if name in types else each for name, each in value.items()}
        case list() if kind == "array":
            return [_of_type(each, definition["items"], named) for each in value]
        case str():
            return _of_text(value, kind)
        case _:
            return value


def _of_text(text: str, kind: str) -> Any:
    try:
        if kind == "date":
            return date.fromisoformat(text)
        if kind in ("bytes", "fixed"):
            return b64decode(text, validate=True)
    except ValueError:
        return text
    return text
