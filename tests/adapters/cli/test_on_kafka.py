"""Three `node run` processes and a few commands on one real broker: a case passes between cities."""

import json
from uuid import uuid4

import pytest

from tests.adapters.cli.conftest import FORM, NodeRun, Towns, add_people, wait_until
from tongban.adapters.keys.keystore import Keystore

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

CITIES = {"sh": ("310000", "上海", "Shanghai"), "hz": ("330100", "杭州", "Hangzhou"), "hf": ("340100", "合肥", "Hefei")}


@pytest.fixture
def on_kafka(tmp_path, kafka_bootstrap):
    tmp_path.chmod(0o700)
    towns = Towns(tmp_path)
    del towns.env["TONGBAN_LOG"]
    towns.form.write_text(json.dumps(FORM), encoding="utf-8")
    where = ("--log", f"kafka://{kafka_bootstrap}", "--topic-prefix", f"cli-{uuid4().hex[:12]}")
    with pytest.MonkeyPatch.context() as patch:
        for name, cheap in (("operations", 1), ("memory_bytes", 8 * 1024)):
            patch.setitem(Keystore.create.__func__.__kwdefaults__, name, cheap)
        towns.json("federation", "federation", "init", "--name", "yangtze-delta", *where)
        genesis = towns.home("federation") / "genesis.json"
        for town, (code, zh, en) in CITIES.items():
            named = ("--region", code, "--name-zh", zh, "--name-en", en, "--genesis", genesis, "--partitions", 2)
            made = towns.json(town, "region", "init", *named, *where)
            towns.json("federation", "federation", "enrol", made["request"])
            towns.json(town, "topics", "create")
    return towns


def test_three_nodes_on_one_broker_carry_a_case(on_kafka):
    towns = on_kafka
    nodes = {}
    try:
        for town in CITIES:
            nodes[town] = NodeRun(towns, town)
            add_people(towns, town)
        case = towns.take_in("sh", "--wait")
        towns.act("sh", "offer", case, "--wait")
        wait_until(lambda: towns.json("hf", "case", "list", "--pen", "340100")["cases"])
        towns.act("hf", "take-over", case)
        towns.act("hf", "accept", case)
        asked = ("--region", "330100", "--kind", "verification", "--share", "enterprise_name", "--question", "是否属实")
        towns.act("hf", "ask", case, *asked)
        wait_until(lambda: towns.json("hz", "case", "list", "--phase", "accepted")["cases"])
        wait_until(lambda: towns.json("hz", "case", "show", case)["requests"])
        towns.act("hz", "answer", case, "--text", "属实")
        wait_until(lambda: towns.json("hf", "case", "show", case)["contributions"])
        towns.act("hf", "join", case)
        towns.act("hf", "decide", case, "--grant", by="approver")
        closed = towns.act("hf", "close", case, "--wait")
        assert closed["published"]
        wait_until(lambda: len({json.dumps(towns.json(town, "views", "digest")["digests"]) for town in CITIES}) == 1)
        hangzhou = {each["name"]: each for each in towns.json("hz", "case", "show", case)["values"]}
        assert hangzhou["form"]["sight"] == "not_given"
        assert hangzhou["extract"]["value"] == {"enterprise_name": FORM["enterprise_name"]}
        kinds = {
            json.loads(line)["kind"]
            for line in towns.run("hf", "log", "tail", "-n", "50", "--json").stdout.splitlines()
        }
        assert {"event", "checkpoint", "start", "content"} <= kinds
        for running in nodes.values():
            code, health, err = running.stop()
            assert (code, health[-1]["status"], health[-1]["unpublished"], err) == (0, "stopped", 0, "")
    finally:
        for running in nodes.values():
            if running.process.poll() is None:
                running.process.kill()
            running.process.communicate()
