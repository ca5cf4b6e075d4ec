"""A broker that restarts, dies, freezes or loses bytes while cities work through it: nothing acknowledged is lost."""

import threading
import uuid
from collections.abc import Iterable, Iterator
from contextlib import closing

import pytest

from tests.adapters.cli.conftest import NodeRun, Towns, wait_until
from tests.adapters.kafka.broker import KafkaBroker, why_unavailable
from tests.adapters.kafka.fixture import require_kafka
from tests.adapters.kafka.mirroring import copy_of
from tests.adapters.kafka.three_cities import found_towns, running_nodes, wait_until_same
from tests.cities import HEFEI, SHANGHAI, Cities
from tests.interleavings.quiescence import assert_quiescent
from tests.ledger.lives import FINISHED, live, state_in, take_in
from tests.ports.event_logs import make_topic, read
from tongban.adapters.kafka.log import KafkaEventLog
from tongban.contracts.wire.record import Record
from tongban.domain.errors import PublishOutcomeUnknownError, RecordUnreadableError
from tongban.ledger.event_log import TopicPartition
from tongban.ledger.topics import Topics

# One broker of its own for all of them, so one worker.
pytestmark = [pytest.mark.kafka, pytest.mark.slow, pytest.mark.xdist_group("kafka-outages")]

NAMES = ("sh", "hz", "hf")
SHORT_SECONDS = 1.5
"""Timeouts of requests and publishes that a test outlives."""
MANY = 6
"""Cases that are taken in while the broker is away."""


@pytest.fixture(scope="module")
def broker() -> Iterator[KafkaBroker]:
    require_kafka(why_unavailable())
    with KafkaBroker() as broker:
        yield broker


@pytest.fixture(scope="module")
def towns(broker: KafkaBroker, tmp_path_factory) -> Towns:
    towns = found_towns(tmp_path_factory.mktemp("outages"), broker.bootstrap, "tongban")
    towns.env |= {
        "TONGBAN_KAFKA_REQUEST_TIMEOUT_SECONDS": str(SHORT_SECONDS),
        "TONGBAN_KAFKA_PUBLISH_TIMEOUT_SECONDS": str(SHORT_SECONDS),
    }
    return towns


@pytest.fixture(scope="module")
def nodes(towns: Towns) -> Iterator[dict[str, NodeRun]]:
    with running_nodes(towns, NAMES) as nodes:
        yield nodes


def work_through(towns: Towns, trouble) -> dict[str, int]:
    """Take cases in and hand them over, before, during and after `trouble`; how many acts each case has."""
    acts: dict[str, int] = {}
    case = towns.take_in("sh")
    acts[case] = 1
    during = threading.Thread(target=trouble)
    during.start()
    try:
        while during.is_alive() and len(acts) <= MANY:
            mine = towns.take_in("sh")
            towns.act("sh", "offer", mine)
            acts[mine] = 2
    finally:
        during.join()
    towns.act("sh", "offer", case)
    wait_until(lambda: case in {each["case"] for each in towns.json("hf", "case", "list", "--pen", "340100")["cases"]})
    towns.act("hf", "take-over", case)
    acts[case] = 3
    return acts


def test_cities_work_on_through_a_restart_of_the_broker(towns: Towns, nodes, broker: KafkaBroker) -> None:
    acts = work_through(towns, broker.restart)
    assert len(acts) > 2
    wait_until_same(towns, NAMES, acts)


def test_cities_work_on_through_a_loss_of_the_broker(towns: Towns, nodes, broker: KafkaBroker) -> None:
    def lose() -> None:
        broker.kill()
        broker.start()

    wait_until_same(towns, NAMES, work_through(towns, lose))


def test_cities_work_on_through_a_freeze_that_outlasts_every_timeout(towns: Towns, nodes, broker: KafkaBroker) -> None:
    def freeze() -> None:
        broker.pause()
        try:
            wait_until(lambda: "Timed" in nodes["sh"].health().get("trouble", ""))
        finally:
            broker.resume()

    acts = work_through(towns, freeze)
    assert len(acts) > 2, "acts are kept while nothing answers"
    wait_until_same(towns, NAMES, acts)
    assert all(node.process.poll() is None for node in nodes.values())


