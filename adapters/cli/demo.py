"""`tongban demo`: three cities handle some hundred cases on one log, and the end shows what can be proved about it."""

import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from tongban.adapters.cli.command import Shared
from tongban.adapters.cli.exit_codes import ExitCode
from tongban.adapters.cli.failures import report_failure
from tongban.adapters.cli.output import Output
from tongban.adapters.demo.report.page import show
from tongban.adapters.demo.run import AUDIT, FOUND, REBUILD, ROUNDS, TAMPER, DemoOptions, Progress, run_demo
from tongban.domain.errors import TongbanError

DEFAULT_CASES = 300
SEEDS = 1_000_000
"""A seed drawn is below this: short enough to be typed again."""

_STAGES = {
    FOUND: "建立三地 three cities",
    ROUNDS: "办理 acts",
    REBUILD: "重建视图 views rebuilt",
    AUDIT: "审计 audit",
    TAMPER: "审计改动的副本 audit of a changed copy",
}


def register(app: typer.Typer) -> None:
    """Add the command to an app."""
    app.command("demo", epilog="Example:\n\n[cyan]tongban demo --cases 60 --seed 7 --keep ./demo[/]")(demo)


def demo(
    ctx: typer.Context,
    cases: Annotated[int, typer.Option("--cases", min=1, max=100_000, help="How many cases.")] = DEFAULT_CASES,
    seed: Annotated[
        int | None, typer.Option("--seed", min=0, help="Repeat a run: the same seed gives the same digests.")
    ] = None,
    kafka: Annotated[
        str | None, typer.Option("--kafka", metavar="HOST:PORT", help="Run on this broker, under topics of its own.")
    ] = None,
    keep: Annotated[
        Path | None, typer.Option("--keep", metavar="DIR", help="Leave the regions here, for the other commands.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON, for programs; errors too.")] = False,
) -> None:
    """演示 Three cities, three matters, three ways of handling: every act signed, checked, rebuilt and audited.

    Everybody in it is fictitious. Ends with 6 if anything of what it shows does not hold.
    """
    as_json = as_json or (isinstance(ctx.obj, Shared) and ctx.obj.json)
    options = DemoOptions(cases, secrets.randbelow(SEEDS) if seed is None else seed, kafka, keep)
    try:
        with _progress(as_json) as progress:
            result = run_demo(options, progress)
    except TongbanError as err:
        raise typer.Exit(report_failure(err, as_json=as_json)) from err
    output = Output(as_json)
    output.result(result.to_json(), lambda console: show(result, console))
    if not result.ok:
        raise typer.Exit(ExitCode.FINDINGS)


@contextmanager
def _progress(as_json: bool) -> Iterator[Progress]:
    """A bar for each stage, on standard error."""
    if as_json:
        yield lambda stage, done, total: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bars(*columns, console=Console(stderr=True), transient=not sys.stderr.isatty()) as bars:
        tasks = {
            stage: bars.add_task(doing, total=None, start=False, visible=False) for stage, doing in _STAGES.items()
        }

        def tell(stage: str, done: int, total: int) -> None:
            task = tasks[stage]
            if not bars.tasks[task].started:
                bars.start_task(task)
            bars.update(task, completed=done, total=total, visible=True)

        yield tell
