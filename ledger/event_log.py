"""The port to the shared log: topics of partitions of records, as Kafka has them and as a small embedded log can.

Rules of the port (one suite, `tests/ports/test_event_log*.py`, runs on every adapter):

- `publish` returns only when every record is durable, in the order given within a partition. When it raises
  `PublishOutcomeUnknownError`, any prefix or subset may have been written; the writer must be closed, and the caller reads
  back before it publishes again.
- Offsets rise within a partition, with gaps allowed. They mean nothing in another cluster or a re-created topic, so a
  position is named by cluster id, topic id and partition.
- A reader starts at the offsets it is given, never at a committed group offset: positions are in the reader's own store.
- Topics are created by `create_topics` alone; writing to or reading from a missing topic is an error, never a creation.

Not handled here: what a record means (`tongban.contracts`), which record counts (`tongban.ledger.partition_log`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

from tongban.contracts.wire.record import Record

Retention = Literal["keep", "compact"]


class TopicPartition(NamedTuple):
    """One partition of one topic."""

    topic: str
    partition: int


@dataclass(frozen=True, slots=True)
class LoggedRecord:
    """A record as it is in the log. `timestamp_ms` is the broker's, for people; no rule depends on it."""

    place: TopicPartition
    offset: int
    record: Record
    timestamp_ms: int


@dataclass(frozen=True, slots=True)
class TopicSpec:
    """A topic to create. `keep`: unlimited retention, never compacted; `compact`: the newest record of each key stays."""

    name: str
    partitions: int
    retention: Retention
    replication: int = 1


@dataclass(frozen=True, slots=True)
class TopicInfo:
    """A topic as it exists now. `topic_id` changes when a topic is deleted and made again under the same name."""

    name: str
    topic_id: str
    partitions: int


class LogReader(Protocol):
    """Reads some partitions, each in its own order. Used by one thread."""

    def poll(self, *, timeout_seconds: float, limit: int) -> Sequence[LoggedRecord]:
        """Up to `limit` records, in order within each partition; empty when none came in time."""

    def seek(self, place: TopicPartition, offset: int) -> None:
        """Read `place` from `offset` (inclusive) next."""

    def pause(self, places: Iterable[TopicPartition]) -> None:
        """Leave these partitions out of `poll` until `resume`."""

    def resume(self, places: Iterable[TopicPartition]) -> None:
        """Take these partitions into `poll` again."""

    def ends(self) -> Mapping[TopicPartition, int]:
        """For each assigned partition the offset that the next record will have (asked of the log, not of a cache)."""

    def close(self) -> None:
        """Release what the reader holds; a second call does nothing."""


class LogWriter(Protocol):
    """Publishes records. Used by one thread."""

    def publish(self, items: Sequence[tuple[TopicPartition, Record]]) -> None:
        """Return when all items are durable, in their order within each partition.

        Raises `TopicMissingError`, `RecordTooLargeError` (nothing of it written), `PublishOutcomeUnknownError`.
        """

    def close(self) -> None:
        """Release what the writer holds; a second call does nothing."""


class EventLog(Protocol):
    """A log shared between cities."""

    def cluster_id(self) -> str:
        """The identity of this log; another one for a mirror."""

    def create_topics(self, specs: Sequence[TopicSpec]) -> Sequence[str]:
        """Create those that do not exist and return their names. Raises `TopicMismatchError` where one exists otherwise."""

    def delete_topics(self, names: Sequence[str]) -> None:
        """Delete topics (demo and tests); a missing one is not an error."""

    def topics(self) -> Mapping[str, TopicInfo]:
        """All topics by name, as they are now."""

    def reader(self, positions: Mapping[TopicPartition, int]) -> LogReader:
        """A reader of these partitions, each from the offset given (inclusive). Raises `TopicMissingError`."""

    def writer(self) -> LogWriter:
        """A new writer."""

    def close(self) -> None:
        """Release what the log holds; a second call does nothing."""
