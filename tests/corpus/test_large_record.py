"""Twenty megabytes: quarantined where the log takes them, refused where a broker does; good records go on behind them."""

import tracemalloc
from uuid import uuid4

import pytest

from tests.corpus.artefact import CASES, Role, from_json
from tests.corpus.history import base
from tests.corpus.reading import STRANGER, read
from tongban.adapters.embedded.log import EmbeddedEventLog
from tongban.adapters.kafka.log import KafkaEventLog
from tongban.contracts.malformed import MalformedRecordError
from tongban.contracts.wire.cloud_event import parse_record
from tongban.contracts.wire.record import Record
from tongban.domain.errors import RecordTooLargeError
from tongban.ledger.event_log import TopicPartition, TopicSpec

ARTEFACT = from_json((CASES / "007-twenty-megabytes.json").read_text(encoding="utf-8"))
(LARGE,) = (each.record for each in ARTEFACT.records if each.role is Role.ACCUSED)
SMALL = Record(b"k", b"small")


def test_the_embedded_log_takes_it_and_every_reader_goes_on_behind_it(tmp_path):
    records, genesis, topics = base()
    log = EmbeddedEventLog(tmp_path / "log.sqlite", durable=False)
    try:
        log.create_topics([TopicSpec(name, partitions, "keep") for name, partitions in topics.items()])
        writer = log.writer()
        writer.publish([(each.place, each.record) for each in (*records, *ARTEFACT.records)])
        writer.close()
        outcome = read(log, genesis, STRANGER)
    finally:
        log.close()
    assert list(outcome.evidence.values()) == [("rejected", "F1", "too_large")]
    good = [dict(each.record.headers)["ce_id"].decode() for each in ARTEFACT.records if each.role is Role.GOOD]
    assert {bytes.fromhex(each) for each in good} <= outcome.accepted


def test_it_is_refused_without_being_copied():
    tracemalloc.start()
    try:
        with pytest.raises(MalformedRecordError):
            parse_record(LARGE)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 1 << 20


@pytest.mark.kafka
def test_kafka_refuses_it_and_takes_what_comes_behind(kafka_bootstrap):
    log = KafkaEventLog(kafka_bootstrap.split(","))
    topic = f"tongban.corpus.{uuid4().hex}"
    place = TopicPartition(topic, 0)
    try:
        log.create_topics([TopicSpec(topic, 1, "keep")])
        writer = log.writer()
        with pytest.raises(RecordTooLargeError):
            writer.publish([(place, LARGE)])
        writer.publish([(place, SMALL)])
        writer.close()
        reader = log.reader({place: 0})
        found = []
        while not found:
            found += reader.poll(timeout_seconds=1.0, limit=10)
        reader.close()
        assert [each.record for each in found] == [SMALL]
    finally:
        log.delete_topics([topic])
        log.close()
