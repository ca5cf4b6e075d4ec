"""Taking in a whole log with every check, from the embedded log and from Kafka, beside a bare loop on the same records."""

from contextlib import closing
from pathlib import Path

from benchmarks.bare import KeyOf, consume_and_verify, consume_kafka_and_verify, signed_events
from benchmarks.history import case_places
from benchmarks.measure import Section, Spent, in_turns, profile_of, rate_row, spent_on
from benchmarks.prepared import Prepared
from benchmarks.task import check_count, embedded, read_all
from benchmarks.world import NAMES, PARTITIONS, SHANGHAI, BenchWorld

from tongban.adapters.node.urls import open_log
from tongban.domain.identifiers import FEDERATION
from tongban.ledger.event_log import EventLog, TopicPartition

PUBLISHED_RECORDS = 2_000
FLOOR = "bare loop: consume, verify each signature"

NOTES = """\
The bare loop reads a record, takes the signed bytes out of it and verifies the signature with a key that it was given
beforehand, on one core. Ingest decodes strictly, looks the key up in the registries, verifies (on both cores), checks
power, predecessor, pen and floor, keeps event, link, leaf and position, and marks the case for its views."""


def measure(prepared: Prepared, sizes: tuple[int, ...]) -> Section:
    """For each size; the profile is of the first."""
    rows = []
    for events in sizes:
        folder = prepared.history(events)
        with closing(embedded(folder)) as log, BenchWorld(folder, log, founded=True) as world:
            _, key_of = signed_events(world.nodes[SHANGHAI])
            best = _best(world, events, key_of, prepared.turns_for(events))
            rows.append(rate_row("ingest from the embedded log", events, best["ours"], best["floor"], FLOOR))
            if prepared.kafka:
                _copy_to_kafka(prepared.kafka, world)
                best = _best(world, events, key_of, prepared.turns_for(events), prepared.kafka)
                rows.append(rate_row("ingest from Kafka", events, best["ours"], best["floor"], FLOOR, 0.6))
    return Section("Ingest", tuple(rows), NOTES, {"ingest from the embedded log": _profile(prepared, sizes[0])})


def _best(world: BenchWorld, events: int, key_of: KeyOf, turns: int, kafka: str | None = None) -> dict[str, Spent]:
    places = case_places(world)

    def ours() -> Spent:
        with closing(open_log(f"kafka://{kafka}")) if kafka else closing(embedded(world.folder)) as log:
            return _ingest(world.folder, log, events)

    def floor() -> Spent:
        if kafka:
            return spent_on(lambda: _checked(consume_kafka_and_verify(kafka, places, key_of), events))
        return spent_on(lambda: _checked(consume_and_verify(world.log, places, key_of), events))

    return in_turns({"floor": floor, "ours": ours}, turns)


def _ingest(folder: Path, log: EventLog, events: int) -> Spent:
    with BenchWorld(folder, log, founded=True) as world:
        reader = world.reader(f"ingest-{world.unused()}")
        spent = spent_on(lambda: read_all(reader))
        check_count(reader, events)
        return spent


def _profile(prepared: Prepared, events: int) -> str:
    folder = prepared.history(events)
    with closing(embedded(folder)) as log, BenchWorld(folder, log, founded=True) as world:
        reader = world.reader(f"ingest-{world.unused()}")
        return profile_of(lambda: read_all(reader))


def _checked(found: int, events: int) -> None:
    assert found == events, f"{found} of {events} events were on the log"


def _copy_to_kafka(bootstrap: str, world: BenchWorld) -> None:
    """The same records in the same partitions."""
    with closing(open_log(f"kafka://{bootstrap}")) as kafka:
        for code in (FEDERATION, *NAMES):
            kafka.create_topics(world.topics.specs(code, case_partitions=1 if code == FEDERATION else PARTITIONS))
        places = [
            TopicPartition(name, each) for name, info in world.log.topics().items() for each in range(info.partitions)
        ]
        with closing(kafka.writer()) as writer, closing(world.log.reader(dict.fromkeys(places, 0))) as reader:
            while records := reader.poll(timeout_seconds=0.0, limit=PUBLISHED_RECORDS):
                writer.publish([(each.place, each.record) for each in records])
