"""A command that is given twice under one id is done once, whatever happened in between."""

from uuid import uuid4

from tests.adapters.cli.conftest import LICENCE


def test_a_repeated_opening_returns_the_first_case(towns):
    given = ("--matter", LICENCE, "--form", towns.form, "--all-materials", "--command-id", uuid4())
    first, again = (towns.act("sh", "take-in", *given) for _ in range(2))
    assert (first["repeated"], again["repeated"]) == (False, True)
    assert again["case"] == first["case"]
    assert again["events"] == first["events"]
    assert len(towns.json("sh", "case", "list")["cases"]) == 1


def test_a_repeated_act_is_not_judged_against_what_the_case_has_become(towns):
    case, command = towns.hand_over(), uuid4()
    first = towns.act("hf", "accept", case, "--command-id", command)
    towns.act("hf", "decide", case, "--grant", by="approver")
    again = towns.act("hf", "accept", case, "--command-id", command)
    assert (again["repeated"], again["events"]) == (True, first["events"])
    assert again["phase"] == "decided"


def test_a_repeated_join_needs_no_open_contribution(towns):
    case, command = towns.hand_over(), uuid4()
    towns.act("sh", "withdraw", case)
    first = towns.act("hf", "join", case, "--command-id", command)
    assert first["phase"] == "withdrawn"
    assert towns.act("hf", "join", case, "--command-id", command)["repeated"]


def test_a_repeated_appointment_makes_no_second_key(towns):
    given = ("--officer", "sh-new", "--name", "示例癸", "--organization", "hall", "--post", "window")
    command = ("--command-id", uuid4())
    first, again = (towns.json("sh", "officer", "add", *given, *command) for _ in range(2))
    assert first["events"] == again["events"]
    signers = [each for each in towns.json("sh", "officer", "list")["signers"] if each["id"] == "sh-new"]
    assert len(signers) == 1
