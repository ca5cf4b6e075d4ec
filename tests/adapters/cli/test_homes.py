"""Homes and keys: what is missing, wrong or open to others is said before anything happens."""

import json

import pytest

from tongban.adapters.cli.main import app


def test_a_missing_home_says_how_to_make_one(towns):
    error = towns.refused("nowhere", "case", "list", code=2)
    assert (error["code"], "tongban region init" in error["advice"]) == ("settings", True)


@pytest.mark.parametrize("town", ["sh", "federation"])
def test_a_home_is_never_made_over_another(towns, town, tmp_path):
    given = ("--region", "310000", "--name-zh", "上海", "--name-en", "Shanghai")
    genesis = towns.home("federation") / "genesis.json"
    error = towns.refused(
        town, "region", "init", *given, "--genesis", genesis, "--log", f"sqlite:///{tmp_path}/log", code=2
    )
    assert "is not empty" in error["message"]


def test_a_wrong_passphrase_opens_nothing(towns):
    case = towns.take_in()
    for arguments in (("offer", case, "--officer", "sh-handler"), ("show", case), ("list", "--refresh")):
        error = towns.refused("sh", "case", *arguments, code=2, env={"TONGBAN_PASSPHRASE": "wrong"})
        assert error["code"] == "keystore_passphrase"


def test_without_a_passphrase_or_a_terminal_the_sources_are_named(towns):
    revoking = ("officer", "revoke", "sh-handler", "--reason", "lost")
    error = towns.refused("sh", *revoking, code=2, env={"TONGBAN_PASSPHRASE": None})
    assert "--passphrase-file" in error["expected"]


def test_looking_needs_no_passphrase(towns):
    for arguments in (
        ("case", "list"),
        ("officer", "list"),
        ("views", "digest"),
        ("quarantine", "list"),
        ("log", "tail"),
    ):
        towns.run("sh", *arguments, env={"TONGBAN_PASSPHRASE": None})


def test_the_passphrase_may_stand_in_a_private_file(towns):
    secret = towns.folder / "passphrase"
    secret.write_text(towns.env["TONGBAN_PASSPHRASE"] + "\n", encoding="utf-8")
    secret.chmod(0o644)
    case = towns.take_in()
    given = ("offer", case, "--officer", "sh-handler", "--passphrase-file", secret)
    env = {"TONGBAN_PASSPHRASE": None}
    error = towns.refused("sh", "case", *given, code=2, env=env)
    assert error["code"] == "file_exposed"
    secret.chmod(0o600)
    assert towns.json("sh", "case", *given, env=env)["acts"] == ["offer"]
    towns.refused("sh", "case", "show", case, "--passphrase-file", towns.folder / "none", code=2, env=env)


@pytest.mark.parametrize("file", ["keystore.json", "store.sqlite"])
def test_a_file_open_to_others_is_refused(towns, file):
    (towns.home("sh") / file).chmod(0o644)
    error = towns.refused("sh", "officer", "revoke", "sh-handler", "--reason", "lost", code=2)
    assert (error["code"], "chmod 600" in error["advice"]) == ("file_exposed", True)


def test_a_command_of_the_federation_is_refused_in_a_region_and_the_other_way(towns):
    request = towns.home("sh") / "enrolment.json"
    assert "federation" in towns.refused("sh", "federation", "enrol", request, code=2)["expected"]
    error = towns.refused("federation", "officer", "revoke", "x", "--reason", "lost", code=2)
    assert error["found"] == "the home of federation"


def test_shared_options_may_stand_before_the_group(towns):
    result = towns.runner.invoke(app, ["--home", str(towns.home("sh")), "--json", "case", "list"])
    assert json.loads(result.stdout) == {"region": "310000", "cases": []}
    result = towns.runner.invoke(app, ["case", "list", "--json"], env={"TONGBAN_HOME": str(towns.home("hf"))})
    assert json.loads(result.stdout)["region"] == "340100"


def test_settings_are_shown_with_their_origin_and_without_secrets(towns):
    told = towns.json("sh", "config", "show")
    assert (told["federation"], told["passphrase"]) == ("yangtze-delta", "given")
    origins = {name: each["from"] for name, each in told["settings"].items()}
    assert origins["log"] == "environment"
    assert origins["region"] == "file"
    assert origins["passphrase_file"] == "default"
    text = towns.run("sh", "config", "show").output
    assert towns.env["TONGBAN_PASSPHRASE"] not in text + json.dumps(told)


def test_topics_that_are_there_are_left_alone(towns):
    told = towns.json("sh", "topics", "create")["topics"]
    assert [(each["topic"], each["partitions"], each["created"]) for each in told] == [
        ("tongban.310000.registry", 1, False), ("tongban.310000.cases", 2, False), ("tongban.310000.content", 1, False)
    ]  # fmt: skip
    assert towns.refused("sh", "topics", "create", "--partitions", 3)["code"] == "topic_mismatch"


def test_a_partner_who_is_not_enrolled_reads_everything_and_writes_nothing(towns):
    case = towns.hand_over()
    before = towns.run("sh", "log", "tail", "--from-beginning", "--json").stdout
    named = ("--region", "999900", "--name-zh", "示例", "--name-en", "Example")
    genesis, log = towns.home("federation") / "genesis.json", towns.env["TONGBAN_LOG"]
    towns.json("partner", "region", "init", *named, "--genesis", genesis, "--log", log)
    assert [row["case"] for row in towns.json("partner", "case", "list", "--refresh")["cases"]] == [case]
    shown = [towns.json(town, "case", "show", case)["timeline"] for town in ("partner", "hf")]
    assert shown[0] == shown[1]
    assert towns.run("sh", "log", "tail", "--from-beginning", "--json").stdout == before
