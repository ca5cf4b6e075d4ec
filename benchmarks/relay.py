"""The relay: what is kept goes to the log, checkpoint by checkpoint, and is read back as covered."""

from collections.abc import Sequence
from contextlib import closing

from benchmarks.history import CASE_EVENTS, append_case, case_places, drain
from benchmarks.measure import Section, Spent, best_of, profile_of, rate_row, spent_on
from benchmarks.prepared import Prepared
from benchmarks.task import embedded
from benchmarks.world import PARTITIONS, BenchWorld

from tongban.adapters.node.urls import open_log
from tongban.contracts.wire.record import Record
from tongban.ledger.event_log import EventLog, TopicPartition, TopicSpec

BATCH_RECORDS = 1_000
FLOOR = "the same records published in batches of 1,000, and read"

NOTES = """\
A batch of at most 1,000 events goes out, then its checkpoint; the next batch waits until that was read back as counted. The
store is told of each event that it is covered, and of its case that its views are due."""


def measure(prepared: Prepared, events: int) -> Section:
    """On the embedded log, and on Kafka if there is a broker."""
    embedded_turns = [_turn(prepared, events, f"relay-{turn}") for turn in range(prepared.turns)]
    best, floor = (best_of(spent) for spent in zip(*embedded_turns, strict=True))
    rows = [rate_row("relay to the embedded log", events, best, floor, FLOOR)]
    if prepared.kafka:
        turns = [_turn(prepared, events, f"relay-kafka-{turn}", kafka=prepared.kafka) for turn in range(prepared.turns)]
        best, floor = (best_of(spent) for spent in zip(*turns, strict=True))
        rows.append(rate_row("relay to Kafka", events, best, floor, FLOOR))
    profile = _profile(prepared, events)
    return Section("Relay", tuple(rows), NOTES, {"relay to the embedded log": profile})


def _turn(prepared: Prepared, events: int, name: str, kafka: str | None = None) -> tuple[Spent, Spent]:
    """What was spent by ours and of the floor, over events of the same bytes on one log."""
    folder = prepared.fresh(name)
    log = open_log(f"kafka://{kafka}") if kafka else embedded(folder)
    with closing(log), BenchWorld(folder, log) as world:
        _append(world, events)
        ours = spent_on(lambda: drain(world))
        places = case_places(world)
        records = _read(log, places)
        bare = TopicSpec(f"{places[0].topic}.bare", PARTITIONS, "keep")
        log.create_topics([bare])
        floor = spent_on(lambda: _publish_and_read(log, bare.name, records))
    return ours, floor


def _profile(prepared: Prepared, events: int) -> str:
    folder = prepared.fresh("relay-profile")
    with closing(embedded(folder)) as log, BenchWorld(folder, log) as world:
        _append(world, events)
        return profile_of(lambda: drain(world))


def _append(world: BenchWorld, events: int) -> None:
    for number in range(events // CASE_EVENTS):
        append_case(world, number)


def _read(log: EventLog, places: Sequence[TopicPartition]) -> list[tuple[TopicPartition, Record]]:
    found: list[tuple[TopicPartition, Record]] = []
    with closing(log.reader(dict.fromkeys(places, 0))) as reader:
        total = sum(reader.ends().values())
        while len(found) < total:
            found += [(each.place, each.record) for each in reader.poll(timeout_seconds=1.0, limit=2_000)]
    return found


def _publish_and_read(log: EventLog, topic: str, records: Sequence[tuple[TopicPartition, Record]]) -> None:
    items = [(TopicPartition(topic, place.partition), record) for place, record in records]
    with closing(log.writer()) as writer:
        for start in range(0, len(items), BATCH_RECORDS):
            writer.publish(items[start : start + BATCH_RECORDS])
    assert len(_read(log, [TopicPartition(topic, each) for each in range(PARTITIONS)])) == len(items)
