"""The port `EventLog`: publishing, positions, the same log again, and failure."""

import subprocess
import sys
import time
import uuid
from contextlib import closing

import pytest

from tests.ports.event_logs import LogHarness, make_topic, numbered, publish, read, read_all
from tongban.contracts.wire.record import Record
from tongban.domain.errors import (
    LogUnavailableError,
    MalformedError,
    PositionOutOfRangeError,
    PublishOutcomeUnknownError,
    RecordTooLargeError,
)
from tongban.ledger.event_log import EventLog, TopicPartition

# Publishing and reading -----------------------------------------------------------------------------------------------


def test_what_was_published_is_read_in_order(log: EventLog) -> None:
    topic = make_topic(log)
    records = [Record(b"k%d" % (number % 3), b"v%d" % number, (("n", b"%d" % number),)) for number in range(100)]
    publish(log, topic, records)
    assert read_all(log, topic, 100) == records


def test_several_publishes_of_one_writer_keep_their_order(log: EventLog) -> None:
    topic = make_topic(log)
    place = TopicPartition(topic, 0)
    with closing(log.writer()) as writer:
        for record in numbered(20):
            writer.publish([(place, record)])
    assert read_all(log, topic, 20) == numbered(20)


def test_partitions_are_kept_apart_and_each_in_order(log: EventLog) -> None:
    topic = make_topic(log, partitions=3)
    with closing(log.writer()) as writer:
        writer.publish([(TopicPartition(topic, number % 3), Record(b"k", b"%d" % number)) for number in range(90)])
    with closing(log.reader({TopicPartition(topic, partition): 0 for partition in range(3)})) as reader:
        found = read(reader, 90)
    for partition in range(3):
        values = [logged.record.value for logged in found if logged.place == TopicPartition(topic, partition)]
        assert values == [b"%d" % number for number in range(partition, 90, 3)]


def test_offsets_rise_from_zero(log: EventLog) -> None:
    topic = make_topic(log)
    publish(log, topic, numbered(5))
    publish(log, topic, numbered(5))
    with closing(log.reader({TopicPartition(topic, 0): 0})) as reader:
        offsets = [logged.offset for logged in read(reader, 10)]
    assert offsets[0] == 0
    assert offsets == sorted(set(offsets))


def test_a_record_carries_a_time_of_now(log: EventLog) -> None:
    topic = make_topic(log)
    before_ms = time.time() * 1000 - 60_000
    publish(log, topic, numbered(1))
    with closing(log.reader({TopicPartition(topic, 0): 0})) as reader:
        assert before_ms < read(reader, 1)[0].timestamp_ms < time.time() * 1000 + 60_000


def test_publishing_nothing_is_allowed(log: EventLog) -> None:
    with closing(log.writer()) as writer:
        writer.publish([])


def test_five_thousand_records_in_one_publish_arrive_in_order(log: EventLog) -> None:
    topic = make_topic(log)
    records = [Record(b"%d" % number, b"%d" % number * 50) for number in range(5000)]
    publish(log, topic, records)
    assert read_all(log, topic, 5000) == records


def test_a_record_published_twice_stands_in_the_log_twice(log: EventLog) -> None:
    topic = make_topic(log)
    publish(log, topic, [Record(b"k", b"v")] * 2)
    publish(log, topic, [Record(b"k", b"v")])
    assert read_all(log, topic, 3) == [Record(b"k", b"v")] * 3


@pytest.mark.parametrize(
    "record",
    [
        pytest.param(Record(None, b"no key"), id="null key"),
        pytest.param(Record(b"no value", None), id="tombstone"),
        pytest.param(Record(b"", b""), id="empty key and value"),
        pytest.param(Record(bytes(range(256)), b"\xff\x00" * 999), id="garbage"),
        pytest.param(Record(b"k", b"v", (("a", b"1"), ("b", b"2"), ("a", b"3"), ("a", b""))), id="repeated headers"),
        pytest.param(Record(b"k", b"v", (("通办", bytes(256)), ("", b"x"))), id="names of any text"),
    ],
)
def test_any_record_comes_back_as_it_was(log: EventLog, record: Record) -> None:
    topic = make_topic(log)
    publish(log, topic, [record, Record(b"after", b"it")])
    assert read_all(log, topic, 2) == [record, Record(b"after", b"it")]


def test_a_record_with_neither_key_nor_value_is_refused(log: EventLog) -> None:
    topic = make_topic(log)
    with closing(log.writer()) as writer:
        with pytest.raises(MalformedError):
            writer.publish(
                [(TopicPartition(topic, 0), Record(b"k", b"v")), (TopicPartition(topic, 0), Record(None, None))]
            )
        writer.publish([(TopicPartition(topic, 0), Record(b"only", b"this"))])
    assert read_all(log, topic, 1) == [Record(b"only", b"this")]


