"""The demo as a person starts it, and the demo's federation while it is open."""

import json
import secrets
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from tongban.adapters.cli.demo import register
from tongban.adapters.demo.federation import DemoFederation
from tongban.adapters.demo.rounds import run_rounds
from tongban.adapters.demo.story import stories
from tongban.adapters.demo.world import DemoWorld

CASES = 24
"""Enough for each kind of life."""
SEED = 7


@pytest.fixture(scope="session")
def demo():
    """Call `tongban demo --json` with these options; the exit code, and what it answered (None: nothing)."""
    app = typer.Typer()
    app.callback()(lambda: None)
    register(app)

    def call(*options, cases=CASES, seed=SEED):
        result = CliRunner().invoke(app, ["demo", "--json", f"--cases={cases}", f"--seed={seed}", *map(str, options)])
        return result.exit_code, json.loads(result.stdout) if result.stdout else None

    return call


def lived(folder: Path, *, kafka=None, cases=CASES):
    """A federation in which all cases have lived, still open."""
    prefix = "tongban" if kafka is None else f"demo-{secrets.token_hex(4)}"
    world = DemoWorld(SEED)
    federation = DemoFederation(folder, world, prefix=prefix, kafka=kafka, delete_topics=kafka is not None)
    federation.found()
    told = stories(world, cases)
    run_rounds(federation, told)
    return federation, told
