"""The compatibility modes: which versions a new one is held against, and who reads whom.

| mode     | the new version reads what the one before wrote | the one before reads what the new one writes |
|----------|-------------------------------------------------|----------------------------------------------|
| BACKWARD | yes                                             |                                              |
| FORWARD  |                                                 | yes                                          |
| FULL     | yes                                             | yes                                          |

With `_TRANSITIVE` each version before it is held against it, else only the last one. These are the modes of the usual
schema registries; which of them holds for what: docs/evolution.md.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tongban.contracts.compatibility.resolution import Incompatibility, incompatibilities
from tongban.contracts.compatibility.types import AvroType


class Mode(StrEnum):
    """A compatibility mode."""

    BACKWARD = "BACKWARD"
    BACKWARD_TRANSITIVE = "BACKWARD_TRANSITIVE"
    FORWARD = "FORWARD"
    FORWARD_TRANSITIVE = "FORWARD_TRANSITIVE"
    FULL = "FULL"
    FULL_TRANSITIVE = "FULL_TRANSITIVE"

    @property
    def transitive(self) -> bool:
        """Whether each version before it counts, and not only the last."""
        return self.name.endswith("_TRANSITIVE")

    @property
    def directions(self) -> tuple["Direction", ...]:
        """Who has to read whom."""
        base = self.name.removesuffix("_TRANSITIVE")
        return tuple(each for each in Direction if base in ("FULL", each.name))


class Direction(StrEnum):
    """Who reads whom."""

    BACKWARD = "the new version reads old data"
    FORWARD = "the old version reads new data"


@dataclass(frozen=True, slots=True)
class Break:
    """A version that a new one breaks with: `version` is its place among those before, from 0, the oldest."""

    version: int
    direction: Direction
    why: Incompatibility


def breaks(mode: Mode, new: AvroType, previous: Sequence[AvroType], *, strict: bool = False) -> tuple[Break, ...]:
    """Everything in which `new` breaks `mode` against the versions before it, oldest first. `strict`: see `resolution`."""
    return tuple(_breaks(mode, new, previous, strict))


def _breaks(mode: Mode, new: AvroType, previous: Sequence[AvroType], strict: bool) -> Iterator[Break]:
    held_against = range(len(previous)) if mode.transitive else range(len(previous))[-1:]
    for version in held_against:
        for direction in mode.directions:
            pair = (new, previous[version]) if direction is Direction.BACKWARD else (previous[version], new)
            yield from (Break(version, direction, why) for why in incompatibilities(*pair, strict=strict))
