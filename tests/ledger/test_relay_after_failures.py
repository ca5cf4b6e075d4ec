"""After a publish that failed, the same writer goes on: it reads back first, and nothing is listed twice."""

import pytest

from tests.cities import HEFEI, SHANGHAI
from tests.gated_log import is_checkpoint, is_event
from tests.interleavings.quiescence import assert_quiescent
from tests.ledger.lives import state_in, take_in
from tongban.domain.errors import LogUnavailableError, PublishOutcomeUnknownError
from tongban.domain.law.handover import Offer


def never(_):
    return False


@pytest.mark.parametrize("which", [is_event("case.offered"), is_checkpoint], ids=["event", "checkpoint"])
@pytest.mark.parametrize(
    ("gate", "error"), [("fail_before", LogUnavailableError), ("lie_after", PublishOutcomeUnknownError)]
)
def test_the_same_writer_goes_on(cities, which, gate, error):
    case = take_in(cities)
    offered = cities.act(SHANGHAI, Offer(HEFEI), case=case)
    setattr(cities.gates[SHANGHAI], gate, which)
    with pytest.raises(error):
        cities.nodes[SHANGHAI].relay()
    setattr(cities.gates[SHANGHAI], gate, never)
    cities.settle()
    assert state_in(cities, HEFEI, case).last == offered.events[0].hash
    with cities.stores[HEFEI].reading() as tx:
        assert not tx.parking.evidence(), "no void checkpoint, no stray"
    assert_quiescent(cities)


def test_nothing_goes_out_while_the_log_cannot_be_asked(cities, monkeypatch):
    case = take_in(cities)
    cities.act(SHANGHAI, Offer(HEFEI), case=case)
    gate = cities.gates[SHANGHAI]
    gate.lie_after = is_checkpoint
    with pytest.raises(PublishOutcomeUnknownError):
        cities.nodes[SHANGHAI].relay()
    gate.lie_after = never

    def away(positions):
        raise LogUnavailableError("away, on purpose")

    monkeypatch.setattr(gate, "reader", away, raising=False)
    with pytest.raises(LogUnavailableError):
        cities.nodes[SHANGHAI].relay()
    monkeypatch.undo()
    cities.settle()
    assert state_in(cities, HEFEI, case).pen.writer == HEFEI
    assert_quiescent(cities)
