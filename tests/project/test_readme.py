"""What README, CHANGELOG, Makefile and the compose file promise is there."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tongban import __version__

SCREEN_LINES = 60
CHANGELOG_SECTIONS = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def commands_in(markdown: str) -> list[str]:
    """The command lines of all shell snippets, without prompts, comments and continuations."""
    snippets = re.findall(r"^```(?:sh|bash|console|shell)\n(.*?)^```", markdown, re.MULTILINE | re.DOTALL)
    lines = "\n".join(snippets).replace("\\\n", " ").splitlines()
    return [line.removeprefix("$ ").split(" #")[0].strip() for line in lines if line.strip() and line[0] != "#"]


def make(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run make as from a shell, although a `make test` may stand above."""
    if shutil.which("make") is None:
        pytest.skip("make is not installed")
    environment = {name: value for name, value in os.environ.items() if name not in {"ARGS", "MAKEFLAGS", "MAKELEVEL"}}
    return subprocess.run(["make", *arguments], cwd=root, env=environment, capture_output=True, text=True, check=False)


def dry_run(root: Path, *targets: str) -> subprocess.CompletedProcess[str]:
    """What make would do; it does nothing."""
    return make(root, "-n", *targets)


@pytest.fixture(scope="module")
def readme(root: Path) -> str:
    return (root / "README.md").read_text(encoding="utf-8")


def test_the_readme_fits_one_screen(readme: str) -> None:
    assert len(readme.splitlines()) <= SCREEN_LINES


def test_the_readme_names_the_two_commands(readme: str) -> None:
    assert {"make demo", "make test"} <= {" ".join(command.split()[:2]) for command in commands_in(readme)}


def test_each_make_command_of_the_readme_has_its_target(root: Path, readme: str) -> None:
    for command in commands_in(readme):
        if command.startswith("make "):
            done = dry_run(root, *shlex.split(command)[1:])
            assert done.returncode == 0, done.stderr


def test_each_tongban_command_of_the_readme_exists_with_its_options(root: Path, readme: str) -> None:
    for command in commands_in(readme):
        program, *arguments = shlex.split(command)
        if Path(program).name == "tongban":
            asked = [sys.executable, "-P", "-m", "tongban", *arguments, "--help"]
            done = subprocess.run(asked, cwd=root, capture_output=True, text=True, check=False)
            assert done.returncode == 0, f"{command}\n{done.stderr}"


@pytest.mark.parametrize("page", ["README.md", "CHANGELOG.md", "docs/adr/README.md"])
def test_links_within_the_repository_lead_somewhere(root: Path, page: str) -> None:
    text = (root / page).read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", text)
    assert not [link for link in links if not (root / page).parent.joinpath(link).exists()]


def test_every_decision_is_in_the_index_of_decisions(root: Path) -> None:
    folder = root / "docs" / "adr"
    index = (folder / "README.md").read_text(encoding="utf-8")
    pages = [page.name for page in sorted(folder.glob("[0-9]*.md"))]
    assert pages
    assert [page for page in pages if f"({page})" in index] == pages
    assert len({page[:4] for page in pages}) == len(pages), "a number was used twice"


# Makefile -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("target", ["help", "venv", "demo", "test", "check", "kafka", "lock", "clean"])
def test_each_target_is_there_and_in_the_help(root: Path, target: str) -> None:
    assert dry_run(root, target).returncode == 0
    assert re.search(rf"^  make {target} +\S", make(root, "help").stdout, re.MULTILINE)


def test_make_alone_explains_itself(root: Path) -> None:
    assert dry_run(root).stdout == dry_run(root, "help").stdout


def test_check_runs_all_four_tools(root: Path) -> None:
    would_run = dry_run(root, "check").stdout
    for tool in ("ruff check", "ruff format --check", "mypy", "lint-imports"):
        assert f"bin/{tool}\n" in would_run


# CHANGELOG ------------------------------------------------------------------------------------------------------------


def test_the_changelog_begins_with_this_version_or_what_comes_after_it(root: Path) -> None:
    text = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## \[(.+?)\]", text, re.MULTILINE)
    assert __version__ in versions[:2]
    assert versions[0] in {"Unreleased", __version__}
    assert set(re.findall(r"^### (.+)$", text, re.MULTILINE)) <= CHANGELOG_SECTIONS


# docker-compose.yml ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def brokers(root: Path) -> list[dict[str, Any]]:
    services = yaml.safe_load((root / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
    return [service for name, service in services.items() if name.startswith("kafka-")]


def test_the_composed_brokers_are_the_version_that_the_tests_run(root: Path, brokers: list[dict[str, Any]]) -> None:
    pom = (root / "tests" / "adapters" / "kafka" / "pom.xml").read_text(encoding="utf-8")
    version = re.search(r"<artifactId>kafka_2\.13</artifactId>\s*<version>(.+?)</version>", pom)
    assert version is not None
    assert {broker["image"] for broker in brokers} == {f"apache/kafka:{version[1]}"}


def test_the_composed_brokers_make_no_topic_by_themselves_and_tell_when_they_are_ready(
    brokers: list[dict[str, Any]],
) -> None:
    for broker in brokers:
        assert broker["environment"]["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"
        assert broker["healthcheck"]["test"][0] == "CMD"


def test_the_composed_brokers_are_reached_from_this_machine_only(brokers: list[dict[str, Any]]) -> None:
    for broker in brokers:
        assert all(str(port).startswith("127.0.0.1:") for port in broker["ports"])
        assert all(isinstance(value, str) for value in broker["environment"].values())
