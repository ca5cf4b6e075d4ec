"""Papers: the materials that an applicant hands in, and the documents (文书) that an office names.

A material is written `CODE`, `CODE:FORM` or `CODE:FORM:COPIES`; without a form, it is the one that the contract asks for.
A document is written `KIND:NUMBER`; a door that reads files adds the digest of one.
"""

from dataclasses import dataclass
from typing import Any

from tongban.desk.case_at_hand import CaseAtHand
from tongban.desk.kinds.kind import JsonSchema, Kind, filled_text_of, object_of, text_of
from tongban.domain.errors import MalformedError
from tongban.domain.events.values import Document, SubmittedForm, SubmittedMaterial

DIGEST_BYTES = 32


@dataclass(frozen=True, slots=True)
class GivenMaterial:
    """A material as it was named. `form`: None where the contract's own is meant."""

    code: str
    form: SubmittedForm | None = None
    copies: int = 1


class Material(Kind[GivenMaterial]):
    """One material that was handed in."""

    zh, en = "材料", "material"

    @property
    def makes(self) -> Any:
        """See `Kind`."""
        return SubmittedMaterial

    @property
    def json_schema(self) -> JsonSchema:
        """See `Kind`."""
        return {
            "type": "object",
            "properties": {
                "code": {"type": "string", "minLength": 1},
                "form": {"enum": list(SubmittedForm)},
                "copies": {"type": "integer", "minimum": 1},
            },
            "required": ["code"],
            "additionalProperties": False,
        }

    def read_text(self, text: str) -> GivenMaterial:
        """See `Kind`."""
        code, *rest = text.split(":")
        form = _form(rest[0], f"the material {text!r}") if rest and rest[0] else None
        if len(rest) < 2:
            return GivenMaterial(code, form)
        if not (rest[1].isascii() and rest[1].isdigit() and int(rest[1]) > 0) or len(rest) > 2:
            raise MalformedError(f"the material {text!r}", expected="CODE[:FORM[:COPIES]]", found=text)
        return GivenMaterial(code, form, int(rest[1]))

    def read_json(self, value: object) -> GivenMaterial:
        """See `Kind`."""
        given = object_of(value, "a material", frozenset({"code", "form", "copies"}))
        code, copies = filled_text_of(given.get("code"), "the code of a material"), given.get("copies", 1)
        form = _form(text_of(given["form"], "the form of a material"), "a material") if "form" in given else None
        if isinstance(copies, bool) or not isinstance(copies, int) or copies < 1:
            raise MalformedError("the copies of a material", expected="at least 1", found=repr(copies))
        return GivenMaterial(code, form, copies)

    def as_json(self, value: GivenMaterial) -> dict[str, Any]:
        """See `Kind`."""
        form = {"form": value.form.value} if value.form is not None else {}
        return {"code": value.code, **form, "copies": value.copies}

    def settled(self, value: GivenMaterial, at_hand: CaseAtHand) -> SubmittedMaterial:
        """With the form that the contract asks for, where none was named; a copy of what it does not know."""
        known = at_hand.contract.rules.material(value.code)
        return SubmittedMaterial(value.code, value.form or (known.form if known else SubmittedForm.COPY), value.copies)


def _form(text: str, what: str) -> SubmittedForm:
    if text not in set(SubmittedForm):
        raise MalformedError(what, expected=", ".join(SubmittedForm), found=text)
    return SubmittedForm(text)


class NamedDocument(Kind[Document]):
    """A document by kind and number, with the SHA-256 of its bytes where there is a file."""

    zh, en = "文书", "document"

    @property
    def makes(self) -> Any:
        """See `Kind`."""
        return Document

    @property
    def json_schema(self) -> JsonSchema:
        """See `Kind`."""
        return {
            "type": "object",
            "properties": {
                "kind": {"type": "string", "minLength": 1},
                "number": {"type": "string", "minLength": 1},
                "digest": {"type": "string", "pattern": f"^[0-9a-f]{{{2 * DIGEST_BYTES}}}$", "title": "SHA-256"},
            },
            "required": ["kind", "number"],
            "additionalProperties": False,
        }

    def read_text(self, text: str) -> Document:
        """See `Kind`. The file of `KIND:NUMBER:FILE` is the door's to read."""
        kind, _, number = text.partition(":")
        if not kind or not number:
            raise MalformedError(f"the document {text!r}", expected="KIND:NUMBER or KIND:NUMBER:FILE", found=text)
        return Document(kind, number)

    def read_json(self, value: object) -> Document:
        """See `Kind`."""
        given = object_of(value, "a document", frozenset({"kind", "number", "digest"}))
        kind, number = (filled_text_of(given.get(name), f"the {name} of a document") for name in ("kind", "number"))
        digest = text_of(given["digest"], "the digest of a document") if "digest" in given else None
        return Document(kind, number, _digest(digest) if digest is not None else None)

    def as_json(self, value: Document) -> dict[str, Any]:
        """See `Kind`."""
        digest = {"digest": value.digest.hex()} if value.digest is not None else {}
        return {"kind": value.kind, "number": value.number, **digest}


def _digest(text: str) -> bytes:
    try:
        digest = bytes.fromhex(text)
    except ValueError:
        digest = b""
    if len(digest) != DIGEST_BYTES:
        raise MalformedError("the digest of a document", expected=f"{2 * DIGEST_BYTES} hex digits", found=repr(text))
    return digest
