"""What a request for an act holds, as JSON Schema (draft 2020-12), made from the command's description.

    {"title": "退回移交 decline", "type": "object", "properties": {"code": {"oneOf": [{"const": "not_competent", …}, …],
     "title": "退回原因 reason", "description": "…"}, "reason": {…, "x-personal": true}}, "required": ["code"], …}

| annotation     | says                                                                        |
|----------------|-----------------------------------------------------------------------------|
| `x-personal`   | the value is sealed and travels beside the log                              |
| `x-default`    | what a field that is left out means, where that is no constant: zh and en   |
| `x-unit`       | of what a number says how many there are                                   |
| `x-record`     | the matter's form or outcome; with a contract, its fields are spelled out   |
"""

from collections.abc import Mapping
from typing import Any

from tongban.contracts.matter.contract import MatterContract
from tongban.desk.description import Description
from tongban.desk.field import Derived, Field
from tongban.desk.kinds.records import Record
from tongban.desk.record_schema import record_schema

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema(description: Description, contract: MatterContract | None = None) -> dict[str, Any]:
    """The schema of a request. `contract`: the case's, whose form and outcome are spelled out."""
    required = [each.name for each in description.fields if each.required]
    exclusive = [{"not": {"required": list(pair)}} for pair in description.exclusive]
    return {
        "$schema": DIALECT,
        "title": f"{description.zh} {description.en}",
        "description": description.help,
        "type": "object",
        "properties": {each.name: _property(each, contract) for each in description.fields},
        **({"required": required} if required else {}),
        **({"allOf": exclusive} if exclusive else {}),
        "additionalProperties": False,
    }


def _property(field: Field, contract: MatterContract | None) -> dict[str, Any]:
    one = dict(_value(field, contract))
    schema: dict[str, Any] = {"type": "array", "items": one} if field.repeatable else one
    if field.repeatable and field.required:
        schema["minItems"] = 1
    schema |= {"title": f"{field.zh} {field.en}", "description": field.help}
    if field.personal:
        schema["x-personal"] = True
    if isinstance(field.default, Derived):
        schema["x-default"] = {"zh": field.default.zh, "en": field.default.en}
    elif field.default is not None:
        schema["default"] = field.as_json(field.default)
    return schema


def _value(field: Field, contract: MatterContract | None) -> Mapping[str, Any]:
    if isinstance(field.kind, Record) and contract is not None:
        return {**field.kind.json_schema, **record_schema(field.kind.schema_of(contract))}
    return field.kind.json_schema
