"""The wire to PostgreSQL breaks while a node's COMMIT is under way: whether it arrived or not, nothing is done twice."""

import pytest

from tests.adapters.postgres.proxy import Cut, Proxy
from tests.cities import HEFEI, SHANGHAI, Cities
from tests.interleavings.quiescence import assert_quiescent
from tests.ledger.lives import state_in, take_in
from tongban.domain.errors import CommitOutcomeUnknownError
from tongban.domain.law.handover import Offer

pytestmark = [pytest.mark.postgres, pytest.mark.parametrize("where", Cut)]


@pytest.fixture
def proxy(postgres_database):
    with Proxy.to(postgres_database) as wire:
        yield wire


@pytest.fixture
def cities(tmp_path, postgres_database, postgres_storage, proxy):
    """Every store is behind a wire that can be cut."""
    cities = Cities(tmp_path, storage=postgres_storage(proxy.instead_of(postgres_database)))
    yield cities
    cities.close()


def test_an_act_is_done_once(cities, proxy, where):
    case, command_id = take_in(cities), cities.uuid()
    proxy.cut(b"COMMIT", where)
    with pytest.raises(CommitOutcomeUnknownError):
        cities.act(SHANGHAI, Offer(HEFEI), case=case, command_id=command_id)
    again = cities.act(SHANGHAI, Offer(HEFEI), case=case, command_id=command_id)
    assert again.repeated is (where is Cut.BEHIND)
    cities.settle()
    assert state_in(cities, HEFEI, case).last == again.events[0].hash
    with cities.stores[HEFEI].reading() as tx:
        assert len(tx.events.case(case)) == len(("taken in", "offered"))
    assert_quiescent(cities)


def test_a_record_is_taken_in_once(cities, proxy, where):
    case = take_in(cities)
    offered = cities.act(SHANGHAI, Offer(HEFEI), case=case)
    cities.settle([SHANGHAI])
    proxy.cut(b"COMMIT", where)
    with pytest.raises(CommitOutcomeUnknownError):
        cities.nodes[HEFEI].catch_up()
    cities.nodes[HEFEI].follower.close()  # as the process does, before it asks again
    cities.settle()
    assert state_in(cities, HEFEI, case).last == offered.events[0].hash
    assert_quiescent(cities)


def test_a_start_counts_once(cities, proxy, where):
    before = cities.nodes[SHANGHAI].writer.incarnation.number
    cities.crash(SHANGHAI)
    cities.open_store(SHANGHAI)
    cities.nodes[SHANGHAI] = cities.node(SHANGHAI)
    proxy.cut(b"COMMIT", where)
    with pytest.raises(CommitOutcomeUnknownError):
        cities.nodes[SHANGHAI].start()
    cities.nodes[SHANGHAI].close()
    cities.nodes[SHANGHAI] = cities.node(SHANGHAI)
    cities.nodes[SHANGHAI].start()
    assert cities.nodes[SHANGHAI].writer.incarnation.number > before
    case = take_in(cities)
    assert state_in(cities, HEFEI, case).pen.writer == SHANGHAI
    assert_quiescent(cities)
