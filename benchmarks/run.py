"""`python -m benchmarks.run`: measure everything, and write `benchmarks/RESULTS.md`.

--events 10000      the smaller size; the larger is ten times as many
--quick             one hundredth of it, once, to see that everything runs
--kafka HOST:PORT   a broker; without it one is started, where Java and the jars are (tests/adapters/kafka/fetch.sh)
--no-kafka          leave out what is measured on Kafka
--only NAME …       some measurements: append, relay, ingest, rebuild, latency, outage, memory
--output PATH       another file for the results

A measurement that fails is named in the results, the others go on, and the exit code is 1.
"""

import argparse
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks import append, ingest, latency, memory, outage, rebuild, relay
from benchmarks.history import CASE_EVENTS
from benchmarks.machine import describe
from benchmarks.measure import Section
from benchmarks.prepared import ROOT, Prepared
from benchmarks.report import render
from benchmarks.world import SEED
from tests.adapters.kafka.broker import KafkaBroker, why_unavailable

RESULTS = ROOT / "benchmarks" / "RESULTS.md"
REMARKS = ROOT / "benchmarks" / "REMARKS.md"
EVENTS = 10_000
LARGER = 10
APPENDED, ACTS = 1_600, 400
"""Events of the append, which is measured in durable transactions, and acts of the latency."""
QUICK = 100
TURNS = 2


def main(arguments: list[str]) -> int:
    """Measure and write; the exit code."""
    options = _parse(arguments)
    scale = QUICK if options.quick else 1
    events = _whole_cases(options.events // scale)
    sizes = (events, _whole_cases(events * LARGER))
    machine, begun = describe(), time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="tongban-bench-"))
    try:
        with _broker(options) as kafka:
            prepared = Prepared(folder, kafka, 1 if options.quick else TURNS)
            sections = _sections(prepared, sizes, scale, options.only)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    machine += f"\n- measured within {(time.monotonic() - begun) / 60:.0f} minutes"
    remarks = REMARKS.read_text(encoding="utf-8") if REMARKS.exists() else ""
    options.output.write_text(render(machine, SEED, sections, remarks), encoding="utf-8")
    print(f"results in {options.output}")
    return 1 if any(section.failed for section in sections) else 0


@contextmanager
def _broker(options: argparse.Namespace) -> Iterator[str | None]:
    """The broker given, or one of our own; None where there is none, or none is wanted."""
    if options.kafka or options.no_kafka:
        yield options.kafka
    elif reason := why_unavailable():
        print(f"nothing is measured on Kafka: {reason}", file=sys.stderr)
        yield None
    else:
        with KafkaBroker() as broker:
            yield broker.bootstrap


def _sections(prepared: Prepared, sizes: tuple[int, int], scale: int, only: Sequence[str]) -> list[Section]:
    appended = _whole_cases(APPENDED // scale)
    measurements: dict[str, Callable[[], Section | None]] = {
        "append": lambda: append.measure(prepared, appended),
        "relay": lambda: relay.measure(prepared, sizes[0]),
        "ingest": lambda: ingest.measure(prepared, sizes),
        "rebuild": lambda: rebuild.measure(prepared, sizes),
        "latency": lambda: latency.measure(prepared, max(ACTS // scale, 10)),
        "outage": lambda: outage.measure(prepared, sizes),
        "memory": lambda: memory.measure(prepared, sizes),
    }
    sections = []
    for name, measurement in measurements.items():
        if only and name not in only:
            continue
        print(f"{name} …", file=sys.stderr, flush=True)
        try:
            section = measurement()
        except Exception as err:  # whatever it is: what was measured so far is worth keeping
            traceback.print_exc()
            section = Section(name.capitalize(), (), failed=f"{type(err).__name__}: {err}")
        if section is not None:
            sections.append(section)
    return sections


def _whole_cases(events: int) -> int:
    return max(events // CASE_EVENTS, 2) * CASE_EVENTS


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.run", description="Measure, and write benchmarks/RESULTS.md.")
    parser.add_argument("--events", type=int, default=EVENTS, help="the smaller size; the larger is ten times as many")
    parser.add_argument("--quick", action="store_true", help="one hundredth of it, to see that everything runs")
    parser.add_argument(
        "--kafka", metavar="HOST:PORT", help="a broker for the measurements on Kafka; else one is started"
    )
    parser.add_argument("--no-kafka", action="store_true", help="leave out what is measured on Kafka")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="measure these only")
    parser.add_argument("--output", type=Path, default=RESULTS, help="where the results go")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
