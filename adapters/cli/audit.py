"""`tongban audit`: the whole log read anew, with nothing but the genesis file, and the own store beside it."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from tongban.adapters.cli.command import Call, command
from tongban.adapters.cli.exit_codes import ExitCode
from tongban.adapters.cli.output import pairs, table
from tongban.adapters.node.home import microseconds_now, read_genesis
from tongban.adapters.node.settings import DEFAULT_PREFIX, KafkaSettings, load_settings
from tongban.adapters.node.urls import open_log
from tongban.adapters.store.sqlite_store import SqliteLedgerStore
from tongban.adapters.store.urls import open_store
from tongban.contracts.genesis import Genesis, parse_genesis
from tongban.domain.errors import SettingsError
from tongban.ledger.audit import AuditFault, AuditReport, run_audit
from tongban.ledger.event_log import EventLog
from tongban.ledger.store import LedgerStore
from tongban.ledger.topics import Topics

SHOWN_FAULTS = 50
"""Faults that a person is shown; programs get them all."""

LogOption = Annotated[str | None, typer.Option("--log", help="Audit this log; needs --genesis, and no home.")]
GenesisOption = Annotated[Path | None, typer.Option("--genesis", help="The federation's genesis file.")]
PrefixOption = Annotated[str, typer.Option("--topic-prefix", help="What topic names begin with (with --log).")]


@dataclass(frozen=True, slots=True)
class Subject:
    """What is audited. `own`: a region's store to compare with the log."""

    log: EventLog
    genesis: Genesis
    topics: Topics
    own: LedgerStore | None = None


def register(app: typer.Typer) -> None:
    """Add the command."""
    example = "tongban audit --home ./hefei\ntongban audit --log kafka://broker:9092 --genesis genesis.json"
    command(app, "audit", example=example)(audit)


def audit(
    call: Call, log: LogOption = None, genesis: GenesisOption = None, topic_prefix: PrefixOption = DEFAULT_PREFIX
) -> None:
    """审计 Check every signature, chain, pen and checkpoint of the log, and that the own store says the same.

    Needs no key and no passphrase. Exit code 6: something is wrong, and the answer says which event, which check,
    what was expected and what was found. Unlawful acts are findings, not faults.
    """
    with (
        _subject(call, log, genesis, topic_prefix) as subject,
        closing(SqliteLedgerStore.temporary()) as scratch,
        call.output.progress("审计 auditing") as progress,
    ):
        report = run_audit(
            subject.log,
            subject.genesis,
            subject.topics,
            scratch=scratch,
            clock=microseconds_now,
            own=subject.own,
            progress=progress,
        )
    call.output.result(as_json(report), lambda console: show(console, report))
    if not report.ok:
        raise typer.Exit(ExitCode.FINDINGS)


def as_json(report: AuditReport) -> dict[str, object]:
    """A report for programs."""
    return {
        "ok": report.ok,
        "counts": dict(report.counts),
        "findings": dict(report.findings),
        "notes": dict(report.notes),
        "faults": [_fault_json(fault) for fault in report.faults],
    }


def show(console: Console, report: AuditReport) -> None:
    """A report for people."""
    verdict = "无误 nothing is wrong" if report.ok else f"有误 {len(report.faults)} faults"
    pairs(console, f"审计 Audit: {verdict}", _told(report.counts))
    if report.findings:
        pairs(console, "不合规行为 Findings (unlawful acts in the chain)", _told(report.findings))
    if report.notes:
        pairs(console, "备注 Notes (no faults)", _told(report.notes))
    if report.faults:
        columns = ("event", "check", "expected", "found", "place")
        rows = [_row(fault) for fault in report.faults[:SHOWN_FAULTS]]
        console.print(table("错误 Faults", columns, rows))


def _told(counts: Mapping[str, int]) -> list[tuple[str, str]]:
    return [(name, str(count)) for name, count in sorted(counts.items())]


def _row(fault: AuditFault) -> tuple[str, ...]:
    place = f"{fault.place.topic}/{fault.place.partition}"
    offset = f" @{fault.offset}" if fault.offset is not None else ""
    return fault.event, fault.check, fault.expected, fault.found, place + offset


def _fault_json(fault: AuditFault) -> dict[str, object]:
    return {
        "event": fault.event,
        "check": fault.check,
        "expected": fault.expected,
        "found": fault.found,
        "topic": fault.place.topic,
        "partition": fault.place.partition,
        "offset": fault.offset,
    }


@contextmanager
def _subject(call: Call, log: str | None, genesis: Path | None, topic_prefix: str) -> Iterator[Subject]:
    with ExitStack() as opened:
        if log is not None:
            if genesis is None:
                raise SettingsError("an audit of a log needs the genesis file", expected="--genesis FILE", found="none")
            read = parse_genesis(genesis.read_bytes())
            yield Subject(
                opened.enter_context(closing(open_log(log, KafkaSettings.kafka_of_new_home()))),
                read,
                Topics(topic_prefix),
            )
            return
        settings = load_settings(call.home)
        yield Subject(
            opened.enter_context(closing(open_log(settings.log, settings.kafka()))),
            read_genesis(call.home),
            Topics(settings.topic_prefix),
            opened.enter_context(closing(open_store(settings.store, durable=settings.durable))),
        )
