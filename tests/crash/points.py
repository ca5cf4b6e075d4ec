"""Every write of a node, as a table: where a process may die, or be told wrongly that it failed."""

from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """What happens at a point."""

    BEFORE = "before"
    """SIGKILL just before the write."""
    AFTER = "after"
    """SIGKILL just after it."""
    LIE = "lie"
    """The write happens, and is reported as failed."""


@dataclass(frozen=True)
class Point:
    """One write. `where`: the port it goes through. `recovers`: what the next start, or the same process, does."""

    name: str
    where: str
    what: str
    recovers: str


POINTS = (
    Point("incarnation", "store", "a new incarnation is stored, before it is published", "its number is not used again"),
    Point("start", "log", "a start record", "one that counted is this store's own; the next start takes a greater number"),
    Point("ready", "store", "commands may append from here on", "the next start says so again"),
    Point("act", "store", "an act is kept, with its place in the log and its sealed values",
          "the command is repeated: its id shows what it did"),
    Point("content", "log", "sealed values, before their event", "published again; compaction keeps one"),
    Point("sent", "store", "sealed values are marked as published", "published again; compaction keeps one"),
    Point("event", "log", "events of a batch", "published again under the new incarnation, and listed once"),
    Point("checkpoint", "log", "the checkpoint that lists them", "read back: counted, or made anew"),
    Point("intake", "store", "records taken in, with the position behind them",
          "read again from the old position; what is kept is a duplicate"),
    Point("view", "views", "rows of changed cases", "the marks stand: projected again, the same rows"),
    Point("mark", "store", "marks of changed cases are cleared", "projected again, the same rows"),
)  # fmt: skip


@dataclass(frozen=True)
class Pair:
    """A store and a log that work together, and the points that every run of the tests takes on them."""

    store: str
    log: str
    every_run: tuple[str, ...]


SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"
EMBEDDED, KAFKA = "embedded log", "Kafka"

ALL = tuple(each.name for each in POINTS)
WHERE_BOTH_MEET = ("checkpoint", "intake")
"""A mixed pair has nothing that the two others have not, but where one part tells the other: what was read back from the log
is written into the store (`checkpoint`), and a position that the log counts is committed by the store (`intake`)."""

PAIRS = (
    Pair(SQLITE, EMBEDDED, ALL),
    Pair(POSTGRESQL, KAFKA, ALL),
    Pair(SQLITE, KAFKA, WHERE_BOTH_MEET),
    Pair(POSTGRESQL, EMBEDDED, WHERE_BOTH_MEET),
)


def document() -> str:
    """docs/crash-points.md."""
    lines = [
        "# Crash points",
        "",
        "Every write of a node. Each is tested with a real process that is killed (SIGKILL) just before and just after it,",
        "and once more with an error that lies: written, but reported as failed. Then it starts again, the same commands are",
        "repeated under their ids, and what must hold is looked at: nothing that was acknowledged is lost, nothing stands",
        "twice, all regions have the same views, and an audit of the log finds nothing wrong.",
        "",
        "Generated from `tests/crash/points.py`; the tests in `tests/crash/test_crash_points.py` are, too.",
        "",
        "| point | through | what is written | how it goes on |",
        "|---|---|---|---|",
        *(f"| {each.name} | {each.where} | {each.what} | {each.recovers} |" for each in POINTS),
        "",
        "## Stores and logs",
        "",
        "| store | log | points in `make test` | in `make crashes` |",
        "|---|---|---|---|",
        *(f"| {each.store} | {each.log} | {_in_words(each.every_run)} | all |" for each in PAIRS),
        "",
        "A point is a write to one part. What that part does with it is tested in the first two pairs; a mixed pair is other",
        "than these only where the two parts meet: at `checkpoint`, what is read back from the log is written into the store;",
        "at `intake`, the store commits a position as the log counts it. So each run takes those two points on the mixed",
        "pairs, and `make crashes` takes all points on all pairs.",
        "",
    ]
    return "\n".join(lines)


def _in_words(points: tuple[str, ...]) -> str:
    return "all" if points == ALL else ", ".join(points)


if __name__ == "__main__":
    print(document(), end="")
