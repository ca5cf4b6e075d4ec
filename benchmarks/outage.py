"""Starting after an outage: a city's node that is a day of events behind becomes the writer, and its views are level."""

from contextlib import closing

from benchmarks.bare import consume_and_verify, signed_events
from benchmarks.history import case_places
from benchmarks.measure import Row, Section, in_turns, rate_row, spent_on
from benchmarks.prepared import Prepared, run_task
from benchmarks.task import embedded
from benchmarks.world import SHANGHAI, BenchWorld

FLOOR = "bare loop: consume, verify each signature"

NOTES = """\
The node opens its store, reads to the end what came while it was away, takes a new incarnation, publishes its start records
and reads them back, and projects what changed: then it takes commands. A big city writes 10⁴ to 10⁵ events a day."""


def measure(prepared: Prepared, sizes: tuple[int, ...]) -> Section:
    """Behind by so many events, on the embedded log."""
    rows = tuple(_row(prepared, events) for events in sizes)
    return Section("Start after an outage of a day", rows, NOTES)


def _row(prepared: Prepared, events: int) -> Row:
    folder = prepared.history(events)
    with closing(embedded(folder)) as log, BenchWorld(folder, log, founded=True) as world:
        places = case_places(world)
        _, key_of = signed_events(world.nodes[SHANGHAI])
        best = in_turns(
            {
                "floor": lambda: spent_on(lambda: consume_and_verify(log, places, key_of)),
                "ours": lambda: run_task("start", folder, events).spent,
            },
            prepared.turns_for(events),
        )
    return rate_row("start, behind by these events", events, best["ours"], best["floor"], FLOOR)
