"""The shared log in one SQLite file, for one machine: demonstrations, tests, a city that begins.

Rules:

- Several processes use the file at once: write-ahead logging, writes begin IMMEDIATE, one transaction per `publish`.
- Offsets are given out per partition by a counter and never used again. A `compact` topic drops the older record of a
  key in the transaction that writes the newer one, so its offsets have gaps; a tombstone stays.
- What a broker refuses is refused here too: a record with neither key nor value, one without a key on a `compact`
  topic, a topic name outside `[A-Za-z0-9._-]`.
- `durable` is SQLite's `synchronous=FULL`: what `publish` returned for outlives a loss of power.

Unlike Kafka, a reader of a topic that was deleted or made again gets `TopicMissingError` instead of reading on.

Not handled here: machines apart, access rights per topic, replication.
"""

import re
import sqlite3
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tongban.adapters.embedded.file import connect, create_tables, encode_headers, sqlite_boundary, transaction
from tongban.adapters.embedded.reader import EmbeddedLogReader
from tongban.contracts.wire.record import Record
from tongban.domain.errors import (
    LogUnavailableError,
    MalformedError,
    PublishOutcomeUnknownError,
    RecordTooLargeError,
    SettingsError,
    TopicMismatchError,
    TopicMissingError,
)
from tongban.ledger.event_log import TopicInfo, TopicPartition, TopicSpec

MAX_RECORD_BYTES = 64 * 1024 * 1024
"""The largest key, value and headers of one record together, in bytes. A guard against mistakes: Kafka takes 1 MiB."""

_TOPIC_NAME = re.compile(r"[A-Za-z0-9._-]{1,249}")


def random_id() -> str:
    """A random UUID as text."""
    return str(uuid.uuid4())


def system_clock_ms() -> int:
    """Milliseconds since 1970-01-01 UTC."""
    return time.time_ns() // 1_000_000


class EmbeddedEventLog:
    """An `EventLog` in the SQLite file at `path`.

    `new_id` names clusters and topics and `clock_ms` stamps records; a seeded run gives its own. Raises
    `ExposedFileError`, `SettingsError` and `LogUnavailableError`.
    """

    def __init__(
        self,
        path: Path,
        *,
        durable: bool = True,
        new_id: Callable[[], str] = random_id,
        clock_ms: Callable[[], int] = system_clock_ms,
    ) -> None:
        self._path = path
        self._durable = durable
        self._new_id = new_id
        self._clock_ms = clock_ms
        self._connection = connect(path, durable=durable)
        try:
            create_tables(self._connection, new_id())
        except BaseException:
            self._connection.close()
            raise

    def cluster_id(self) -> str:
        """The id given to the file when it was made."""
        with sqlite_boundary("read the cluster id"):
            (found,) = self._connection.execute("SELECT cluster_id FROM log").fetchone()
        return str(found)

    def create_topics(self, specs: Sequence[TopicSpec]) -> Sequence[str]:
        """See the port. `replication` has no meaning here. Raises `SettingsError` for a spec that no log can have."""
        for spec in specs:
            _check_spec(spec)
        with sqlite_boundary("create topics"), transaction(self._connection):
            return tuple(spec.name for spec in specs if self._create(spec))

    def delete_topics(self, names: Sequence[str]) -> None:
        """See the port."""
        with sqlite_boundary("delete topics"), transaction(self._connection):
            for name in names:
                self._delete(name)

    def topics(self) -> Mapping[str, TopicInfo]:
        """See the port."""
        with sqlite_boundary("list the topics"):
            rows = self._connection.execute("SELECT name, topic_id, partitions FROM topic ORDER BY name").fetchall()
        return {name: TopicInfo(name, topic_id, partitions) for name, topic_id, partitions in rows}

    def reader(self, positions: Mapping[TopicPartition, int]) -> EmbeddedLogReader:
        """See the port."""
        return EmbeddedLogReader(connect(self._path, durable=self._durable), positions)

    def writer(self) -> "EmbeddedLogWriter":
        """See the port."""
        return EmbeddedLogWriter(connect(self._path, durable=self._durable), self._clock_ms)

    def close(self) -> None:
        """See the port. Readers and writers are closed by those who asked for them."""
        self._connection.close()

    def _create(self, spec: TopicSpec) -> bool:
        row = self._connection.execute(
            "SELECT partitions, retention FROM topic WHERE name = ?", (spec.name,)
        ).fetchone()
        if row is not None:
            _check_match(spec, *row)
            return False
        cursor = self._connection.execute(
            "INSERT INTO topic (name, topic_id, partitions, retention) VALUES (?, ?, ?, ?)",
            (spec.name, self._new_id(), spec.partitions, spec.retention),
        )
        self._connection.executemany(
            "INSERT INTO partition VALUES (?, ?, 0)", [(cursor.lastrowid, at) for at in range(spec.partitions)]
        )
        return True

    def _delete(self, name: str) -> None:
        row = self._connection.execute("SELECT number FROM topic WHERE name = ?", (name,)).fetchone()
        if row is not None:
            self._connection.execute("DELETE FROM record WHERE topic = ?", row)
            self._connection.execute("DELETE FROM partition WHERE topic = ?", row)
            self._connection.execute("DELETE FROM topic WHERE number = ?", row)


