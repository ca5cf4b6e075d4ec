"""Values of acts as they stand on a command line or in a file: materials, documents, forms, free texts.

- A form or outcome is a JSON object (`contracts.forms.json_values`). The matter's contract checks it, and tells every fault
  without repeating a value.
- A free text is committed to as the Avro binary of a string.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tongban.contracts.content.free_text import encode_text
from tongban.contracts.forms.json_values import from_json
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
    return from_json(values, schema)


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
