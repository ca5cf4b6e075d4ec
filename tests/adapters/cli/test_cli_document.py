"""docs/cli.md says what the commands do."""

import re
import shlex
from pathlib import Path

import pytest

from tests.adapters.cli.conftest import Towns
from tests.adapters.cli.test_help import COMMANDS
from tongban.adapters.cli.exit_codes import MEANINGS

TEXT = (Path(__file__).parents[3] / "docs" / "cli.md").read_text(encoding="utf-8")


def row(name):
    line = next(line for line in TEXT.splitlines() if line.startswith("|") and name in line.split("|")[1])
    return set(re.findall(r"`(\w+)`", line.split("|")[2]))


def calls():
    for block in re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL):
        for line in block.replace("\\\n", " ").splitlines():
            if line.startswith("tongban "):
                yield shlex.split(line, comments=True)[1:]


@pytest.mark.parametrize("call", list(calls()), ids=lambda call: " ".join(call[:2]))
def test_each_call_is_one_that_the_command_takes(call):
    path = next(path for path in COMMANDS if tuple(call[: len(path)]) == path)
    COMMANDS[path].make_context(path[-1], list(call[len(path) :])).close()


def test_the_exit_codes_are_those_of_the_program():
    rows = re.findall(r"^\| (\d+) \| (.+) \|$", TEXT, re.MULTILINE)
    assert rows == [(str(int(code)), meaning) for code, meaning in MEANINGS.items()]


def test_every_act_is_named():
    named = set(re.findall(r"`case ([a-z-]+)`", TEXT))
    assert named >= {path[1] for path in COMMANDS if path[0] == "case"}


def test_the_answers_have_the_fields_named(towns: Towns):
    case = towns.take_in()
    assert towns.act("sh", "offer", case).keys() == row("acts on cases")
    assert towns.json("sh", "case", "show", case).keys() == row("case show")
    assert towns.json("sh", "case", "list").keys() == {"region", "cases"}
    revoked = towns.json("sh", "officer", "revoke", "sh-portal", "--reason", "lost")
    assert revoked.keys() == row("acts on registries") | {"id"}
