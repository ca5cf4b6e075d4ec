"""What only the embedded log promises."""

import itertools
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from tests.ports.event_logs import make_topic, read
from tongban.adapters.embedded.log import EmbeddedEventLog
from tongban.contracts.wire.record import Record
from tongban.domain.errors import (
    ExposedFileError,
    LogUnavailableError,
    PublishOutcomeUnknownError,
    SettingsError,
    TopicMissingError,
)
from tongban.ledger.event_log import TopicPartition, TopicSpec


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.sqlite"


def test_its_files_belong_to_their_owner_alone(path: Path) -> None:
    with closing(EmbeddedEventLog(path)) as log:
        make_topic(log)
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert len(modes) == 3
    assert set(modes.values()) == {0o600}


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_a_file_that_others_can_use_is_refused(path: Path, mode: int) -> None:
    EmbeddedEventLog(path).close()
    path.chmod(mode)
    with pytest.raises(ExposedFileError):
        EmbeddedEventLog(path)


def test_a_file_that_is_no_database_is_refused(path: Path) -> None:
    path.write_bytes(b"not a database, and long enough to show it" * 100)
    path.chmod(0o600)
    with pytest.raises(SettingsError):
        EmbeddedEventLog(path)


def test_a_file_of_a_later_format_is_refused(path: Path) -> None:
    EmbeddedEventLog(path).close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE log SET format = 2")
    with pytest.raises(SettingsError):
        EmbeddedEventLog(path)


def test_a_seeded_run_gives_the_ids_and_the_times(path: Path) -> None:
    names = itertools.count()
    log = EmbeddedEventLog(path, new_id=lambda: f"id-{next(names)}", clock_ms=lambda: 1234)
    with closing(log):
        log.create_topics([TopicSpec("t", 1, "keep")])
        assert (log.cluster_id(), log.topics()["t"].topic_id) == ("id-0", "id-1")
        with closing(log.writer()) as writer:
            writer.publish([(TopicPartition("t", 0), Record(b"k", b"v"))])
        with closing(log.reader({TopicPartition("t", 0): 0})) as reader:
            assert read(reader, 1)[0].timestamp_ms == 1234


def test_compaction_drops_older_records_at_once_and_reuses_no_offset(path: Path) -> None:
    with closing(EmbeddedEventLog(path)) as log:
        place = TopicPartition(make_topic(log, retention="compact"), 0)
        with closing(log.writer()) as writer:
            for value in (b"1", b"2", None):
                writer.publish([(place, Record(b"a", value)), (place, Record(b"b", value))])
        with closing(log.reader({place: 0})) as reader:
            found = [(logged.offset, logged.record.key, logged.record.value) for logged in read(reader, 2)]
            assert found == [(4, b"a", None), (5, b"b", None)]
            assert reader.ends() == {place: 6}


def test_a_reader_does_not_read_on_in_a_topic_made_again(path: Path) -> None:
    with closing(EmbeddedEventLog(path)) as log:
        topic = make_topic(log)
        with closing(log.reader({TopicPartition(topic, 0): 0})) as reader:
            log.delete_topics([topic])
            log.create_topics([TopicSpec(topic, 1, "keep")])
            with pytest.raises(TopicMissingError):
                reader.poll(timeout_seconds=0.1, limit=1)


def test_a_failed_publish_leaves_nothing(path: Path) -> None:
    with closing(EmbeddedEventLog(path)) as log:
        place = TopicPartition(make_topic(log), 0)
        with closing(sqlite3.connect(path)) as other:
            other.execute(
                "CREATE TRIGGER full BEFORE INSERT ON record WHEN new.value = x'62'"
                " BEGIN SELECT RAISE(ABORT, 'disk full'); END"
            )
        with closing(log.writer()) as writer, pytest.raises(PublishOutcomeUnknownError):
            writer.publish([(place, Record(b"k", b"a")), (place, Record(b"k", b"b"))])
        with closing(log.reader({place: 0})) as reader:
            assert reader.ends() == {place: 0}


def test_a_file_that_stays_busy_is_unavailable_and_the_writer_goes_on(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tongban.adapters.embedded.file.BUSY_SECONDS", 0.05)
    with closing(EmbeddedEventLog(path)) as log:
        place = TopicPartition(make_topic(log), 0)
        with closing(log.writer()) as writer, closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(LogUnavailableError):
                writer.publish([(place, Record(b"k", b"v"))])
            other.execute("ROLLBACK")
            writer.publish([(place, Record(b"k", b"v"))])
