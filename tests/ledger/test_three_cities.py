"""A case opened in Shanghai is finished in Hefei: the real nodes, end to end, on the embedded log."""

import pytest

from tests.cities import HANGZHOU, HEFEI, SHANGHAI, Cities
from tongban.domain import commands as do
from tongban.domain.errors import ActRefusedError, NotAppendableError
from tongban.domain.events.values import Handling, SubmittedForm, SubmittedMaterial
from tongban.domain.lifecycle import Phase

LICENCE = "000199003000"


@pytest.fixture
def cities(tmp_path):
    cities = Cities(tmp_path)
    yield cities
    cities.close()


def materials(cities):
    node = cities.nodes[SHANGHAI]
    with node.store.reading() as tx:
        rules = node.acts.contract(tx, LICENCE, None).rules
    return tuple(SubmittedMaterial(each.code, SubmittedForm(each.form)) for each in rules.required_materials)


def take_in(cities, **more):
    command = do.TakeIn(Handling.REMOTE_INTAKE, HEFEI, materials(cities))
    done = cities.act(SHANGHAI, command, matter=LICENCE, values={"form": b"secret form"}, **more)
    cities.settle()
    return done.case


def state(cities, code, case):
    node = cities.nodes[code]
    with node.store.reading() as tx:
        return node.acts.state(tx, case)[0]


def test_a_case_opened_in_shanghai_is_finished_in_hefei(cities):
    case = take_in(cities)
    steps = [
        (SHANGHAI, do.Offer(HEFEI), "handler"),
        (HEFEI, do.TakeOver(), "handler"),
        (HEFEI, do.Accept(), "handler"),
        (HEFEI, do.Decide(granted=True), "approver"),
        (HEFEI, do.Close(), "handler"),
    ]
    for code, command, by in steps:
        cities.tick()
        cities.act(code, command, by=by, case=case)
        cities.settle()
    states = [state(cities, code, case) for code in cities.codes]
    assert {each.phase for each in states} == {Phase.CLOSED}
    assert states[0] == states[1] == states[2]
    assert states[0].findings == ()
    assert states[0].pen.writer == HEFEI


def test_a_city_without_the_pen_is_refused(cities):
    case = take_in(cities)
    with pytest.raises((ActRefusedError, NotAppendableError)):
        cities.act(HANGZHOU, do.Offer(HEFEI), case=case)


def test_a_repeated_command_acts_once(cities):
    command_id = cities.uuid()
    first = cities.act(
        SHANGHAI, do.TakeIn(Handling.REMOTE_INTAKE, HEFEI, materials(cities)), matter=LICENCE, command_id=command_id
    )
    again = cities.act(
        SHANGHAI, do.TakeIn(Handling.REMOTE_INTAKE, HEFEI, materials(cities)), matter=LICENCE, command_id=command_id
    )
    assert again.repeated
    assert [event.hash for event in again.events] == [event.hash for event in first.events]
