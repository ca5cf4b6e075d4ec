"""docs/evolution.md says what the commands do and what the schemas say."""

import json
import re
import shlex
import shutil
from pathlib import Path

import pytest
from tests.contracts.releases.test_gate import SHIPPED
from typer.testing import CliRunner

from tongban.adapters.cli.main import app

TEXT = (Path(__file__).parents[3] / "docs" / "evolution.md").read_text("utf-8")
BLOCKS = re.findall(r"^ *```(\w+)\n(.*?)^ *```", TEXT, re.DOTALL | re.MULTILINE)
CALLS = [shlex.split(line) for kind, block in BLOCKS if kind == "sh" for line in block.strip().splitlines()]
FIELDS = [json.loads(block) for kind, block in BLOCKS if kind == "json"]


@pytest.fixture
def beside_contracts(tmp_path, monkeypatch):
    for section in ("schemas", "matters", "regimes"):
        shutil.copytree(SHIPPED / section, tmp_path / "contracts" / "data" / section)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("call", CALLS, ids=" ".join)
def test_each_command_does_what_the_page_says(beside_contracts, call):
    assert call[0] == "tongban"
    result = CliRunner().invoke(app, call[1:])
    assert result.exit_code == 0, result.output


def test_each_field_stands_so_in_its_schema():
    fields = json.loads((SHIPPED / "schemas" / "case.asked.v2.avsc").read_text("utf-8"))["fields"]
    assert FIELDS
    assert all(each in fields for each in FIELDS)


def test_what_the_table_quotes_stands_in_a_schema():
    schemas = "".join(file.read_text("utf-8") for file in (SHIPPED / "schemas").glob("case.*.v2.avsc"))
    (table,) = re.findall(r"\| in the newest schema .*?\n\n", TEXT, re.DOTALL)
    quoted = re.findall(r"^\| `(.*?)`", table, re.MULTILINE)
    assert len(quoted) == 4
    assert all(each in schemas for each in quoted)
