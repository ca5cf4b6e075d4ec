"""What is built from the repository is all of it, and runs elsewhere; the pinned versions are all there and allowed."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tongban import __version__

pytestmark = pytest.mark.xdist_group("packaging")  # built once, by one worker

LEFT_OUT = shutil.ignore_patterns(".git", ".venv", ".*cache", "__pycache__", "build", "dist", "*.egg-info")

# Run in another process, with only the unpacked wheel in the way of `import tongban`.
LIST_SHIPPED = """
import importlib.resources, pathlib, tongban.contracts
print(pathlib.Path(tongban.contracts.__file__).parent)
print(importlib.resources.files("tongban").joinpath("py.typed").is_file())
"""


@dataclass(frozen=True)
class Built:
    wheel: Path
    sdist: Path


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    """Run a program and return what it printed; what it said stands in the failure."""
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=os.environ | environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}"
    return done.stdout


@pytest.fixture(scope="module")
def built(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The sdist, and the wheel made from it, built from a copy so that nothing is written into the repository."""
    copy = tmp_path_factory.mktemp("build") / "tongban"
    shutil.copytree(root, copy, symlinks=True, ignore=LEFT_OUT)
    run(sys.executable, "-P", "-m", "build", "--no-isolation", cwd=copy)
    (wheel,) = (copy / "dist").glob("*.whl")
    (sdist,) = (copy / "dist").glob("*.tar.gz")
    return Built(wheel, sdist)


@pytest.fixture(scope="module")
def installed(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("installed")
    pip = (sys.executable, "-P", "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", target)
    run(*pip, built.wheel, cwd=target)
    return target


@pytest.fixture
def shipped(package: str, files_in_git: tuple[Path, ...]) -> set[str]:
    """Every file of one package, code and data, as it is named below `tongban/`."""
    names = {file.as_posix() for file in files_in_git if file.parts[0] == package}
    assert names
    return names


@pytest.mark.slow
def test_the_wheel_holds_every_file_of_each_package(built: Built, shipped: set[str], root: Path) -> None:
    with zipfile.ZipFile(built.wheel) as wheel:
        inside = set(wheel.namelist())
        missing = {name for name in shipped if f"tongban/{name}" not in inside}
        assert not missing, "code lacks an __init__.py beside it, or data is not listed under package-data"
        changed = {name for name in shipped if wheel.read(f"tongban/{name}") != (root / name).read_bytes()}
    assert not changed


@pytest.mark.slow
def test_the_sdist_holds_every_file_of_each_package(built: Built, shipped: set[str]) -> None:
    with tarfile.open(built.sdist) as sdist:
        inside = set(sdist.getnames())
    assert not {name for name in shipped if f"tongban-{__version__}/src/tongban/{name}" not in inside}


@pytest.mark.slow
def test_the_wheel_holds_what_the_cities_agreed_on(built: Built) -> None:
    with zipfile.ZipFile(built.wheel) as wheel:
        inside = wheel.namelist()
    patterns = (
        r"tongban/contracts/data/schemas/.+\.avsc",
        r"tongban/contracts/data/matters/.+\.yaml",
        r"tongban/py\.typed",
    )
    for pattern in patterns:
        assert any(re.fullmatch(pattern, name) for name in inside), pattern


@pytest.mark.slow
def test_the_wheel_names_the_version_the_command_and_the_license(installed: Path) -> None:
    (metadata,) = installed.glob("tongban-*.dist-info")
    tongban = Distribution.at(metadata)
    assert tongban.version == __version__
    assert [(entry.group, entry.name) for entry in tongban.entry_points] == [("console_scripts", "tongban")]
    assert "Apache License" in (metadata / "licenses" / "LICENSE").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_installed_package_imports_from_where_it_was_put(installed: Path) -> None:
    printed = run(sys.executable, "-P", "-c", LIST_SHIPPED, cwd=installed.parent, PYTHONPATH=str(installed))
    assert printed.splitlines() == [str(installed / "tongban" / "contracts"), "True"]


@pytest.mark.slow
def test_the_installed_command_explains_itself(installed: Path) -> None:
    printed = run(sys.executable, "-P", "-m", "tongban", "--help", cwd=installed.parent, PYTHONPATH=str(installed))
    assert "demo" in printed


# The pins -------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pins(root: Path) -> dict[str, str]:
    """Each pinned distribution and its version; anything but `name==version` is an error here."""
    lines = (root / "constraints.txt").read_text(encoding="utf-8").splitlines()
    matches = [re.fullmatch(r"([A-Za-z0-9._-]+)==(\S+)", line) for line in lines if not line.startswith("#")]
    assert all(matches)
    return {canonicalize_name(match[1]): match[2] for match in matches if match}


def needed(requirement: Requirement, seen: set[tuple[str, str]]) -> Iterator[Requirement]:
    """The requirement, and what the distributions installed for it ask for in turn on this Python."""
    yield requirement
    for extra in ("", *requirement.extras):
        if (requirement.name, extra) in seen:
            continue
        seen.add((requirement.name, extra))
        try:
            asked = Distribution.from_name(requirement.name).requires or []
        except PackageNotFoundError:
            continue
        for further in map(Requirement, asked):
            if further.marker is None or further.marker.evaluate({"extra": extra}):
                yield from needed(further, seen)


def test_everything_that_is_needed_is_pinned_to_a_version_that_is_allowed(root: Path, pins: dict[str, str]) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"].values()
    direct = [project["project"]["dependencies"], project["build-system"]["requires"], *extras]
    seen: set[tuple[str, str]] = set()
    asked = [further for text in chain(*direct) for further in needed(Requirement(text), seen)]
    wrong = [
        f"{requirement}: pinned is {pins.get(name)}"
        for requirement in asked
        if (name := canonicalize_name(requirement.name)) != "tongban"
        and not (name in pins and requirement.specifier.contains(pins[name], prereleases=True))
    ]
    assert not wrong
