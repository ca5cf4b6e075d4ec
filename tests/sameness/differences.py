"""The differences between what two sides were seen to do, line by line."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

NOT_THERE = "(there is nothing of this name)"


@dataclass(frozen=True)
class Difference:
    """One text that differs. `lines` begin with - (only the base says so) or + (only the head)."""

    name: str
    lines: tuple[str, ...]


def differences(base: Mapping[str, str], head: Mapping[str, str]) -> Iterator[Difference]:
    """Compare two sides' texts by name."""
    for name in [*base, *(name for name in head if name not in base)]:
        one, other = base.get(name, NOT_THERE), head.get(name, NOT_THERE)
        if one != other:
            yield Difference(name, tuple(_changed(one, other)))


def _changed(one: str, other: str) -> Iterator[str]:
    lines = difflib.unified_diff(one.split("\n"), other.split("\n"), lineterm="", n=0)
    yield from (line for number, line in enumerate(lines) if number > 1 and not line.startswith("@@"))
