"""One act, one place: a toy act is added to a copy of the tree by the files that docs/architecture.md lists, and played there."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.project.toy_act import added

PLAYED = Path("tests/adapters/cli/test_toy_act_played.py")


@pytest.fixture(scope="module")
def copy(tmp_path_factory, request):
    """The tree as git has it, links and all."""
    files_in_git = request.getfixturevalue("files_in_git")
    root = Path(__file__).parents[2]
    tree = tmp_path_factory.mktemp("toy") / "tongban"
    links = [path for path in (root / "src" / "tongban").iterdir() if path.is_symlink()]
    for name in (*files_in_git, *(link.relative_to(root) for link in links)):
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(root / name, tree / name, follow_symlinks=False)
    return tree


def run(tree, *command):
    environment = {**os.environ, "PYTHONPATH": str(tree / "src"), "PYTHONSAFEPATH": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, *map(str, command)], check=False, cwd=tree, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-6_000:] + done.stderr[-2_000:]
    return done.stdout


def contents(tree):
    return {path.relative_to(tree): path.read_bytes() for path in tree.rglob("*") if path.is_file()}


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_toy_act_is_added_by_these_files_and_played_through_store_relay_reader_views_and_command_line(copy):
    before = contents(copy)
    by_hand = added.add_to(copy)
    assert run(copy, "-c", "import tongban; print(tongban.__file__)").strip().startswith(str(copy))
    run(copy, "-m", "tongban", "contracts", "release", "case.inspected.v1", "--contracts", copy / "contracts" / "data")
    run(copy, "tests/golden/make_events.py")
    after = contents(copy)
    assert {path for path in after if after[path] != before.get(path)} == by_hand | set(added.BY_COMMAND)
    shutil.copy(copy / "tests" / "project" / "toy_act" / "played.py", copy / PLAYED)
    told = run(
        copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", PLAYED, "tests/desk/test_descriptions.py",
        "tests/contracts/wire/test_schemas.py", "-k", "toy or inspect or Inspect",
    )  # fmt: skip
    assert " passed" in told


@pytest.mark.parametrize(
    ("left_out", "says"),
    [
        ("domain/events/catalogue.py", "unions and chapters differ"),
        ("domain/law/decision.py", "acts and laws differ"),
        ("projections/words/decision.py", "each act has words in one chapter: .*Inspected"),
        ("desk/decision.py", "Inspect"),
    ],
)
def test_a_part_left_out_stops_the_import_and_says_which(copy, tmp_path, left_out, says, monkeypatch):
    tree = shutil.copytree(copy, tmp_path / "tree", symlinks=True)
    whole = Path(__file__).parents[2]
    for each in {Path(addition.file) for addition in added.ADDITIONS}:
        shutil.copy2(whole / each, tree / each)
    monkeypatch.setattr(added, "ADDITIONS", tuple(each for each in added.ADDITIONS if each.file != left_out))
    added.add_to(tree)
    with pytest.raises(AssertionError, match=says):
        run(tree, "-c", "import tongban.adapters.cli.main")
