"""`tongban contracts new` and `compare`."""

import json
import shutil
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from tests.adapters.cli.conftest import LICENCE
from tongban.adapters.cli.contracts import compare as contracts_compare
from tongban.adapters.cli.contracts import new as contracts_new
from tongban.contracts.faults import FaultyContractError
from tongban.contracts.matter.folders import read_matter

CONTRACTS = Path(__file__).parents[3] / "contracts" / "data"
CODE = "000199099000"
FILLED_IN = (
    ("name: {zh: ~, en: ~}", "name: {zh: 示例事项, en: An example}"),
    ("applicants: []", "applicants: [enterprise]"),
    ("agents: ~", "agents: true"),
    ("exercise_levels: []", "exercise_levels: [3]"),
    ("legal_basis: []", "legal_basis: [{zh: 示例, en: An example}]"),
    ("receipt_at: ~", "receipt_at: intake"),
    ("handlings: []", "handlings: [remote_intake]"),
    ("side: ~", "side: home_place"),
    ("value: ~", "value: 5"),
    ("form: ~", "form: original"),
    ("channels: []", "channels: [{apply: window, deliver: window, visits: 1, reason: {zh: 示例, en: An example}}]"),
    ("kind: ~", "kind: certificate"),
)


@pytest.fixture(scope="module")
def group():
    made = typer.Typer()
    contracts_new.register(made)
    contracts_compare.register(made)
    return made


def call(group, *arguments, code=0):
    result = CliRunner().invoke(group, [*map(str, arguments), "--json"])
    assert result.exit_code == code, result.output
    return json.loads(result.stderr if code else result.stdout)


def fill_in(folder):
    file = folder / "matter.yaml"
    text = file.read_text("utf-8")
    for old, new in FILLED_IN:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    file.write_text(text, "utf-8")


# new


def test_a_new_matter_says_what_is_left_and_is_accepted_once_that_is_filled_in(group, tmp_path):
    made = call(group, "new", CODE, "--contracts", tmp_path, "--regime", "licence")
    folder = Path(made["folder"])
    assert folder == tmp_path / "matters" / CODE / "1"
    with pytest.raises(FaultyContractError) as caught:
        read_matter(folder)
    assert [each["path"] for each in made["left"]] == [each.path for each in caught.value.faults]
    assert {each["path"] for each in made["left"]} == {
        "name.zh", "name.en", "applicants", "agents", "exercise_levels", "legal_basis", "receipt_at", "handlings",
        "lead.side", "limits.promised.value", "materials.0.form", "channels", "outcome.kind",
    }  # fmt: skip
    fill_in(folder)
    contract = read_matter(folder)
    assert (contract.rules.catalog_code, contract.regime.regime, contract.about.code_is_example) == (
        CODE,
        "licence",
        True,
    )


@pytest.mark.parametrize("kind", ["instant", "commitment"])
@pytest.mark.parametrize("regime", ["licence", "confirmation", "payment", "public_service", "other_power"])
def test_each_kind_in_each_regime_can_be_filled_in(group, tmp_path, kind, regime):
    made = call(group, "new", "000112345000", "--contracts", tmp_path, "--regime", regime, "--case-kind", kind)
    fill_in(Path(made["folder"]))
    contract = read_matter(Path(made["folder"]))
    assert (contract.about.case_kind, contract.regime.regime, contract.about.code_is_example) == (kind, regime, False)


def test_the_next_version_begins_as_a_copy_of_the_newest(group, tmp_path):
    shutil.copytree(CONTRACTS / "matters" / LICENCE, tmp_path / "matters" / LICENCE)
    made = call(group, "new", LICENCE, "--contracts", tmp_path)
    assert (made["version"], made["left"]) == ("3", [])
    assert read_matter(Path(made["folder"])).rules.version == "3"
    assert call(group, "new", LICENCE, "--contracts", tmp_path)["version"] == "4"


def test_what_is_no_code_is_refused_and_nothing_is_made(group, tmp_path):
    error = call(group, "new", "12", "--contracts", tmp_path, code=1)["error"]
    assert (error["code"], error["found"]) == ("malformed", "'12'")
    assert not list(tmp_path.iterdir())


# compare


def test_two_cities_are_compared_by_what_an_applicant_meets(group, tmp_path):
    told = call(group, "compare", "310000", "340100", "--matter", LICENCE, "--home", tmp_path)
    (matter,) = told["matters"]
    found = {each["path"]: (each["one"], each["other"]) for each in matter["differences"]}
    assert found["promised"] == ("8 workdays", "6 workdays")
    assert found["channels.online+courier"] == ("0 visits", "")
    assert found["channels.window+window"] == ("2 visits", "1 visits")
    assert "channels.window+courier" not in found
    assert not [path for path in found if path.startswith("materials")]
    assert "310000/000199003000: promised" in told["examples"]


def test_a_city_that_sets_nothing_for_a_matter_is_compared_by_the_matter_itself(group, tmp_path):
    shutil.copytree(CONTRACTS / "settings", tmp_path / "settings")
    (tmp_path / "settings" / "310000" / "002099001000.yaml").unlink()
    told = call(group, "compare", "310000", "340100", "--contracts", tmp_path)
    medical = next(each for each in told["matters"] if each["matter"] == "002099001000")
    found = {each["path"]: (each["one"], each["other"]) for each in medical["differences"]}
    assert found["promised"] == ("30 minutes", "15 minutes")
    assert found["materials.registration_form"] == ("asked", "asked, or insurance_register")
    assert "materials.residence_proof" not in found


def test_a_city_does_not_differ_from_itself(group, tmp_path):
    told = call(group, "compare", "310000", "310000", "--home", tmp_path)
    assert [each["differences"] for each in told["matters"]] == [[], []]


def test_a_region_without_settings_is_said(group, tmp_path):
    assert call(group, "compare", "310000", "999999", "--home", tmp_path, code=2)["error"]["found"] == "999999"


def test_a_person_sees_a_table_with_its_examples_marked(group, tmp_path):
    result = CliRunner().invoke(group, ["compare", "310000", "340100", "--home", str(tmp_path)])
    for words in ("实施清单之差异", "8 workdays", "工业产品生产许可证发证", "示例 examples, from no source"):
        assert words in result.stdout
