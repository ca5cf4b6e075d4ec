"""The leaves that checkpoints list, beside the states of partitions and the records that are held for them."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from tongban.adapters.store.held_records import SqlHeldRecords
from tongban.adapters.store.partition_states import SqlPartitionStates
from tongban.adapters.store.session import AMONG, Session, SqlValue, among
from tongban.ledger.event_log import TopicPartition
from tongban.ledger.kept import Leaf

TABLES = (
    """
    CREATE TABLE leaves (
        topic {text} NOT NULL, partition {integer} NOT NULL, leaf_index {integer} NOT NULL, hash {blob} NOT NULL,
        covered_at {integer} NOT NULL, floor_federation {integer} NOT NULL, floor_region {integer} NOT NULL,
        PRIMARY KEY (topic, partition, leaf_index)
    ) {clustered}
    """,
    "CREATE INDEX leaves_hash ON leaves (hash, topic, partition, leaf_index)",
)

LEAF = "SELECT topic, partition, leaf_index, hash, covered_at, floor_federation, floor_region FROM leaves "
LEAVES = LEAF + (
    "WHERE topic = :topic AND partition = :partition AND leaf_index >= :start AND leaf_index < :stop"
    " ORDER BY leaf_index"
)
FIND_LEAF = (
    LEAF
    + """
    WHERE topic = :topic AND partition = :partition AND leaf_index = (
        SELECT MIN(leaf_index) FROM leaves WHERE topic = :topic AND partition = :partition AND hash = :hash
    )
"""
)
"""The inner query is answered from `leaves_hash` alone; in one piece, SQLite would walk the partition's leaves instead."""
LISTED_AMONG = f"SELECT DISTINCT hash FROM leaves WHERE hash IN {AMONG} AND topic = :topic AND partition = :partition"
LIST_LEAF = """
    INSERT INTO leaves (topic, partition, leaf_index, hash, covered_at, floor_federation, floor_region)
    VALUES (:topic, :partition, :leaf_index, :hash, :covered_at, :floor_federation, :floor_region)
"""
JUDGED = """
    UPDATE leaves SET floor_federation = :floor_federation, floor_region = :floor_region
    WHERE topic = :topic AND partition = :partition AND leaf_index = :leaf_index
"""
WAITING = """
    SELECT leaves.topic, leaves.partition, leaf_index, leaves.hash, leaves.covered_at, leaves.floor_federation,
           leaves.floor_region
    FROM logs CROSS JOIN leaves
    WHERE leaves.topic = logs.topic AND leaves.partition = logs.partition AND leaf_index = released
      AND NOT EXISTS (
          SELECT 1 FROM held
          WHERE held.leaf = leaves.hash AND held.topic = leaves.topic AND held.partition = leaves.partition
      )
    ORDER BY logs.topic, logs.partition
"""
"""CROSS JOIN makes SQLite begin with the few partitions, not with all leaves."""


class SqlLogs(SqlHeldRecords, SqlPartitionStates):
    """The port's `Logs`."""

    def __init__(self, session: Session) -> None:
        SqlHeldRecords.__init__(self, session)
        SqlPartitionStates.__init__(self, session)
        self._not_listed: set[tuple[TopicPartition, bytes]] = set()
        self._new_leaves: dict[tuple[TopicPartition, int], Leaf] = {}
        self._judged_leaves: dict[tuple[TopicPartition, int], Leaf] = {}

    def look_ahead(self, place: TopicPartition, leaves: Collection[bytes]) -> None:
        """See the port."""
        found = among(self._session, LISTED_AMONG, leaves, topic=place.topic, partition=place.partition)
        missing = set(leaves).difference(leaf for (leaf,) in found)
        self._not_listed |= {(place, leaf) for leaf in missing}

    def list_leaves(self, leaves: Sequence[Leaf]) -> None:
        """See the port. Raises StoreCorruptError where there is a leaf under this index already."""
        for leaf in leaves:
            if (leaf.place, leaf.index) in self._new_leaves:
                self._session.write_due()  # the database refuses the second
            self._new_leaves[leaf.place, leaf.index] = leaf
            self._not_listed.discard((leaf.place, leaf.hash))
            self._session.due(self._write)

    def leaf_at(self, place: TopicPartition, index: int) -> Leaf | None:
        """See the port."""
        return next(iter(self.leaves(place, index, index + 1)), None)

    def leaves(self, place: TopicPartition, start: int, stop: int) -> Sequence[Leaf]:
        """See the port."""
        rows = self._session.rows(LEAVES, topic=place.topic, partition=place.partition, start=start, stop=stop)
        return tuple(map(_leaf, rows))

    def find_leaf(self, place: TopicPartition, leaf: bytes) -> Leaf | None:
        """See the port."""
        if (place, leaf) in self._not_listed:
            return None
        row = self._session.row(FIND_LEAF, hash=leaf, topic=place.topic, partition=place.partition)
        return _leaf(row) if row is not None else None

    def judged(self, leaf: Leaf) -> None:
        """See the port."""
        place = leaf.place, leaf.index
        if place in self._new_leaves:
            new = self._new_leaves[place]
            self._new_leaves[place] = replace(
                new, floor_federation=leaf.floor_federation, floor_region=leaf.floor_region
            )
        else:
            self._judged_leaves[place] = leaf
            self._session.due(self._write)

    def waiting(self) -> Sequence[tuple[TopicPartition, Leaf]]:
        """See the port."""
        found = map(_leaf, self._session.rows(WAITING))
        return tuple((leaf.place, leaf) for leaf in found)

    def _write(self) -> None:
        new, self._new_leaves = self._new_leaves, {}
        judged, self._judged_leaves = self._judged_leaves, {}
        if new:
            self._session.run_many(LIST_LEAF, [_leaf_values(leaf) for leaf in new.values()])
        if judged:
            self._session.run_many(JUDGED, [_floor_values(leaf) for leaf in judged.values()])


def _leaf_values(leaf: Leaf) -> dict[str, SqlValue]:
    return {**_floor_values(leaf), "hash": leaf.hash, "covered_at": leaf.covered_at}


def _floor_values(leaf: Leaf) -> dict[str, SqlValue]:
    return {
        "topic": leaf.place.topic,
        "partition": leaf.place.partition,
        "leaf_index": leaf.index,
        "floor_federation": leaf.floor_federation,
        "floor_region": leaf.floor_region,
    }


def _leaf(row: tuple[Any, ...]) -> Leaf:
    topic, partition, index, leaf_hash, covered_at, floor_federation, floor_region = row
    return Leaf(TopicPartition(topic, partition), index, leaf_hash, covered_at, floor_federation, floor_region)
