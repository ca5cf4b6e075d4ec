"""`tongban case take-in` to `archive`: every act as a command, made from its description at the desk.

    field of the description        ─► option (or argument) with its help, type and default
    what the command line holds     ─► values as the kinds read them; files are read when the case is at hand

A new act appears here with its description. Options: the name of the field, unless it has another for a command line.
"""

import inspect
from collections.abc import Callable, Iterator
from typing import Annotated, Any

import typer

from tongban.adapters.cli.case.acting import act_on
from tongban.adapters.cli.case.options import CaseArgument
from tongban.adapters.cli.case.reading import annotation_of
from tongban.adapters.cli.command import ActingCall, command
from tongban.desk.description import Description, Example
from tongban.desk.field import Field
from tongban.desk.kinds.scalars import YesNo
from tongban.desk.table import DESCRIPTIONS

CASE = "0d5c"
"""The beginning of a case's id, in examples."""


def register(group: typer.Typer) -> None:
    """Add a command for each act to `tongban case`."""
    for each in DESCRIPTIONS.values():
        example = "\n".join(example_line(each, example) for example in each.examples)
        command(group, command_name(each), example=example)(_function(each))


def command_name(description: Description) -> str:
    """The act's name on a command line: `take-over`."""
    return description.act.value.replace("_", "-")


def option_name(field: Field) -> str:
    """A field's option: `--all-materials`, `--grant/--refuse`."""
    if isinstance(field.kind, YesNo) and field.kind.yes:
        return f"--{field.kind.yes}/--{field.kind.no}"
    return "--" + (field.option or field.name).replace("_", "-")


def _function(description: Description) -> Callable[..., None]:
    def run(call: ActingCall, **values: Any) -> None:
        check_exclusive(description, values)
        act_on(call, description, values, called=lambda name: option_name(description.field(name)))

    keyword = inspect.Parameter.KEYWORD_ONLY
    call = inspect.Parameter("call", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=ActingCall)
    case = inspect.Parameter("case", keyword, annotation=CaseArgument)
    own = [_parameter(each) for each in description.fields]
    run.__signature__ = inspect.Signature([call, *([] if description.opens else [case]), *own])  # type: ignore[attr-defined]
    run.__name__ = description.act.value
    run.__doc__ = f"{description.zh} {description.help}"
    return run


def _parameter(field: Field) -> inspect.Parameter:
    help_text = f"{field.zh} {field.typed or field.help}"
    given, bounds = annotation_of(field)
    shown = (
        typer.Argument(metavar=field.name.upper(), help=help_text)
        if field.positional
        else typer.Option(option_name(field), help=help_text, **bounds)
    )
    default = inspect.Parameter.empty if field.required else field.constant
    return inspect.Parameter(
        field.name, inspect.Parameter.KEYWORD_ONLY, annotation=Annotated[given, shown], default=default
    )


def check_exclusive(description: Description, values: dict[str, Any]) -> None:
    """Raise BadParameter where two options are given of which the command takes one."""
    for pair in description.exclusive:
        if all(values[name] is not None for name in pair):
            hint = " / ".join(option_name(description.field(name)) for name in pair)
            raise typer.BadParameter("a limit counts one of both", param_hint=hint)


def example_line(description: Description, example: Example) -> str:
    """A call as it is typed."""
    words = ["tongban", "case", command_name(description), *([] if description.opens else [CASE])]
    fields = {name: description.field(name) for name in example.given}
    words += [str(example.given[name]) for name, field in fields.items() if field.positional]
    words += ["--channel" if example.by_channel else "--officer", example.by]
    for name, field in fields.items():
        if not field.positional:
            words += _option_words(field, example.given[name])
    return " ".join(words)


def _option_words(field: Field, given: str | bool | tuple[str, ...]) -> Iterator[str]:
    if isinstance(given, bool):
        yes, _, no = option_name(field).partition("/")
        yield yes if given else no
        return
    for text in given if isinstance(given, tuple) else (given,):
        yield from (option_name(field), text)
