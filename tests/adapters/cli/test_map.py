"""`tongban map`: forms out, faults told, exit codes, and forms that open cases."""

import csv
import json
import re
import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.adapters.mapping.making import DATA
from tongban.adapters.cli.main import app
from tongban.adapters.cli.map import SHOWN_FINDINGS
from tongban.adapters.mapping.result_files import REPORT_COLUMNS
from tongban.contracts.mapping.mapping_file import CodeTable, FieldRule, NumberFormat
from tongban.contracts.mapping.meanings import MEANINGS
from tongban.contracts.mapping.source_file import SourceFile

GUIDE = (Path(__file__).parents[3] / "docs" / "mapping.md").read_text(encoding="utf-8")
ITEMS = DATA / "service-items.json"
WINDOW = DATA / "licence-window.csv"


def tongban(*arguments, code=0):
    result = CliRunner().invoke(app, ["map", *map(str, arguments)])
    assert result.exit_code == code, f"{result.output}\n{result.exception!r}"
    return result


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def rows(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_real_list_gives_forms_and_a_report_and_says_that_something_is_wrong(tmp_path):
    out, report = tmp_path / "items.jsonl", tmp_path / "faults.csv"
    answer = json.loads(
        tongban("511602/service-items", ITEMS, "--out", out, "--report", report, "--json", code=6).stdout
    )
    assert {name: answer[name] for name in ("records", "converted", "faulty", "errors", "warnings", "complete")} == {
        "records": 50, "converted": 24, "faulty": 26, "errors": 43, "warnings": 86, "complete": True,
    }  # fmt: skip
    assert len(answer["findings"]) == 129
    assert len(lines(out)) == 24
    told = rows(report)
    assert len(told) == 129
    assert tuple(told[0]) == REPORT_COLUMNS
    (first,) = [row for row in told if row["record"] == "25" and row["field"] == "department_code"]
    assert first["place"] == "line 290"
    assert first["expected"] == "18 位统一社会信用代码 a unified social credit code of 18 characters"
    assert first["found"] == "17 位 17 characters: '1151130000877869M'"
    assert first["advice"].startswith("按证件核对")


def test_a_person_is_shown_counts_and_the_first_findings_errors_before_warnings():
    shown = tongban("511602/service-items", ITEMS, code=6).stdout
    assert "转换 converted  24" in shown
    assert "号码位数不符" in shown
    assert f"the first {SHOWN_FINDINGS}" in shown
    assert "'1151130000877869M'" in shown


def test_only_warnings_end_well(tmp_path):
    few = tmp_path / "few.json"
    few.write_text(json.dumps(json.loads(ITEMS.read_bytes())[:2], ensure_ascii=False), encoding="utf-8")
    answer = json.loads(tongban("511602/service-items", few, "--json").stdout)
    assert (answer["converted"], answer["warned"], answer["errors"]) == (2, 2, 0)


def test_a_file_that_is_cut_gives_what_could_be_read_and_says_so(tmp_path):
    cut, out = tmp_path / "cut.json", tmp_path / "out.jsonl"
    cut.write_bytes(ITEMS.read_bytes()[:3000])
    answer = json.loads(tongban("511602/service-items", cut, "--out", out, "--json", code=6).stdout)
    assert not answer["complete"]
    assert answer["records"] == len(lines(out)) > 3
    last = answer["findings"][-1] if answer["findings"][-1]["code"] == "file_broken" else None
    assert last is not None
    assert last["record"] == answer["records"] + 1
    assert last["place"].startswith("line ")


def test_personal_values_are_left_out_of_reports_unless_asked_for(tmp_path):
    for option, told in (((), 0), (("--show-personal",), 1)):
        report = tmp_path / f"{told}.jsonl"
        answer = tongban("999999/licence-window", WINDOW, "--report", report, "--json", *option, code=6).stdout
        (wrong,) = [each for each in lines(report) if each["record"] == 3 and each["code"] == "identifier_check"]
        assert bool(re.search(r"999999\d{11}", wrong["found"])) == bool(told)
        assert bool(re.search(r"another one: '999999\d{11}", answer)) == bool(told)
        assert lines(report)[0].keys() == set(REPORT_COLUMNS)


def test_forms_and_reports_can_be_read_by_their_owner_alone(tmp_path):
    out, report = tmp_path / "out.jsonl", tmp_path / "faults.csv"
    tongban("999999/licence-window", WINDOW, "--out", out, "--report", report, code=6)
    assert {stat.S_IMODE(path.stat().st_mode) for path in (out, report)} == {0o600}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["faults.csv", "out.jsonl"]


def test_a_cell_that_a_spreadsheet_would_take_for_a_formula_is_made_harmless(tmp_path):
    source, report = tmp_path / "bad.json", tmp_path / "faults.csv"
    source.write_text(json.dumps([{"item_code": "=cmd()-1-2-3-4-5"}]), encoding="utf-8")
    tongban("511602/service-items", source, "--report", report, code=6)
    assert {row["id"] for row in rows(report)} == {"'=cmd()-1-2-3-4-5"}


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("511602/nothing", ITEMS), 1),
        (("511602/service-items", "nothing.json"), 2),
        (("511602/service-items", ITEMS, "--report", "faults.xlsx"), 2),
        (("511602/service-items", ITEMS, "--out", "nowhere/out.jsonl"), 2),
    ],
)
def test_what_cannot_begin_is_refused(tmp_path, monkeypatch, arguments, code):
    monkeypatch.chdir(tmp_path)
    result = tongban(*arguments, "--json", code=code)
    assert result.stdout == ""
    assert json.loads(result.stderr)["error"]["exit_code"] == code


