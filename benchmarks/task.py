"""One task in a process of its own, so that its peak of memory is its own: `python -m benchmarks.task TASK FOLDER EVENTS`.

Tasks share a folder: `build` leaves the world and its log in it, the others read them. Prints one line of JSON:
`{"seconds": …, "peak_kib": …}`. The peak is the process's resident memory, with Python and all imports (some 60 MB).
"""

import json
import resource
import shutil
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from benchmarks.history import append_history
from benchmarks.measure import seconds_of
from benchmarks.world import HEFEI, SHANGHAI, BenchWorld, topics_of

from tongban.adapters.embedded_log import EmbeddedEventLog
from tongban.adapters.log_urls import open_log
from tongban.adapters.rebuilding import Source
from tongban.ledger.event_log import EventLog
from tongban.ledger.node import Node

LOG = "log.sqlite"


def build(folder: Path, events: int, _: str) -> float:
    """Append `events` events, eight a transaction, and relay them as they come."""
    with closing(embedded(folder)) as log, BenchWorld(folder, log) as world:
        return seconds_of(lambda: append_history(world, events))


def ingest(folder: Path, events: int, log_url: str) -> float:
    """Read the whole log into an empty store."""
    with closing(_log(folder, log_url)) as log, BenchWorld(folder, log, founded=True) as world:
        reader = world.reader(f"reader-{world.unused()}")
        seconds = seconds_of(lambda: read_all(reader))
        check_count(reader, events)
        return seconds


def rebuild(folder: Path, events: int, _: str) -> float:
    """Rebuild the views over Shanghai's store, verified, in this process alone."""
    with closing(embedded(folder)) as log, BenchWorld(folder, log, founded=True) as world:
        projector, views = world.projector(world.nodes[SHANGHAI], "views-task")
        source = Source(world.store_url(SHANGHAI), world.genesis)
        seconds = seconds_of(lambda: projector.rebuild(source=source, processes=1))
        assert len(views.case_ids()) * 8 == events
        return seconds


def start(folder: Path, events: int, _: str) -> float:
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

        seconds = seconds_of(work)
        check_count(node, events)
    shutil.rmtree(copy)
    return seconds


TASKS: dict[str, Callable[[Path, int, str], float]] = {
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
    seconds = TASKS[task](Path(folder), int(events), log[0] if log else "")
    peak_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"seconds": seconds, "peak_kib": peak_kib}))


if __name__ == "__main__":
    main(sys.argv[1:])
