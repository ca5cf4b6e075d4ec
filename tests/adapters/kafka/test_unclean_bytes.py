"""Bytes of a stranger on a topic, as Kafka lets them through: they are kept as evidence and stop nothing behind them."""

import struct
import uuid
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.cities import HEFEI, SHANGHAI, Cities
from tests.ledger.lives import FINISHED, live, state_in, take_in
from tests.ports.event_logs import make_topic, read
from tongban.adapters.kafka.batches import UNREADABLE, TolerantBatch
from tongban.adapters.kafka.library import kafka
from tongban.adapters.kafka.log import KafkaEventLog
from tongban.contracts.wire.record import Record
from tongban.ledger.event_log import TopicPartition
from tongban.ledger.topics import Topics

pytestmark = pytest.mark.kafka


SMALLER = 500
"""Times a byte is repeated in a value, so that the batch gets smaller by compression; else it is sent as it is."""


class RawName(str):
    """A header name that goes out as these bytes, whatever it reads."""

    def encode(self, *_):
        return b"\xff\xfe"


@pytest.fixture
def log(kafka_bootstrap: str) -> Iterator[KafkaEventLog]:
    with closing(KafkaEventLog(kafka_bootstrap.split(","))) as log:
        yield log


def write_as_stranger(bootstrap: str, place: TopicPartition, *records: Record, bad_name: bool = False) -> None:
    """One batch in the topic's own compression, which the broker stores byte by byte (others it writes anew)."""
    with closing(kafka.KafkaProducer(bootstrap_servers=bootstrap, compression_type="lz4", linger_ms=200)) as stranger:
        for number, record in enumerate(records):
            headers = [(RawName("x") if bad_name and number == 1 else name, value) for name, value in record.headers]
            stranger.send(place.topic, key=record.key, value=record.value, headers=headers, partition=place.partition)
        stranger.flush(timeout=30)


def test_a_header_name_that_is_no_utf8_is_evidence_and_the_records_behind_it_are_read(
    log: KafkaEventLog, kafka_bootstrap: str
) -> None:
    place = TopicPartition(make_topic(log), 0)
    records = [Record(b"k", b"%d" % number * SMALLER, (("name", b"value"),)) for number in range(3)]
    write_as_stranger(kafka_bootstrap, place, *records, bad_name=True)
    with closing(log.writer()) as writer:
        writer.publish([(place, Record(b"k", b"ours"))])
    with closing(log.reader({place: 0})) as reader:
        found = read(reader, 4)
    assert [logged.offset for logged in found] == [0, 1, 2, 3]
    assert [found[i].record.value for i in (0, 2, 3)] == [b"0" * SMALLER, b"2" * SMALLER, b"ours"]
    evidence = found[1].record
    assert evidence.key is None
    assert evidence.headers[0][0] == UNREADABLE
    assert b"\xff\xfe" in evidence.value
    with closing(log.reader({place: 1})) as reader:  # a reader that begins there finds the same
        assert [logged.record for logged in read(reader, 3)] == [logged.record for logged in found[1:]]


def test_reading_goes_on_behind_it_one_record_at_a_time(log: KafkaEventLog, kafka_bootstrap: str) -> None:
    place = TopicPartition(make_topic(log), 0)
    records = [Record(b"k", b"%d" % number * SMALLER, (("name", b"value"),)) for number in range(3)]
    write_as_stranger(kafka_bootstrap, place, *records, bad_name=True)
    with closing(log.reader({place: 0})) as reader:
        found = [reader.poll(timeout_seconds=10, limit=1)[0].offset for _ in range(3)]
        assert found == [0, 1, 2]
        assert not reader.poll(timeout_seconds=0.1, limit=1)


def test_garbage_on_every_topic_of_a_city_stops_none_of_its_acts(tmp_path, kafka_bootstrap: str) -> None:
    log = KafkaEventLog(kafka_bootstrap.split(","))
    topics = Topics(f"t{uuid.uuid4().hex}")
    with closing(Cities(tmp_path, log=log, codes=(SHANGHAI, HEFEI), partitions=1, topics=topics)) as cities:
        names = [topics.registry(SHANGHAI), topics.content(SHANGHAI), topics.cases(SHANGHAI)]
        garbage = [
            Record(b"k", b"garbage", (("a", b"1"),)),
            Record(b"k", b"no name", (("ce_id", b""),)),
            Record(b"k", b"", (("ce_type", b"\xff"), ("ce_type", b"2"))),
            Record(b"k", b"\x00" * 1000, (("content-type", b"application/vnd.tongban.checkpoint"),)),
        ]
        for name in names:
            write_as_stranger(kafka_bootstrap, TopicPartition(name, 0), *garbage, bad_name=True)
        case = take_in(cities)
        live(cities, case, FINISHED)
        assert state_in(cities, SHANGHAI, case) == state_in(cities, HEFEI, case)
        for code in (SHANGHAI, HEFEI):
            with cities.stores[code].reading() as tx:
                kept = tx.parking.evidence()
            assert len(kept) == len(names) * len(garbage)
            assert [each.record.headers[0][0] for each in kept].count(UNREADABLE) == len(names)


# Without a broker: what no broker of today lets through, but an older one may have stored ------------------------------


def batch_of(*values: bytes) -> bytearray:
    builder = kafka.record.default_records.DefaultRecordBatchBuilder(2, 0, False, -1, -1, -1, 100_000)
    for number, value in enumerate(values):
        builder.append(number, 0, b"k", value, [])
    return bytearray(builder.build())


def test_a_record_whose_length_is_nonsense_takes_the_rest_of_its_batch_with_it() -> None:
    data = batch_of(b"first", b"second", b"third")
    at = data.index(b"second")
    data[at - 7] = 0xFE  # the length of the record
    found = list(TolerantBatch(data))
    assert found[0].value == b"first"
    assert (found[1].offset, found[1].headers[0][0]) == (2, UNREADABLE)
    assert b"third" in found[1].value
    assert len(found) == 2


def test_a_batch_that_does_not_decompress_is_one_piece_of_evidence() -> None:
    data = batch_of(b"first", b"second")
    struct.pack_into(">h", data, 21, 3)  # it says lz4, and is not
    (only,) = list(TolerantBatch(data))
    assert (only.offset, only.headers[0][0]) == (1, UNREADABLE)
    assert b"first" in only.value
