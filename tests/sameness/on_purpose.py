"""Differences on purpose: the entries of `on_purpose.toml`, and which difference each of them explains."""

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.sameness.differences import Difference

STORED = Path(__file__).with_name("on_purpose.toml")


@dataclass(frozen=True)
class Entry:
    """One difference on purpose. `where` is found in the name of what differs, `line` in a line with its + or -."""

    where: re.Pattern[str]
    line: re.Pattern[str]
    reason: str

    def explains(self, name: str, line: str) -> bool:
        """Whether this line of this text differs on purpose."""
        return bool(self.where.search(name) and self.line.search(line))


@dataclass(frozen=True)
class Sorted:
    """What is left: differences that nobody explained, and entries that explain nothing."""

    unexplained: tuple[Difference, ...]
    on_purpose: int
    stale: tuple[Entry, ...]

    @property
    def equal(self) -> bool:
        """Whether both sides do the same, but for what differs on purpose."""
        return not self.unexplained and not self.stale


def read_entries(text: str) -> tuple[Entry, ...]:
    """The entries of a file."""
    return tuple(
        Entry(re.compile(each["where"]), re.compile(each["line"]), each["reason"])
        for each in tomllib.loads(text).get("difference", [])
    )


def sort_out(differences: Iterable[Difference], entries: Sequence[Entry]) -> Sorted:
    """Take away the lines that differ on purpose; a difference of which no line is left is explained."""
    used: set[Entry] = set()
    left: list[Difference] = []
    explained = 0
    for each in differences:
        lines: list[str] = []
        for line in each.lines:
            entry = next((entry for entry in entries if entry.explains(each.name, line)), None)
            if entry is None:
                lines.append(line)
            else:
                used.add(entry)
        left += [Difference(each.name, tuple(lines))] if lines else []
        explained += not lines
    return Sorted(tuple(left), explained, tuple(entry for entry in entries if entry not in used))


def without_changelog(entries: Iterable[Entry], changelog: str) -> tuple[Entry, ...]:
    """The entries whose reason does not stand in the changelog."""
    said = " ".join(changelog.split())
    return tuple(entry for entry in entries if " ".join(entry.reason.split()) not in said)
