"""Random walks of the real node end well; a failing one prints its seed and its shortest form."""

import os
from functools import partial

import pytest

from tests.cities import NANJING
from tests.interleavings.exploration import CODES, WEIGHTS, draw, shortest, take
from tests.interleavings.liars import AMONG_LIARS, WalkAmongLiars

WALKS = int(os.environ.get("TONGBAN_WALKS", "24"))
FIRST = int(os.environ.get("TONGBAN_FIRST_WALK", "1"))
STEPS = int(os.environ.get("TONGBAN_WALK_STEPS", "90"))

KINDS = {
    "alone": (WEIGHTS, take),
    "among-liars": (WEIGHTS | AMONG_LIARS, partial(take, kind=WalkAmongLiars, codes=(*CODES, NANJING))),
}
"""The steps of a walk with their weights, and how it is taken. One walk in four is among liars."""


@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", range(FIRST, FIRST + WALKS))
def test_a_random_walk_ends_well(tmp_path, seed):
    kind = "alone" if seed % 4 else "among-liars"
    weights, walk = KINDS[kind]
    steps = draw(seed, STEPS, weights)
    (tmp_path / "walk").mkdir()
    try:
        walk(steps, tmp_path / "walk")
    except Exception as err:
        (tmp_path / "shorter").mkdir()
        found = shortest(steps, tmp_path / "shorter", walk)
        pytest.fail(f"walk {seed} {kind} fails: {err!r}; its shortest form: {found}")
