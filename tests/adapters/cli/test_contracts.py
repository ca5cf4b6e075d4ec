"""`tongban contracts`: what there is, what is wrong, what changed, and the release. `tongban federation allow`."""

import json
import shutil

import pytest
from typer.testing import CliRunner

from tests.contracts.releases.test_gate import LICENCE, SHIPPED, edit, field, next_matter, next_version
from tongban.adapters.cli.main import app


@pytest.fixture
def root(tmp_path):
    for section in ("schemas", "matters", "regimes"):
        shutil.copytree(SHIPPED / section, tmp_path / section)
    return tmp_path


def run(*arguments, root=None, code=0):
    folder = ("--contracts", str(root)) if root is not None else ()
    result = CliRunner().invoke(app, ["contracts", *arguments, *folder])
    assert result.exit_code == code, result.output
    return result


def told(*arguments, **more):
    return json.loads(run(*arguments, "--json", **more).stdout)


def refused(*arguments, code=1, **more):
    result = run(*arguments, "--json", code=code, **more)
    assert result.stdout == ""
    return json.loads(result.stderr)["error"]


def test_all_that_ships_is_listed_as_released():
    listed = told("list")["contracts"]
    assert {"kind": "schemas", "version": "case.asked.v2", "released": True} in listed
    assert {"kind": "matters", "version": f"{LICENCE}/1", "released": True} in listed
    assert all(each["released"] for each in listed)


def test_a_version_is_shown_with_its_fields():
    shown = told("show", "case.asked.v2")
    assert {"name": "answer_within", "type": "null or long", "aliases": ["answer_within_workdays"]} in shown["fields"][
        "case.asked.v2.avsc"
    ]
    assert "credit_code" in run("show", f"{LICENCE}/1").stdout


def test_sound_contracts_pass_the_check_and_what_waits_for_its_release_is_named(root):
    assert told("check")["faults"] == []
    label = next_version(root)
    assert told("check", root=root)["unreleased"] == [label]


def test_every_fault_is_named_at_once_with_an_exit_code_of_its_own(root):
    label = next_version(root, change=lambda document: document["fields"].pop())
    edit(root, "schemas/case.asked.v1.avsc", lambda document: document.update(doc="in other words"))
    matter = next_matter(root, lambda document: document["fields"].append({"name": "x", "type": "string"}))
    faults = told("check", root=root, code=6)["faults"]
    assert {each["file"] for each in faults} == {
        f"{label}.avsc", "schemas/case.asked.v1.avsc", f"{matter}/form.avsc",
    }  # fmt: skip
    assert all(each["expected"] and each["found"] for each in faults)
    assert "data_class" in run("check", root=root, code=6).stdout


def test_a_difference_is_told_in_plain_words():
    found = told("diff", "case.asked.v1", "case.asked.v2")
    assert {"path": "answer_within", "what": "type changed from int to long"} in found["files"]["case.asked.v2.avsc"]
    assert [each["breaks"] for each in found["concerned"]] == [False, True, False]
    text = run("diff", "002099002000/2", "002099002000/3").stdout
    assert "renamed from telephone, which is still read" in text
    assert "they keep version 2 to the end" in text


def test_a_release_freezes_what_is_named_and_is_done_once(root):
    event, matter = next_version(root), next_matter(root, lambda document: document["fields"].append(
        field("remark", default="", sources=["applicant"])))  # fmt: skip
    assert told("release", matter, root=root)["released"].keys() == {matter}
    assert told("release", root=root)["released"].keys() == {event}
    assert told("release", root=root)["released"] == {}
    assert told("check", root=root) == {**told("check", root=root), "faults": [], "unreleased": []}


def test_an_incompatible_version_is_not_released(root):
    label = next_version(root, change=lambda document: document["fields"].pop())
    lock = (root / "schemas" / "LOCK.json").read_bytes()
    error = refused("release", label, root=root)
    assert error["code"] == "contract"
    assert "document" in error["message"]
    assert (root / "schemas" / "LOCK.json").read_bytes() == lock


def test_what_is_not_there_is_told(tmp_path):
    assert "case.asked.v2" in refused("show", "nothing")["message"]
    assert refused("list", root=tmp_path, code=2)["code"] == "settings"


def test_a_federation_allows_a_newer_version_once(towns):
    shown = towns.json("federation", "federation", "show")
    assert {each["type"] for each in shown["schemas"]} == {"tongban.case.asked.v2", "tongban.case.delivered.v2"}
    again = towns.refused("federation", "federation", "allow", "tongban.case.asked.v2")
    assert (again["code"], again["expected"]) == ("registry_refused", "a version not yet allowed")
    unknown = towns.refused("federation", "federation", "allow", "tongban.case.asked.v1")
    assert unknown["expected"] == "tongban.case.asked.v2, tongban.case.delivered.v2"


def test_a_request_is_limited_in_minutes_and_a_delivery_says_when_it_was_received(towns):
    case = towns.hand_over()
    towns.act("hf", "accept", case)
    limit = ("--region", "310000", "--kind", "verification", "--within-minutes", "30")
    towns.act("hf", "ask", case, *limit)
    (request,) = towns.json("sh", "case", "show", case, "--refresh")["requests"]
    assert (request["answer_within"], request["answer_unit"]) == (30, "minutes")
    towns.act("hf", "decide", case, "--refuse", "--reason", "示例", by="approver")
    towns.act("hf", "close", case)
    towns.act("hf", "deliver", case, "--received-at", "2026-03-05T09:00:00+08:00")
    assert "送达日 2026-03-05" in towns.run("hf", "case", "show", case).stdout
