"""Partitions as they are read: positions, what counted, listed leaves."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from tongban.adapters.store.held_records import SqlHeldRecords
from tongban.adapters.store.session import AMONG, Session, SqlValue, among
from tongban.contracts.notes.checkpoint import Incarnation
from tongban.domain.chain.merkle import CompactRange
from tongban.domain.errors import MalformedError, StoreCorruptError
from tongban.domain.header import Head, Under
from tongban.ledger.event_log import TopicPartition
from tongban.ledger.kept import Leaf, LogState, Position
from tongban.ledger.partition_log import PartitionLog

TABLES = (
    """
    CREATE TABLE positions (
        topic {text} NOT NULL, partition {integer} NOT NULL, cluster_id {text} NOT NULL, topic_id {text} NOT NULL,
        next_offset {integer} NOT NULL, PRIMARY KEY (topic, partition)
    ) {clustered}
    """,
    """
    CREATE TABLE logs (
        topic {text} NOT NULL, partition {integer} NOT NULL, edge {blob} NOT NULL, incarnation {integer},
        incarnation_random {blob}, highest {integer} NOT NULL, federation_number {integer}, federation_hash {blob},
        region_number {integer}, region_hash {blob}, released {integer} NOT NULL, floor_federation {integer} NOT NULL,
        floor_region {integer} NOT NULL, PRIMARY KEY (topic, partition)
    ) {clustered}
    """,
    """
    CREATE TABLE edges (
        topic {text} NOT NULL, partition {integer} NOT NULL, size {integer} NOT NULL, edge {blob} NOT NULL,
        PRIMARY KEY (topic, partition, size)
    ) {clustered}
    """,
    """
    CREATE TABLE leaves (
        topic {text} NOT NULL, partition {integer} NOT NULL, leaf_index {integer} NOT NULL, hash {blob} NOT NULL,
        covered_at {integer} NOT NULL, floor_federation {integer} NOT NULL, floor_region {integer} NOT NULL,
        PRIMARY KEY (topic, partition, leaf_index)
    ) {clustered}
    """,
    "CREATE INDEX leaves_hash ON leaves (hash, topic, partition, leaf_index)",
)

POSITION = "SELECT cluster_id, topic_id, next_offset FROM positions WHERE topic = :topic AND partition = :partition"
MOVE = """
    INSERT INTO positions (topic, partition, cluster_id, topic_id, next_offset)
    VALUES (:topic, :partition, :cluster_id, :topic_id, :next_offset)
    ON CONFLICT (topic, partition) DO UPDATE SET
        cluster_id = excluded.cluster_id, topic_id = excluded.topic_id, next_offset = excluded.next_offset
"""

STATE = """
    SELECT edge, incarnation, incarnation_random, highest, federation_number, federation_hash, region_number,
           region_hash, released, floor_federation, floor_region
    FROM logs WHERE topic = :topic AND partition = :partition
"""
KEEP = """
    INSERT INTO logs (topic, partition, edge, incarnation, incarnation_random, highest, federation_number,
                      federation_hash, region_number, region_hash, released, floor_federation, floor_region)
    VALUES (:topic, :partition, :edge, :incarnation, :incarnation_random, :highest, :federation_number,
            :federation_hash, :region_number, :region_hash, :released, :floor_federation, :floor_region)
    ON CONFLICT (topic, partition) DO UPDATE SET
        edge = excluded.edge, incarnation = excluded.incarnation, incarnation_random = excluded.incarnation_random,
        highest = excluded.highest, federation_number = excluded.federation_number,
        federation_hash = excluded.federation_hash, region_number = excluded.region_number,
        region_hash = excluded.region_hash, released = excluded.released,
        floor_federation = excluded.floor_federation, floor_region = excluded.floor_region
