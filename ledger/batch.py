"""What one batch of records of a partition brought, before it goes to the store.

Most events come in one batch with the checkpoint that lists them: they are judged from memory, and never written as held.
"""

from dataclasses import replace

from tongban.contracts.record import Record
from tongban.domain.verdict import Parked, Rejected
from tongban.ledger.event_log import LoggedRecord, Place
from tongban.ledger.judge import Floor, Opened
from tongban.ledger.kept import Leaf, LogState
from tongban.ledger.store import Transaction


class Batch:
    """The records and listed leaves of a batch, and the partition's log as it goes on through it."""

    def __init__(self, place: Place, state: LogState) -> None:
        self.place = place
        self.state = state
        self.fresh: dict[bytes, list[tuple[LoggedRecord, Opened | Parked | Rejected]]] = {}
        self.listed: dict[int, Leaf] = {}
        self.found_held: set[bytes] = set()
        """Leaves of which the store holds records too."""

    def hold(self, leaf: bytes, logged: LoggedRecord, opened: Opened | Parked | Rejected) -> None:
        """An event record that is not listed yet."""
        self.fresh.setdefault(leaf, []).append((logged, opened))

    def records(self, tx: Transaction, leaf: bytes) -> list[tuple[int, Record, Opened | Parked | Rejected | None]]:
        """All records with this leaf: those of this batch, and those held from before."""
        waiting: list[tuple[int, Record, Opened | Parked | Rejected | None]] = [
            (held.offset, held.record, None) for held in tx.logs.held(self.place, leaf)
        ]
        if waiting:
            self.found_held.add(leaf)
        return waiting + [(logged.offset, logged.record, opened) for logged, opened in self.fresh.get(leaf, ())]

    def next_leaf(self, tx: Transaction) -> Leaf:
        """The next leaf to release."""
        leaf = self.listed.get(self.state.released) or tx.logs.leaf_at(self.place, self.state.released)
        assert leaf is not None, "a counting checkpoint listed it"
        return leaf

    def advance(self, tx: Transaction, leaf: Leaf, floor: Floor) -> None:
        """A leaf was settled."""
        tx.logs.judged(leaf)
        if leaf.hash in self.found_held:
            tx.logs.drop_held(self.place, leaf.hash)
            self.found_held.discard(leaf.hash)
        self.fresh.pop(leaf.hash, None)
        self.listed.pop(leaf.index, None)
        self.state = replace(
            self.state,
            released=self.state.released + 1,
            floor_federation=floor.federation,
            floor_region=floor.region,
        )

    def hold_rest(self, tx: Transaction) -> None:
        """What nothing listed so far is kept for later."""
        for leaf, waiting in self.fresh.items():
            for logged, _ in waiting:
                tx.logs.hold(self.place, logged.offset, leaf, logged.record)
        self.fresh.clear()