class FreezingLog(KafkaEventLog):
    """When armed, the broker freezes after topics were looked up, with the records on their way."""

    def __init__(self, broker: KafkaBroker) -> None:
        super().__init__([broker.bootstrap], publish_timeout_seconds=SHORT_SECONDS, request_timeout_seconds=5)
        self.broker = broker
        self.armed = False
        self.writers = 0

    def writer(self):
        self.writers += 1
        return super().writer()

    def check_places(self, places: Iterable[TopicPartition]) -> None:
        super().check_places(places)
        if self.armed:
            self.armed = False
            self.broker.pause()


@pytest.mark.parametrize("freezes_at", ["contents", "events", "checkpoint"])
def test_after_a_delivery_timeout_a_new_writer_reads_back_and_goes_on(
    tmp_path, broker: KafkaBroker, freezes_at: str
) -> None:
    log = FreezingLog(broker)
    topics = Topics(f"freeze{uuid.uuid4().hex}")
    with closing(Cities(tmp_path, log=log, codes=(SHANGHAI, HEFEI), partitions=1, topics=topics)) as cities:
        case = take_in(cities, settle=False)
        shanghai = cities.nodes[SHANGHAI]
        publish, left = shanghai._relay.publish, ["contents", "events", "checkpoint"].index(freezes_at)

        def counted(items) -> None:
            nonlocal left
            log.armed, left = left == 0, left - 1
            publish(items)

        shanghai._relay.publish = counted
        before = log.writers
        try:
            with pytest.raises(PublishOutcomeUnknownError):
                shanghai.relay()
        finally:
            broker.resume()
        shanghai._relay.publish = publish
        cities.settle()
        live(cities, case, FINISHED)
        assert log.writers == before + 1, "the writer that gave up was not used again"
        assert state_in(cities, SHANGHAI, case) == state_in(cities, HEFEI, case)
        assert_quiescent(cities)
        (records,) = copy_of(log, [topics.cases(SHANGHAI)]).values()
        takings = [record for record in records if ("ce_type", b"tongban.case.taken_in.v1") in record.headers]
        assert 1 <= len(takings) <= 2


def test_a_damaged_batch_is_named_stops_its_partition_and_no_other(broker: KafkaBroker) -> None:
    with closing(KafkaEventLog([broker.bootstrap])) as log:
        damaged, whole = TopicPartition(make_topic(log), 0), TopicPartition(make_topic(log), 0)
        with closing(log.writer()) as writer:
            for value in (b"first", b"second " + b"." * 100):
                writer.publish([(damaged, Record(b"k", value)), (whole, Record(b"k", value))])
        broker.stop()
        flip_a_byte(broker, damaged, b"second ")
        broker.start()
        with closing(log.reader({damaged: 0, whole: 0})) as reader:
            found = read(reader, 3)
            assert sorted(logged.record.value[:6] for logged in found) == [b"first", b"first", b"second"]
            with pytest.raises(RecordUnreadableError, match=f"{damaged.topic}/0 at offset 1: .*crc"):
                while True:
                    assert not reader.poll(timeout_seconds=1, limit=10)
            with closing(log.writer()) as writer:
                writer.publish([(whole, Record(b"k", b"third"))])
            assert read(reader, 1)[0].record.value == b"third"


def flip_a_byte(broker: KafkaBroker, place: TopicPartition, near: bytes) -> None:
    """Change one byte of a record on the broker's disk, as a bad disk does."""
    (segment,) = (broker.folder / "data" / f"{place.topic}-{place.partition}").glob("*.log")
    data = bytearray(segment.read_bytes())
    data[data.index(near) + len(near) + 1] ^= 1
    segment.write_bytes(data)
