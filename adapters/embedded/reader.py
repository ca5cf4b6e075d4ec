"""Reading the embedded log.

Rules:

- A reader holds on to the topics it found: one that is deleted, or made again under the same name, raises
  `TopicMissingError` and never reads on.
- `poll` begins with another partition each time, so that a long one keeps none waiting.
- Waiting costs one look at SQLite's `data_version` per interval; the tables are read only when it changed.

Not handled here: writing, and what the tables are (`tongban.adapters.embedded.file`).
"""

import sqlite3
import time
from collections.abc import Iterable, Mapping, Sequence

from tongban.adapters.embedded.file import decode_headers, sqlite_boundary
from tongban.contracts.wire.record import Record
from tongban.domain.errors import LogUnavailableError, PositionOutOfRangeError, TopicMissingError
from tongban.ledger.event_log import LoggedRecord, TopicPartition

POLL_INTERVAL_SECONDS = 0.01
"""How often a waiting reader looks for a commit of others, in seconds: a look costs about 10 µs."""

_READ = (
    "SELECT offset, key, value, headers, timestamp_ms FROM record"
    " WHERE topic = ? AND partition = ? AND offset >= ? ORDER BY offset LIMIT ?"
)


class EmbeddedLogReader:
    """A `LogReader` on the file. It takes the connection over and closes it."""

    def __init__(self, connection: sqlite3.Connection, positions: Mapping[TopicPartition, int]) -> None:
        self._connection = connection
        self._closed = False
        self._paused: set[TopicPartition] = set()
        self._topics: dict[TopicPartition, int] = {}
        self._positions: dict[TopicPartition, int] = {}
        try:
            with sqlite_boundary("find the topics"):
                for place, offset in positions.items():
                    self._topics[place] = _topic_number(connection, place)
                    self.seek(place, offset)
        except BaseException:
            self.close()
            raise

    def poll(self, *, timeout_seconds: float, limit: int) -> Sequence[LoggedRecord]:
        """See the port. Raises `TopicMissingError`, `PositionOutOfRangeError` and `LogUnavailableError`."""
        self._check_open()
        deadline = time.monotonic() + timeout_seconds
        with sqlite_boundary("read the log"):
            while True:
                version = self._data_version()
                found = self._read(limit)
                if found or not self._wait_for_commit(version, deadline):
                    return found

    def seek(self, place: TopicPartition, offset: int) -> None:
        """See the port. Raises `PositionOutOfRangeError` for a negative offset."""
        self._check_assigned(place)
        if offset < 0:
            raise PositionOutOfRangeError(f"no record has the offset {offset}")
        self._positions[place] = offset

    def pause(self, places: Iterable[TopicPartition]) -> None:
        """See the port."""
        for place in places:
            self._check_assigned(place)
            self._paused.add(place)

    def resume(self, places: Iterable[TopicPartition]) -> None:
        """See the port."""
        for place in places:
            self._check_assigned(place)
            self._paused.discard(place)

    def ends(self) -> Mapping[TopicPartition, int]:
        """See the port. Raises `TopicMissingError` and `LogUnavailableError`."""
        self._check_open()
        with sqlite_boundary("read the ends of the log"):
            return {place: self._end(place) for place in self._positions}

    def close(self) -> None:
        """See the port."""
        self._closed = True
        self._connection.close()

    def _check_open(self) -> None:
        if self._closed:
            raise LogUnavailableError("the reader is closed")

    def _check_assigned(self, place: TopicPartition) -> None:
        if place not in self._topics:
            raise TopicMissingError(f"the reader was not given {place.topic}/{place.partition}")

    def _data_version(self) -> int:
        (version,) = self._connection.execute("PRAGMA data_version").fetchone()
        return int(version)

    def _wait_for_commit(self, version: int, deadline: float) -> bool:
        while (left_seconds := deadline - time.monotonic()) > 0:
            time.sleep(min(POLL_INTERVAL_SECONDS, left_seconds))
            if self._data_version() != version:
                return True
        return False

    def _read(self, limit: int) -> list[LoggedRecord]:
        found: list[LoggedRecord] = []
        for place in tuple(self._positions):
            if place in self._paused or len(found) >= limit:
                continue
            records = self._read_place(place, limit - len(found))
            if records:
                found += records
                # Taken out and put in again, the partition is last: the others come first in the next poll.
                del self._positions[place]
                self._positions[place] = records[-1].offset + 1
        return found

    def _read_place(self, place: TopicPartition, limit: int) -> list[LoggedRecord]:
        position = self._positions[place]
        rows = self._connection.execute(_READ, (self._topics[place], place.partition, position, limit)).fetchall()
        if not rows and position > (end := self._end(place)):
            raise PositionOutOfRangeError(
                f"{place.topic}/{place.partition} ends before the position",
                expected=f"at most {end}",
                found=str(position),
            )
        return [
            LoggedRecord(place, offset, Record(key, value, decode_headers(headers)), timestamp_ms)
            for offset, key, value, headers, timestamp_ms in rows
        ]

    def _end(self, place: TopicPartition) -> int:
        row = self._connection.execute(
            "SELECT next_offset FROM partition WHERE topic = ? AND partition = ?",
            (self._topics[place], place.partition),
        ).fetchone()
        if row is None:
            raise TopicMissingError(f"the topic {place.topic} was deleted")
        return int(row[0])


def _topic_number(connection: sqlite3.Connection, place: TopicPartition) -> int:
    row = connection.execute(
        "SELECT number FROM topic JOIN partition ON topic = number WHERE name = ? AND partition = ?", place
    ).fetchone()
    if row is None:
        raise TopicMissingError(f"no partition {place.partition} of a topic {place.topic}")
    return int(row[0])
