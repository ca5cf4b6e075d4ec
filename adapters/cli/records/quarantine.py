"""`tongban quarantine`: what was not accepted, kept with its raw bytes; what waits; and own acts that the log did not take."""

from collections.abc import Iterator
from typing import Annotated, Any

import typer
from rich.console import Console

from tongban.adapters.cli.command import Call, command
from tongban.adapters.cli.exit_codes import ExitCode
from tongban.adapters.cli.output import moment, pairs, table
from tongban.adapters.cli.records.quarantine_entry import Entry, aside_entry, evidence_entry, find_entry, parked_entry
from tongban.adapters.cli.session import looking
from tongban.adapters.node.home import OpenHome
from tongban.domain.chain.verdict import Parked, Rejected, Valid
from tongban.domain.errors import RegistryRefusedError

group = typer.Typer(no_args_is_help=True, help="隔离区 What was rejected, is void, astray, contradictory, or waits.")

ParkedOption = Annotated[bool, typer.Option("--parked", help="待决 Records that wait for something, not evidence.")]
EntryArgument = Annotated[int, typer.Argument(metavar="ID", help="As `tongban quarantine list` shows it.")]


@command(group, "list", example="tongban quarantine list --kind rejected\ntongban quarantine list --parked --json")
def list_entries(
    call: Call,
    kind: Annotated[
        str | None, typer.Option("--kind", help="Only rejected, stray, void, equivocation, content or contract.")
    ] = None,
    parked: ParkedOption = False,
    set_aside: Annotated[
        bool, typer.Option("--set-aside", help="未入链 Own acts that the log did not take, for officers to repeat.")
    ] = False,
) -> None:
    """隔离清单 List what is kept as evidence; with --parked what waits; with --set-aside own acts to be repeated."""
    with looking(call) as region:
        entries = list(_entries(region, kind, parked=parked, set_aside=set_aside))
    value = {"region": region.code, "entries": [entry.as_json() for entry in entries]}

    def show(console: Console) -> None:
        rows = [
            (str(entry.id), entry.kind, entry.place, str(entry.offset or ""), f"{entry.rule} {entry.code}".strip(),
             entry.expected, entry.found, entry.what, moment(entry.noted_at))
            for entry in entries
        ]  # fmt: skip
        columns = ("id", "类别 kind", "where", "offset", "规则 rule", "应为 expected", "实为 found", "record", "when")
        console.print(table(f"{region.code} 隔离区 Quarantine: {len(rows)}", columns, rows))

    call.output.result(value, show)


def _entries(region: OpenHome, kind: str | None, *, parked: bool, set_aside: bool) -> Iterator[Entry]:
    with region.store.reading() as tx:
        if parked:
            yield from map(parked_entry, tx.parking.parked())
        elif set_aside:
            for number, aside in enumerate(tx.outbox.aside(), start=1):
                yield aside_entry(number, aside, region.node.knowledge.event_of(aside.signed))
        else:
            yield from map(evidence_entry, tx.parking.evidence(kind=kind))


@command(group, "show", example="tongban quarantine show 3\ntongban quarantine show 1 --parked --json")
def show_entry(call: Call, entry_id: EntryArgument, parked: ParkedOption = False) -> None:
    """查看 Show one entry: why it is here, what it says, and its bytes."""
    with looking(call) as region, region.store.reading() as tx:
        entry = find_entry(tx, entry_id, parked=parked)

    def show(console: Console) -> None:
        pairs(console, f"{entry.kind} {entry.id}", entry.lines())
        console.print(entry.dump(), markup=False, soft_wrap=True)

    call.output.result({"region": region.code, **entry.as_json(full=True)}, show)


@command(group, "retry", example="tongban quarantine retry 3\ntongban quarantine retry --parked")
def retry(
    call: Call,
    entry_id: Annotated[int | None, typer.Argument(metavar="[ID]", help="Evidence to judge again.")] = None,
    parked: ParkedOption = False,
) -> None:
    """重新判定 Judge again: one piece of evidence, or with --parked all that waits. Exit code 1: it is rejected again."""
    if (entry_id is None) is not parked:
        raise typer.BadParameter("give either the ID of evidence, or --parked", param_hint="ID / --parked")
    with looking(call) as region:
        value = _sweep(region) if entry_id is None else _judge_again(region, entry_id)
        region.project()
    lines = [(name, str(text)) for name, text in value.items() if text not in (None, "")]
    call.output.result({"region": region.code, **value}, lambda console: pairs(console, "重新判定 Judged again", lines))
    if value.get("verdict") == "rejected":
        raise typer.Exit(ExitCode.REFUSED)


def _sweep(region: OpenHome) -> dict[str, Any]:
    with region.store.reading() as tx:
        before = len(tx.parking.parked())
    tally = region.node.sweep()
    with region.store.reading() as tx:
        after = tx.parking.parked()
    return {"waited": before, "accepted": tally.accepted, "rejected": tally.rejected, "waits_still": len(after)}


def _judge_again(region: OpenHome, entry_id: int) -> dict[str, Any]:
    with region.store.reading() as tx:
        find_entry(tx, entry_id, parked=False)
    judgement = region.node.retry_evidence(entry_id)
    if judgement is None:
        raise RegistryRefusedError(
            f"entry {entry_id} cannot be judged again",
            expected="a record that a counting checkpoint lists",
            found="one that none lists",
            advice="it stays as evidence; if its region publishes it again, it is judged then",
        )
    match judgement.verdict:
        case Valid():
            return {"id": entry_id, "verdict": "accepted"}
        case Parked(code=code, kind=kind, awaits=awaits):
            return {"id": entry_id, "verdict": "parked", "code": code, "awaits": f"{kind} {awaits.hex()}"}
        case Rejected(rule=rule, code=code, expected=expected, found=found):
            return {
                "id": entry_id, "verdict": "rejected", "rule": rule, "code": code, "expected": expected, "found": found
            }  # fmt: skip
