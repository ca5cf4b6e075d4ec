"""The modules that a newcomer meets first show a use, and it is right."""

import doctest
from importlib import import_module

import pytest

USES = (
    "tongban.adapters.node.home",
    "tongban.contracts.matter.contract",
    "tongban.contracts.notes.log_note",
    "tongban.contracts.wire.cloud_event",
    "tongban.domain.law.decide",
    "tongban.domain.law.table",
)


@pytest.mark.parametrize("name", USES)
def test_the_use_that_a_module_shows_is_right(name):
    failed, attempted = doctest.testmod(import_module(name))
    assert attempted > 0
    assert failed == 0
