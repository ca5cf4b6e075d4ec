"""Every command explains itself: what it does, each option, and an example that it would take."""

import re
import shlex

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from tongban import __version__
from tongban.adapters.cli.exit_codes import MEANINGS, ExitCode
from tongban.adapters.cli.main import app

OTHERS = {("demo",), ("audit",)}
"""Commands with a test of their own elsewhere."""


def paths(command, path=()):
    subcommands = getattr(command, "commands", None)
    if not subcommands:
        yield path, command
        return
    for name, each in subcommands.items():
        yield from paths(each, (*path, name))


COMMANDS = {path: command for path, command in paths(get_command(app)) if path not in OTHERS}


def plain(text):
    return re.sub(r"\[/?[a-z ]*\]", "", text or "")


def test_all_commands_that_a_city_runs_are_there():
    acts = (
        "take-in apply offer take-over decline notice supply accept not-accept ask answer contribute join refuse decide "
        "close deliver archive withdraw show list"
    )
    wanted = {("case", act) for act in acts.split()} | {
        ("federation", "init"), ("federation", "enrol"), ("federation", "publish"), ("federation", "show"),
        ("region", "init"), ("officer", "add"), ("officer", "list"), ("officer", "revoke"), ("channel", "add"),
        ("topics", "create"), ("node", "run"), ("node", "status"), ("log", "tail"), ("views", "rebuild"),
        ("views", "digest"), ("quarantine", "list"), ("quarantine", "show"), ("quarantine", "retry"), ("config", "show"),
    }  # fmt: skip
    assert COMMANDS.keys() >= wanted


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_the_help_says_what_it_does_in_both_languages_with_an_example(path):
    command = COMMANDS[path]
    result = CliRunner().invoke(app, [*path, "--help"])
    assert result.exit_code == 0
    help_text = plain(command.help)
    assert re.search(r"[一-鿿]", help_text)
    assert re.search(r"[A-Za-z]{3}.*\.", help_text)
    assert f"tongban {' '.join(path)}" in plain(command.epilog)
    assert "--json" in result.stdout
    assert "--home" in result.stdout


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_each_option_has_a_help_text(path):
    assert not [each.name for each in COMMANDS[path].params if not getattr(each, "help", "") and each.name != "help"]


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_each_example_is_a_call_that_the_command_takes(path):
    command = COMMANDS[path]
    examples = [line for line in plain(command.epilog).splitlines() if line.startswith("tongban ")]
    assert examples
    for example in examples:
        words = shlex.split(example.split(" || ")[0])
        given = words[len(path) + 1 :]
        command.make_context(path[-1], given, resilient_parsing=False).close()


def test_the_exit_codes_stand_in_the_help():
    text = CliRunner().invoke(app, ["--help"]).stdout
    for code in ExitCode:
        assert re.search(rf"^ +{int(code)} +\S", text, re.MULTILINE)
    assert MEANINGS.keys() == set(ExitCode)


def test_the_version_is_told():
    assert CliRunner().invoke(app, ["--version"]).stdout == f"tongban {__version__}\n"
