"""A case opened in Shanghai is finished in Hefei: the real nodes, end to end, on the embedded log and on both stores."""

import pytest

from tests.cities import HANGZHOU, HEFEI, SHANGHAI, Cities
from tests.ledger.lives import FINISHED, LICENCE, live, materials, state_in, take_in
from tongban.domain.errors import ActRefusedError
from tongban.domain.events.values import Handling
from tongban.domain.law.handover import Offer
from tongban.domain.law.intake import TakeIn
from tongban.domain.law.phase import Phase


@pytest.fixture
def cities(tmp_path, storage):
    cities = Cities(tmp_path, storage=storage)
    yield cities
    cities.close()


def test_a_case_opened_in_shanghai_is_finished_in_hefei(cities):
    case = take_in(cities)
    live(cities, case, FINISHED)
    states = [state_in(cities, code, case) for code in cities.codes]
    assert {each.phase for each in states} == {Phase.CLOSED}
    assert states[0] == states[1] == states[2]
    assert states[0].findings == ()
    assert states[0].pen.writer == HEFEI


def test_a_city_without_the_pen_is_refused(cities):
    case = take_in(cities)
    with pytest.raises(ActRefusedError) as refused:
        cities.act(HANGZHOU, Offer(HEFEI), case=case)
    assert refused.value.code == "act_refused"
    assert refused.value.expected
    assert refused.value.found


def test_a_repeated_command_acts_once(cities):
    command_id = cities.uuid()
    command = TakeIn(Handling.REMOTE_INTAKE, HEFEI, materials(cities))
    first = cities.act(SHANGHAI, command, matter=LICENCE, command_id=command_id)
    again = cities.act(SHANGHAI, command, matter=LICENCE, command_id=command_id)
    assert not first.repeated
    assert again.repeated
    assert [event.hash for event in again.events] == [event.hash for event in first.events]
