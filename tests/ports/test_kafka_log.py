"""What only a broker can show: settings, a broker that freezes or is away, records deleted, strangers."""

import random
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from typing import TypeAlias

import pytest

from tests.adapters.kafka.broker import KafkaBroker, why_unavailable
from tests.ports.event_logs import make_topic, read
from tongban.adapters.kafka.clients import KafkaConnection
from tongban.adapters.kafka.errors import mapped
from tongban.adapters.kafka.library import kafka
from tongban.adapters.kafka.log import KafkaEventLog, topic_settings
from tongban.adapters.kafka.writer import KafkaLogWriter
from tongban.contracts.wire.record import Record
from tongban.domain.errors import (
    LogUnavailableError,
    PublishOutcomeUnknownError,
    RecordTooLargeError,
    TopicMismatchError,
)
from tongban.ledger.event_log import Retention, TopicPartition, TopicSpec

Admin: TypeAlias = kafka.KafkaAdminClient

pytestmark = pytest.mark.kafka


@pytest.fixture
def log(kafka_bootstrap: str) -> Iterator[KafkaEventLog]:
    with closing(KafkaEventLog(kafka_bootstrap.split(","))) as log:
        yield log


@pytest.fixture
def admin(kafka_bootstrap: str) -> Iterator[Admin]:
    with closing(kafka.KafkaAdminClient(bootstrap_servers=kafka_bootstrap.split(","))) as admin:
        yield admin


@pytest.fixture(scope="module")
def own_broker(kafka_bootstrap: str) -> Iterator[KafkaBroker]:
    """A broker that a test may freeze and stop."""
    reason = why_unavailable()
    if reason is not None:
        pytest.skip(reason)
    with KafkaBroker() as broker:
        yield broker


def settings(admin: Admin, topic: str) -> dict[str, str]:
    resource = kafka.admin.ConfigResource(kafka.admin.ConfigResourceType.TOPIC, topic)
    found = admin.describe_configs([resource], config_filter="all")["topic"][topic]
    return {name: setting["value"] for name, setting in found.items()}


@pytest.mark.parametrize("retention", ["keep", "compact"])
def test_topics_have_the_settings_asked_for(log: KafkaEventLog, admin: Admin, retention: Retention) -> None:
    topic = make_topic(log, retention=retention)
    found = settings(admin, topic)
    wanted = topic_settings(TopicSpec(topic, 1, retention))
    assert {name: found[name] for name in wanted} == wanted
    assert found["message.timestamp.type"] == "CreateTime"


def test_a_topic_that_forgets_is_not_taken_for_one_that_keeps(log: KafkaEventLog, admin: Admin) -> None:
    topic = make_topic(log)
    resource = kafka.admin.ConfigResource(kafka.admin.ConfigResourceType.TOPIC, topic, {"retention.ms": "1000"})
    admin.alter_configs([resource])
    with pytest.raises(TopicMismatchError) as refused:
        log.create_topics([TopicSpec(topic, 1, "keep")])
    assert refused.value.found == "retention.ms=1000"


def test_a_position_before_the_start_of_the_log_goes_on_at_the_start(log: KafkaEventLog, admin: Admin) -> None:
    topic = make_topic(log)
    place = TopicPartition(topic, 0)
    with closing(log.writer()) as writer:
        writer.publish([(place, Record(b"k", b"%d" % number)) for number in range(10)])
    admin.delete_records({kafka.TopicPartition(topic, 0): 6})
    with closing(log.reader({place: 2})) as reader:
        assert [logged.offset for logged in read(reader, 4)] == [6, 7, 8, 9]


def test_a_broker_that_takes_less_than_usual_says_so(log: KafkaEventLog, admin: Admin) -> None:
    topic = make_topic(log)
    place = TopicPartition(topic, 0)
    resource = kafka.admin.ConfigResource(kafka.admin.ConfigResourceType.TOPIC, topic, {"max.message.bytes": "1000"})
    admin.alter_configs([resource])
    with closing(log.writer()) as writer:
        writer.publish([(place, Record(b"k", b"small"))])
        with pytest.raises(RecordTooLargeError):
            writer.publish([(place, Record(b"k", random.Random(1).randbytes(5000)))])
    with closing(log.reader({place: 0})) as reader:
        assert reader.ends() == {place: 1}


