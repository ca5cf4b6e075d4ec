"""`tongban schemas publish` and `check`: the released schemas and the site's schema registry.

A node only asks the registry for numbers. Registering is somebody's act, before a new version is put to work: so no
schema gets into a registry because a program happened to start.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Annotated, Any

import typer
from rich.console import Console

from tongban.adapters.cli.command import Call, command
from tongban.adapters.cli.exit_codes import ExitCode
from tongban.adapters.cli.output import table
from tongban.adapters.cli.records.log import read_up_to
from tongban.adapters.cli.session import looking
from tongban.adapters.node.home import OpenHome
from tongban.adapters.schema_registry.client import SchemaRegistry, subject_of
from tongban.adapters.schema_registry.frames import FrameUse, frames_in, wrong_frames
from tongban.adapters.schema_registry.publishing import Standing, State, check, publish, released_schemas
from tongban.domain.errors import SchemaDiffersError, SettingsError
from tongban.ledger.event_log import LoggedRecord, TopicPartition

group = typer.Typer(no_args_is_help=True, help="模式 Schemas of events, and the site's schema registry.")

_STATES = {
    State.REGISTERED: "已登记 registered now",
    State.SAME: "相同 the same",
    State.MISSING: "缺失 MISSING",
    State.DIFFERS: "不同 DIFFERS",
    State.REFUSED: "拒绝 REFUSED",
}


@command(group, "publish", example="tongban schemas publish --home ./hefei")
def publish_schemas(call: Call) -> None:
    """登记模式 Register every released schema in the site's schema registry; those that are there are left alone.

    Say it before the first start with a registry, and after each upgrade. Harmless beside a running node, and again.
    Exit code 6: a schema was refused, or the registry made another one of it.
    """
    with _registry(call) as (region, registry):
        standings = _looked_at(call, region, "登记 registering", publish(registry))
    _tell(call, region, standings)


@command(
    group, "check", example="tongban schemas check --home ./hefei --json\ntongban schemas check --home ./hefei --frames"
)
def check_schemas(
    call: Call,
    frames: Annotated[bool, typer.Option("--frames", help="Also the frames of all events of this region.")] = False,
) -> None:
    """核对模式 Compare every released schema with what the site's schema registry has. Exit code 6: something differs.

    The registry's text is compared by our fingerprint, which is part of every signature. With --frames also the number
    before each event that this region has published: the registry must have the event's own schema under it.
    """
    with _registry(call) as (region, registry):
        standings = _looked_at(call, region, "核对 comparing", check(registry))
        wrong = wrong_frames(registry, frames_in(_own_records(region))) if frames else ()
    _tell(call, region, standings, wrong)


@contextmanager
def _registry(call: Call) -> Iterator[tuple[OpenHome, SchemaRegistry]]:
    with looking(call) as region:
        if region.schema_site is None:
            raise SettingsError(
                "this home names no schema registry",
                expected="the setting schema_registry, or TONGBAN_SCHEMA_REGISTRY",
                found="neither",
                advice="a site without a registry needs none: readers find schemas in releases and on the contracts topic",
            )
        with region.schema_site.connected() as registry:
            yield region, registry


def _looked_at(call: Call, region: OpenHome, doing: str, looks: Iterator[Standing]) -> tuple[Standing, ...]:
    """All standings; the numbers that were confirmed are kept for the region's events."""
    standings: list[Standing] = []
    with call.output.progress(doing) as progress:
        for standing in looks:
            standings.append(standing)
            progress(len(standings), len(released_schemas()))
    assert region.schema_site is not None
    region.schema_site.keep({each.schema.fingerprint: each.number for each in standings if each.number is not None})
    return tuple(standings)


def _own_records(region: OpenHome) -> Iterator[LoggedRecord]:
    """What is on the topics of events that this region writes."""
    infos = region.log.topics()
    names = (region.topics.registry(region.code), region.topics.cases(region.code))
    places = [TopicPartition(name, part) for name in names if name in infos for part in range(infos[name].partitions)]
    if places:
        with closing(region.log.reader(dict.fromkeys(places, 0))) as reader:
            yield from read_up_to(reader, dict(reader.ends()))


def _tell(
    call: Call, region: OpenHome, standings: Sequence[Standing], wrong: Sequence[tuple[FrameUse, str]] = ()
) -> None:
    url = region.settings.schema_registry

    def show(console: Console) -> None:
        console.print(table(f"模式 Schemas at {url}", _COLUMNS, map(_row, standings)))
        if wrong:
            rows = [(str(use.number), use.ce_type, str(use.events), _place(use), found) for use, found in wrong]
            console.print(table("不同 FRAMES that name another schema", _FRAME_COLUMNS, rows))

    value = {
        "schema_registry": url,
        "schemas": [_as_json(each) for each in standings],
        "wrong_frames": [_frame_as_json(use, found) for use, found in wrong],
    }
    call.output.result(value, show)
    if wrong or not all(each.is_well for each in standings):
        raise typer.Exit(ExitCode.FINDINGS)


_FRAME_COLUMNS = ("number", "type", "events", "first", "registry has")
_COLUMNS = ("subject", "type", "number", "compatibility", "", "fault")


def _row(standing: Standing) -> tuple[str, ...]:
    return (
        subject_of(standing.schema),
        standing.schema.ce_type,
        str(standing.number or ""),
        standing.compatibility or "not supported",
        _STATES[standing.state],
        f"{standing.fault.code}: {standing.fault}" if standing.fault is not None else "",
    )


def _as_json(standing: Standing) -> dict[str, Any]:
    fault = standing.fault
    return {
        "subject": subject_of(standing.schema),
        "type": standing.schema.ce_type,
        "fingerprint": standing.schema.fingerprint.hex(),
        "number": standing.number,
        "compatibility": standing.compatibility,
        "state": standing.state.value,
        "fault": {"code": fault.code, "message": str(fault)} if fault is not None else None,
    }


def _frame_as_json(use: FrameUse, found: str) -> dict[str, Any]:
    return {
        "code": SchemaDiffersError.code,
        "number": use.number,
        "type": use.ce_type,
        "fingerprint": use.fingerprint,
        "registry_has": found,
        "events": use.events,
        "first": _place(use),
    }


def _place(use: FrameUse) -> str:
    return f"{use.place.topic}/{use.place.partition} {use.offset}"