def test_without_a_file_the_mapping_is_checked_and_shown():
    assert "无误 nothing is wrong" in tongban("999999/medical-insurance").stdout
    answer = json.loads(tongban("999999/medical-insurance", "--json").stdout)
    assert answer["target"] == "002099001000/1"
    assert answer["fields"]["agent_name"] == {"absent": "旧系统不登记代办人"}


def test_a_converted_form_opens_a_case(towns, tmp_path):
    out = tmp_path / "forms.jsonl"
    tongban("999999/licence-window", WINDOW, "--out", out, code=6)
    for number, form in enumerate(lines(out)):
        file = tmp_path / f"{number}.json"
        file.write_text(json.dumps(form, ensure_ascii=False), encoding="utf-8")
        taken = towns.act("sh", "take-in", "--matter", "000199003000/1", "--form", file, "--all-materials")
        assert taken["phase"] == "taken_in"
    assert len(towns.json("sh", "case", "list")["cases"]) == len(lines(out)) == 3


def test_numbered_forms_say_which_record_they_were(tmp_path):
    out = tmp_path / "forms.jsonl"
    tongban("999999/licence-window", WINDOW, "--out", out, "--numbered", code=6)
    assert [(each["record"], each["id"]) for each in lines(out)] == [
        (1, "示-2019-0001"), (2, "示-2019-0002"), (10, "示-2019-0010"),
    ]  # fmt: skip


# The guide -----------------------------------------------------------------------------------------------------------


def test_the_guide_lists_every_code():
    told = re.findall(r"^\| `(\w+)` \| (\S.*?) \| (.+) \|$", GUIDE.partition("## Codes of findings")[2], re.MULTILINE)
    assert told == [
        (each.code, f"{each.zh} {each.en}", f"{each.advice_zh} {each.advice_en}") for each in MEANINGS.values()
    ]


def test_the_guide_names_every_key_of_a_mapping():
    for model in (SourceFile, CodeTable, NumberFormat, FieldRule):
        for name, field in model.model_fields.items():
            assert f"`{field.alias or name}" in GUIDE or f"`file.{name}" in GUIDE, name


def test_the_guide_does_what_it_says(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    files = dict(re.findall(r"^`([^`\n]+)`:\n\n```\w*\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE))
    assert set(files) == {"mappings/999999/pension-desk.yaml", "desk.csv", "forms.jsonl"}
    for name in ("mappings/999999/pension-desk.yaml", "desk.csv"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(files[name], encoding="utf-8")
    (block,) = re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL)
    check, convert = [line.split()[2:] for line in block.splitlines() if line.startswith("tongban map ")]
    tongban(*check)
    tongban(*convert, code=6)
    assert Path("forms.jsonl").read_text(encoding="utf-8") == files["forms.jsonl"]
    told = [
        (row["record"], row["field"], row["code"]) for row in rows(Path("faults.csv")) if row["severity"] == "error"
    ]
    table = re.findall(r"^\| (\d+) \| `(\w+)` \| `(\w+)` \|", GUIDE, re.MULTILINE)
    assert told == table
