"""Files that a command line names: a record's JSON, and a document of which only the digest is kept.

Not handled here: what the values are and whether they fit (`tongban.desk.kinds`).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from tongban.contracts.forms.values import VALUES_MAX_BYTES
from tongban.contracts.strict_json import load_json
from tongban.desk.kinds.papers import NamedDocument
from tongban.domain.errors import MalformedError, SettingsError
from tongban.domain.events.values import Document

MAX_FILE_BYTES = 4 * VALUES_MAX_BYTES


def read_record(path: Path) -> Mapping[str, object]:
    """The JSON object in a file. Raises SettingsError, MalformedError; the matter's contract checks the rest."""
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
    return values


def parse_document(text: str | None) -> Document | None:
    """A document written KIND:NUMBER, or KIND:NUMBER:FILE with the digest of the file's bytes."""
    if text is None:
        return None
    kind, _, rest = text.partition(":")
    number, _, file = rest.partition(":")
    document = NamedDocument().read_text(f"{kind}:{number}") if kind and number else NamedDocument().read_text(text)
    if not file:
        return document
    try:
        with Path(file).open("rb") as opened:
            return replace(document, digest=hashlib.file_digest(opened, "sha256").digest())
    except OSError as err:
        raise SettingsError(f"the document's file {file} cannot be read", found=err.strerror or str(err)) from err
