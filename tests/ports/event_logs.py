"""What the suite of the log needs of each adapter: to open the same log again, and a writer that fails midway."""

import sqlite3
import time
import uuid
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Protocol

from tongban.adapters.embedded.log import EmbeddedEventLog
from tongban.adapters.kafka.log import KafkaEventLog
from tongban.contracts.wire.record import Record
from tongban.ledger.event_log import EventLog, LoggedRecord, LogReader, LogWriter, Retention, TopicPartition, TopicSpec

PATIENCE_SECONDS = 30.0


class LogHarness(Protocol):
    """One log that a test may open several times, also in other processes by its `url`."""

    url: str

    def open(self) -> EventLog:
        """A new handle on the same log; closed at the end of the test."""

    def failing_writer(self, topic: str) -> LogWriter:
        """A writer whose next publish to `topic` fails after it began."""

    def close(self) -> None:
        """Close everything opened, delete every topic made."""


class EmbeddedHarness:
    """The embedded log in a folder of the test."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "log.sqlite"
        self.url = f"sqlite:///{self.path}"
        self._open: list[EventLog] = []

    def open(self) -> EventLog:
        self._open.append(EmbeddedEventLog(self.path, durable=False))
        return self._open[-1]

    def failing_writer(self, topic: str) -> LogWriter:
        writer = self.open().writer()
        connection = sqlite3.connect(self.path)
        connection.execute("CREATE TRIGGER full BEFORE INSERT ON record BEGIN SELECT RAISE(ABORT, 'disk full'); END")
        connection.close()
        return writer

    def close(self) -> None:
        for log in self._open:
            log.close()


class KafkaHarness:
    """A broker, of which each test uses topics of its own."""

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap
        self.url = f"kafka://{bootstrap}"
        self._open: list[EventLog] = []

    def open(self) -> EventLog:
        return self._keep(KafkaEventLog(self._bootstrap.split(",")))

    def failing_writer(self, topic: str) -> LogWriter:
        # No acknowledgement comes in no time at all.
        return self._keep(KafkaEventLog(self._bootstrap.split(","), publish_timeout_seconds=0.0)).writer()

    def close(self) -> None:
        for log in self._open:
            log.close()

    def _keep(self, log: EventLog) -> EventLog:
        self._open.append(log)
        return log


def make_topic(log: EventLog, partitions: int = 1, retention: Retention = "keep") -> str:
    """A new topic under a name that no other test has."""
    name = f"tongban.test.{uuid.uuid4().hex}"
    assert log.create_topics([TopicSpec(name, partitions, retention)]) == (name,)
    return name


def read(reader: LogReader, count: int) -> Sequence[LoggedRecord]:
    """The next `count` records; fails when they do not come."""
    found: list[LoggedRecord] = []
    deadline = time.monotonic() + PATIENCE_SECONDS
    while len(found) < count:
        assert time.monotonic() < deadline, f"{len(found)} of {count} records came"
        found += reader.poll(timeout_seconds=1.0, limit=count - len(found))
    return found


def numbered(count: int, key: bytes | None = b"key") -> list[Record]:
    return [Record(key, b"%d" % number) for number in range(count)]


def publish(log: EventLog, topic: str, records: Sequence[Record], partition: int = 0) -> None:
    with closing(log.writer()) as writer:
        writer.publish([(TopicPartition(topic, partition), record) for record in records])


def read_all(log: EventLog, topic: str, count: int, start: int = 0) -> list[Record]:
    with closing(log.reader({TopicPartition(topic, 0): start})) as reader:
        return [logged.record for logged in read(reader, count)]
