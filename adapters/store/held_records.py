"""Event records that were read and that no counting checkpoint has listed yet."""

from collections.abc import Iterable, Sequence
from typing import Any

from tongban.adapters.store.records import decode_record, encode_record
from tongban.adapters.store.session import AMONG, Session, SqlValue, among
from tongban.contracts.wire.record import Record
from tongban.ledger.event_log import TopicPartition
from tongban.ledger.kept import HeldRecord

TABLES = (
    """
    CREATE TABLE held (
        id {lasting}, topic {text} NOT NULL, partition {integer} NOT NULL, log_offset {integer} NOT NULL,
        leaf {blob} NOT NULL, record {blob} NOT NULL, stray {integer} NOT NULL
    ) {rows}
    """,
    "CREATE INDEX held_leaf ON held (leaf, topic, partition)",
    "CREATE INDEX held_unlisted ON held (topic, partition, id) WHERE stray = 0",
)

HOLD = """
    INSERT INTO held (topic, partition, log_offset, leaf, record, stray)
    SELECT :topic, :partition, :log_offset, :leaf, :record, 0
    WHERE NOT EXISTS (
        SELECT 1 FROM held
        WHERE leaf = :leaf AND topic = :topic AND partition = :partition AND log_offset = :log_offset
              AND record = :record
    )
"""
HELD = f"""
    SELECT id, log_offset, leaf, record FROM held
    WHERE leaf IN {AMONG} AND topic = :topic AND partition = :partition
"""
UNLISTED = """
    SELECT id, log_offset, leaf, record FROM held
    WHERE topic = :topic AND partition = :partition AND stray = 0 ORDER BY id
"""
MARK_STRAYS = "UPDATE held SET stray = 1 WHERE topic = :topic AND partition = :partition AND stray = 0"
DROP = "DELETE FROM held WHERE leaf = :leaf AND topic = :topic AND partition = :partition"


class SqlHeldRecords:
    """The part of the port's `Logs` that holds records."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._new: list[dict[str, SqlValue]] = []
        self._dropped: list[dict[str, SqlValue]] = []

    def hold(self, place: TopicPartition, offset: int, leaf: bytes, record: Record) -> None:
        """See the port. The same record at the same offset is held once, though it is read again from a mirror."""
        if self._dropped:
            self._session.write_due()
        self._new.append(
            {
                "topic": place.topic,
                "partition": place.partition,
                "log_offset": offset,
                "leaf": leaf,
                "record": encode_record(record),
            }
        )
        self._session.due(self._write_held)

    def held(self, place: TopicPartition, *leaves: bytes) -> Sequence[HeldRecord]:
        """See the port."""
        rows = among(self._session, HELD, leaves, topic=place.topic, partition=place.partition)
        return _records(place, sorted(rows))

    def unlisted(self, place: TopicPartition) -> Sequence[HeldRecord]:
        """See the port."""
        return _records(place, self._session.rows(UNLISTED, topic=place.topic, partition=place.partition))

    def mark_strays(self, place: TopicPartition) -> None:
        """See the port."""
        self._session.run(MARK_STRAYS, topic=place.topic, partition=place.partition)

    def drop_held(self, place: TopicPartition, leaf: bytes) -> None:
        """See the port."""
        if self._new:
            self._session.write_due()
        self._dropped.append({"leaf": leaf, "topic": place.topic, "partition": place.partition})
        self._session.due(self._write_held)

    def _write_held(self) -> None:
        """Only one of the two has something: a record may be held again after it was dropped."""
        new, self._new = self._new, []
        dropped, self._dropped = self._dropped, []
        self._session.run_many(HOLD, new)
        self._session.run_many(DROP, dropped)


def _records(place: TopicPartition, rows: Iterable[tuple[Any, ...]]) -> tuple[HeldRecord, ...]:
    return tuple(
        HeldRecord(held_id, place, offset, leaf, decode_record(record)) for held_id, offset, leaf, record in rows
    )