def test_records_of_strangers_are_read_whatever_they_compress_with(log: KafkaEventLog, kafka_bootstrap: str) -> None:
    topic = make_topic(log)
    with closing(kafka.KafkaProducer(bootstrap_servers=kafka_bootstrap, compression_type="gzip")) as stranger:
        stranger.send(topic, value=b"v" * 100, headers=[("a", b"")], timestamp_ms=5).get(timeout=30)
    with closing(log.reader({TopicPartition(topic, 0): 0})) as reader:
        (found,) = read(reader, 1)
    assert (found.record, found.timestamp_ms) == (Record(None, b"v" * 100, (("a", b""),)), 5)


def test_an_open_transaction_of_a_stranger_hides_nothing(log: KafkaEventLog, kafka_bootstrap: str) -> None:
    topic = make_topic(log)
    place = TopicPartition(topic, 0)
    with closing(kafka.KafkaProducer(bootstrap_servers=kafka_bootstrap, transactional_id=topic)) as stranger:
        stranger.init_transactions()
        stranger.begin_transaction()
        stranger.send(topic, key=b"k", value=b"open", partition=0).get(timeout=30)
        with closing(log.writer()) as writer:
            writer.publish([(place, Record(b"k", b"ours"))])
        with closing(log.reader({place: 0})) as reader:
            assert [logged.record.value for logged in read(reader, 2)] == [b"open", b"ours"]
        stranger.abort_transaction()


@pytest.mark.parametrize("warm", [False, True])
def test_a_publish_to_a_frozen_broker_has_no_known_outcome_and_the_writer_closes(
    own_broker: KafkaBroker, warm: bool
) -> None:
    with closing(KafkaEventLog([own_broker.bootstrap])) as log:
        place = TopicPartition(make_topic(log), 0)
        with closing(log.writer()) as before:
            before.publish([(place, Record(b"k", b"before"))])
        # It freezes when the topics were looked up, so that the records are on their way.
        freezes = {"on": False}
        writer = KafkaLogWriter(
            KafkaConnection((own_broker.bootstrap,)), lambda _: own_broker.pause() if freezes["on"] else None, 0.5
        )
        if warm:
            writer.publish([(place, Record(b"k", b"warm"))])
        freezes["on"] = True
        started = time.monotonic()
        try:
            with pytest.raises(PublishOutcomeUnknownError):
                writer.publish([(place, Record(b"k", b"during"))])
            writer.close()
        finally:
            own_broker.resume()
        assert time.monotonic() - started < 10
        with closing(log.writer()) as again, closing(log.reader({place: 0})) as reader:
            again.publish([(place, Record(b"k", b"after"))])
            values = [logged.record.value for logged in read(reader, reader.ends()[place])]
    assert [value for value in values if value != b"during"] == [b"before"] + [b"warm"] * warm + [b"after"]
    assert values.count(b"during") <= 1


def test_a_publish_goes_on_through_a_freeze_that_ends_in_time(own_broker: KafkaBroker) -> None:
    with closing(KafkaEventLog([own_broker.bootstrap])) as log, closing(log.writer()) as writer:
        place = TopicPartition(make_topic(log), 0)
        items = [(place, Record(b"k", b"%d" % number)) for number in range(500)]
        writer.publish(items)
        own_broker.pause()
        timer = threading.Timer(1.0, own_broker.resume)
        timer.start()
        writer.publish(items)
        timer.join()
        with closing(log.reader({place: 0})) as reader:
            assert [logged.record for logged in read(reader, 1000)] == [record for _, record in items * 2]


def test_readers_and_writers_outlive_a_restart_of_the_broker(own_broker: KafkaBroker) -> None:
    with closing(KafkaEventLog([own_broker.bootstrap])) as log:
        place = TopicPartition(make_topic(log), 0)
        with closing(log.reader({place: 0})) as reader, closing(log.writer()) as writer:
            writer.publish([(place, Record(b"k", b"1"))])
            assert read(reader, 1)[0].record.value == b"1"
            own_broker.kill()
            assert not reader.poll(timeout_seconds=0.5, limit=1)
            own_broker.start()
            writer.publish([(place, Record(b"k", b"2"))])
            assert read(reader, 1)[0].record.value == b"2"


def test_every_error_of_the_client_has_a_place_in_the_table() -> None:
    assert isinstance(mapped(kafka.errors.KafkaTimeoutError("late"), "ask"), LogUnavailableError)
    assert isinstance(mapped(TimeoutError("late"), "ask"), LogUnavailableError)
    assert isinstance(mapped(ValueError("odd"), "ask"), LogUnavailableError)
