"""The node process when the log does not answer, and the writer's lock, without waiting for real time."""

import threading
from contextlib import contextmanager
from uuid import UUID, uuid4

import pytest

from tests.adapters.cli.conftest import PASSPHRASE, wait_until
from tongban.adapters.embedded.log import EmbeddedEventLog
from tongban.adapters.keys.keystore import Keystore
from tongban.adapters.node.home import KEYSTORE_FILE, OpenHome, read_genesis
from tongban.adapters.node.process import NodeProcess, Pace
from tongban.adapters.node.settings import load_settings
from tongban.adapters.node.writing import begin_writing, end_writing, publish_step
from tongban.domain.errors import LogUnavailableError, PublishOutcomeUnknownError, StoreBusyError
from tongban.domain.identifiers import CaseId, CommandId
from tongban.domain.law.handover import Offer
from tongban.ledger.acts import ActRequest
from tongban.ledger.writer import READY

FAST = Pace(poll=0.01, refresh=0.05, report=0.05, grace=5, first_delay=0.01)


class FlakyLog:
    """A log that may stop to answer, or lose a publish."""

    def __init__(self, log):
        self._log = log
        self.away = False
        self.lose_publishes = 0

    def __getattr__(self, name):
        self.check()
        return getattr(self._log, name)

    def check(self):
        if self.away:
            raise LogUnavailableError("the log is away")

    def reader(self, positions):
        self.check()
        return FlakyPart(self, self._log.reader(positions))

    def writer(self):
        self.check()
        return FlakyPart(self, self._log.writer())

    def close(self):
        self._log.close()


class FlakyPart:
    def __init__(self, log, part):
        self._log, self._part = log, part

    def __getattr__(self, name):
        self._log.check()
        return getattr(self._part, name)

    def publish(self, items):
        self._log.check()
        if self._log.lose_publishes:
            self._log.lose_publishes -= 1
            raise PublishOutcomeUnknownError("lost")
        self._part.publish(items)

    def close(self):
        self._part.close()


@pytest.fixture
def region(towns, monkeypatch):
    """Shanghai's home, opened in this process, with a log that may fail."""
    for name, value in towns.env.items():
        if value is not None:
            monkeypatch.setenv(name, value)
    home = towns.home("sh")
    log = FlakyLog(EmbeddedEventLog(towns.folder / "log.sqlite", durable=False))
    keys = Keystore.open(home / KEYSTORE_FILE, PASSPHRASE)
    region = OpenHome(load_settings(home), read_genesis(home), keys, log=log)
    yield region
    region.close()
    log.close()


class Running:
    def __init__(self, region):
        self.reports = []
        self.stopping = threading.Event()
        self.failure = None
        self.process = NodeProcess(region, self.stopping, self.reports.append, pace=FAST)
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        try:
            self.process.run()
        except Exception as err:  # told to the test
            self.failure = err

    def status(self):
        return self.reports[-1].status if self.reports else None

    def wait_for(self, status):
        wait_until(lambda: self.status() == status or not self.thread.is_alive())
        assert self.failure is None
        assert self.status() == status


@contextmanager
def running(region):
    process = Running(region)
    try:
        yield process
    finally:
        process.stopping.set()
        process.thread.join()
    assert process.failure is None


def offer(region, case):
    return ActRequest(CommandId(uuid4()), "sh-handler", Offer("340100"), region.world.clock(), CaseId(case))


def taken_in(towns):
    return UUID(towns.take_in())


def is_covered(region, events):
    with region.store.reading() as tx:
        return all(tx.events.get(event.hash).covered_at is not None for event in events)


def test_commands_are_taken_through_an_outage_and_published_behind_it(towns, region):
    case = taken_in(towns)
    with running(region) as process:
        process.wait_for("ok")
        region.log.away = True
        process.wait_for("degraded")
        assert "the log is away" in process.reports[-1].trouble
        done = towns.act("sh", "offer", str(case))  # beside the process, with a log of its own
        assert not done["published"]
        region.log.away = False
        process.wait_for("ok")
        wait_until(region.node.drained)
    assert process.reports[-1].status == "stopped"
    assert process.reports[-1].unpublished == 0


