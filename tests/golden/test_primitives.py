"""The primitives give the bytes that stand in `tests/golden/primitives.json`."""

import json
import runpy
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parents[1] / "golden"
STORED = json.loads((GOLDEN / "primitives.json").read_text("utf-8"))
MAKER = runpy.run_path(str(GOLDEN / "make_primitives.py"))


@pytest.mark.parametrize("name", STORED)
def test_a_primitive_gives_the_golden_bytes(name):
    assert MAKER["compute"](STORED[name]) == STORED[name]["gives"]


def test_every_vector_of_the_maker_stands_in_the_file_unchanged():
    stored = {name: {key: part for key, part in vector.items() if key != "gives"} for name, vector in STORED.items()}
    assert {name: stored.get(name) for name in MAKER["VECTORS"]} == MAKER["VECTORS"]
