"""The compose file is one, and says what the design and the image say; nothing here runs a container."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.deployment.composed import (
    BROKERS,
    CITIES,
    ROOT,
    check_call,
    commands_in,
    compose_file,
    container_command,
    script_of,
)

SERVICES: dict[str, dict[str, Any]] = compose_file()["services"]
OURS = {name: each for name, each in SERVICES.items() if each["image"].startswith("tongban")}


def test_the_specification_takes_the_file() -> None:
    schema = json.loads((Path(__file__).parent / "compose_spec.json").read_text(encoding="utf-8"))
    jsonschema.Draft201909Validator(schema).validate(compose_file())


def test_what_services_name_is_there() -> None:
    volumes = compose_file()["volumes"].keys()
    for name, service in SERVICES.items():
        assert {each.split(":")[0] for each in service["volumes"]} <= volumes, name
        assert set(service.get("depends_on", {})) <= SERVICES.keys(), name
        for other, how in service.get("depends_on", {}).items():
            runs_on = "healthcheck" in SERVICES[other]
            assert how["condition"] == ("service_healthy" if runs_on else "service_completed_successfully"), (
                name,
                other,
            )


def test_three_brokers_vote_and_two_of_them_hold_what_was_acknowledged() -> None:
    for number, name in enumerate(BROKERS, start=1):
        told = SERVICES[name]["environment"]
        assert told["KAFKA_NODE_ID"] == str(number)
        assert f"CONTAINERS://{name}:19092" in told["KAFKA_ADVERTISED_LISTENERS"]
        voters = dict(each.split("@") for each in told["KAFKA_CONTROLLER_QUORUM_VOTERS"].split(","))
        assert voters == {str(n): f"{other}:9093" for n, other in enumerate(BROKERS, start=1)}
        assert (told["KAFKA_DEFAULT_REPLICATION_FACTOR"], told["KAFKA_MIN_INSYNC_REPLICAS"]) == ("3", "2")
        assert told["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == told["KAFKA_UNCLEAN_LEADER_ELECTION_ENABLE"] == "false"
    assert len({SERVICES[name]["environment"]["CLUSTER_ID"] for name in BROKERS}) == 1
    assert len({str(SERVICES[name]["volumes"]) for name in BROKERS}) == len(BROKERS)


def test_the_log_is_on_all_brokers_and_the_store_in_its_own_schemas() -> None:
    founding = SERVICES["founding"]["environment"]
    assert founding["LOG"] == "kafka://" + ",".join(f"{name}:19092" for name in BROKERS)
    assert founding["REPLICATION"] == str(len(BROKERS))
    for city in CITIES:
        told = SERVICES[city]["environment"]
        assert told["TONGBAN_STORE"] == f"{founding['DATABASE']}?schema={city}"
        assert told["TONGBAN_VIEWS"] == f"{founding['DATABASE']}?schema={city}_views"
        assert told["TONGBAN_HOME"] == f"/var/lib/tongban/{city}"


def test_postgresql_is_new_enough() -> None:
    assert int(SERVICES["postgres"]["image"].removeprefix("postgres:")) >= 15


@pytest.mark.parametrize("name", OURS)
def test_our_containers_have_no_more_rights_than_they_need(name: str) -> None:
    service = OURS[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "user" not in service
    assert "ports" not in service
    assert not service.get("privileged")


def test_no_password_stands_in_the_file() -> None:
    for name, service in SERVICES.items():
        for key, value in service.get("environment", {}).items():
            assert isinstance(value, str), (name, key)
            if re.search("PASS|SECRET", key):
                assert value.startswith("/run/tongban/"), (name, key)
            assert not re.search(r"://[^/@]*:[^/@]*@", value), (name, key)


def test_each_call_of_tongban_is_one_that_the_command_line_takes() -> None:
    founding = SERVICES["founding"]
    calls = [check_call(words) for words in commands_in(script_of(founding), founding["environment"])]
    assert calls == [("federation", "init"), ("region", "init"), ("topics", "create"), ("federation", "enrol")]
    for city in CITIES:
        assert check_call(container_command(SERVICES[city]["command"])) == ("node", "run")
        assert check_call(container_command(SERVICES[city]["healthcheck"]["test"])) == ("node", "status")


# The image -------------------------------------------------------------------------------------------------------------


def instructions() -> list[tuple[str, str]]:
    text = re.sub(r"\\\n\s*", " ", (ROOT / "Dockerfile").read_text(encoding="utf-8"))
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(line.split(" ", 1)[0], line.split(" ", 1)[1]) for line in lines]


def test_the_image_runs_tongban_as_nobody_in_particular() -> None:
    last = [index for index, (name, _) in enumerate(instructions()) if name == "FROM"][-1]
    final = dict(instructions()[last:])
    user, _, group = final["USER"].partition(":")
    assert user.isdigit() and int(user) >= 1000 and group.isdigit()
    assert json.loads(final["ENTRYPOINT"]) == ["tongban"]
    assert check_call(json.loads(final["CMD"])) == ("node", "run")
    assert check_call(container_command(json.loads("[" + final["HEALTHCHECK"].partition("CMD [")[2]))[1:]) == (
        "node",
        "status",
    )


def test_the_image_is_built_from_what_it_copies_and_holds_no_secret() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert "*" in ignored
    copied = [rest.split() for name, rest in instructions() if name == "COPY" and "--from" not in rest]
    sources = {source for words in copied for source in words[:-1]}
    assert {f"!{source}" for source in sources} == {line for line in ignored if line.startswith("!")}
    assert all((ROOT / source).exists() for source in sources)
    assert not [
        rest for name, rest in instructions() if name in {"ARG", "ENV"} and re.search("(?i)pass|secret|token", rest)
    ]


def test_the_image_has_a_python_that_is_tested() -> None:
    bases = {rest.split()[0] for name, rest in instructions() if name == "FROM"}
    assert bases == {"python:3.12-slim"}
