"""`tongban guide`, `region settings`, and what a person is told when a case is opened and shown."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.adapters.cli.conftest import LICENCE
from tests.contracts.guide.test_bundle import ALL, BUNDLE, bundle, form_of_both  # noqa: F401 (a fixture)
from tongban.adapters.cli.guide import source as guide_source
from tongban.adapters.cli.main import app

SETTINGS = Path(__file__).parents[3] / "contracts" / "data" / "settings"
MEDICAL = "002099001000"


def call(*arguments, code=0, given=None):
    result = CliRunner().invoke(app, [*map(str, arguments)], input=given)
    assert result.exit_code == code, result.output
    return result


def told(*arguments, **more):
    return json.loads(call("guide", *arguments, "--json", **more).stdout)


# Anywhere, with what ships


def test_the_guide_asks_in_turn_until_an_answer_can_be_used(tmp_path):
    result = call("guide", LICENCE, "--region", "340100", "--home", tmp_path, given="7\n\nrenewal\n")
    assert "您要办理哪一种" in result.stderr
    assert "one of 1 to 3" in result.stderr
    for words in (
        "延续 Renewal",
        "6 个工作日 working days",
        "原许可证",
        "示例 examples, from no source",
        "不收费 free",
    ):
        assert words in result.stdout
    assert "process_description" not in result.stdout


def test_the_guide_takes_answers_as_json_from_a_file_or_standard_input(tmp_path):
    answers = json.dumps({"reason": "long_term_resident"})
    file = tmp_path / "answers.json"
    file.write_text(answers)
    value = told(MEDICAL, "--answers", file, "--region", "310000")
    assert value == told(MEDICAL + "/2", "--answers", "-", "--region", "310000", given=answers)
    assert [each["code"] for each in value["materials"] if each["brought"]] == ["registration_form"]
    assert value["limit"]["promised"] == {"value": 20, "unit": "minutes"}
    assert {"catalog_code", "310000: promised"} <= {*value["examples"]}
    assert {each["field"] for each in value["fields"]["fetched"]} >= {"applicant_name", "insured_region"}
    assert value["fee"] == {"fen": 0, "entries": []}


def test_a_program_that_gives_no_answers_is_told_which_are_wanted(tmp_path):
    error = json.loads(call("guide", "002099002000", "--json", "--home", tmp_path, code=1).stderr)["error"]
    assert error["code"] == "contract"
    assert "answers at reason: expected new_employment or return_home" in error["message"]
    assert "answers at consents_to_fetch: expected true or false" in error["message"]


@pytest.mark.parametrize(
    ("given", "code", "wanted"),
    [
        ("[1]", 1, "malformed"),
        ("{", 1, "malformed"),
        ('{"reason": "whim"}', 1, "contract"),
        (" " * 70_000, 1, "malformed"),
    ],
)
def test_answers_that_are_none_are_refused(given, code, wanted):
    result = call("guide", MEDICAL, "--answers", "-", "--json", given=given, code=code)
    assert json.loads(result.stderr)["error"]["code"] == wanted


def test_a_matter_that_is_not_there_is_not_found():
    assert json.loads(call("guide", "999999999999", "--json", code=3).stderr)["error"]["code"] == "matter_unknown"
    call("guide", MEDICAL, "--answers", "none.json", code=2)


def test_a_bundle_is_told_once_with_what_it_saves(bundle, monkeypatch):  # noqa: F811
    monkeypatch.setattr(guide_source, "shipped_bundles", lambda: (bundle,))
    value = told("002099099000", "--answers", "-", given=json.dumps(ALL))
    assert value["saved"] == {"fields": 2, "materials": 1}
    assert value["cases"] == [[MEDICAL], ["002099002000"]]
    assert value["members"][MEDICAL]["answers"] == {"reason": "posted"}
    text = call("guide", "002099099000", given="1\nposted\n1\nno\n").stdout
    for words in ("一件事 Bundle", "少填 2 项、少交 1 件", "from the case of 002099001000"):
        assert words in text


# In a home


def test_a_region_sets_its_matter_and_every_city_sees_it(towns):
    file = SETTINGS / "340100" / f"{LICENCE}.yaml"
    done = towns.json("hf", "region", "settings", "set", file)
    assert [each["type"] for each in done["events"]] == ["region.matter_set"]
    assert "示例乙" in towns.run("hf", "region", "settings", "show").stdout
    case = towns.hand_over()
    shown = towns.json("sh", "region", "settings", "show", LICENCE, "--region", "340100")
    assert [each["version"] for each in shown["matters"]] == ["2"]
    assert towns.json("sh", "case", "show", case)["limit"] == {
        "promised": {"value": 6, "unit": "workdays"}, "set_by": "340100",
    }  # fmt: skip
    answers = towns.folder / "answers.json"
    answers.write_text('{"application_kind": "first"}')
    value = towns.json("sh", "guide", LICENCE, "--region", "340100", "--answers", answers)
    assert value["limit"]["promised"]["value"] == 6
    assert towns.json("sh", "guide", LICENCE, "--answers", answers)["limit"]["promised"]["value"] == 10


def test_a_promise_that_was_made_is_not_changed_by_what_is_set_later(towns):
    towns.json("hf", "region", "settings", "set", SETTINGS / "340100" / f"{LICENCE}.yaml")
    case = towns.hand_over()
    towns.act("hf", "accept", case)
    folder = towns.folder / "340100"
    folder.mkdir()
    later = folder / f"{LICENCE}.yaml"
    later.write_text((SETTINGS / "340100" / later.name).read_text("utf-8").replace("value: 6,", "value: 4,"), "utf-8")
    towns.json("hf", "region", "settings", "set", later)
    assert towns.json("hf", "case", "show", case)["limit"]["promised"]["value"] == 6
    assert towns.json("hf", "case", "show", towns.take_in("hf"))["limit"]["promised"]["value"] == 4


def test_settings_that_are_looser_or_of_another_region_are_refused(towns):
    file = SETTINGS / "310000" / f"{LICENCE}.yaml"
    assert towns.refused("hf", "region", "settings", "set", file)["code"] == "registry_refused"
    folder = towns.folder / "340100"
    folder.mkdir()
    looser = folder / f"{LICENCE}.yaml"
    looser.write_text(
        (SETTINGS / "340100" / looser.name).read_text("utf-8").replace("value: 6,", "value: 11,"), "utf-8"
    )
    error = towns.refused("hf", "region", "settings", "set", looser)
    assert (error["code"], "fewer than the matter's 10" in error["message"]) == ("contract", True)


def test_the_officer_is_told_at_the_opening_whether_the_set_is_complete(towns):
    opening = ("take-in", "--matter", LICENCE, "--form", towns.form)
    given = ("--material", "application_form", "--material", "business_licence")
    told_missing = towns.act("sh", *opening, *given)["note"]
    assert "inspection_report" in told_missing
    assert "present_licence" not in told_missing
    complete = towns.act("sh", *opening, "--all-materials")
    assert "材料齐全" in complete["note"]
    here = {each["code"] for each in towns.json("sh", "case", "show", complete["case"])["materials"] if each["here"]}
    assert here == {"application_form", "business_licence", "inspection_report"}


def test_a_form_that_leaves_open_what_its_answers_ask_for_is_refused_at_the_window(towns):
    form = {
        "applicant_name": "示例甲", "id_number": "999999199001010010", "telephone": "+99900000001",
        "insured_region": "310000", "treatment_region": "340100", "insurance_kind": "employee", "reason": "posted",
        "starts_on": "2026-12-01",
    }  # fmt: skip
    towns.form.write_text(json.dumps(form))
    opening = ("apply", "--matter", MEDICAL, "--form", towns.form, "--all-materials")
    error = towns.refused("sh", "case", *opening, "--channel", "sh-portal")
    assert "form.avsc at ends_on: expected a value" in error["message"]
    towns.form.write_text(json.dumps({**form, "ends_on": "2026-12-31"}))
    assert towns.json("sh", "case", *opening, "--channel", "sh-portal")["acts"] == ["apply"]


def test_a_bundle_is_not_published_yet_and_the_refusal_says_so(towns):
    folder = towns.folder / "002099099000" / "1"
    folder.mkdir(parents=True)
    (folder / "matter.yaml").write_text(BUNDLE, "utf-8")
    (folder / "form.avsc").write_text(json.dumps(form_of_both(), ensure_ascii=False), "utf-8")
    error = towns.refused("federation", "federation", "publish", folder)
    assert (error["code"], "bundles are not published yet" in error["message"]) == ("registry_refused", True)
