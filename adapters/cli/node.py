"""`tongban node run` and `status`: the long-running process of a region, and how it is."""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from tongban.adapters.cli.command import Call, command
from tongban.adapters.cli.exit_codes import ExitCode
from tongban.adapters.cli.output import moment, pairs
from tongban.adapters.cli.session import with_keys
from tongban.adapters.cli.shared_options import NewerOption
from tongban.adapters.node.health import HEALTH_FILE, Health, Status, read_health, write_health
from tongban.adapters.node.home import microseconds_now
from tongban.adapters.node.process import GRACE_SECONDS, REPORT_SECONDS, NodeProcess, Pace

group = typer.Typer(no_args_is_help=True, help="节点 The node: relay, ingest and views of one region, as one process.")

STALE_REPORTS = 3
"""After so many intervals without a report, nobody writes the health file any more."""

HealthFileOption = Annotated[
    Path | None, typer.Option("--health-file", help=f"Where the health is kept (default: {HEALTH_FILE} in the home).")
]
IntervalOption = Annotated[float, typer.Option("--interval", min=0.1, help="Seconds between two reports.")]


@command(
    group,
    "run",
    example="tongban node run --home ./hefei --passphrase-file ./passphrase\ntongban node run --json --interval 30",
)
def run(
    call: Call,
    accept_newer_start: NewerOption = False,
    health_file: HealthFileOption = None,
    interval: IntervalOption = REPORT_SECONDS,
    grace: Annotated[
        float, typer.Option("--grace", min=0, help="Seconds that a stop may take to publish.")
    ] = GRACE_SECONDS,
) -> None:
    """运行节点 Run the node of this region until SIGTERM or SIGINT: follow the log, relay, keep the views level.

    It reports its health to standard error (with --json: JSON lines on standard output) and into a file. While it runs,
    other commands append beside it, and it publishes what they did.
    """
    path = health_file or call.home / HEALTH_FILE
    console = Console(stderr=True, highlight=False, soft_wrap=True)

    def report(health: Health) -> None:
        write_health(path, health)
        if call.as_json:
            call.output.line(health.as_json())
        else:
            console.print(f"{moment(health.at)}  {health.as_line()}", markup=False)

    with with_keys(call) as region, _stopping_on_signals() as stopping:
        pace = Pace(report=interval, grace=grace)
        NodeProcess(region, stopping, report, accept_newer=accept_newer_start, pace=pace).run()


@contextmanager
def _stopping_on_signals() -> Iterator[threading.Event]:
    """An event that SIGTERM and SIGINT set; a second one of either ends the process at once."""
    stopping = threading.Event()

    def stop(number: int, _: object) -> None:
        if stopping.is_set():
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        stopping.set()

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stopping
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@command(group, "status", example="tongban node status --home ./hefei || echo 'not well'")
def status(call: Call, health_file: HealthFileOption = None, interval: IntervalOption = REPORT_SECONDS) -> None:
    """节点状态 Say how the node is, from its health file. Exit code 0: well; 6: it runs, something is wrong; 4: it does not run.

    Give the --interval that the node runs with: a report three intervals old counts as none.
    """
    path = health_file or call.home / HEALTH_FILE
    health = read_health(path)
    now = microseconds_now()
    age_seconds = (now - health.at) / 1_000_000 if health else None
    stale = age_seconds is not None and age_seconds > STALE_REPORTS * interval
    told = health.as_json() if health else {"status": "none"}
    value = {**told, "age_seconds": age_seconds, "stale": stale}

    def show(console: Console) -> None:
        if health is None:
            console.print(f"no node has run here: {path} is missing", markup=False)
            return
        lines = [
            ("status", f"{health.status}{' (old: nothing writes it any more)' if stale else ''}"),
            ("reported", f"{moment(health.at)}, {age_seconds:.0f} s ago, by process {health.pid}"),
            ("incarnation", str(health.incarnation or "")),
            ("lag", ", ".join(f"{topic} {offsets}" for topic, offsets in sorted(health.lag.items()) if offsets) or "0"),
            ("unpublished", str(health.unpublished)),
            ("parked", str(health.parked)),
            ("quarantined", str(health.quarantined)),
            ("set aside", str(health.set_aside)),
            ("ALARM waiting", ", ".join(health.waiting)),
            ("ALARM made again", ", ".join(health.replaced)),
            ("covered up to", moment(health.covered_at)),
            ("schema registry", "; ".join(health.schema_registry)),
            ("trouble", health.trouble),
        ]
        pairs(console, f"节点 Node of {health.region}", lines)

    call.output.result(value, show)
    sys.stdout.flush()
    code = _exit_code(health, stale=stale)
    if code is not ExitCode.DONE:
        raise typer.Exit(code)


def _exit_code(health: Health | None, *, stale: bool) -> ExitCode:
    if health is None or (stale and health.status != Status.FENCED):
        return ExitCode.NOT_NOW
    match health.status:
        case Status.OK:
            return ExitCode.DONE
        case Status.DEGRADED:
            return ExitCode.FINDINGS
        case Status.FENCED:
            return ExitCode.FENCED
        case _:
            return ExitCode.NOT_NOW
