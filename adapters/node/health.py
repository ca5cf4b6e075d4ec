"""How a node is: what people, supervisors and container health checks can read about it.

The health file holds one JSON object, replaced as a whole; `at` says when, and a file that is old says that nothing
writes it any more.
"""

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from tongban.adapters.node.home import OpenHome
from tongban.adapters.private_files import write_private
from tongban.domain.errors import MalformedError, RetryableError, SettingsError, TopicMissingError
from tongban.ledger.follower import replaced_topics
from tongban.ledger.store import Transaction

HEALTH_FILE = "health.json"

REPLACED_ALARM_HOURS = 24
"""For so long a topic that was made again is reported; reading it goes on from its beginning by itself."""


class Status(StrEnum):
    """How a node is, in one word."""

    STARTING = "starting"
    OK = "ok"
    DEGRADED = "degraded"
    """It runs, and something does not go on: no answer from the log, or a partition that waits."""
    STOPPING = "stopping"
    STOPPED = "stopped"
    FENCED = "fenced"


@dataclass(frozen=True, slots=True)
class Health:
    """One look at a node. Times are microseconds UTC; `lag` counts offsets not yet read, by topic."""

    status: str
    region: str
    at: int
    pid: int
    incarnation: int | None
    lag: dict[str, int]
    unpublished: int
    """Own events that no checkpoint covers yet."""
    parked: int
    quarantined: int
    set_aside: int
    """Own acts that the log did not take, for their officers to repeat."""
    waiting: list[str]
    """Partitions that wait: a listed event has no record, or a note names heads that are not here. An alarm."""
    covered_at: int | None
    """The newest checkpoint that was read."""
    trouble: str
    replaced: list[str] = field(default_factory=list)
    """Topics that were made again, cut short or moved to another cluster in the last hours. An alarm."""
    schema_registry: list[str] = field(default_factory=list)
    """What is wrong with the site's schema registry; records go out with the frames that are known, or without."""

    def as_json(self) -> dict[str, Any]:
        """As programs read it."""
        return asdict(self)

    def as_line(self) -> str:
        """As a person reads it in a terminal or a journal."""
        behind = sum(self.lag.values())
        parts = [f"{self.region} {self.status}", f"incarnation {self.incarnation or '-'}", f"lag {behind}"]
        counts = ("unpublished", "parked", "quarantined", "set_aside")
        parts += [f"{name.replace('_', ' ')} {getattr(self, name)}" for name in counts if getattr(self, name)]
        if self.waiting:
            parts.append(f"ALARM waiting: {', '.join(self.waiting)}")
        if self.replaced:
            parts.append(f"ALARM made again: {', '.join(self.replaced)}")
        if self.schema_registry:
            parts.append(f"schema registry: {self.schema_registry[0]}")
            parts += [f"and {len(self.schema_registry) - 1} more"] if self.schema_registry[1:] else []
        if self.trouble:
            parts.append(f"trouble: {self.trouble}")
        return " · ".join(parts)


def health_of(region: OpenHome, status: Status, trouble: str) -> Health:
    """Look at a node. What the log or store does not answer stays empty."""
    node = region.node
    lag: dict[str, int] = {}
    if not trouble and status in (Status.OK, Status.STOPPED):
        with suppress(RetryableError, TopicMissingError):
            for place, offsets in node.follower.behind().items():
                lag[place.topic] = lag.get(place.topic, 0) + max(0, offsets)
    with region.store.reading() as tx:
        waiting = [f"{place.topic}/{place.partition}" for place, _ in tx.logs.waiting()]
        waiting += [f"{place.topic}/{place.partition}" for place in node.follower.awaiting]
        if waiting and status is Status.OK:
            status = Status.DEGRADED
        incarnation = node.writer.incarnation
        now = region.world.clock()
        recently = now - REPLACED_ALARM_HOURS * 3_600 * 1_000_000
        return Health(
            status=status.value,
            region=region.code,
            at=now,
            pid=os.getpid(),
            incarnation=incarnation.number if incarnation else None,
            lag=lag,
            unpublished=sum(len(tx.outbox.uncovered(place, 10_000)) for place in tx.outbox.partitions()),
            parked=len(tx.parking.parked()),
            quarantined=len(tx.parking.evidence()),
            set_aside=len(tx.outbox.aside()),
            waiting=sorted(set(waiting)),
            covered_at=_covered_at(tx),
            trouble=trouble,
            replaced=sorted(topic for topic, at in replaced_topics(tx).items() if at >= recently),
            schema_registry=list(region.schema_site.troubles) if region.schema_site is not None else [],
        )


def _covered_at(tx: Transaction) -> int | None:
    newest: int | None = None
    for place in tx.logs.places():
        size = tx.logs.state(place).log.size
        leaf = tx.logs.leaf_at(place, size - 1) if size else None
        if leaf is not None:
            newest = max(newest or 0, leaf.covered_at)
    return newest


def write_health(path: Path, health: Health) -> None:
    """Replace the health file. Raises SettingsError where it cannot be written."""
    try:
        write_private(path, json.dumps(health.as_json(), ensure_ascii=False).encode() + b"\n")
    except OSError as err:
        raise SettingsError(f"the health file {path} cannot be written", found=err.strerror or str(err)) from err


def read_health(path: Path) -> Health | None:
    """What a health file says; None if there is none. Raises MalformedError."""
    try:
        return Health(**json.loads(path.read_bytes()))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError) as err:
        raise MalformedError(f"{path} is no health file", found=str(err)) from err
