"""From an act in Shanghai to its row in Hefei's views, on Kafka, beside bare kafka-python from `send` to `poll`.

Hefei is a process of its own (`python -m benchmarks.latency FOLDER BOOTSTRAP EVENTS`): it follows, projects, and says when
each event was to be seen. CLOCK_MONOTONIC is one for all processes of a machine.
"""

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from statistics import quantiles

from benchmarks.history import requests
from benchmarks.measure import Aim, Row, Section
from benchmarks.prepared import ROOT, Prepared
from benchmarks.world import PARTITIONS, SHANGHAI, BenchWorld

from tongban.adapters.kafka.clients import KafkaConnection
from tongban.adapters.kafka.library import kafka
from tongban.adapters.node.urls import open_log
from tongban.ledger.event_log import TopicPartition, TopicSpec

PAUSE_SECONDS = 0.02
"""Between acts: a busy city, not a queue."""
POLL_SECONDS = 0.2
WARMING = 10
"""First acts that do not count: clients connect and look for leaders."""
CASES = 500
"""More cases than change at a time."""
READY = "ready"
BODY_BYTES = 334
FLOOR = "kafka-python, `send` to `poll`, acks=all"
P50, P99 = 49, 98
"""Of the 99 cuts between percentiles."""

NOTES = """\
An act waits for two acknowledgements of the broker, one after the other: that of the event, and that of the checkpoint that
lists it. Hefei reads both, verifies, keeps, projects and commits twice (store and views). Then Shanghai reads back its own
checkpoint before the next batch may go. Both cities have one machine of two cores, with the broker on it."""


def measure(prepared: Prepared, acts: int) -> Section | None:
    """`acts` acts, one after the other; None without a broker."""
    if prepared.kafka is None:
        return None
    floor = _bare(prepared, prepared.kafka, acts + WARMING)
    ours = _ours(prepared, prepared.kafka, acts + WARMING)
    rows = [
        Row(
            f"act to view, {name}", acts, f"{_at(ours, cut):.1f} ms", f"{_at(floor, cut):.1f} ms", FLOOR,
            _at(ours, cut) / _at(floor, cut), aim,
        )
        for name, cut, aim in (("p50", P50, None), ("p99", P99, Aim(at_most=3.0)))
    ]  # fmt: skip
    return Section("End-to-end latency", tuple(rows), NOTES)


def _at(seconds: Sequence[float], cut: int) -> float:
    return quantiles(seconds, n=100, method="inclusive")[cut] * 1_000


def _ours(prepared: Prepared, bootstrap: str, acts: int) -> list[float]:
    folder = prepared.fresh("latency")
    with closing(open_log(f"kafka://{bootstrap}")) as log, BenchWorld(folder, log) as world:
        reader = _started("city", str(folder), bootstrap, str(acts))
        node = world.nodes[SHANGHAI]
        begun: dict[str, float] = {}
        number = 0
        while len(begun) < acts:
            for request in requests(world, number):
                at = time.monotonic()
                done = node.perform(request)
                begun[done.events[0].hash.hex()] = at
                while not node.drained():
                    node.relay()
                    node.follow(timeout_seconds=POLL_SECONDS)
                time.sleep(PAUSE_SECONDS)
                if len(begun) == acts:
                    break
            number += 1
        seen = _result(reader)
    return [seen[event] - at for event, at in begun.items()][WARMING:]


def city(folder: Path, bootstrap: str, acts: int) -> dict[str, float]:
    """Hefei: when each of so many events could be seen in its views."""
    with closing(open_log(f"kafka://{bootstrap}")) as log, BenchWorld(folder, log, founded=True) as world:
        node = world.reader("latency-reader")
        projector, _ = world.projector(node, "latency-views")
        for _ in range(2):
            node.follower.refresh()
            node.catch_up()
        print(READY, flush=True)
        seen: dict[str, float] = {}
        while len(seen) < acts:
            if not node.follow(timeout_seconds=POLL_SECONDS).accepted:
                continue
            with node.store.reading() as tx:
                changed = [case for case, _ in tx.facts.changed(CASES)]
            projector.step(CASES)
            at = time.monotonic()
            with node.store.reading() as tx:
                kept = [each for case in changed for each in tx.events.case(case)]
            for each in kept:
                seen.setdefault(each.signed.hash.hex(), at)
        return seen


def _bare(prepared: Prepared, bootstrap: str, acts: int) -> list[float]:
    topic = f"{prepared.folder.name.lower()}.bare".replace("_", "-")
    with closing(open_log(f"kafka://{bootstrap}")) as log:
        log.create_topics([TopicSpec(topic, PARTITIONS, "keep")])
    reader = _started("bare", topic, bootstrap, str(acts))
    begun: dict[str, float] = {}
    with closing(KafkaConnection((bootstrap,)).producer(block_seconds=30)) as producer:
        for number in range(acts):
            value = f"{number:08}".encode() * (BODY_BYTES // 8)
            begun[f"{number:08}"] = time.monotonic()
            producer.send(topic, key=value[:8], value=value, partition=number % PARTITIONS)
            producer.flush()
            time.sleep(PAUSE_SECONDS)
    seen = _result(reader)
    return [seen[name] - at for name, at in begun.items()][WARMING:]


def bare(topic: str, bootstrap: str, acts: int) -> dict[str, float]:
    """A bare consumer: when each of so many records came."""
    with closing(KafkaConnection((bootstrap,)).consumer()) as consumer:
        partitions = [kafka.TopicPartition(*TopicPartition(topic, each)) for each in range(PARTITIONS)]
        consumer.assign(partitions)
        consumer.seek_to_beginning(*partitions)
        consumer.poll(timeout_ms=500)
        print(READY, flush=True)
        seen: dict[str, float] = {}
        while len(seen) < acts:
            for batch in consumer.poll(timeout_ms=int(POLL_SECONDS * 1_000)).values():
                at = time.monotonic()
                seen |= {record.key.decode(): at for record in batch}
        return seen


def _started(kind: str, *arguments: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "benchmarks.latency", kind, *arguments]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline().strip() == READY, f"the reader ({kind}) did not begin"
    return process


def _result(process: "subprocess.Popen[str]") -> dict[str, float]:
    said, _ = process.communicate(timeout=120)
    assert process.returncode == 0, "the reader failed"
    found: dict[str, float] = json.loads(said.splitlines()[-1])
    return found


def main(arguments: list[str]) -> None:
    """The other city, or a bare consumer."""
    kind, what, bootstrap, acts = arguments
    seen = city(Path(what), bootstrap, int(acts)) if kind == "city" else bare(what, bootstrap, int(acts))
    print(json.dumps(seen))


if __name__ == "__main__":
    main(sys.argv[1:])
