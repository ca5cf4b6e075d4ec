"""What a refused act says, to people and to programs, and with which exit code."""

import json

import pytest

from tests.adapters.cli.conftest import LICENCE
from tongban.adapters.cli.main import app


def test_a_refused_act_says_which_rule_what_was_expected_and_found_and_what_to_do(towns):
    case = towns.hand_over()
    towns.act("hf", "accept", case)
    result = towns.run("hf", "case", "decide", case, "--grant", "--officer", "hf-handler", code=1)
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert lines[0] == "Refused: Who decides is not who handled the case"
    assert lines[1].strip() == "承办人与决定人不得为同一人"
    told = dict(line.split(maxsplit=1) for line in lines[2:])
    assert told["rule"].startswith("four_eyes (")
    assert told["expected"] == "an officer other than hf-handler"
    assert told["found"] == "hf-handler"
    assert told["advice"] == "let another officer decide"
    assert "Traceback" not in result.output


def test_a_program_reads_the_same_as_json(towns):
    case = towns.take_in()
    error = towns.refused("sh", "case", "close", case, "--officer", "sh-handler")
    assert error.keys() == {"code", "message", "expected", "found", "advice", "exit_code", "breach"}
    assert (error["code"], error["breach"]["code"], error["exit_code"]) == ("act_refused", "wrong_phase", 1)
    assert error["breach"].keys() == {"code", "en", "zh", "source"}
    assert error["found"] == "taken_in"


def test_a_refused_act_leaves_nothing_behind(towns):
    case = towns.take_in()
    before = towns.json("sh", "case", "show", case)["timeline"]
    towns.refused("sh", "case", "accept", case, "--officer", "sh-handler")
    assert towns.json("sh", "case", "show", case)["timeline"] == before


def test_an_officer_without_the_power_breaks_a_numbered_rule(towns):
    post = ("--organization", "hall", "--post", "desk", "--title-zh", "咨询", "--title-en", "desk", "--power", "offer")
    towns.json("sh", "officer", "add", "--officer", "sh-desk", "--name", "示例壬", *post)
    taking_in = ("--matter", LICENCE, "--form", towns.form, "--all-materials")
    error = towns.refused("sh", "case", "take-in", "--officer", "sh-desk", *taking_in)
    assert error["code"] == "not_appendable"
    assert "breaks rule A4" in error["message"]


@pytest.mark.parametrize(
    ("arguments", "code", "exit_code"),
    [
        (("accept", "00000000", "--officer", "sh-handler"), "case_unknown", 3),
        (("accept", "nonsense", "--officer", "sh-handler"), "case_unknown", 3),
        (("accept", "CASE", "--officer", "nobody"), "officer_unknown", 3),
        (("join", "CASE", "--officer", "sh-handler"), "case_unknown", 3),
        (("answer", "CASE", "--officer", "sh-handler", "--request", "abcdef"), "case_unknown", 3),
        (("supply", "CASE", "--officer", "sh-handler", "--material", "a:b"), "malformed", 1),
        (("accept", "CASE", "--officer", "sh-handler", "--document", "x"), "malformed", 1),
        (("accept", "CASE", "--officer", "sh-handler", "--at", "yesterday"), "malformed", 1),
        (("accept", "CASE", "--officer", "sh-handler", "--at", "2026-11-22T09:00:00"), "malformed", 1),
    ],
)
def test_what_cannot_be_found_or_read_has_its_own_code(towns, arguments, code, exit_code):
    case = towns.take_in()
    given = [case if each == "CASE" else each for each in arguments]
    error = towns.refused("sh", "case", *given, code=exit_code)
    assert (error["code"], error["exit_code"]) == (code, exit_code)
    assert error["expected"]


def test_a_form_is_refused_with_every_fault_and_without_a_value(towns):
    form = json.loads(towns.form.read_text(encoding="utf-8"))
    form["contact_name"] = 5
    form["application_kind"] = "秘密"
    del form["credit_code"]
    towns.form.write_text(json.dumps(form), encoding="utf-8")
    error = towns.refused("sh", "case", "take-in", "--officer", "sh-handler", "--matter", LICENCE, "--form", towns.form)
    assert error["code"] == "contract"
    for field in ("contact_name", "application_kind", "credit_code"):
        assert field in error["message"]
    assert "秘密" not in json.dumps(error, ensure_ascii=False)


def test_a_matter_or_region_that_is_not_there_is_named_with_those_that_are(towns):
    error = towns.refused("sh", "case", "take-in", "--officer", "sh-handler", "--matter", "1", code=3)
    assert (error["code"], LICENCE in error["expected"]) == ("matter_unknown", True)
    away = ("--matter", LICENCE, "--form", towns.form, "--deciding", "999999")
    error = towns.refused("sh", "case", "take-in", "--officer", "sh-handler", *away)
    assert (error["found"], "340100" in error["expected"]) == ("999999", True)


def test_a_field_that_the_form_does_not_have_is_not_shared(towns):
    case = towns.hand_over()
    towns.act("hf", "accept", case)
    asked = ("--region", "310000", "--kind", "verification", "--share", "colour")
    error = towns.refused("hf", "case", "ask", case, "--officer", "hf-handler", *asked)
    assert error["code"] == "contract"
    assert "colour" in error["message"]


def test_an_ambiguous_beginning_lists_the_candidates(towns, monkeypatch):
    cases = {towns.take_in() for _ in range(3)}
    monkeypatch.setattr("tongban.adapters.cli.case.names.LEAST_DIGITS", 0)
    error = towns.refused("sh", "case", "offer", "", "--officer", "sh-handler", code=3)
    assert all(case in error["found"] for case in cases)


def test_a_wrong_call_is_a_usage_error(towns):
    towns.run("sh", "case", "accept", code=2)
    towns.run("sh", "case", "acept", "1234", code=2)
    towns.run("sh", "case", "accept", "1234", code=2)
    towns.run("sh", "case", "accept", "1234", "--officer", "a", "--channel", "b", code=2)


def test_a_wrong_call_with_json_answers_in_json(towns):
    process = towns.process("sh", "case", "accept", "--json", "--officer", "sh-handler")
    out, err = process.communicate()
    assert (process.returncode, out) == (2, "")
    assert json.loads(err)["error"]["code"] == "usage"


def test_an_unforeseen_error_is_told_briefly_and_shown_with_debug(towns, monkeypatch):
    def fail(*_args, **_more):
        raise ZeroDivisionError("on purpose")

    monkeypatch.setattr("tongban.adapters.cli.views._digests", fail)
    result = towns.run("sh", "views", "digest", code=70)
    assert "ZeroDivisionError: on purpose" in result.stderr
    assert "--debug" in result.stderr
    result = towns.runner.invoke(
        app,
        ["views", "digest", "--debug", "--home", str(towns.home("sh"))],
    )
    assert isinstance(result.exception, ZeroDivisionError)
