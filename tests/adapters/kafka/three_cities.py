"""Three cities on a broker, founded by the commands themselves, each with a node process."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.adapters.cli.conftest import FORM, NodeRun, Towns, add_people, wait_until
from tongban.adapters.keys.keystore import Keystore

CITIES = {"sh": ("310000", "上海", "Shanghai"), "hz": ("330100", "杭州", "Hangzhou"), "hf": ("340100", "合肥", "Hefei")}


def found_towns(folder: Path, bootstrap: str, prefix: str, *, names: tuple[str, ...] = tuple(CITIES)) -> Towns:
    """The federation, and homes and topics of these cities."""
    folder.chmod(0o700)
    made = Towns(folder)
    del made.env["TONGBAN_LOG"]
    made.runner.env = dict(made.env)
    made.form.write_text(json.dumps(FORM), encoding="utf-8")
    where = ("--log", f"kafka://{bootstrap}", "--topic-prefix", prefix)
    with pytest.MonkeyPatch.context() as patch:  # a keystore that opens at once: its cost stands in the file
        for name, cheap in (("operations", 1), ("memory_bytes", 8 * 1024)):
            patch.setitem(Keystore.create.__func__.__kwdefaults__, name, cheap)
        made.json("federation", "federation", "init", "--name", "yangtze-delta", *where)
        genesis = made.home("federation") / "genesis.json"
        for town in names:
            code, zh, en = CITIES[town]
            named = ("--region", code, "--name-zh", zh, "--name-en", en, "--genesis", genesis, "--partitions", 1)
            asked = made.json(town, "region", "init", *named, *where)
            made.json("federation", "federation", "enrol", asked["request"])
            made.json(town, "topics", "create")
    return made


@contextmanager
def running_nodes(towns: Towns, names: tuple[str, ...]) -> Iterator[dict[str, NodeRun]]:
    """Their nodes; all must end in order, with everything published."""
    nodes: dict[str, NodeRun] = {}
    try:
        for name in names:
            nodes[name] = NodeRun(towns, name)
            add_people(towns, name)
        yield nodes
        for running in nodes.values():
            code, health, err = running.stop()
            assert (code, health[-1]["status"], health[-1]["unpublished"], err) == (0, "stopped", 0, "")
    finally:
        for running in nodes.values():
            if running.process.poll() is None:
                running.process.kill()
            running.process.communicate()


def digests(towns: Towns, names: tuple[str, ...]) -> set[str]:
    """The digests of the views in these cities: one, when all know the same."""
    return {json.dumps(towns.json(name, "views", "digest")["digests"]) for name in names}


def wait_until_same(towns: Towns, names: tuple[str, ...], acts: dict[str, int]) -> None:
    """Wait until every city has each of these cases with so many acts, all covered, and the same digests."""

    def same() -> bool:
        for name in names:
            for case, count in acts.items():
                listed = towns.json(name, "case", "list")["cases"]
                if case not in {each["case"] for each in listed}:
                    return False
                rows = towns.json(name, "case", "show", case)["timeline"]
                if len(rows) != count or not all(row["covered_at"] for row in rows):
                    return False
        return len(digests(towns, names)) == 1

    wait_until(same)
