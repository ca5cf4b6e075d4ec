"""Random walks of the real node end well; a failing one prints its seed and its shortest form."""

import os
from functools import partial

import pytest

from tests.cities import NANJING
from tests.interleavings.exploration import CODES, WEIGHTS, draw, shortest, take
from tests.interleavings.liars import AMONG_LIARS, WalkAmongLiars
from tests.storage import SqliteStorage

WALKS = int(os.environ.get("TONGBAN_WALKS", "24"))
FIRST = int(os.environ.get("TONGBAN_FIRST_WALK", "1"))
STEPS = int(os.environ.get("TONGBAN_WALK_STEPS", "90"))
KINDS = {
    "alone": (WEIGHTS, {}),
    "among-liars": (WEIGHTS | AMONG_LIARS, {"kind": WalkAmongLiars, "codes": (*CODES, NANJING)}),
}
"""The steps of a walk with their weights, and how it is taken."""
SHARE_AMONG_LIARS = 4
"""One walk in so many is among liars."""
SHARE_ON_POSTGRES = 10
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
    kind = "among-liars" if seed % SHARE_AMONG_LIARS == 0 else "alone"
    weights, options = KINDS[kind]
    walk = partial(take, storage=storage, **options)
    steps = draw(seed, STEPS, weights)
    (tmp_path / "walk").mkdir()
    try:
        walk(steps, tmp_path / "walk")
    except Exception as err:
        (tmp_path / "shorter").mkdir()
        found = shortest(steps, tmp_path / "shorter", walk)
        pytest.fail(f"walk {seed} {kind} fails: {err!r}; its shortest form: {found}")
