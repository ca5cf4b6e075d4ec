"""Values of acts as they stand on a command line or in a file: materials, documents, forms, free texts.

- A form or outcome is a JSON object; dates are written 2026-11-22, bytes in base64. The matter's contract checks it, and
  tells every fault without repeating a value.
- A free text is committed to as the Avro binary of a string.
"""

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from tongban.contracts.content.free_text import encode_text
from tongban.contracts.forms.values import VALUES_MAX_BYTES, RecordSchema
from tongban.contracts.matter.contract import MatterContract
from tongban.contracts.strict_json import load_json
from tongban.domain.errors import MalformedError, SettingsError
from tongban.domain.events.values import Document, SubmittedForm, SubmittedMaterial

OUTCOME, EXTRACT = "outcome", "extract"
"""Names of values that are records of the matter, beside the form; every other value is a free text."""
MAX_FILE_BYTES = 4 * VALUES_MAX_BYTES


# Forms ---------------------------------------------------------------------------------------------------------------


def read_values(path: Path, schema: RecordSchema) -> dict[str, Any]:
    """A form or outcome from its JSON file. Raises SettingsError, MalformedError; the schema checks the rest."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as err:
        raise SettingsError(f"the file {path} cannot be read", found=err.strerror or str(err)) from err
    if len(data) > MAX_FILE_BYTES:
        raise MalformedError(f"the file {path} is too large", expected=f"at most {MAX_FILE_BYTES} bytes")
    try:
        values = load_json(data)
    except ValueError as err:
        raise MalformedError(f"the file {path} is no JSON", expected="a JSON object", found=str(err)) from err
    if not isinstance(values, dict):
        raise MalformedError(f"the file {path} holds no form", expected="a JSON object", found=type(values).__name__)
    converted: dict[str, Any] = _from_json(values, schema.avro, schema.named)
    return converted


def _from_json(value: Any, schema: Any, named: Mapping[str, Mapping[str, Any]]) -> Any:
    """Dates and bytes out of their text. What does not fit stays as it is: the schema refuses it with its place."""
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


# Free texts ----------------------------------------------------------------------------------------------------------


def texts(**given: str | None) -> dict[str, bytes]:
    """The free texts that were given, by name, encoded."""
    return {name: encode_text(text) for name, text in given.items() if text}


# Materials and documents ---------------------------------------------------------------------------------------------


def parse_materials(given: Sequence[str] | None, contract: MatterContract) -> tuple[SubmittedMaterial, ...]:
    """Materials written CODE, CODE:FORM or CODE:FORM:COPIES; without a form, as the contract asks for it."""
    return tuple(_material(text, contract) for text in given or ())


def _material(text: str, contract: MatterContract) -> SubmittedMaterial:
    code, *rest = text.split(":")
    known = contract.rules.material(code)
    form, copies = (known.form if known else SubmittedForm.COPY), 1
    if rest and rest[0]:
        if rest[0] not in set(SubmittedForm):
            raise MalformedError(f"the material {text!r}", expected=", ".join(SubmittedForm), found=rest[0])
        form = SubmittedForm(rest[0])
    if len(rest) > 1:
        if not (rest[1].isascii() and rest[1].isdigit() and int(rest[1]) > 0) or len(rest) > 2:
            raise MalformedError(f"the material {text!r}", expected="CODE[:FORM[:COPIES]]", found=text)
        copies = int(rest[1])
    return SubmittedMaterial(code, form, copies)


def parse_document(text: str | None) -> Document | None:
    """A document written KIND:NUMBER, or KIND:NUMBER:FILE with the digest of the file's bytes."""
    if text is None:
        return None
    kind, _, rest = text.partition(":")
    number, _, file = rest.partition(":")
    if not kind or not number:
        raise MalformedError(f"the document {text!r}", expected="KIND:NUMBER or KIND:NUMBER:FILE", found=text)
    if not file:
        return Document(kind, number)
    try:
        with Path(file).open("rb") as opened:
            return Document(kind, number, hashlib.file_digest(opened, "sha256").digest())
    except OSError as err:
        raise SettingsError(f"the document's file {file} cannot be read", found=err.strerror or str(err)) from err
