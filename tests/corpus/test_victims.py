"""What others do with an honest city's events does nothing to that city: the real nodes, one of which is copied from."""

from dataclasses import replace

import pytest

from tests.cities import HANGZHOU, HEFEI, SHANGHAI, Cities
from tests.gated_log import is_checkpoint, is_event
from tests.ledger.lives import take_in
from tests.liar import publish_listed
from tongban.contracts.wire.cloud_event import partition_of, to_record
from tongban.domain.law.handover import Offer
from tongban.ledger.event_log import TopicPartition


@pytest.fixture
def cities(tmp_path):
    cities = Cities(tmp_path)
    yield cities
    cities.close()


def offered(cities):
    """An offer by Shanghai that is kept, with its record."""
    case = take_in(cities)
    (event,) = cities.act(SHANGHAI, Offer(HEFEI), case=case).events
    with cities.stores[SHANGHAI].reading() as tx:
        signed = tx.events.get(event.hash).signed
    return event, signed, to_record(signed, event.header)


def covered_at(cities, event):
    found = {}
    for code in cities.codes:
        with cities.stores[code].reading() as tx:
            kept = tx.events.get(event.hash)
            found[code] = kept and kept.covered_at
    return found


def test_a_copy_that_another_city_lists_covers_nothing_for_the_city_that_wrote_it(cities):
    cities.gates[SHANGHAI].hold_back = is_checkpoint
    event, signed, record = offered(cities)
    cities.nodes[SHANGHAI].relay()
    place = TopicPartition(cities.topics.cases(HANGZHOU), partition_of(record.key, cities.partitions))
    publish_listed(cities, HANGZHOU, place, record, signed.leaf)
    cities.tick()
    for code in cities.codes:
        cities.nodes[code].catch_up()
    assert covered_at(cities, event) == {SHANGHAI: None, HANGZHOU: None, HEFEI: None}
    with cities.stores[SHANGHAI].reading() as tx:
        assert tx.outbox.is_uncovered(event.hash), "it still waits for a checkpoint of its own city"


def test_an_act_whose_copy_another_city_listed_survives_a_crash_before_its_own_checkpoint(cities):
    cities.gates[SHANGHAI].hold_back = is_checkpoint
    event, signed, record = offered(cities)
    cities.nodes[SHANGHAI].relay()
    place = TopicPartition(cities.topics.cases(HANGZHOU), partition_of(record.key, cities.partitions))
    publish_listed(cities, HANGZHOU, place, record, signed.leaf)
    cities.nodes[SHANGHAI].catch_up()
    cities.crash(SHANGHAI)
    cities.restart(SHANGHAI)
    cities.settle()
    times = covered_at(cities, event)
    assert None not in times.values()
    assert len(set(times.values())) == 1


def test_a_changed_copy_before_the_late_genuine_record_does_not_keep_the_act_uncovered(cities):
    cities.gates[SHANGHAI].hold_back = is_event("case.offered")
    event, _, record = offered(cities)
    cities.nodes[SHANGHAI].relay()
    place = TopicPartition(cities.topics.cases(SHANGHAI), partition_of(record.key, cities.partitions))
    writer = cities.log.writer()
    writer.publish([(place, replace(record, key=b"another key"))])
    writer.close()
    for code in cities.codes:
        cities.nodes[code].catch_up()
    assert covered_at(cities, event) == {SHANGHAI: None, HANGZHOU: None, HEFEI: None}
    cities.gates[SHANGHAI].hold_back = lambda _: False
    cities.gates[SHANGHAI].let_go()
    cities.settle()
    times = covered_at(cities, event)
    assert None not in times.values()
    assert len(set(times.values())) == 1
    with cities.stores[SHANGHAI].reading() as tx:
        assert not tx.outbox.partitions()
