"""Records that wait for each other come in together, whatever comes first: an answer, the join that rests on it, or both."""

import random

import pytest

from tests.cities import HANGZHOU, HEFEI, SHANGHAI, Cities, MemoryKeyring
from tests.ledger.lives import HANDED_OVER, live, take_in
from tests.scripted_log import ScriptedLog
from tongban.adapters.store.sqlite_store import SqliteLedgerStore
from tongban.domain.events.assistance import HelpKind
from tongban.domain.identifiers import RegionCode
from tongban.domain.law.acceptance import Accept
from tongban.domain.law.assistance import Answer, Ask, Join
from tongban.ledger.event_log import TopicPartition
from tongban.ledger.node import Node, Ports


@pytest.fixture(scope="module")
def history(tmp_path_factory):
    """Cases in which the deciding city asks a third one, and joins its answer."""
    cities = Cities(tmp_path_factory.mktemp("cities"), partitions=1)
    for _ in range(3):
        case = take_in(cities)
        live(cities, case, (*HANDED_OVER, (HEFEI, Accept(), "handler")))
        asked = cities.act(HEFEI, Ask(HANGZHOU, HelpKind.OPINION), case=case)
        cities.settle()
        answered = cities.act(HANGZHOU, Answer(asked.events[0].hash), case=case)
        cities.settle()
        live(cities, case, ((HEFEI, Join(answered.events[0].hash), "handler"),))
    yield cities
    cities.close()


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


@pytest.mark.parametrize("seed", range(30))
def test_nothing_waits_for_what_is_here(history, recorded, seed):
    store = SqliteLedgerStore.temporary()
    log = ScriptedLog(*recorded, random.Random(seed))
    node = Node(RegionCode("reader"), history.genesis, Ports(store, log, MemoryKeyring(), history.clock, bytes),
                history.topics)  # fmt: skip
    try:
        node.follower.refresh()
        node.catch_up()
        with store.reading() as tx, history.stores[SHANGHAI].reading() as known:
            assert not tx.parking.parked()
            assert tx.events.count() == known.events.count()
    finally:
        node.close()
        store.close()
