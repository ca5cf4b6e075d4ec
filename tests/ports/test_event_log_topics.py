"""The port `EventLog`: topics, made, missing, deleted and compacted."""

import uuid
from contextlib import closing

import pytest

from tests.ports.event_logs import make_topic, numbered, publish, read, read_all
from tongban.contracts.wire.record import Record
from tongban.domain.errors import (
    MalformedError,
    SettingsError,
    TopicMismatchError,
    TopicMissingError,
)
from tongban.ledger.event_log import EventLog, Retention, TopicPartition, TopicSpec

# Topics ---------------------------------------------------------------------------------------------------------------


def test_a_topic_made_is_listed_with_its_partitions_and_id(log: EventLog) -> None:
    topic = make_topic(log, partitions=4)
    found = log.topics()[topic]
    assert (found.name, found.partitions) == (topic, 4)
    assert str(uuid.UUID(found.topic_id)) == found.topic_id


def test_making_a_topic_twice_changes_nothing(log: EventLog) -> None:
    topic = make_topic(log)
    publish(log, topic, numbered(1))
    before = log.topics()[topic]
    other = f"{topic}.other"
    assert log.create_topics([TopicSpec(topic, 1, "keep"), TopicSpec(other, 1, "keep")]) == (other,)
    assert log.create_topics([TopicSpec(topic, 1, "keep"), TopicSpec(other, 1, "keep")]) == ()
    assert log.topics()[topic] == before
    assert read_all(log, topic, 1) == numbered(1)


@pytest.mark.parametrize(("partitions", "retention"), [(2, "keep"), (1, "compact")])
def test_a_topic_that_exists_otherwise_is_an_error(log: EventLog, partitions: int, retention: Retention) -> None:
    topic = make_topic(log)
    other = f"{topic}.other"
    with pytest.raises(TopicMismatchError):
        log.create_topics([TopicSpec(other, 1, "keep"), TopicSpec(topic, partitions, retention)])
    assert other not in log.topics()


@pytest.mark.parametrize("spec", [TopicSpec("no spaces", 1, "keep"), TopicSpec("tongban.none", 0, "keep")])
def test_a_topic_that_no_log_can_have_is_refused(log: EventLog, spec: TopicSpec) -> None:
    with pytest.raises(SettingsError):
        log.create_topics([spec])


def test_a_deleted_topic_is_gone_and_one_made_again_has_another_id_and_no_records(log: EventLog) -> None:
    topic = make_topic(log)
    publish(log, topic, numbered(3))
    before = log.topics()[topic].topic_id
    log.delete_topics([topic, f"{topic}.never.made"])
    assert topic not in log.topics()
    log.create_topics([TopicSpec(topic, 1, "keep")])
    assert log.topics()[topic].topic_id != before
    with closing(log.reader({TopicPartition(topic, 0): 0})) as reader:
        assert reader.ends() == {TopicPartition(topic, 0): 0}


def test_a_topic_that_is_missing_is_an_error_and_never_made_on_the_way(log: EventLog) -> None:
    place = TopicPartition(f"tongban.test.{uuid.uuid4().hex}", 0)
    with pytest.raises(TopicMissingError):
        log.reader({place: 0})
    with closing(log.writer()) as writer, pytest.raises(TopicMissingError):
        writer.publish([(place, Record(b"k", b"v"))])
    assert place.topic not in log.topics()


def test_a_partition_that_is_missing_is_an_error_and_nothing_is_written(log: EventLog) -> None:
    topic = make_topic(log)
    with pytest.raises(TopicMissingError):
        log.reader({TopicPartition(topic, 1): 0})
    with closing(log.writer()) as writer:
        with pytest.raises(TopicMissingError):
            writer.publish(
                [(TopicPartition(topic, 0), Record(b"k", b"v")), (TopicPartition(topic, 1), Record(b"k", b"v"))]
            )
        writer.publish([(TopicPartition(topic, 0), Record(b"only", b"this"))])
    assert read_all(log, topic, 1) == [Record(b"only", b"this")]


def test_a_topic_deleted_under_a_writer_and_a_reader_is_an_error(log: EventLog) -> None:
    topic = make_topic(log)
    place = TopicPartition(topic, 0)
    with closing(log.writer()) as writer, closing(log.reader({place: 0})) as reader:
        writer.publish([(place, Record(b"k", b"v"))])
        log.delete_topics([topic])
        with pytest.raises(TopicMissingError):
            writer.publish([(place, Record(b"k", b"v"))])
        with pytest.raises(TopicMissingError):
            reader.ends()


def test_a_reader_knows_only_the_partitions_it_was_given(log: EventLog) -> None:
    topic = make_topic(log, partitions=2)
    other = TopicPartition(topic, 1)
    with closing(log.reader({TopicPartition(topic, 0): 0})) as reader:
        with pytest.raises(TopicMissingError):
            reader.seek(other, 0)
        with pytest.raises(TopicMissingError):
            reader.pause([other])
        with pytest.raises(TopicMissingError):
            reader.resume([other])


# Compaction -----------------------------------------------------------------------------------------------------------


def test_a_compact_topic_has_the_newest_record_of_each_key(log: EventLog) -> None:
    topic = make_topic(log, retention="compact")
    publish(log, topic, [Record(b"a", b"1"), Record(b"b", b"1"), Record(b"a", b"2"), Record(b"b", None)])
    with closing(log.reader({TopicPartition(topic, 0): 0})) as reader:
        newest: dict[bytes | None, bytes | None] = {}
        while newest != {b"a": b"2", b"b": None}:
            # Kafka compacts later and on its own: whoever reads sees at least the newest.
            newest |= {logged.record.key: logged.record.value for logged in read(reader, 1)}
        assert reader.ends() == {TopicPartition(topic, 0): 4}


def test_a_compact_topic_takes_no_record_without_a_key(log: EventLog) -> None:
    topic = make_topic(log, retention="compact")
    with closing(log.writer()) as writer, pytest.raises(MalformedError):
        writer.publish([(TopicPartition(topic, 0), Record(None, b"v"))])
