"""Enrolment, matters, officers and channels over the commands."""

import json
import shutil

import pytest

from tests.adapters.cli.conftest import LICENCE
from tongban.contracts.enrolment_request import parse_request
from tongban.contracts.genesis import parse_genesis
from tongban.contracts.matter import folders as matters
from tongban.domain.errors import KeyRefusedError, MalformedError


@pytest.fixture
def request_of_sh(towns):
    genesis = parse_genesis((towns.home("federation") / "genesis.json").read_bytes())
    return json.loads((towns.home("sh") / "enrolment.json").read_bytes()), genesis


def test_a_request_proves_both_keys(request_of_sh):
    document, genesis = request_of_sh
    asked = parse_request(json.dumps(document).encode(), genesis)
    assert (asked.body.region, asked.body.case_partitions, len(asked.fingerprint)) == ("310000", 2, 16)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"region": "310001"}, MalformedError),
        ({"name_zh": "上海市"}, MalformedError),
        ({"case_partitions": 3}, MalformedError),
        ({"case_partitions": 0}, MalformedError),
        ({"case_partitions": "2"}, MalformedError),
        ({"region": "federation"}, MalformedError),
        ({"federation": "0" * 64}, MalformedError),
        ({"content_key": "09" + "0" * 62}, MalformedError),
        ({"content_key": "0" * 64}, KeyRefusedError),
        ({"ledger_key": "0" * 64}, KeyRefusedError),
        ({"format": 2}, MalformedError),
        ({"more": 1}, MalformedError),
        ({"suite": "rsa"}, KeyRefusedError),
    ],
)
def test_a_request_that_was_changed_is_refused(request_of_sh, change, error):
    document, genesis = request_of_sh
    changed = {**document, "request": {**document["request"], **change}}
    with pytest.raises(error):
        parse_request(json.dumps(changed).encode(), genesis)


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"request": 1, "signatures": {}}', b"x" * 20_000])
def test_what_is_no_request_is_refused(request_of_sh, data):
    with pytest.raises(MalformedError):
        parse_request(data, request_of_sh[1])


def test_one_signature_does_not_stand_for_the_other(request_of_sh):
    document, genesis = request_of_sh
    proof = document["signatures"]["authority"]
    other = proof[:-2] + ("01" if proof.endswith("00") else "00")
    for name in ("ledger", "authority"):
        signatures = {**document["signatures"], name: other if name == "authority" else proof}
        with pytest.raises(MalformedError, match=name):
            parse_request(json.dumps({**document, "signatures": signatures}).encode(), genesis)


def test_a_region_is_enrolled_once(towns):
    error = towns.refused("federation", "federation", "enrol", towns.home("sh") / "enrolment.json")
    assert error["code"] == "registry_refused"


def test_a_region_that_is_not_enrolled_cannot_begin(towns):
    genesis, log = towns.home("federation") / "genesis.json", towns.env["TONGBAN_LOG"]
    named = ("--region", "330100", "--name-zh", "杭州", "--name-en", "Hangzhou")
    towns.json("hz", "region", "init", *named, "--genesis", genesis, "--log", log)
    towns.json("hz", "topics", "create")
    error = towns.refused("hz", "officer", "revoke", "x", "--reason", "lost", code=2)
    assert (error["code"], "federation enrol" in error["advice"]) == ("keystore", True)


def test_the_federation_is_shown_in_every_home(towns):
    for town in ("federation", "sh", "hf"):
        told = towns.json(town, "federation", "show")
        if town == "sh":
            continue  # it has read the log only as far as its own enrolment
        assert [each["region"] for each in told["regions"]] == ["310000", "340100"]
        assert len(told["matters"]) == len(matters.shipped_matters())
    assert "工业产品生产许可证发证" in towns.run("hf", "federation", "show").stdout


def test_a_second_federation_does_not_begin_on_the_same_topics(towns):
    given = ("--name", "another", "--log", towns.env["TONGBAN_LOG"])
    error = towns.refused("second", "federation", "init", *given, code=2)
    assert "already" in error["message"]
    assert not towns.home("second").exists()
    assert towns.refused("second", "federation", "init", "--name", "A b", *given[2:])["code"] == "malformed"


def test_a_new_version_of_a_matter_is_published_and_used(towns):
    released = matters.shipped_matter(LICENCE, "2")
    folder = towns.folder / LICENCE / "3"
    folder.mkdir(parents=True)
    for name, data in released.files.items():
        (folder / name).write_bytes(data.replace(b'version: "2"', b'version: "3"'))
    towns.json("federation", "federation", "publish", folder)
    case = towns.take_in()
    assert towns.json("sh", "case", "show", case)["tracker"]["matter_version"] == "3"
    (folder / "matter.yaml").write_bytes((folder / "matter.yaml").read_bytes().replace(b"value: 10,", b"value: 11,"))
    assert towns.refused("federation", "federation", "publish", folder)["code"] == "registry_refused"
    shutil.rmtree(folder)
    assert towns.refused("federation", "federation", "publish", folder)["code"] == "contract"


def test_officers_are_listed_with_post_powers_and_key(towns):
    signers = {each["id"]: each for each in towns.json("sh", "officer", "list")["signers"]}
    assert signers.keys() == {"sh-handler", "sh-approver", "sh-portal"}
    assert (signers["sh-handler"]["post"], signers["sh-handler"]["all_powers"]) == ("window", True)
    assert [each["act"] for each in signers["sh-portal"]["powers"]] == ["apply", "supply"]
    text = towns.run("sh", "officer", "list").stdout
    for words in ("办事人员名录库", "示例己", "全部 all", "补正 supply"):
        assert words in text


def test_a_revoked_officer_signs_nothing_more_and_may_get_a_new_key(towns):
    case = towns.take_in()
    towns.json("sh", "officer", "revoke", "sh-handler", "--reason", "left_post")
    assert towns.refused("sh", "case", "offer", case, "--officer", "sh-handler", code=3)["code"] == "officer_unknown"
    given = ("--officer", "sh-handler", "--name", "示例子", "--organization", "hall", "--post", "window")
    towns.json("sh", "officer", "add", *given)
    assert towns.act("sh", "offer", case)["acts"] == ["offer"]


@pytest.mark.parametrize(
    "missing",
    [
        ("--organization", "bureau", "--post", "window"),
        ("--organization", "hall", "--post", "desk"),
        ("--organization", "hall", "--post", "desk", "--title-zh", "咨询", "--title-en", "desk"),
        ("--organization", "hall", "--post", "window", "--power", "accept"),
        ("--organization", "hall", "--post", "desk", "--power", "fly"),
    ],
)
def test_what_is_missing_for_an_appointment_is_said(towns, missing):
    error = towns.refused("sh", "officer", "add", "--officer", "sh-x", "--name", "示例丑", *missing)
    assert (error["code"], bool(error["expected"])) == ("registry_refused", True)
    assert len(towns.json("sh", "officer", "list")["signers"]) == 3
