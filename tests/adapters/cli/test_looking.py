"""Looking at the log, the views and the quarantine."""

import json
import shutil
import sqlite3

from tests.adapters.cli.conftest import LICENCE
from tongban.adapters.embedded.log import EmbeddedEventLog
from tongban.adapters.node import ready_home as session
from tongban.contracts.wire.record import Record
from tongban.ledger.event_log import TopicPartition


def put(towns, *records, topic="tongban.340100.registry"):
    log = EmbeddedEventLog(towns.folder / "log.sqlite", durable=False)
    writer = log.writer()
    writer.publish([(TopicPartition(topic, 0), record) for record in records])
    writer.close()
    log.close()


def records_of(towns, *arguments):
    return [json.loads(line) for line in towns.run("sh", "log", "tail", *arguments, "--json").stdout.splitlines()]


def test_the_tail_says_what_each_record_is(towns):
    case = towns.take_in()
    put(towns, Record(b"k", b"\x00\x01"), topic="tongban.310000.cases")
    found = records_of(towns, "--from-beginning")
    kinds = {each["kind"] for each in found}
    assert kinds == {"event", "checkpoint", "start", "content", "contract", "unreadable"}
    (taken,) = [each for each in found if each.get("type") == "case.taken_in"]
    assert (taken["case"], taken["region"], taken["actor"], taken["sequence"]) == (case, "310000", "sh-handler", 1)
    assert {"topic", "partition", "offset", "timestamp", "event", "command", "stream"} <= taken.keys()
    text = towns.run("sh", "log", "tail", "--from-beginning").stdout
    for words in ("收件 case.taken_in #1", "检查点 checkpoint of size", "开始 start of incarnation", "unreadable"):
        assert words in text


def test_the_tail_may_be_narrowed(towns):
    towns.take_in()
    assert {each["topic"] for each in records_of(towns, "--topic", "310000.registry")} == {"tongban.310000.registry"}
    assert len(records_of(towns, "--from-beginning", "--limit", "3")) == 3
    assert len(records_of(towns, "--topic", "310000.registry", "-n", "2")) == 2
    assert towns.refused("sh", "log", "tail", "--topic", "nothing", code=3)["code"] == "topic_missing"


def test_following_goes_on_as_records_come(towns):
    process = towns.process(
        "hf", "log", "tail", "--topic", "310000.cases", "-n", "0", "--follow", "--json", "--limit", "3"
    )
    # Whatever comes after it began to read: a start in each partition, and the event or its checkpoint.
    while process.poll() is None:
        towns.take_in()
    out, err = process.communicate()
    assert (process.returncode, err, len(out.splitlines())) == (0, "", 3)


def test_views_come_out_the_same_when_rebuilt(towns):
    towns.take_in()
    told = towns.json("sh", "views", "rebuild")
    assert (told["same"], told["cases"]) == (True, 1)
    assert told["after"] == towns.json("sh", "views", "digest")["digests"]
    assert "相同 same" in towns.run("sh", "views", "rebuild").stdout


def test_views_that_were_changed_are_found_by_a_rebuild_and_put_right(towns):
    towns.take_in()
    connection = sqlite3.connect(towns.home("sh") / "views.sqlite")
    connection.execute("UPDATE tracker SET phase = 'closed'")
    connection.commit()
    connection.close()
    told = towns.json("sh", "views", "rebuild", code=6)
    assert told["before"]["tracker"] != told["after"]["tracker"]
    assert towns.json("sh", "views", "rebuild")["same"]


def test_views_that_are_gone_are_made_anew(towns):
    case = towns.take_in()
    before = towns.json("sh", "views", "digest")
    (towns.home("sh") / "views.sqlite").unlink()
    assert [each["case"] for each in towns.json("sh", "case", "list")["cases"]] == [case]
    assert towns.json("sh", "views", "digest") == before


def test_rubbish_is_kept_shown_and_cannot_be_judged_again(towns):
    put(towns, Record(b"k\x1b[2J", b"\x00rubbish\x1b[31m"))
    towns.take_in()  # reads the log
    (entry,) = towns.json("sh", "quarantine", "list")["entries"]
    assert (entry["kind"], entry["rule"], entry["listed"]) == ("rejected", "F1", False)
    assert entry["place"] == "tongban.340100.registry/0"
    shown = towns.json("sh", "quarantine", "show", entry["id"])
    assert (shown["expected"], bool(shown["found"]), shown["record"]["key"]) == (entry["expected"], True, "k\x1b[2J")
    text = towns.run("sh", "quarantine", "show", entry["id"]).stdout
    assert "00 72 75 62" in text
    assert "\x1b" not in text
    error = towns.refused("sh", "quarantine", "retry", entry["id"])
    assert "cannot be judged again" in error["message"]
    assert towns.json("sh", "quarantine", "list", "--kind", "void")["entries"] == []
    assert "F1" in towns.run("sh", "quarantine", "list").stdout


def test_what_is_not_there_is_not_found(towns):
    assert towns.refused("sh", "quarantine", "show", 99, code=3)["code"] == "case_unknown"
    towns.refused("sh", "quarantine", "show", 1, "--parked", code=3)
    towns.refused("sh", "quarantine", "retry", 99, code=3)
    towns.run("sh", "quarantine", "retry", code=2)


def test_a_sweep_of_nothing_changes_nothing(towns):
    swept = towns.json("sh", "quarantine", "retry", "--parked")
    assert swept == {"region": "310000", "waited": 0, "accepted": 0, "rejected": 0, "waits_still": 0}
    assert towns.json("sh", "quarantine", "list", "--parked")["entries"] == []
    assert towns.json("sh", "quarantine", "list", "--set-aside")["entries"] == []


def test_an_act_that_the_log_did_not_take_is_listed_for_its_officer(towns, monkeypatch):
    """It was kept, the process died before publishing it, and meanwhile its officer's key was revoked elsewhere."""
    case = towns.take_in()
    shutil.copytree(towns.home("sh"), towns.home("copy"))

    def die(_region):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(session, "publish_step", die)
        towns.run("sh", "case", "offer", case, "--officer", "sh-handler", code=130)
    towns.json("copy", "officer", "revoke", "sh-handler", "--reason", "lost", "--accept-newer-start")
    towns.json("copy", "case", "withdraw", case, "--officer", "sh-approver")
    given = ("--matter", LICENCE, "--form", towns.form, "--all-materials", "--officer", "sh-approver")
    towns.json("sh", "case", "take-in", *given, "--accept-newer-start")
    (aside,) = towns.json("sh", "quarantine", "list", "--set-aside")["entries"]
    assert aside["kind"] == "set_aside"
    assert f"case.offered by sh-handler, case {case}" in aside["what"]
