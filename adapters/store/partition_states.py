"""Partitions as they are read: where reading goes on, and what is valid in them so far."""

from collections.abc import Sequence
from typing import Any

from tongban.adapters.store.session import Session
from tongban.contracts.notes.checkpoint import Incarnation
from tongban.domain.chain.merkle import CompactRange
from tongban.domain.errors import MalformedError, StoreCorruptError
from tongban.domain.header import Head, Under
from tongban.ledger.event_log import TopicPartition
from tongban.ledger.kept import LogState, Position
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


class SqlPartitionStates:
    """The part of the port's `Logs` that says how far each partition is read, and what was found valid in it."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._states: dict[TopicPartition, LogState] = {}

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
        """See the port. Raises StoreCorruptError where there is one of this size already."""
        self._session.run(KEEP_EDGE, topic=place.topic, partition=place.partition, size=edge.size, edge=edge.to_bytes())

    def edge_at(self, place: TopicPartition, size: int) -> CompactRange | None:
        """See the port."""
        row = self._session.row(EDGE, topic=place.topic, partition=place.partition, size=size)
        return _edge(row[0]) if row is not None else None

    def places(self) -> Sequence[TopicPartition]:
        """See the port."""
        return tuple(TopicPartition(*row) for row in self._session.rows(PLACES))


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
