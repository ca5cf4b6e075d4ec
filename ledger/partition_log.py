"""Which checkpoint of a partition counts: a state machine over the notes in it, without I/O.

The first checkpoint that extends what counted before counts: it is of the current incarnation, and the leaves it lists
give its root. A start counts only if its number is greater than every number before it. Whether a note counts never
depends on which event records are here.

Rules that need keys and registries (the signature, heads that are not here yet) are the caller's; it asks
`consider_checkpoint` first, then verifies, then keeps the returned state.

Sources: RFC 6962 section 2 (Merkle trees); DESIGN.md, "The log of a partition"; INTERLEAVINGS.md 5, 21, 24, 27, 30.
"""

from dataclasses import dataclass, replace

from tongban.contracts.notes.checkpoint import Checkpoint, Incarnation, Start
from tongban.domain.chain.merkle import CompactRange
from tongban.domain.header import Under


@dataclass(frozen=True, slots=True)
class PartitionLog:
    """What counted so far: the tree's right edge, the incarnation that may extend it, and the heads it named last."""

    edge: CompactRange
    incarnation: Incarnation | None = None
    highest: int = 0
    """The greatest incarnation number of any counted start."""
    heads: Under | None = None

    @property
    def size(self) -> int:
        """The number of leaves that counted."""
        return self.edge.size


@dataclass(frozen=True, slots=True)
class Void:
    """Why a note does not count."""

    code: str
    expected: str
    found: str


def consider_start(log: PartitionLog, start: Start) -> PartitionLog | Void:
    """The log after this start, or why it does not count."""
    if start.incarnation.number <= log.highest:
        if start.incarnation == log.incarnation:
            return Void("start_repeated", "a new start", f"incarnation {start.incarnation.number} again")
        return Void("start_not_newer", f"a number above {log.highest}", str(start.incarnation.number))
    if (back := _goes_back(log, start.heads)) is not None:
        return back
    return replace(log, incarnation=start.incarnation, highest=start.incarnation.number, heads=start.heads)


def consider_checkpoint(log: PartitionLog, checkpoint: Checkpoint) -> PartitionLog | Void:
    """The log after this checkpoint, or why it does not count."""
    current = log.incarnation
    if current is None or checkpoint.incarnation != current:
        wanted = f"incarnation {_text(current)}" if current else "a start before any checkpoint"
        return Void("incarnation", wanted, f"incarnation {_text(checkpoint.incarnation)}")
    if (back := _goes_back(log, checkpoint.heads)) is not None:
        return back
    added = len(checkpoint.leaves)
    if checkpoint.size == log.size and not added:
        return Void("checkpoint_repeated", f"more than {log.size} leaves", str(checkpoint.size))
    if not added or checkpoint.size != log.size + added:
        wanted = f"{log.size} leaves and {added} more"
        return Void("size", wanted, str(checkpoint.size))
    edge = log.edge.extend(checkpoint.leaves)
    if edge.root() != checkpoint.root:
        return Void("root", edge.root().hex(), checkpoint.root.hex())
    return replace(log, edge=edge, heads=checkpoint.heads)


def _goes_back(log: PartitionLog, heads: Under) -> Void | None:
    before = log.heads
    if before is None:
        return None
    if heads.federation.number < before.federation.number or heads.region.number < before.region.number:
        wanted = f"heads from {before.federation.number} and {before.region.number} on"
        return Void("heads_back", wanted, f"{heads.federation.number} and {heads.region.number}")
    return None


def _text(incarnation: Incarnation) -> str:
    return f"{incarnation.number}/{incarnation.random.hex()[:8]}"
