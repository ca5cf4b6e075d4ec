"""What all commands share: options, and how errors end. A command is a function whose first argument holds both.

    @command(group, "accept", example="tongban case accept 0d5c --officer 340100-handler")
    def accept(call: ActingCall, case: CaseArgument) -> None: …

| first argument | adds these options                                                       |
|----------------|--------------------------------------------------------------------------|
| Call           | --home, --json, --debug, --passphrase-file                                |
| Writing        | … --command-id, --wait, --timeout, --accept-newer-start                   |
| ActingCall     | … --officer, --channel, --at                                              |

`--home`, `--json`, `--debug` and `--passphrase-file` may also come before the group: `tongban --home DIR case list`.
"""

import errno
import functools
import inspect
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from uuid import uuid4

import typer

from tongban.adapters.cli.failures import report_failure, report_fault
from tongban.adapters.cli.output import Output
from tongban.adapters.cli.shared_options import (
    AtOption,
    ChannelOption,
    CommandIdOption,
    DebugOption,
    HomeOption,
    JsonOption,
    NewerOption,
    OfficerOption,
    PassphraseOption,
    TimeoutOption,
    WaitOption,
)
from tongban.desk.kinds.scalars import parse_moment
from tongban.domain.errors import TongbanError
from tongban.domain.identifiers import CommandId


@dataclass(frozen=True)
class Shared:
    """What comes before the group: `tongban --home DIR --json case list`."""

    home: Path | None = None
    json: bool = False
    debug: bool = False
    passphrase_file: Path | None = None


@dataclass(frozen=True, kw_only=True)
class Call:
    """How a command was called."""

    home: Path
    as_json: bool
    debug: bool
    passphrase_file: Path | None
    output: Output = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Writing(Call):
    """How a command was called that appends."""

    command_id: CommandId
    wait: bool
    timeout_seconds: float
    accept_newer: bool


@dataclass(frozen=True, kw_only=True)
class ActingCall(Writing):
    """How an act was called: by whom, and when it was done (microseconds UTC; None: now)."""

    actor: str
    at: int | None


_OPTIONS: dict[type[Call], tuple[tuple[str, Any, Any], ...]] = {}
_OPTIONS[Call] = (
    ("home", HomeOption, None),
    ("json", JsonOption, False),
    ("debug", DebugOption, False),
    ("passphrase_file", PassphraseOption, None),
)
_OPTIONS[Writing] = (
    *_OPTIONS[Call],
    ("command_id", CommandIdOption, None),
    ("wait", WaitOption, False),
    ("timeout", TimeoutOption, 60.0),
    ("accept_newer_start", NewerOption, False),
)
_OPTIONS[ActingCall] = (
    ("officer", OfficerOption, None),
    ("channel", ChannelOption, None),
    ("at", AtOption, None),
    *_OPTIONS[Writing],
)


def command(group: typer.Typer, name: str, *, example: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Add a function to a group as a command. Its docstring is the help; `example` is printed below it."""

    def add(function: Callable[..., None]) -> Callable[..., None]:
        lines = "\n\n".join(f"[cyan]{line}[/]" for line in example.splitlines())
        group.command(name, epilog=f"Example:\n\n{lines}")(_shared(function))
        return function

    return add


def _shared(function: Callable[..., None]) -> Callable[..., None]:
    first, *own = inspect.signature(function, eval_str=True).parameters.values()
    kind: type[Call] = first.annotation
    options = _OPTIONS[kind]
    own_names = {each.name for each in own}

    @functools.wraps(function)
    def run(ctx: typer.Context, **values: Any) -> None:
        before = ctx.obj if isinstance(ctx.obj, Shared) else Shared()
        debug = values["debug"] or before.debug
        as_json = values["json"] or before.json
        try:
            call = _call(kind, {name: values[name] for name, _, _ in options}, before)
            function(call, **{name: value for name, value in values.items() if name in own_names})
        except TongbanError as err:
            if debug:
                traceback.print_exc()
            raise typer.Exit(report_failure(err, as_json=as_json)) from err
        except (typer.Exit, typer.Abort, typer.TyperException):
            raise
        except Exception as err:
            if debug or (isinstance(err, OSError) and err.errno == errno.EPIPE):
                raise
            raise typer.Exit(report_fault(err, as_json=as_json)) from err

    keyword = inspect.Parameter.KEYWORD_ONLY
    shared = [inspect.Parameter(name, keyword, annotation=kept, default=default) for name, kept, default in options]
    context = inspect.Parameter("ctx", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)
    parameters = [context, *(each.replace(kind=keyword) for each in own), *shared]
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {each.name: each.annotation for each in parameters}
    return run


def _call(kind: type[Call], values: dict[str, Any], before: Shared) -> Call:
    as_json = values["json"] or before.json
    given: dict[str, Any] = {
        "home": values["home"] or before.home or Path(),
        "as_json": as_json,
        "debug": values["debug"] or before.debug,
        "passphrase_file": values["passphrase_file"] or before.passphrase_file,
        "output": Output(as_json),
    }
    if issubclass(kind, Writing):
        given["command_id"] = CommandId(values["command_id"] or uuid4())
        given["wait"], given["timeout_seconds"] = values["wait"], values["timeout"]
        given["accept_newer"] = values["accept_newer_start"]
    if issubclass(kind, ActingCall):
        given["actor"] = actor_named(values["officer"], values["channel"])
        given["at"] = parse_moment(values["at"]) if values["at"] else None
    assert given.keys() == {each.name for each in fields(kind)}
    return kind(**given)


def actor_named(officer: str | None, channel: str | None) -> str:
    """The id of the officer or channel that acts. Raises BadParameter unless one of both is given."""
    if (officer is None) == (channel is None):
        raise typer.BadParameter(
            "name who acts: either --officer ID or --channel ID", param_hint="--officer / --channel"
        )
    return officer or channel or ""