class EmbeddedLogWriter:
    """A `LogWriter` on the file. `publish` is one transaction: all of it or nothing."""

    def __init__(self, connection: sqlite3.Connection, clock_ms: Callable[[], int]) -> None:
        self._connection = connection
        self._clock_ms = clock_ms
        self._failed = False
        self._closed = False

    def publish(self, items: Sequence[tuple[TopicPartition, Record]]) -> None:
        """See the port. Also raises `MalformedError` for a record that no broker takes, and `LogUnavailableError`
        (nothing written) when the file stays busy.
        """
        self._check_usable()
        for place, record in items:
            _check_record(place, record)
        with sqlite_boundary("begin a publish"):
            self._connection.execute("BEGIN IMMEDIATE")
        try:
            self._append(items)
            # A failure from here on may come before or behind the moment at which the records became durable.
            self._connection.execute("COMMIT")
        except sqlite3.Error as err:
            self._failed = True
            raise PublishOutcomeUnknownError("a publish failed", found=str(err), advice="close, read back") from err
        finally:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")

    def close(self) -> None:
        """See the port."""
        self._closed = True
        self._connection.close()

    def _check_usable(self) -> None:
        if self._closed:
            raise LogUnavailableError("the writer is closed")
        if self._failed:
            raise PublishOutcomeUnknownError("an earlier publish of this writer failed", advice="close, read back")

    def _append(self, items: Sequence[tuple[TopicPartition, Record]]) -> None:
        counters: dict[TopicPartition, tuple[int, bool, int]] = {}
        rows = []
        now_ms = self._clock_ms()
        for place, record in items:
            topic, compact, offset = counters.get(place) or self._counter(place)
            if compact and record.key is None:
                raise MalformedError(f"a record without a key on the compact topic {place.topic}")
            counters[place] = (topic, compact, offset + 1)
            headers = encode_headers(record.headers)
            compact_key = record.key if compact else None
            rows.append((topic, place.partition, offset, record.key, record.value, headers, now_ms, compact_key))
        # OR REPLACE drops the older record of the same key on a compact topic: the index `record_compact` is unique.
        self._connection.executemany("INSERT OR REPLACE INTO record VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
        self._connection.executemany(
            "UPDATE partition SET next_offset = ? WHERE topic = ? AND partition = ?",
            [(offset, topic, place.partition) for place, (topic, _, offset) in counters.items()],
        )

    def _counter(self, place: TopicPartition) -> tuple[int, bool, int]:
        row = self._connection.execute(
            "SELECT number, retention = 'compact', next_offset FROM topic JOIN partition ON topic = number"
            " WHERE name = ? AND partition = ?",
            place,
        ).fetchone()
        if row is None:
            raise TopicMissingError(f"no partition {place.partition} of a topic {place.topic}")
        return int(row[0]), bool(row[1]), int(row[2])


def _check_spec(spec: TopicSpec) -> None:
    if not _TOPIC_NAME.fullmatch(spec.name) or spec.name in {".", ".."}:
        raise SettingsError("a topic cannot have this name", expected=_TOPIC_NAME.pattern, found=repr(spec.name))
    if spec.partitions < 1:
        raise SettingsError(f"the topic {spec.name} needs a partition", found=str(spec.partitions))


def _check_match(spec: TopicSpec, partitions: int, retention: str) -> None:
    if (partitions, retention) != (spec.partitions, spec.retention):
        raise TopicMismatchError(
            f"the topic {spec.name} exists otherwise",
            expected=f"{spec.partitions} partitions, {spec.retention}",
            found=f"{partitions} partitions, {retention}",
        )


def _check_record(place: TopicPartition, record: Record) -> None:
    if record.key is None and record.value is None:
        raise MalformedError(f"a record for {place.topic}/{place.partition} with neither key nor value")
    size_bytes = len(record.key or b"") + len(record.value or b"")
    size_bytes += sum(len(name) + len(value) for name, value in record.headers)
    if size_bytes > MAX_RECORD_BYTES:
        raise RecordTooLargeError(
            f"a record for {place.topic}/{place.partition} is too large",
            expected=f"at most {MAX_RECORD_BYTES} bytes",
            found=f"{size_bytes} bytes",
        )
