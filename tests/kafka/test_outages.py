"""A broker that restarts, dies, freezes or loses bytes while cities work through it: nothing acknowledged is lost."""

import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.cities import HANGZHOU, HEFEI, SHANGHAI, Cities
from tests.contract.event_logs import make_topic, read
from tests.kafka.broker import KafkaBroker, why_unavailable
from tests.kafka.fixture import require_kafka
from tests.ledger.lives import FINISHED, live, state_in, take_in
from tongban.adapters.kafka_log import KafkaEventLog
from tongban.contracts.record import Record
from tongban.domain.errors import (
    LogUnavailableError,
    PublishOutcomeUnknownError,
    RecordUnreadableError,
    RetryableError,
)
from tongban.ledger.event_log import Place
from tongban.ledger.topics import Topics

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

CODES = (SHANGHAI, HANGZHOU, HEFEI)
SHORT_SECONDS = 1.5
"""A publish timeout that a test outlives."""


@pytest.fixture(scope="module")
def broker() -> Iterator[KafkaBroker]:
    require_kafka(why_unavailable())
    # A short segment, so that one on disk can be found and damaged.
    with KafkaBroker(properties={"group.initial.rebalance.delay.ms": "0"}) as broker:
        yield broker


@pytest.fixture
def log(broker: KafkaBroker) -> Iterator[KafkaEventLog]:
    with closing(
        KafkaEventLog([broker.bootstrap], publish_timeout_seconds=SHORT_SECONDS, request_timeout_seconds=5)
    ) as log:
        yield log


@pytest.fixture
def cities(tmp_path, log: KafkaEventLog) -> Iterator[Cities]:
    with closing(Cities(tmp_path, log=log, partitions=1, topics=Topics(f"out{uuid.uuid4().hex}"))) as cities:
        yield cities


class Shift:
    """Each city takes cases in, offers and takes over, in a thread of its own, through whatever the broker does.

    What failed is handled as a node process does: the reader is closed, and after a failed publish a new node starts.
    """

    def __init__(self, cities: Cities) -> None:
        self.cities = cities
        self.kept: dict[str, list] = {code: [] for code in CODES}
        self.new_starts = 0
        self.ended = threading.Event()
        self.faults: list[BaseException] = []
        self._threads = [threading.Thread(target=self._run, args=(code,)) for code in CODES]

    def __enter__(self) -> "Shift":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        for thread in self._threads:
            thread.join(60)
        assert not self.faults

    def wait_for(self, acts: int) -> None:
        """Until each city has kept so many acts more."""
        before = {code: len(kept) for code, kept in self.kept.items()}
        deadline = time.monotonic() + 60
        while not all(len(self.kept[code]) >= before[code] + acts for code in CODES):
            assert not self.faults, self.faults
            assert time.monotonic() < deadline
            self.ended.wait(0.02)

    def _run(self, code) -> None:
        try:
            while not self.ended.is_set():
                self._act(code)
                self._turn(code)
        except BaseException as err:
            self.faults.append(err)
            raise

    def _act(self, code) -> None:
        if len(self.kept[code]) < 200:
            done = take_in(self.cities, settle=False, by="handler") if code == SHANGHAI else None
            self.kept[code].append(done)

    def _turn(self, code) -> None:
        node = self.cities.nodes[code]
        try:
            node.follow(timeout_seconds=0.05)
            node.relay()
        except PublishOutcomeUnknownError:
            self._start_anew(code)
        except RetryableError:
            node.follower.close()

    def _start_anew(self, code) -> None:
        while not self.ended.is_set():
            self.cities.nodes[code].close()
            node = self.cities.nodes[code] = self.cities.node(code)
            try:
                node.start()
            except RetryableError:
                self.ended.wait(0.2)
            else:
                self.new_starts += 1
                return