def test_a_record_that_is_too_large_is_refused_and_nothing_is_written(log: EventLog) -> None:
    topic = make_topic(log)
    with closing(log.writer()) as writer:
        with pytest.raises(RecordTooLargeError):
            writer.publish(
                [
                    (TopicPartition(topic, 0), Record(b"k", b"v")),
                    (TopicPartition(topic, 0), Record(b"k", bytes(70_000_000))),
                ]
            )
        writer.publish([(TopicPartition(topic, 0), Record(b"only", b"this"))])
    assert read_all(log, topic, 1) == [Record(b"only", b"this")]


def test_a_record_of_almost_a_mebibyte_that_does_not_compress_is_taken(log: EventLog) -> None:
    topic = make_topic(log)
    record = Record(b"k", b"".join(uuid.uuid4().bytes for _ in range(65_500)))
    publish(log, topic, [record] * 5)
    assert read_all(log, topic, 5) == [record] * 5


# Positions ------------------------------------------------------------------------------------------------------------


def test_reading_starts_at_the_position_given(log: EventLog) -> None:
    topic = make_topic(log)
    publish(log, topic, numbered(10))
    for start in (0, 3, 9):
        assert read_all(log, topic, 10 - start, start) == numbered(10)[start:]


def test_a_reader_at_the_end_sees_what_comes_later(log: EventLog) -> None:
    topic = make_topic(log)
    publish(log, topic, numbered(2))
    with closing(log.reader({TopicPartition(topic, 0): 2})) as reader:
        assert not reader.poll(timeout_seconds=0.1, limit=10)
        publish(log, topic, [Record(b"k", b"new")])
        assert [logged.record.value for logged in read(reader, 1)] == [b"new"]


def test_two_readers_do_not_disturb_each_other(log: EventLog) -> None:
    topic = make_topic(log)
    publish(log, topic, numbered(10))
    with (
        closing(log.reader({TopicPartition(topic, 0): 0})) as first,
        closing(log.reader({TopicPartition(topic, 0): 5})) as second,
    ):
        for number in range(5):
            assert read(first, 1)[0].offset == number
            assert read(second, 1)[0].offset == number + 5


def test_seek_reads_again_and_ahead(log: EventLog) -> None:
    topic = make_topic(log)
    place = TopicPartition(topic, 0)
    publish(log, topic, numbered(10))
    with closing(log.reader({place: 0})) as reader:
        assert len(read(reader, 10)) == 10
        reader.seek(place, 2)
        assert read(reader, 1)[0].offset == 2
        reader.seek(place, 8)
        assert [logged.offset for logged in read(reader, 2)] == [8, 9]


def test_a_poll_gives_at_most_its_limit_and_loses_nothing(log: EventLog) -> None:
    topic = make_topic(log)
    publish(log, topic, numbered(10))
    with closing(log.reader({TopicPartition(topic, 0): 0})) as reader:
        found: list[Record] = []
        while len(found) < 10:
            batch = reader.poll(timeout_seconds=5.0, limit=3)
            assert 0 < len(batch) <= 3
            found += [logged.record for logged in batch]
    assert found == numbered(10)


def test_a_paused_partition_is_left_out_until_it_is_resumed(log: EventLog) -> None:
    topic = make_topic(log, partitions=2)
    paused, other = TopicPartition(topic, 0), TopicPartition(topic, 1)
    publish(log, topic, numbered(3), partition=0)
    publish(log, topic, numbered(3), partition=1)
    with closing(log.reader({paused: 0, other: 0})) as reader:
        reader.pause([paused])
        assert {logged.place for logged in read(reader, 3)} == {other}
        assert not reader.poll(timeout_seconds=0.2, limit=10)
        reader.resume([paused])
        assert [logged.record for logged in read(reader, 3)] == numbered(3)


def test_pausing_in_the_middle_of_a_partition_loses_nothing(log: EventLog) -> None:
    topic = make_topic(log)
    place = TopicPartition(topic, 0)
    publish(log, topic, numbered(10))
    with closing(log.reader({place: 0})) as reader:
        first = [logged.record for logged in read(reader, 4)]
        reader.pause([place])
        assert not reader.poll(timeout_seconds=0.2, limit=10)
        reader.resume([place])
        assert first + [logged.record for logged in read(reader, 6)] == numbered(10)