def test_after_a_lost_publish_it_starts_anew_and_the_act_is_published_once(towns, region):
    case = taken_in(towns)
    with running(region) as process:
        process.wait_for("ok")
        first = process.reports[-1].incarnation
        region.log.lose_publishes = 1
        done = towns.act("sh", "offer", str(case), "--wait")
        assert done["published"]
        process.wait_for("ok")
        wait_until(lambda: process.reports[-1].incarnation == first + 1)
    shown = towns.json("hf", "case", "show", str(case), "--refresh")
    assert [row["act"] for row in shown["timeline"]] == ["take_in", "offer"]


def test_a_stop_publishes_what_was_kept(towns, region):
    case = taken_in(towns)
    with running(region) as process:
        process.wait_for("ok")
        done = towns.act("sh", "offer", str(case))
    assert process.reports[-1].unpublished == 0
    shown = towns.json("sh", "case", "show", str(case))["timeline"]
    assert all(row["covered_at"] for row in shown)
    assert done["acts"] == ["offer"]


def test_a_log_that_is_away_from_the_start_is_waited_for(region):
    region.log.away = True
    with running(region) as process:
        wait_until(lambda: process.reports and process.reports[-1].trouble)
        assert process.status() == "starting"
        region.log.away = False
        process.wait_for("ok")


def test_a_stop_during_an_outage_ends_and_leaves_the_rest_to_the_next_start(towns, region):
    case = taken_in(towns)
    with running(region) as process:
        process.wait_for("ok")
        region.log.away = True
        process.wait_for("degraded")
        towns.act("sh", "offer", str(case))
    region.log.away = False
    assert (process.reports[-1].status, process.reports[-1].unpublished) == ("stopped", 1)
    towns.json("sh", "officer", "revoke", "sh-approver", "--reason", "lost")
    assert all(row["covered_at"] for row in towns.json("sh", "case", "show", str(case))["timeline"])


def test_one_store_has_one_node(region):
    with region.store.writer_lock(), pytest.raises(StoreBusyError):
        NodeProcess(region, threading.Event(), lambda _: None).run()


def test_a_writer_ends_only_when_nothing_is_left_to_publish(towns, region):
    case = taken_in(towns)
    with region.store.writer_lock() as alone:
        assert alone
        begin_writing(region)
        done = region.node.perform(offer(region, case))
        assert not end_writing(region), "the act would be left to nobody"
        with region.store.reading() as tx:
            assert tx.facts.get(READY)
        while not publish_step(region):
            pass
        assert end_writing(region)
        assert is_covered(region, done.events)
        with region.store.reading() as tx:
            assert not tx.facts.get(READY)
        region.node.stop()


def test_a_command_waits_for_a_writer_that_is_still_starting(towns, region):
    case = towns.take_in()
    with region.store.writer_lock():
        error = towns.refused("sh", "case", "offer", case, "--officer", "sh-handler", "--timeout", "0.2", code=4)
        assert (error["code"], "still starting" in error["found"]) == ("not_started", True)
        begin_writing(region)
        done = towns.act("sh", "offer", case)
        assert not done["published"]
        while not (publish_step(region) and end_writing(region)):
            pass
        region.node.stop()


def test_a_writer_that_died_ready_lets_nobody_append_while_the_next_one_starts(towns, region):
    with region.store.transaction() as tx:
        tx.facts.set(READY, "9/" + "00" * 16)
    region.log.away = True
    with pytest.raises(LogUnavailableError), region.store.writer_lock():
        begin_writing(region)
    with region.store.reading() as tx:
        assert not tx.facts.get(READY)
    region.log.away = False
