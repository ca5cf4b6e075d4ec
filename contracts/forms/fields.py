"""What a form's schema says of a field for the guide: which answers can be chosen, whether it can be left out."""

from collections.abc import Mapping, Sequence
from typing import Any

from tongban.contracts.forms.types import NamedTypes, field_type
from tongban.contracts.forms.values import RecordSchema

Answer = bool | str
"""Yes or no, or the symbol of a choice."""
Answers = Mapping[str, Answer]
"""By the name of the field."""


def field_types(form: RecordSchema) -> Mapping[str, Any]:
    """The Avro type of each top-level field."""
    return {each["name"]: each["type"] for each in form.avro["fields"]}


def answers_of(form: RecordSchema, field: str) -> tuple[Answer, ...]:
    """The answers that a field offers: yes and no, or the symbols of its enum; none for any other type, or no such field."""
    return tuple(answer for answer, _, _ in option_titles(form, field))


def option_titles(form: RecordSchema, field: str) -> tuple[tuple[Answer, str, str], ...]:
    """The answers that a field offers, each with its Chinese and English title."""
    types = field_types(form)
    if field not in types:
        return ()
    kind, definition, _ = field_type(types[field], form.named)
    match kind:
        case "boolean":
            return ((True, "是", "yes"), (False, "否", "no"))
        case "enum":
            return tuple(zip(definition["symbols"], definition["symbols_zh"], definition["symbols_en"], strict=True))
        case _:
            return ()


def worded(options: Sequence[Answer]) -> str:
    """Answers that can be chosen, as a message says them."""
    return " or ".join(str(each).lower() if isinstance(each, bool) else each for each in options)


def can_be_left_out(form: RecordSchema, field: str) -> bool:
    """Whether a field can hold nothing and does so by default."""
    (found,) = (each for each in form.avro["fields"] if each["name"] == field)
    return isinstance(found["type"], list) and "default" in found and found["default"] is None


def spelled_out(form: RecordSchema, field: str) -> Any:
    """A field's type without names and titles, so that two forms can be compared: what fits one fits the other."""
    return _plain(field_types(form)[field], form.named)


_TELLING = ("type", "items", "symbols", "size", "logicalType")


def _plain(kind: Any, named: NamedTypes) -> Any:
    if isinstance(kind, str):
        return _plain(dict(named[kind]), named) if kind in named else kind
    if isinstance(kind, list):
        return [_plain(each, named) for each in kind]
    plain = {
        key: _plain(kind[key], named) if key in ("type", "items") else kind[key] for key in _TELLING if key in kind
    }
    if "fields" in kind:
        plain["fields"] = {each["name"]: _plain(each["type"], named) for each in kind["fields"]}
    return plain["type"] if plain.keys() == {"type"} else plain
