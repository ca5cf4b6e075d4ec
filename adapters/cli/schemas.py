"""`tongban schemas publish` and `check`: the released schemas and the site's schema registry.

A node only asks the registry for numbers. Registering is somebody's act, before a new version is put to work: so no
schema gets into a registry because a program happened to start.
"""

from collections.abc import Callable, Iterator
from typing import Any

import typer
from rich.console import Console

from tongban.adapters.cli.command import Call, command
from tongban.adapters.cli.exit_codes import ExitCode
from tongban.adapters.cli.output import table
from tongban.adapters.cli.session import looking
from tongban.adapters.schema_publishing import Standing, State, check, publish, released_schemas
from tongban.adapters.schema_registry import SchemaRegistry, subject_of
from tongban.adapters.schema_site import SchemaSite
from tongban.domain.errors import SettingsError

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
    _each_schema(call, "登记 registering", publish)


@command(group, "check", example="tongban schemas check --home ./hefei --json")
def check_schemas(call: Call) -> None:
    """核对模式 Compare every released schema with what the site's schema registry has. Exit code 6: something differs.

    The registry's text is compared by our fingerprint, which is part of every signature.
    """
    _each_schema(call, "核对 comparing", check)


def _each_schema(call: Call, doing: str, look: Callable[[SchemaRegistry], Iterator[Standing]]) -> None:
    with looking(call) as region:
        site = _site(region.schema_site)
        with site.connected() as registry, call.output.progress(doing) as progress:
            standings: list[Standing] = []
            for standing in look(registry):
                standings.append(standing)
                progress(len(standings), len(released_schemas()))
        site.keep({each.schema.fingerprint: each.number for each in standings if each.number is not None})
        url = region.settings.schema_registry

    def show(console: Console) -> None:
        console.print(table(f"模式 Schemas at {url}", _COLUMNS, map(_row, standings)))

    call.output.result({"schema_registry": url, "schemas": [_as_json(each) for each in standings]}, show)
    if not all(each.is_well for each in standings):
        raise typer.Exit(ExitCode.FINDINGS)


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


def _site(site: SchemaSite | None) -> SchemaSite:
    if site is None:
        raise SettingsError(
            "this home names no schema registry",
            expected="the setting schema_registry, or TONGBAN_SCHEMA_REGISTRY",
            found="neither",
            advice="a site without a registry needs none: readers find schemas on the contracts topic and in the software",
        )
    return site
