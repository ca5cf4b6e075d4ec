"""A matter's record (form, outcome) as JSON Schema: what `tongban.contracts.forms.json_values` reads from JSON.

A schema looks at each field by itself. What must hold between them, and the checks of identity and credit codes, stay the
contract's: a value that passes here may still be refused there.
"""

from collections.abc import Mapping
from typing import Any

from tongban.contracts.forms.values import RecordSchema

INTEGERS = {"int": 32, "long": 64}


def record_schema(schema: RecordSchema) -> dict[str, Any]:
    """The schema of a record's JSON object, with the titles of its fields."""
    made = _record(schema.avro, schema.named)
    for field in schema.fields:
        made["properties"][field.name] |= {"title": f"{field.title_zh} {field.title_en}"}
        made["properties"][field.name] |= {"x-personal": True} if field.personal else {}
    return made


def _record(avro: Mapping[str, Any], named: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    fields = {each["name"]: each for each in avro["fields"]}
    required = [name for name, each in fields.items() if "default" not in each]
    return {
        "type": "object",
        "properties": {name: _type(each["type"], named) for name, each in fields.items()},
        **({"required": required} if required else {}),
        "additionalProperties": False,
    }


def _type(avro: Any, named: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    if isinstance(avro, list):
        (held,) = (branch for branch in avro if branch != "null")
        return {"anyOf": [_type(held, named), {"type": "null"}]}
    kind = avro if isinstance(avro, str) else avro["type"]
    if kind in named:
        avro = named[kind]
        kind = avro["type"]
    match kind:
        case "record":
            return _record(avro, named)
        case "array":
            return {"type": "array", "items": _type(avro["items"], named)}
        case "enum":
            return _enum(avro)
        case _:
            return _scalar(kind, avro)


def _enum(avro: Mapping[str, Any]) -> dict[str, Any]:
    symbols = avro["symbols"]
    if "symbols_zh" not in avro:
        return {"enum": list(symbols)}
    titles = zip(symbols, avro["symbols_zh"], avro["symbols_en"], strict=True)
    return {"oneOf": [{"const": symbol, "title": f"{zh} {en}"} for symbol, zh, en in titles]}


def _scalar(kind: str, avro: Any) -> dict[str, Any]:
    match kind:
        case "boolean":
            return {"type": "boolean"}
        case "int" if not isinstance(avro, str) and avro.get("logicalType") == "date":
            return {"type": "string", "format": "date"}
        case "int" | "long":
            bound = 1 << INTEGERS[kind] - 1
            return {"type": "integer", "minimum": -bound, "maximum": bound - 1}
        case "bytes" | "fixed":
            return {"type": "string", "contentEncoding": "base64"}
        case _:
            return {"type": "string"}
