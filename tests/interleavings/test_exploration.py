"""Random walks of the real node end well; a failing one prints its seed and its shortest form."""

import os

import pytest

from tests.interleavings.exploration import draw, shortest, take
from tests.storage import SqliteStorage

WALKS = int(os.environ.get("TONGBAN_WALKS", "24"))
FIRST = int(os.environ.get("TONGBAN_FIRST_WALK", "1"))
STEPS = int(os.environ.get("TONGBAN_WALK_STEPS", "90"))
SHARE_ON_POSTGRES = 6
"""One walk in so many is taken on PostgreSQL: the walk is what varies, and the store answers the same."""


def on_postgres(seed: int) -> bool:
    return seed % SHARE_ON_POSTGRES == 0


@pytest.fixture
def storage(seed, request):
    """What makes the storage of a walk."""
    if not on_postgres(seed):
        return SqliteStorage
    make = request.getfixturevalue("postgres_storage")
    return lambda _folder: make()


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "seed",
    [
        pytest.param(seed, marks=[pytest.mark.postgres] if on_postgres(seed) else [])
        for seed in range(FIRST, FIRST + WALKS)
    ],
)
def test_a_random_walk_ends_well(tmp_path, seed, storage):
    steps = draw(seed, STEPS)
    (tmp_path / "walk").mkdir()
    try:
        take(steps, tmp_path / "walk", storage)
    except Exception as err:
        (tmp_path / "shorter").mkdir()
        found = shortest(steps, tmp_path / "shorter", storage)
        pytest.fail(f"walk {seed} fails: {err!r}; its shortest form: {found}")
