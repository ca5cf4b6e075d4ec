"""What docs/deployment.md tells people to type is what the command line takes, and what it links to is there."""

import re

import pytest

from tests.deployment.composed import ROOT, check_call, commands_in
from tongban.adapters.node.settings import Settings

PAGE = ROOT / "docs" / "deployment.md"
TEXT = PAGE.read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)
NAMED = sorted(set(re.findall(r"`(tongban [a-z][^`]*)`", TEXT)))
CALLS = [words for block in BLOCKS for words in commands_in(block, {})]


@pytest.mark.parametrize("words", CALLS, ids=" ".join)
def test_each_call_is_one_that_the_command_line_takes(words: list[str]) -> None:
    check_call(words)


@pytest.mark.parametrize("call", NAMED)
def test_each_command_that_is_named_is_there(call: str) -> None:
    check_call(call.split()[1:], named_only=True)


def test_each_setting_that_is_named_is_one() -> None:
    rows = re.findall(r"^\| (`[a-z_`, ]+`) \| `", TEXT, re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"[a-z_]+", row)}
    assert {"store", "kafka_sasl_username"} <= named <= Settings.model_fields.keys()


def test_each_link_leads_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", TEXT):
        assert (PAGE.parent / target).exists(), target
