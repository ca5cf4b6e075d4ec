"""The national status code follows from the state."""

from dataclasses import replace

import pytest

from tests.domain.case_files import (
    ACCEPTED,
    CLOSED,
    CORRECTING,
    DECIDED,
    HANDED_OVER,
    IDENTITY,
    archived,
    closed,
    decided,
    delivered,
    not_accepted,
    supplied,
    withdrawn,
)
from tests.domain.gwt import history
from tongban.domain.events.acceptance import NonAcceptance
from tongban.domain.events.decision import ClosureResult
from tongban.domain.law.phase import Phase
from tongban.domain.law.state import INITIAL
from tongban.domain.law.status import STATUS_ZH, national_status


@pytest.mark.parametrize(
    ("steps", "code"),
    [
        ((), None),
        (HANDED_OVER, 1),
        (CORRECTING, 6),
        ((*CORRECTING, supplied(IDENTITY)), 7),
        ((*HANDED_OVER, withdrawn()), 2),
        ((*ACCEPTED, withdrawn()), 14),
        (ACCEPTED, 3),
        (DECIDED, 3),
        ((*HANDED_OVER, not_accepted(NonAcceptance.NO_LICENCE_NEEDED)), 4),
        ((*HANDED_OVER, not_accepted(NonAcceptance.NOT_COMPETENT)), 5),
        (CLOSED, 11),
        ((*ACCEPTED, decided(granted=False), closed(ClosureResult.REFUSED)), 13),
        ((*CLOSED, delivered(), archived()), 11),
        ((*HANDED_OVER, withdrawn(), archived()), 2),
    ],
)
def test_each_state_has_its_national_code(steps, code):
    assert national_status(history(*steps).state) == code


def test_every_code_has_a_name():
    assert sorted(STATUS_ZH) == list(range(1, 16))
    assert all(national_status(replace(INITIAL, phase=phase)) in {None, *STATUS_ZH} for phase in Phase)
