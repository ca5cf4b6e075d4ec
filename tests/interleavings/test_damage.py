"""A store on a bad disk stops its region; a backup takes its place, and takes over from the log what it lacks."""

import pytest

from tests.cities import HEFEI, SHANGHAI
from tests.interleavings.quiescence import assert_quiescent
from tests.ledger.lives import state_in, take_in
from tongban.domain.errors import StoreCorruptError
from tongban.domain.law.handover import Offer


def test_a_damaged_store_does_not_start_and_its_backup_does(cities):
    case = take_in(cities)
    backup = cities.backup(SHANGHAI)
    offered = cities.act(SHANGHAI, Offer(HEFEI), case=case)
    cities.settle()
    cities.crash(SHANGHAI)
    cities.damage(SHANGHAI)
    with pytest.raises(StoreCorruptError):
        cities.restart(SHANGHAI)
    cities.crash(SHANGHAI)
    cities.put_back(SHANGHAI, backup)
    cities.restart(SHANGHAI)
    cities.settle()
    assert state_in(cities, SHANGHAI, case).last == offered.events[0].hash
    assert_quiescent(cities)
