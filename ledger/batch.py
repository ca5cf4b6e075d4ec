"""What one batch of records of a partition brought, before it goes to the store.

Most events come in one batch with the checkpoint that lists them: they are judged from memory, and never written as held.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tongban.contracts.notes.checkpoint import MAX_LEAVES, Checkpoint
from tongban.contracts.wire.record import Record
from tongban.domain.chain.verdict import Parked, Rejected
from tongban.ledger.event_log import LoggedRecord, TopicPartition
from tongban.ledger.judge import Floor, Opened, floor_of
from tongban.ledger.kept import HeldRecord, Leaf, LogState
from tongban.ledger.partition_log import PartitionLog
from tongban.ledger.store import Logs


@dataclass(frozen=True, slots=True)
class Found:
    """What an event's record holds: its leaf, and the event as far as it could be read."""

    leaf: bytes
    opened: Opened | Parked | Rejected


class Waiting(NamedTuple):
    """A record of a listed leaf, and what it holds."""

    offset: int
    record: Record
    opened: Opened | Parked | Rejected


class Batch:
    """The records and listed leaves of a batch, and the partition's log as it goes on through it."""

    def __init__(self, place: TopicPartition, logs: Logs) -> None:
        state = logs.state(place)
        self.log = state.log
        self.released = state.released
        self._place = place
        self._logs = logs
        self._floor = floor_of(state)
        self._fresh: dict[bytes, list[Waiting]] = {}
        self._listed: dict[int, Leaf] = {}
        self._waits = state.released < state.log.size
        self._held: set[bytes] = set()
        """The next leaves of which the store holds records."""

    def keep(self) -> None:
        """Keep the partition's log as it is now."""
        state = LogState(self.log, self.released, self._floor.federation, self._floor.region)
        self._logs.keep(self._place, state)

    def hold(self, logged: LoggedRecord, found: Found) -> None:
        """An event record that is not listed yet."""
        self._fresh.setdefault(found.leaf, []).append(Waiting(logged.offset, logged.record, found.opened))

    def fresh(self, leaf: bytes) -> Sequence[Waiting]:
        """The records of this batch with this leaf."""
        return self._fresh.get(leaf, ())

    def held_before(self, leaves: Sequence[Leaf]) -> Sequence[HeldRecord]:
        """The records of these leaves, the next ones, that the store holds from earlier batches."""
        held = self._logs.held(self._place, *(leaf.hash for leaf in leaves))
        self._held = {each.leaf for each in held}
        return held

    def extend(self, checkpoint: Checkpoint, log: PartitionLog) -> None:
        """A checkpoint counts: it lists leaves, and the log behind it is `log`."""
        first, covered_at = self.log.size, checkpoint.time_us
        leaves = [Leaf(self._place, first + i, leaf, covered_at) for i, leaf in enumerate(checkpoint.leaves)]
        self._logs.list_leaves(leaves)
        self._logs.keep_edge(self._place, log.edge)
        self._listed.update((leaf.index, leaf) for leaf in leaves)
        self.log = log

    def next_leaves(self) -> Sequence[Leaf]:
        """The next leaves to release, as many as one checkpoint may list; none: all are released.

        The one that the partition waited for comes alone: while its record is missing, those behind it are left alone.
        """
        start = self.released
        stop = min(self.log.size, start + (1 if self._waits else MAX_LEAVES))
        self._waits = False
        if all(index in self._listed for index in range(start, stop)):
            return [self._listed[index] for index in range(start, stop)]
        return self._logs.leaves(self._place, start, stop)

    def under_floor(self, leaf: Leaf) -> Leaf:
        """The next leaf, with the floor under which it is judged."""
        return Leaf(self._place, leaf.index, leaf.hash, leaf.covered_at, self._floor.federation, self._floor.region)

    def advance(self, leaf: Leaf, floor: Floor) -> None:
        """A leaf was settled; `floor` is that behind it."""
        self._logs.judged(leaf)
        if leaf.hash in self._held:
            self._logs.drop_held(self._place, leaf.hash)
        self._fresh.pop(leaf.hash, None)
        self._listed.pop(leaf.index, None)
        self.released += 1
        self._floor = floor

    def take_rest(self) -> Sequence[tuple[bytes, Waiting]]:
        """The records that nothing listed so far, with their leaves; the batch no longer has them."""
        rest = [(leaf, each) for leaf, waiting in self._fresh.items() for each in waiting]
        self._fresh.clear()
        return rest