"""
PLACES = "SELECT topic, partition FROM logs ORDER BY topic, partition"

KEEP_EDGE = "INSERT INTO edges (topic, partition, size, edge) VALUES (:topic, :partition, :size, :edge)"
EDGE = "SELECT edge FROM edges WHERE topic = :topic AND partition = :partition AND size = :size"

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
"""CROSS JOIN tells SQLite to begin with the few partitions, not with all leaves."""


class SqlLogs(SqlHeldRecords):
    """The port's `Logs`."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._states: dict[TopicPartition, LogState] = {}
        self._not_listed: set[tuple[TopicPartition, bytes]] = set()
        self._new_leaves: dict[tuple[TopicPartition, int], Leaf] = {}
        self._judged_leaves: dict[tuple[TopicPartition, int], Leaf] = {}

    def look_ahead(self, place: TopicPartition, leaves: Collection[bytes]) -> None:
        """See the port."""
        found = among(self._session, LISTED_AMONG, leaves, topic=place.topic, partition=place.partition)
        missing = set(leaves).difference(leaf for (leaf,) in found)
        self._not_listed |= {(place, leaf) for leaf in missing}

    def position(self, place: TopicPartition) -> Position | None:
        """See the port."""
        row = self._session.row(POSITION, topic=place.topic, partition=place.partition)
        return Position(*row) if row is not None else None

    def move(self, place: TopicPartition, position: Position) -> None:
        """See the port."""
        self._session.run(
            MOVE,
            topic=place.topic,
            partition=place.partition,
            cluster_id=position.cluster_id,
            topic_id=position.topic_id,
            next_offset=position.next_offset,
        )

    def state(self, place: TopicPartition) -> LogState:
        """See the port."""
        state = self._states.get(place)
        if state is None:
            row = self._session.row(STATE, topic=place.topic, partition=place.partition)
            state = _state(row) if row is not None else LogState(PartitionLog(CompactRange()), 0, 0, 0)
            self._states[place] = state
        return state

    def keep(self, place: TopicPartition, state: LogState) -> None:
        """See the port."""
        self._states[place] = state
        incarnation, heads = state.log.incarnation, state.log.heads
        self._session.run(
            KEEP,
            topic=place.topic,
            partition=place.partition,
            edge=state.log.edge.to_bytes(),
            incarnation=incarnation.number if incarnation else None,
            incarnation_random=incarnation.random if incarnation else None,
            highest=state.log.highest,
            federation_number=heads.federation.number if heads else None,
            federation_hash=heads.federation.hash if heads else None,
            region_number=heads.region.number if heads else None,
            region_hash=heads.region.hash if heads else None,
            released=state.released,
            floor_federation=state.floor_federation,
            floor_region=state.floor_region,
        )

    def keep_edge(self, place: TopicPartition, edge: CompactRange) -> None:
        """See the port. Raises StoreCorruptError where one of this size stands there already."""
        self._session.run(KEEP_EDGE, topic=place.topic, partition=place.partition, size=edge.size, edge=edge.to_bytes())

    def edge_at(self, place: TopicPartition, size: int) -> CompactRange | None:
        """See the port."""
        row = self._session.row(EDGE, topic=place.topic, partition=place.partition, size=size)
        return _edge(row[0]) if row is not None else None

    def list_leaves(self, leaves: Sequence[Leaf]) -> None:
        """See the port. Raises StoreCorruptError where a leaf stands under an index already."""
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

    def places(self) -> Sequence[TopicPartition]:
        """See the port."""
        return tuple(TopicPartition(*row) for row in self._session.rows(PLACES))

    def _write(self) -> None:
        new, self._new_leaves = self._new_leaves, {}
        judged, self._judged_leaves = self._judged_leaves, {}
        if new:
            self._session.run_many(LIST_LEAF, [_leaf_values(leaf) for leaf in new.values()])
        if judged:
            self._session.run_many(JUDGED, [_floor_values(leaf) for leaf in judged.values()])


def _state(row: tuple[Any, ...]) -> LogState:
    edge, number, random, highest, *heads, released, floor_federation, floor_region = row
    log = PartitionLog(
        _edge(edge),
        Incarnation(number, random) if number is not None else None,
        highest,
        Under(Head(*heads[:2]), Head(*heads[2:])) if heads[0] is not None else None,
    )
    return LogState(log, released, floor_federation, floor_region)


def _edge(stored: bytes) -> CompactRange:
    try:
        return CompactRange.from_bytes(stored)
    except MalformedError as err:
        raise StoreCorruptError("what counted in a partition cannot be read", found=str(err)) from err


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
