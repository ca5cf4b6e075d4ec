"""What commands on registries answer: the entries that they made, and whether these are published."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console

from tongban.adapters.cli.command import Writing
from tongban.adapters.cli.output import pairs
from tongban.adapters.node.ready_home import ReadyHome
from tongban.domain.event import Event


def publication(home: ReadyHome) -> str:
    """What became of it, in words."""
    if home.published:
        return "published, and read back as covered by a checkpoint"
    if home.trouble:
        return f"kept; the log does not answer ({home.trouble}); the next writer publishes it"
    if home.alone:
        return "kept; not read back in time; the next writer publishes it"
    return "kept; the running node publishes it"


def event_json(event: Event) -> dict[str, Any]:
    """An event as programs read it."""
    header = event.header
    return {
        "event": event.hash.hex(),
        "type": event.type.name,
        "stream": str(header.stream),
        "sequence": header.sequence,
        "region": header.region,
        "actor": header.actor.id,
        "occurred_at": header.occurred_at,
        "command": str(header.command),
    }


def report_recorded(
    call: Writing,
    home: ReadyHome,
    events: Sequence[Event],
    title: str,
    value: dict[str, Any],
    lines: Sequence[tuple[str, str]] = (),
) -> None:
    """Answer with the entries of a registry that a command made (or had made before)."""
    told = {
        **value,
        "command": str(call.command_id),
        "events": [event_json(event) for event in events],
        "published": home.published,
        "note": publication(home),
    }

    def show(console: Console) -> None:
        entries = ", ".join(f"{event.type.name} #{event.header.sequence}" for event in events)
        pairs(
            console,
            title,
            [*lines, ("entries", entries), ("command", str(call.command_id)), ("status", publication(home))],
        )

    call.output.result(told, show)
