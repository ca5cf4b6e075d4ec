"""What the tests of the repository itself share: where it is, and which files are in it."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("adapters", "contracts", "desk", "domain", "ledger", "projections")


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session", params=PACKAGES)
def package(request: pytest.FixtureRequest) -> str:
    """Each of the packages that lie at the root, under its folder's name."""
    return request.param


@pytest.fixture(scope="session")
def files_in_git() -> tuple[Path, ...]:
    """Every file that git tracks or would add, relative to the root; links are not followed."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("not a git clone")
    # The clone may belong to another user than the one who tests it.
    git = ["git", "-c", "safe.directory=*", "-C", str(ROOT)]
    command = [*git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\0")
    return tuple(Path(name) for name in sorted(set(names)) if name and (ROOT / name).is_file())
