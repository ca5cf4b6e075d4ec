"""One task in a process of its own, so that its peak of memory is its own: `python -m benchmarks.task TASK FOLDER EVENTS`.

Tasks share a folder: `build` leaves the world and its log in it, the others read them. Prints one line of JSON:
`{"wall": …, "cpu": …, "peak_kib": …}`. The peak is `VmHWM`, the resident memory of this program alone. (`ru_maxrss` is not:
it outlives `exec`, so a child would report the peak of the process that started it.)
"""

import json
import shutil
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from benchmarks.history import append_history
from benchmarks.measure import Spent, spent_on
from benchmarks.world import HEFEI, SHANGHAI, BenchWorld, topics_of

from tongban.adapters.embedded.log import EmbeddedEventLog
from tongban.adapters.node.urls import open_log
from tongban.adapters.views.rebuilding import Source
from tongban.ledger.event_log import EventLog
from tongban.ledger.node import Node

LOG = "log.sqlite"


def build(folder: Path, events: int, _: str) -> Spent:
    """Append `events` events, eight a transaction, and relay them as they come."""
    with closing(embedded(folder)) as log, BenchWorld(folder, log) as world:
        return spent_on(lambda: append_history(world, events))


def ingest(folder: Path, events: int, log_url: str) -> Spent:
    """Read the whole log into an empty store."""
    with closing(_log(folder, log_url)) as log, BenchWorld(folder, log, founded=True) as world:
        reader = world.reader(f"reader-{world.unused()}")
        spent = spent_on(lambda: read_all(reader))
        check_count(reader, events)
        return spent


def rebuild(folder: Path, events: int, _: str) -> Spent:
    """Rebuild the views over Shanghai's store, verified, in this process alone."""
    with closing(embedded(folder)) as log, BenchWorld(folder, log, founded=True) as world:
        projector, views = world.projector(world.nodes[SHANGHAI], "views-task")
        source = Source(world.store_url(SHANGHAI), world.genesis)
        spent = spent_on(lambda: projector.rebuild(source=source, processes=1))
        assert sum(1 for _ in views.each_tracker()) * 8 == events
        return spent


def start(folder: Path, events: int, _: str) -> Spent:
    """Start Hefei's node, which has read nothing since before the cases were opened, and bring its views level."""
    copy = folder / "after-outage"
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir()
    for name in (LOG, f"{HEFEI}.sqlite"):
        shutil.copy(folder / name, copy / name)
    with closing(embedded(copy)) as log, BenchWorld(copy, log, founded=True, topics=topics_of(folder)) as world:
        node = world.nodes[HEFEI]
        projector, _views = world.projector(node, "views")

        def work() -> None:
            node.start(accept_newer=True)
            while projector.step(500):
                pass

        spent = spent_on(work)
        check_count(node, events)
    shutil.rmtree(copy)
    return spent


TASKS: dict[str, Callable[[Path, int, str], Spent]] = {
    "build": build,
    "ingest": ingest,
    "rebuild": rebuild,
    "start": start,
}


def embedded(folder: Path) -> EmbeddedEventLog:
    """The folder's own log."""
    return EmbeddedEventLog(folder / LOG, durable=False)


def read_all(node: Node) -> None:
    """Follow the log to its end, topics that are found on the way too."""
    for _ in range(2):
        node.follower.refresh()
        node.catch_up()


def check_count(node: Node, events: int) -> None:
    """Nothing was left out: all events of cases are here, beside those of the registries."""
    with node.store.reading() as tx:
        registries = len(tx.events.registries())
        assert tx.events.count() - registries == events


def _log(folder: Path, url: str) -> EventLog:
    return open_log(url) if url else embedded(folder)


def main(arguments: list[str]) -> None:
    """Run one task and say what it took."""
    task, folder, events, *log = arguments
    spent = TASKS[task](Path(folder), int(events), log[0] if log else "")
    print(json.dumps({"wall": spent.wall, "cpu": spent.cpu, "peak_kib": peak_kib()}))


def peak_kib() -> int:
    """The most memory that this process ever had resident, since its program was loaded."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))


if __name__ == "__main__":
    main(sys.argv[1:])
