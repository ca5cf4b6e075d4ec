"""How something is measured: beside its floor, in turns in one run, the best of several turns each.

In turns, because a machine that others use too is faster at one time than at another; the best, because whatever
disturbs only ever adds. CPU time (of this process and of those it started and waited for) stands beside time on the wall: on
a machine that others use too, it is the steadier of the two.
"""

import cProfile
import os
import pstats
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

PROFILED = 8
"""Functions shown of a profile."""


class Spent(NamedTuple):
    """Seconds on the wall, and of processor time."""

    wall: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Aim:
    """What was hoped for: `at_least` a ratio (throughput), or `at_most` one (latency, memory)."""

    at_least: float | None = None
    at_most: float | None = None

    def met(self, ratio: float) -> bool:
        """Whether a ratio is as good."""
        return (self.at_least is None or ratio >= self.at_least) and (self.at_most is None or ratio <= self.at_most)

    def __str__(self) -> str:
        return f"≥ {self.at_least}" if self.at_least is not None else f"≤ {self.at_most}"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the results: ours, the floor beside it, and their ratio (`floor / ours` in time, if throughput)."""

    name: str
    events: int
    ours: str
    floor: str
    floor_name: str
    ratio: float | None = None
    aim: Aim | None = None
    cpu_ratio: float | None = None
    doubt: str = ""
    """Why this run cannot tell whether the aim is met."""


@dataclass(frozen=True, slots=True)
class Section:
    """One measurement: its rows, where the rest goes, and what there is to say about it."""

    title: str
    rows: tuple[Row, ...]
    notes: str = ""
    profiles: Mapping[str, str] = field(default_factory=dict)
    failed: str = ""
    """Why there is nothing to show."""


def in_turns(parts: Mapping[str, Callable[[], Spent]], turns: int) -> dict[str, Spent]:
    """The best of `turns` for each part; a part does its work once and says what it spent."""
    found: dict[str, list[Spent]] = {name: [] for name in parts}
    for _ in range(turns):
        for name, part in parts.items():
            found[name].append(part())
    return {name: best_of(spent) for name, spent in found.items()}


def best_of(spent: Iterable[Spent]) -> Spent:
    """The least of each."""
    walls, cpus = zip(*spent, strict=True)
    return Spent(min(walls), min(cpus))


def spent_on(work: Callable[[], object]) -> Spent:
    """What one run of `work` takes."""
    begun, cpu = time.perf_counter(), _cpu_seconds()
    work()
    return Spent(time.perf_counter() - begun, _cpu_seconds() - cpu)


def rate_row(
    name: str, events: int, ours: Spent, floor: Spent, floor_name: str, aim: float | None = None, doubt: str = ""
) -> Row:
    """A row of throughput, from what ours and the floor took for the same events."""
    return Row(
        name, events, _rate(events, ours.wall), _rate(events, floor.wall), floor_name, floor.wall / ours.wall,
        Aim(at_least=aim) if aim is not None else None, floor.cpu / ours.cpu if ours.cpu else None, doubt,
    )  # fmt: skip


def profile_of(work: Callable[[], object]) -> str:
    """The functions in which `work` spends its own time, as a table; cProfile adds to what is called often."""
    profiler = cProfile.Profile()
    profiler.enable()
    work()
    profiler.disable()
    stats = pstats.Stats(profiler)
    total = sum(own for _, _, own, _, _ in stats.stats.values())  # type: ignore[attr-defined]
    hottest = sorted(stats.stats.items(), key=lambda item: -item[1][2])[:PROFILED]  # type: ignore[attr-defined]
    lines = ["| own time | calls | function |", "|---:|---:|---|"]
    for (file, _, function), (_, calls, own, _, _) in hottest:
        lines.append(f"| {own / total:.0%} | {calls:,} | `{_short(file, function)}` |")
    return "\n".join(lines)


def _cpu_seconds() -> float:
    return sum(os.times()[:4])


def _rate(events: int, seconds: float) -> str:
    return f"{events / seconds:,.0f}/s ({seconds / events * 1e6:,.0f} µs)"


def _short(file: str, function: str) -> str:
    path = Path(file)
    if not path.is_absolute():
        return function.strip("<>")
    return f"{path.parent.name}/{path.stem}.{function.strip('<>')}"
