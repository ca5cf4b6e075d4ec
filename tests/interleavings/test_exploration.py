"""Random walks of the real node end well; a failing one prints its seed and its shortest form."""

import os

import pytest

from tests.interleavings.exploration import draw, shortest, take

WALKS = int(os.environ.get("TONGBAN_WALKS", "24"))
FIRST = int(os.environ.get("TONGBAN_FIRST_WALK", "1"))
STEPS = int(os.environ.get("TONGBAN_WALK_STEPS", "90"))


@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", range(FIRST, FIRST + WALKS))
def test_a_random_walk_ends_well(tmp_path, seed):
    steps = draw(seed, STEPS)
    (tmp_path / "walk").mkdir()
    try:
        take(steps, tmp_path / "walk")
    except Exception as err:
        (tmp_path / "shorter").mkdir()
        found = shortest(steps, tmp_path / "shorter")
        pytest.fail(f"walk {seed} fails: {err!r}; its shortest form: {found}")
