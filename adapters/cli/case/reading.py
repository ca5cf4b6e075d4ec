"""What a command line holds, as the desk's kinds of value read it.

Typer has checked choices, numbers and yes or no. Texts are read before a passphrase is asked for; files when the case is at
hand, so that a command that was done before reads none.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tongban.adapters.cli.values import parse_document, read_record
from tongban.desk.description import Description
from tongban.desk.field import Field, Given
from tongban.desk.kinds.papers import NamedDocument
from tongban.desk.kinds.records import Record
from tongban.desk.kinds.scalars import Choice, Count, YesNo

IN_FILES = (Record, NamedDocument)


def annotation_of(field: Field) -> tuple[Any, dict[str, Any]]:
    """The type of a field's option, and its bounds."""
    bounds: dict[str, Any] = {}
    match field.kind:
        case Choice(members=members):
            given: Any = members
        case Count(least=least):
            given, bounds = int, {"min": least}
        case YesNo():
            given = bool
        case Record():
            given = Path
        case _:
            given = list[str] if field.repeatable else str
    return (given if field.required or field.constant is not None else given | None), bounds


def read_texts(description: Description, values: Mapping[str, Any]) -> dict[str, Any]:
    """All but what files hold. Raises MalformedError."""
    fields = [each for each in description.fields if not isinstance(each.kind, IN_FILES)]
    return {each.name: _read(each, values[each.name]) for each in fields if values[each.name] is not None}


def read_files(description: Description, values: Mapping[str, Any]) -> Given:
    """What files hold, or may. Raises SettingsError, MalformedError."""
    fields = [each for each in description.fields if isinstance(each.kind, IN_FILES)]
    return {each.name: _read(each, values[each.name]) for each in fields if values[each.name] is not None}


def _read(field: Field, value: Any) -> Any:
    match field.kind:
        case Choice() | Count() | YesNo():
            return value
        case Record():
            return read_record(value)
        case NamedDocument():
            return parse_document(value)
        case _:
            return field.read_texts(value if field.repeatable else (value,))
