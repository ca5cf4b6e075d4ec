"""Own events on their way to the log: their places, and what was set aside.

The next number of a partition comes from a counter, and a write has the store to itself. So numbers rise without gaps in
the order of the commits; the number of an event that was set aside is not given out again.
"""

from collections.abc import Sequence
from uuid import UUID

from tongban.adapters.store.kept_events import signed
from tongban.adapters.store.session import Session, SqlValue, as_uuid
from tongban.ledger.event_log import TopicPartition
from tongban.ledger.kept import OwnPlace, SetAside

TABLES = (
    """
    CREATE TABLE place_counters (
        topic {text} NOT NULL, partition {integer} NOT NULL, newest {integer} NOT NULL, PRIMARY KEY (topic, partition)
    ) {clustered}
    """,
    """
    CREATE TABLE places (
        hash {blob} PRIMARY KEY, topic {text} NOT NULL, partition {integer} NOT NULL, number {integer} NOT NULL,
        leaf {blob} NOT NULL, command {uuid} NOT NULL, covered {integer} NOT NULL, UNIQUE (topic, partition, number)
    ) {rows}
    """,
    "CREATE INDEX places_uncovered ON places (topic, partition, number) WHERE covered = 0",
    """
    CREATE TABLE set_aside (
        id {lasting}, hash {blob} NOT NULL UNIQUE, leaf {blob} NOT NULL, topic {text} NOT NULL, state {blob} NOT NULL,
        code {text} NOT NULL, noted_at {integer} NOT NULL
    ) {rows}
    """,
)

NEWEST = "SELECT newest FROM place_counters WHERE topic = :topic AND partition = :partition"
COUNT = """
    INSERT INTO place_counters (topic, partition, newest) VALUES (:topic, :partition, :newest)
    ON CONFLICT (topic, partition) DO UPDATE SET newest = excluded.newest
"""
APPEND = """
    INSERT INTO places (topic, partition, number, hash, leaf, command, covered)
    VALUES (:topic, :partition, :number, :hash, :leaf, :command, 0)
"""
UNCOVERED = """
    SELECT number, hash, leaf, command FROM places
    WHERE topic = :topic AND partition = :partition AND covered = 0 ORDER BY number LIMIT :limit
"""
COVERED = "UPDATE places SET covered = 1 WHERE hash = :hash AND covered = 0"
IS_UNCOVERED = "SELECT 1 FROM places WHERE hash = :hash AND covered = 0"
HASH_OF = "SELECT hash FROM links WHERE leaf = :leaf AND own = 1"
PARTITIONS = "SELECT DISTINCT topic, partition FROM places WHERE covered = 0 ORDER BY topic, partition"
REMOVE = "DELETE FROM places WHERE hash = :hash"
SET_ASIDE = """
    INSERT INTO set_aside (hash, leaf, topic, state, code, noted_at)
    VALUES (:hash, :leaf, :topic, :state, :code, :noted_at) ON CONFLICT (hash) DO NOTHING
"""
ASIDE = "SELECT hash, leaf, topic, state, code, noted_at FROM set_aside ORDER BY id"


class SqlOutbox:
    """The port's `Outbox`."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._newest: dict[TopicPartition, int] = {}
        self._appended: list[dict[str, SqlValue]] = []
        self._covered: list[dict[str, SqlValue]] = []

    def append(self, place: TopicPartition, event_hash: bytes, leaf: bytes, command: UUID) -> int:
        """See the port. The first number is 1. Raises StoreCorruptError where the event has a place already."""
        number = self._newest[place] = self._newest_in(place) + 1
        self._appended.append(
            {
                "topic": place.topic,
                "partition": place.partition,
                "number": number,
                "hash": event_hash,
                "leaf": leaf,
                "command": command,
            }
        )
        self._session.due(self._write)
        return number

    def uncovered(self, place: TopicPartition, limit: int) -> Sequence[OwnPlace]:
        """See the port."""
        rows = self._session.rows(UNCOVERED, topic=place.topic, partition=place.partition, limit=limit)
        return tuple(
            OwnPlace(place, number, event_hash, leaf, as_uuid(command), covered=False)
            for number, event_hash, leaf, command in rows
        )

    def covered(self, event_hash: bytes) -> None:
        """See the port."""
        self._covered.append({"hash": event_hash})
        self._session.due(self._write)

    def is_uncovered(self, event_hash: bytes) -> bool:
        """See the port."""
        return self._session.row(IS_UNCOVERED, hash=event_hash) is not None

    def hash_of(self, leaf: bytes) -> bytes | None:
        """See the port. Also of an own event that was taken in from the log, and so has no place."""
        row = self._session.row(HASH_OF, leaf=leaf)
        return bytes(row[0]) if row is not None else None

    def partitions(self) -> Sequence[TopicPartition]:
        """See the port."""
        return tuple(TopicPartition(*row) for row in self._session.rows(PARTITIONS))

    def remove(self, event_hash: bytes) -> None:
        """See the port."""
        self._session.run(REMOVE, hash=event_hash)

    def set_aside(self, aside: SetAside) -> None:
        """See the port. An act that was set aside already stays as it is."""
        self._session.run(
            SET_ASIDE,
            hash=aside.hash,
            leaf=aside.signed.leaf,
            topic=aside.signed.topic,
            state=aside.signed.state,
            code=aside.code,
            noted_at=aside.noted_at,
        )

    def aside(self) -> Sequence[SetAside]:
        """See the port. Raises StoreCorruptError where an act is not what was kept."""
        return tuple(
            SetAside(event_hash, signed(event_hash, leaf, topic, state), code, noted_at)
            for event_hash, leaf, topic, state, code, noted_at in self._session.rows(ASIDE)
        )

    def _newest_in(self, place: TopicPartition) -> int:
        if place not in self._newest:
            row = self._session.row(NEWEST, topic=place.topic, partition=place.partition)
            self._newest[place] = row[0] if row is not None else 0
        return self._newest[place]

    def _write(self) -> None:
        appended, self._appended = self._appended, []
        covered, self._covered = self._covered, []
        if appended:
            self._session.run_many(APPEND, appended)
            self._session.run_many(
                COUNT,
                [
                    {"topic": place.topic, "partition": place.partition, "newest": newest}
                    for place, newest in self._newest.items()
                ],
            )
        if covered:
            self._session.run_many(COVERED, covered)
