"""Rebuilding tracker and timeline from the store: unverified, and verifying each signature, on one core and on two."""

from contextlib import closing
from pathlib import Path

from benchmarks.bare import signed_events, verify_all, verify_on_two_cores
from benchmarks.library_floor import Library
from benchmarks.measure import Row, Section, in_turns, profile_of, rate_row, spent_on
from benchmarks.prepared import Prepared
from benchmarks.task import embedded
from benchmarks.world import SHANGHAI, BenchWorld

from tongban.adapters.views.rebuilding import Source
from tongban.ledger.node import Node

FREE_CORES = 1.6
"""Bare verification shares nothing: where two cores do not make it so much faster, others were using them."""
REPLAY = "library's replay of its own unsigned events"
ONE_CORE, TWO_CORES = "bare Ed25519 verification, one core", "bare Ed25519 verification, two cores"

NOTES = """\
Bare verification has the keys and the signed bytes in memory, and does nothing else. The library's replay reads and folds
each aggregate of its own. A verified rebuild reads events from
the store, checks hash and leaf, decodes strictly, looks up keys and names in the registries, verifies, folds, makes a row of
30 cells for each event, and writes rows durably, in order, in one transaction. Of two processes one reads; the other writes,
and reads while there is nothing to write. To start the helper costs half a second of a core, which shows in the smaller
size."""


def measure(prepared: Prepared, sizes: tuple[int, ...]) -> Section:
    """For each size; the profile is of the first, on one core."""
    rows = [row for events in sizes for row in _rows(prepared, events)]
    profile = _profile(prepared, sizes[0])
    return Section("Rebuild of the views", tuple(rows), NOTES, {"rebuild, verified, one process": profile})


def _rows(prepared: Prepared, events: int) -> tuple[Row, ...]:
    folder = prepared.history(events)
    with closing(embedded(folder)) as log, BenchWorld(folder, log, founded=True) as world:
        node = world.nodes[SHANGHAI]
        items, _ = signed_events(node)
        projector, _views = world.projector(node, f"views-{world.unused()}")
        source = Source(world.store_url(SHANGHAI), world.genesis)
        library = _library(folder / f"library-{world.unused()}.sqlite", node, events)
        best = in_turns(
            {
                "one": lambda: spent_on(lambda: verify_all(items)),
                "two": lambda: spent_on(lambda: verify_on_two_cores(items)),
                "unverified": lambda: spent_on(projector.rebuild),
                "library": lambda: spent_on(library.replay),
                "on one": lambda: spent_on(lambda: projector.rebuild(source=source, processes=1)),
                "on two": lambda: spent_on(lambda: projector.rebuild(source=source, processes=2)),
            },
            prepared.turns_for(events),
        )
        library.close()
    scaled = best["one"].wall / best["two"].wall
    doubt = f"two cores verified only {scaled:.1f} times as fast as one" if scaled < FREE_CORES else ""
    return (
        rate_row("rebuild, unverified, one process", events, best["unverified"], best["library"], REPLAY),
        rate_row("rebuild, unverified, one process", events, best["unverified"], best["one"], ONE_CORE),
        rate_row("rebuild, verified, one process", events, best["on one"], best["one"], ONE_CORE),
        rate_row("rebuild, verified, two processes", events, best["on two"], best["two"], TWO_CORES, 0.7, doubt),
    )


def _library(path: Path, node: Node, events: int) -> Library:
    """The library's store with as many events of the same bodies."""
    library = Library(path)
    with node.store.reading() as tx:
        bodies = [kept.signed.body for kept in tx.events.case(next(iter(tx.events.cases())))]
    for _ in range(events // len(bodies)):
        library.save(bodies, at_once=True)
    return library


def _profile(prepared: Prepared, events: int) -> str:
    folder = prepared.history(events)
    with closing(embedded(folder)) as log, BenchWorld(folder, log, founded=True) as world:
        projector, _views = world.projector(world.nodes[SHANGHAI], f"views-{world.unused()}")
        source = Source(world.store_url(SHANGHAI), world.genesis)
        return profile_of(lambda: projector.rebuild(source=source, processes=1))
