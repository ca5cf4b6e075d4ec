"""What one batch of records of a partition brought, before it goes to the store.

Most events come in one batch with the checkpoint that lists them: they are judged from memory, and never written as held.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tongban.contracts.notes.checkpoint import MAX_LEAVES
from tongban.contracts.wire.record import Record
from tongban.domain.chain.verdict import Parked, Rejected
from tongban.ledger.event_log import LoggedRecord, TopicPartition
from tongban.ledger.judge import Floor, Opened
from tongban.ledger.kept import Leaf, LogState
from tongban.ledger.store import Transaction


@dataclass(frozen=True, slots=True)
class Found:
    """What stands in an event's record: its leaf, and the event as far as it could be read."""

    leaf: bytes
    opened: Opened | Parked | Rejected


class Waiting(NamedTuple):
    """A record of a listed leaf, and what stands in it."""

    offset: int
    record: Record
    opened: Opened | Parked | Rejected


class Batch:
    """The records and listed leaves of a batch, and the partition's log as it goes on through it."""

    def __init__(self, place: TopicPartition, state: LogState) -> None:
        self.place = place
        self.log = state.log
        self.released = state.released
        self.floor = Floor(state.floor_federation, state.floor_region)
        self._fresh: dict[bytes, list[Waiting]] = {}
        self._listed: dict[int, Leaf] = {}
        self._waits = state.released < state.log.size
        self.held: set[bytes] = set()
        """The next leaves of which the store holds records."""

    @property
    def state(self) -> LogState:
        """The partition's log as it is now."""
        return LogState(self.log, self.released, self.floor.federation, self.floor.region)

    def hold(self, logged: LoggedRecord, found: Found) -> None:
        """An event record that is not listed yet."""
        self._fresh.setdefault(found.leaf, []).append(Waiting(logged.offset, logged.record, found.opened))

    def fresh(self, leaf: bytes) -> Sequence[Waiting]:
        """The records of this batch with this leaf."""
        return self._fresh.get(leaf, ())

    def list(self, leaves: Sequence[Leaf]) -> None:
        """A checkpoint that counts lists these."""
        self._listed.update((leaf.index, leaf) for leaf in leaves)

    def next_leaves(self, tx: Transaction) -> Sequence[Leaf]:
        """The next leaves to release, as many as one checkpoint may list; none: all are released.

        The one that the partition waited for comes alone: while its record is missing, those behind it are left alone.
        """
        start = self.released
        stop = min(self.log.size, start + (1 if self._waits else MAX_LEAVES))
        self._waits = False
        if all(index in self._listed for index in range(start, stop)):
            return [self._listed[index] for index in range(start, stop)]
        return tx.logs.leaves(self.place, start, stop)

    def advance(self, tx: Transaction, leaf: Leaf, floor: Floor) -> None:
        """A leaf was settled; `floor` is that behind it."""
        tx.logs.judged(leaf)
        if leaf.hash in self.held:
            tx.logs.drop_held(self.place, leaf.hash)
        self._fresh.pop(leaf.hash, None)
        self._listed.pop(leaf.index, None)
        self.released += 1
        self.floor = floor

    def take_rest(self) -> Sequence[tuple[bytes, Waiting]]:
        """The records that nothing listed so far, with their leaves; the batch no longer has them."""
        rest = [(leaf, each) for leaf, waiting in self._fresh.items() for each in waiting]
        self._fresh.clear()
        return rest
