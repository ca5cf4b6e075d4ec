"""Withdrawing."""

import pytest

from tests.domain.case_files import (
    ACCEPTED,
    CORRECTING,
    DECIDED,
    HANDED_OVER,
    HANDLER,
    WINDOW,
    not_accepted,
)
from tests.domain.gwt import given
from tongban.domain.events.ending import Withdrawn
from tongban.domain.law.ending import Withdraw
from tongban.domain.law.phase import Phase


@pytest.mark.parametrize("steps", [HANDED_OVER, CORRECTING, ACCEPTED])
def test_an_application_is_withdrawn_until_it_is_decided(steps):
    given(*steps).when(Withdraw(), by=HANDLER).then(Withdrawn(())).then_state(phase=Phase.WITHDRAWN)


def test_a_decided_case_is_not_withdrawn():
    given(*DECIDED).when(Withdraw(), by=HANDLER).then_refused("wrong_phase")
    given(*HANDED_OVER, not_accepted()).when(Withdraw(), by=HANDLER).then_refused("wrong_phase")


def test_only_the_holder_withdraws():
    given(*HANDED_OVER).when(Withdraw(), by=WINDOW).then_refused("pen_not_held")
