"""All commands that are done on cases, described; incomplete, this module refuses to import.

The order is that of a case's life, and of the commands in every list.
"""

from inspect import signature
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from tongban.desk import (
    acceptance,
    after_closing,
    assistance,
    correction,
    decision,
    delivery,
    ending,
    handover,
    intake,
    takeover,
)
from tongban.desk.description import Description
from tongban.desk.field import Field
from tongban.domain.events.event_type import Act
from tongban.domain.law.act import Command
from tongban.domain.law.table import BY_COMMAND as BY_LAW

CONTENTS = "contents"
"""The command's field for commitments: the ledger fills it in from the personal values."""

CHAPTERS = (
    intake, handover, takeover, correction, acceptance, ending, assistance, decision, delivery, after_closing,
)  # fmt: skip

DESCRIPTIONS: dict[Act, Description] = {each.act: each for chapter in CHAPTERS for each in chapter.DESCRIPTIONS}
BY_COMMAND: dict[type[Command], Description] = {each.command: each for each in DESCRIPTIONS.values()}


def describe(act: Act) -> Description:
    """The description of an act's command. Raises KeyError for the federation's takeover, which is no act of an officer."""
    return DESCRIPTIONS[act]


def faults_of(description: Description) -> list[str]:
    """Where a description does not fit its command: each field filled in once, with its own type."""
    command = description.command
    hints = get_type_hints(command)
    clear = [each for each in description.fields if each.target and not each.personal]
    personal = any(each.personal for each in description.fields)
    filled = {each.target for each in clear} | set(description.derived) | ({CONTENTS} if personal else set())
    found = [f"{command.__name__}.{name} is not described" for name in sorted(hints.keys() - filled)]
    found += [f"{command.__name__} has no field {name}" for name in sorted(filled - hints.keys())]
    for each in clear:
        if each.target in hints:
            found += _misfit(command, each, hints[each.target])
    return found


def _misfit(command: type[Command], field: Field, hint: Any) -> list[str]:
    wanted, optional = _without_none(hint)
    if field.makes != wanted:
        return [f"{command.__name__}.{field.target} is {wanted}, and the field {field.name} makes {field.makes}"]
    has_default = field.target in _defaulted(command) or field.repeatable or field.default is not None
    if not (optional or field.required or has_default):
        return [f"{command.__name__}.{field.target} must be filled in, and the field {field.name} may be left out"]
    return []


def _without_none(hint: Any) -> tuple[Any, bool]:
    if get_origin(hint) in (Union, UnionType):
        (wanted,) = (each for each in get_args(hint) if each is not NoneType)
        return wanted, True
    return hint, False


def _defaulted(command: type[Command]) -> frozenset[str]:
    """The fields of a command that may be left out."""
    return frozenset(name for name, each in signature(command).parameters.items() if each.default is not each.empty)


def _refuse_incomplete() -> None:
    faults = [fault for each in DESCRIPTIONS.values() for fault in faults_of(each)]
    faults += [f"{each.__name__} is not described" for each in BY_LAW.keys() - BY_COMMAND.keys()]
    if faults:
        raise TypeError("; ".join(faults))


_refuse_incomplete()
