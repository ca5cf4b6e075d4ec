"""What a checkpoint says that does not extend what counted: the same once more, or something else.

It is of the current incarnation and genuinely signed. Its leaves are not signed: anybody may have changed them on the
way. So it contradicts only if its root, or leaves that give its root, differ from what counted.

    counted                 size 4             size 6             size 9
    says   (5, R)                  ?- unless its leaves follow on a size that counted, nobody can tell
           (6, R)                              R is compared
           (8, leaves 6 to 8)                  leaves give R from here? then they are compared

Two of one incarnation that contradict show that a writer was doubled; they accuse nobody by themselves.
"""

from tongban.contracts.notes.checkpoint import Checkpoint
from tongban.domain.chain.merkle import CompactRange
from tongban.ledger.event_log import TopicPartition
from tongban.ledger.partition_log import PartitionLog, Void
from tongban.ledger.store import Transaction


def compare(tx: Transaction, place: TopicPartition, log: PartitionLog, said: Checkpoint, void: Void) -> Void | None:
    """Why this checkpoint is void, given why it does not extend `log`; None if it only repeats what counted."""
    counted = tx.logs.edge_at(place, said.size)
    first = said.size - len(said.leaves)
    if counted is not None:
        if counted.root() != said.root:
            return Void("doubled", f"root {counted.root().hex()} at {said.size}", f"root {said.root.hex()}")
        if not said.leaves:
            return void
        changed = _other_leaf(tx, place, said)
        return Void("root", *changed) if changed else None
    before = CompactRange() if first == 0 else tx.logs.edge_at(place, first)
    if not said.leaves or before is None or before.extend(said.leaves).root() != said.root:
        return void
    other = _other_leaf(tx, place, said)
    if other is not None:
        return Void("doubled", *other)
    return void if said.size > log.size else None


def _other_leaf(tx: Transaction, place: TopicPartition, said: Checkpoint) -> tuple[str, str] | None:
    """What counted, and what it lists instead, at the first place where these differ."""
    first = said.size - len(said.leaves)
    for listed, claimed in zip(tx.logs.leaves(place, first, said.size), said.leaves, strict=False):
        if listed.hash != claimed:
            return f"leaf {listed.hash.hex()} at {listed.index}", f"leaf {claimed.hex()}"
    return None
