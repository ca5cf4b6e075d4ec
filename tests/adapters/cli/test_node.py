"""`node run` as a process: commands beside it, its lock, its health, how it stops, and what it says when it is fenced."""

import shutil
import signal

from tests.adapters.cli.conftest import wait_until
from tongban.adapters.node import ready_home as session


def test_a_command_beside_a_node_appends_and_the_node_publishes(towns, node):
    running = node("sh")
    case = towns.take_in("sh", "--wait")
    offered = towns.act("sh", "offer", case)
    assert (offered["published"], offered["status"]) == (False, "kept; the running node publishes it")
    wait_until(lambda: all(row["covered_at"] for row in towns.json("sh", "case", "show", case)["timeline"]))
    towns.act("hf", "take-over", case)
    wait_until(lambda: towns.json("sh", "case", "list", "--pen", "340100")["cases"])
    starts = {running.health()["incarnation"]}
    code, health, err = running.stop()
    assert (code, err) == (0, "")
    assert [health[0]["status"], health[-2]["status"], health[-1]["status"]] == ["starting", "stopping", "stopped"]
    assert {each["incarnation"] for each in health if each["status"] == "ok"} == starts
    assert health[-1]["unpublished"] == 0


def test_two_nodes_carry_a_case_between_two_cities(towns, node):
    node("sh"), node("hf")
    case = towns.take_in("sh", "--wait")
    towns.act("sh", "offer", case, "--wait")
    wait_until(lambda: towns.json("hf", "case", "list", "--pen", "340100")["cases"])
    towns.act("hf", "take-over", case, "--wait")
    towns.act("hf", "accept", case, "--wait")
    wait_until(lambda: towns.json("sh", "case", "list", "--phase", "accepted")["cases"])
    digests = [towns.json(town, "views", "digest")["digests"] for town in ("sh", "hf")]
    assert digests[0] == digests[1]


def test_an_interrupt_stops_it_as_gracefully(node):
    assert node("sh").stop(signal.SIGINT)[0] == 0


def test_a_second_node_on_the_same_store_ends_with_a_message(towns, node):
    node("sh")
    process = towns.process("sh", "node", "run")
    out, err = process.communicate()
    assert (process.returncode, out) == (4, "")
    assert err.startswith("Not now: a node or command is at work on the store of region 310000 already")


def test_after_a_killed_node_a_command_is_the_writer_itself(towns, node):
    running = node("sh")
    case = towns.take_in("sh", "--wait")
    running.process.kill()
    running.process.communicate()
    assert towns.act("sh", "offer", case)["published"]


def test_status_says_how_it_is_with_the_exit_code(towns, node):
    assert towns.json("sh", "node", "status", code=4)["status"] == "none"
    running = node("sh")
    told = towns.json("sh", "node", "status", "--interval", 60)
    assert (told["status"], told["region"], told["stale"]) == ("ok", "310000", False)
    assert set(told["lag"].values()) == {0}
    assert "节点 Node of 310000" in towns.run("sh", "node", "status", "--interval", 60).stdout
    running.stop()
    assert towns.json("sh", "node", "status", "--interval", 60, code=4)["status"] == "stopped"


def test_a_copy_of_a_region_is_started_only_on_an_operators_word_and_fences_the_first(towns, node):
    case = towns.take_in()
    shutil.copytree(towns.home("sh"), towns.home("copy"))
    running = node("sh")
    error = towns.refused("copy", "case", "offer", case, "--officer", "sh-handler", code=7)
    assert (error["code"], "--accept-newer-start" in error["advice"]) == ("newer_start", True)
    done = towns.json("copy", "case", "offer", case, "--officer", "sh-handler", "--accept-newer-start")
    assert done["published"]
    code, health, err = running.ended()
    assert (code, health[-1]["status"]) == (7, "fenced")
    assert '"code": "fenced"' in err
    assert towns.json("sh", "node", "status", code=7)["status"] == "fenced"
    assert "Traceback" not in err


def test_a_fenced_writer_lists_what_nobody_will_accept(towns, monkeypatch):
    """The copy starts between the keeping of an act and its publishing."""
    case = towns.take_in()
    shutil.copytree(towns.home("sh"), towns.home("copy"))
    publish = session.publish_step

    def start_the_copy_first(region):
        monkeypatch.setattr(session, "publish_step", publish)
        towns.json("copy", "officer", "revoke", "sh-approver", "--reason", "lost", "--accept-newer-start")
        return publish(region)

    monkeypatch.setattr(session, "publish_step", start_the_copy_first)
    error = towns.refused("sh", "case", "offer", case, "--officer", "sh-handler", code=7)
    assert error["code"] == "fenced"
    (act,) = error["unaccepted"]
    assert (act["type"], act["case"], act["by"]) == ("case.offered", case, "sh-handler")