def test_an_empty_poll_returns_in_time(log: EventLog) -> None:
    topic = make_topic(log)
    with closing(log.reader({TopicPartition(topic, 0): 0})) as reader:
        reader.poll(timeout_seconds=1.0, limit=1)
        started = time.monotonic()
        assert not reader.poll(timeout_seconds=0.3, limit=1)
        assert 0.2 < time.monotonic() - started < 2.0


def test_a_reader_of_nothing_reads_nothing(log: EventLog) -> None:
    with closing(log.reader({})) as reader:
        assert not reader.poll(timeout_seconds=0.1, limit=1)
        assert reader.ends() == {}


def test_a_position_behind_the_end_is_an_error(log: EventLog) -> None:
    topic = make_topic(log)
    publish(log, topic, numbered(3))
    with closing(log.reader({TopicPartition(topic, 0): 7})) as reader, pytest.raises(PositionOutOfRangeError):
        reader.poll(timeout_seconds=10.0, limit=1)


def test_a_negative_position_is_an_error(log: EventLog) -> None:
    topic = make_topic(log)
    with pytest.raises(PositionOutOfRangeError):
        log.reader({TopicPartition(topic, 0): -1})


def test_ends_are_the_offsets_of_the_next_records(log: EventLog) -> None:
    topic = make_topic(log, partitions=2)
    first, second = TopicPartition(topic, 0), TopicPartition(topic, 1)
    with closing(log.reader({first: 0, second: 0})) as reader:
        assert reader.ends() == {first: 0, second: 0}
        publish(log, topic, numbered(4), partition=1)
        assert reader.ends() == {first: 0, second: 4}


# The same log again ---------------------------------------------------------------------------------------------------


def test_a_log_that_is_opened_again_has_everything(logs: LogHarness) -> None:
    log = logs.open()
    topic = make_topic(log)
    publish(log, topic, numbered(5))
    cluster, topics = log.cluster_id(), log.topics()
    log.close()
    again = logs.open()
    assert again.cluster_id() == cluster
    assert again.topics()[topic] == topics[topic]
    assert read_all(again, topic, 5) == numbered(5)


def test_two_handles_share_the_log(logs: LogHarness) -> None:
    first, second = logs.open(), logs.open()
    topic = make_topic(first)
    publish(second, topic, numbered(3))
    assert read_all(first, topic, 3) == numbered(3)
    assert first.cluster_id() == second.cluster_id()


def test_closing_twice_does_nothing(logs: LogHarness) -> None:
    log = logs.open()
    topic = make_topic(log)
    reader, writer = log.reader({TopicPartition(topic, 0): 0}), log.writer()
    for closable in (reader, writer, log):
        closable.close()
        closable.close()


def test_what_is_closed_can_no_longer_be_used(log: EventLog) -> None:
    topic = make_topic(log)
    reader, writer = log.reader({TopicPartition(topic, 0): 0}), log.writer()
    reader.close()
    writer.close()
    with pytest.raises(LogUnavailableError):
        reader.poll(timeout_seconds=0.1, limit=1)
    with pytest.raises(LogUnavailableError):
        writer.publish([(TopicPartition(topic, 0), Record(b"k", b"v"))])


WRITE_FIFTY_TIMES = """
import sys
from tongban.adapters.node.urls import open_log
from tongban.contracts.wire.record import Record
from tongban.ledger.event_log import TopicPartition

url, topic, name = sys.argv[1:]
log = open_log(url)
writer = log.writer()
for number in range(50):
    writer.publish([(TopicPartition(topic, 0), Record(name.encode(), b"%d.%d" % (number, part))) for part in range(4)])
writer.close()
log.close()
"""


def test_several_processes_publish_at_once_and_each_keeps_its_order(logs: LogHarness) -> None:
    log = logs.open()
    topic = make_topic(log)
    names = ("a", "b", "c", "d")
    command = [sys.executable, "-W", "error", "-c", WRITE_FIFTY_TIMES, logs.url, topic]
    programs = [subprocess.Popen([*command, name]) for name in names]
    assert [program.wait() for program in programs] == [0] * 4
    found = read_all(log, topic, 800)
    for name in names:
        values = [record.value for record in found if record.key == name.encode()]
        assert values == [b"%d.%d" % (number, part) for number in range(50) for part in range(4)]


# Failure --------------------------------------------------------------------------------------------------------------


def test_after_a_publish_of_unknown_outcome_the_writer_refuses(logs: LogHarness) -> None:
    topic = make_topic(logs.open())
    item = (TopicPartition(topic, 0), Record(b"k", b"v"))
    with closing(logs.failing_writer(topic)) as writer:
        with pytest.raises(PublishOutcomeUnknownError):
            writer.publish([item])
        with pytest.raises(PublishOutcomeUnknownError):
            writer.publish([item])
