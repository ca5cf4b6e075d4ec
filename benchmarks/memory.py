"""Peak memory: each task in a process of its own, over ten times as many events, beside itself over fewer."""

from benchmarks.measure import Aim, Row, Section
from benchmarks.prepared import Prepared, Took, run_task

TASKS = {
    "build": "append and relay",
    "ingest": "ingest from the embedded log",
    "rebuild": "rebuild, verified, one process",
    "start": "start after an outage, with views",
}
AIM = Aim(at_most=1.2)

NOTES = """\
Resident memory at its peak (`VmHWM`), with Python, its imports and SQLite's page cache (32 MiB a connection, which the
smaller size may not fill). Everything works in batches; caches are bounded by number."""


def measure(prepared: Prepared, sizes: tuple[int, ...]) -> Section:
    """The largest size beside the smallest."""
    small, large = sizes[0], sizes[-1]
    rows = []
    for task, name in TASKS.items():
        few, many = _peak(prepared, task, small), _peak(prepared, task, large)
        floor_name = f"itself over {small:,} events"
        rows.append(Row(name, large, _mib(many), _mib(few), floor_name, many / few, AIM))
    return Section("Peak memory", tuple(rows), NOTES)


def _peak(prepared: Prepared, task: str, events: int) -> int:
    took: Took = prepared.built(events) if task == "build" else run_task(task, prepared.history(events), events)
    return took.peak_kib


def _mib(kib: int) -> str:
    return f"{kib / 1024:.0f} MiB"
