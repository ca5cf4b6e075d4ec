"""Records of several cities, in any order that keeps each partition's own, give the same verdicts and the same views."""

import random
import tempfile

import pytest

from tests.cities import HANGZHOU, HEFEI, SHANGHAI, Cities, MemoryKeyring
from tests.ledger.lives import FINISHED, live, take_in
from tests.liar import header_for, publish_lie, publish_lie_on
from tests.scripted_log import ScriptedLog
from tongban.adapters.store.sqlite_store import SqliteLedgerStore
from tongban.adapters.views.projector import Projector
from tongban.adapters.views.sql_views import Views
from tongban.contracts.wire.record import Record
from tongban.domain.events.acceptance import Accepted
from tongban.domain.events.decision import Decided
from tongban.domain.events.handover import Offered, TakenOver
from tongban.domain.identifiers import RegionCode
from tongban.domain.law.handover import Offer, TakeOver
from tongban.ledger.event_log import TopicPartition
from tongban.ledger.node import Node, Ports

ORDERS = 40


def last_header(cities, code, case):
    node = cities.nodes[code]
    with node.store.reading() as tx:
        return max(
            (event for event in node.knowledge.case(tx, case) if event.header.stream == case),
            key=lambda event: event.header.sequence,
        )


@pytest.fixture(scope="module")
def history(tmp_path_factory):
    """A log with honest cases, an equivocation, acts without the pen, an unlawful act, and rubbish."""
    cities = Cities(tmp_path_factory.mktemp("cities"))
    live(cities, take_in(cities), FINISHED)
    _equivocate(cities)
    _write_without_the_pen(cities)
    _decide_before_accepting(cities)
    _publish_rubbish(cities)
    live(cities, take_in(cities), FINISHED)
    yield cities
    cities.close()


def _equivocate(cities):
    """Shanghai offers one case to two cities, and both take over."""
    case = take_in(cities)
    first = last_header(cities, SHANGHAI, case)
    for target in (HEFEI, HANGZHOU):
        header = header_for(cities, SHANGHAI, first.header, previous=first.hash)
        offer = publish_lie(cities, SHANGHAI, header, Offered(target, None, None))
        publish_lie_on(cities, target, offer, TakenOver())
    step(cities)


def _write_without_the_pen(cities):
    case = take_in(cities)
    last = last_header(cities, SHANGHAI, case)
    step(cities)
    header = header_for(cities, HANGZHOU, last.header, previous=last.hash)
    publish_lie_on(cities, HANGZHOU, last, Accepted(20_000, None))
    assert header.region == HANGZHOU
    cities.act(SHANGHAI, Offer(HEFEI), case=case)
    step(cities)


def _decide_before_accepting(cities):
    case = take_in(cities)
    for code, command in ((SHANGHAI, Offer(HEFEI)), (HEFEI, TakeOver())):
        cities.act(code, command, case=case)
        cities.settle()
    last = last_header(cities, HEFEI, case)
    publish_lie(cities, HEFEI, header_for(cities, HEFEI, last.header, previous=last.hash), Decided(True, None, ()))
    step(cities)


def _publish_rubbish(cities):
    writer = cities.log.writer()
    place = TopicPartition(cities.topics.cases(SHANGHAI), 0)
    rubbish = [Record(b"k", b"\x00\x01"), Record(None, b""), Record(b"k", None), Record(b"k", b"x" * 70_000)]
    writer.publish([(place, record) for record in rubbish])
    writer.close()


def step(cities, rounds=12):
    """Let everybody relay and read; a liar's lie may never be covered in its own eyes."""
    for _ in range(rounds):
        for node in cities.nodes.values():
            node.relay()
            node.catch_up()


@pytest.fixture(scope="module")
def recorded(history):
    infos = dict(history.log.topics())
    reader = history.log.reader(
        {TopicPartition(name, n): 0 for name, info in infos.items() for n in range(info.partitions)}
    )
    records = {}
    while batch := reader.poll(timeout_seconds=0, limit=10_000):
        for logged in batch:
            records.setdefault(logged.place, []).append(logged)
    reader.close()
    return records, infos


def read_in_some_order(history, recorded, seed):
    """What a reader makes of the log: verdicts of all leaves, evidence, digests of its views."""
    store, folder = SqliteLedgerStore.temporary(), tempfile.TemporaryDirectory()
    views = Views(f"sqlite:///{folder.name}/views.sqlite")
    log = ScriptedLog(*recorded, random.Random(seed))
    ports = Ports(store, log, MemoryKeyring(), history.clock, bytes)
    node = Node(RegionCode("reader"), history.genesis, ports, history.topics)
    try:
        views.create()
        node.follower.refresh()
        node.catch_up()
        Projector(store, views, node.histories.read).rebuild()
        with store.reading() as tx:
            return {
                "events": sorted(
                    (str(case), kept.signed.hash, kept.covered_at) for case in tx.events.cases()
                    for kept in tx.events.case(case)
                ),
                "parked": sorted((each.leaf.hash, each.code, each.awaits) for each in tx.parking.parked()),
                "evidence": sorted(
                    (each.kind, each.place, each.offset, each.rule, each.code)
                    for each in tx.parking.evidence() if each.kind != "equivocation"
                ),
                "tracker": views.digest("tracker"),
                "timeline": views.digest("timeline"),
                "findings": sum(row.findings for row in views.each_tracker()),
                "frozen": sum(row.frozen_at is not None for row in views.each_tracker()),
            }  # fmt: skip
    finally:
        node.close()
        views.close()
        store.close()
        folder.cleanup()


@pytest.fixture(scope="module")
def in_order(history, recorded):
    return read_in_some_order(history, recorded, seed=0)


def test_the_history_holds_what_it_should(in_order):
    codes = {code for _, _, _, _, code in in_order["evidence"]}
    assert "pen_not_held" in codes
    assert in_order["frozen"] == 1
    assert in_order["findings"] >= 1
    assert len([each for each in in_order["evidence"] if each[3] == "F1"]) == 4


@pytest.mark.parametrize("seed", range(1, ORDERS + 1))
def test_every_order_gives_the_same_verdicts_and_digests(history, recorded, in_order, seed):
    assert read_in_some_order(history, recorded, seed) == in_order
