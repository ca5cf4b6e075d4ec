"""Every path and module of this repository that a page or a docstring names is there.

- A path begins with a folder at the root: `docs/cli.md`. Where it holds `*`, `<…>` or `…`, something must fit.
- A decision may be named by its number alone: docs/adr/0008.
- A module is named in backticks, with or without something in it: `tongban.ledger.audit`, `tongban.ledger.audit.run_audit`.
"""

import ast
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.project.conftest import PACKAGES

FOLDERS = (*PACKAGES, "benchmarks", "docs", "src", "tests")
NO_PATHS = {
    "benchmarks/RESULTS.md": "functions, as they were called when they were measured",
    "docs/design/STYLE.md": "files of other projects",
    "docs/imports.md": "rooms; another test draws it anew",
}
"""Pages whose names with a slash are no paths of this repository, and what they are."""

PATH = re.compile(rf"(?<![\w./@-])(?:{'|'.join(FOLDERS)})/(?:[\w./*…-]|<[^<>\n]+>)*")
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")
MODULE = re.compile(rf"`(tongban\.(?:{'|'.join(PACKAGES)})(?:\.\w+)*)`")
DECISION = re.compile(r"docs/adr/\d{4}")


@pytest.fixture(scope="module")
def pages(root: Path, files_in_git: tuple[Path, ...]) -> dict[Path, str]:
    names = [file for file in files_in_git if file.suffix == ".md" and str(file) not in NO_PATHS]
    return {name: (root / name).read_text(encoding="utf-8") for name in names}


@pytest.fixture(scope="module")
def docstrings(root: Path, files_in_git: tuple[Path, ...]) -> dict[Path, str]:
    """All docstrings of a file as one text, also those below a constant or a field."""
    names = [file for file in files_in_git if file.suffix == ".py" and not (root / file).is_symlink()]
    return {name: "\n".join(docstrings_in((root / name).read_text(encoding="utf-8"))) for name in names}


def docstrings_in(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Expr(value=ast.Constant(value=str(text))):
                yield text


def paths_in(text: str) -> Iterator[str]:
    return (found[0].rstrip(".") for found in PATH.finditer(text))


def is_there(root: Path, path: str) -> bool:
    pattern = re.sub(r"<[^<>]+>|…", "*", f"{path}-*.md" if DECISION.fullmatch(path) else path)
    return any(root.glob(pattern.rstrip("/"))) if "*" in pattern else (root / pattern).exists()


def is_importable(name: str) -> bool:
    try:
        pkgutil.resolve_name(name)
    except (ImportError, AttributeError):
        return False
    return True


def test_each_path_that_a_page_names_is_there(root: Path, pages: dict[Path, str]) -> None:
    missing = [f"{page}: {path}" for page, text in pages.items() for path in paths_in(text) if not is_there(root, path)]
    assert not missing, "\n".join(missing)


def test_each_link_of_a_page_leads_somewhere(root: Path, pages: dict[Path, str]) -> None:
    missing = [
        f"{page}: {link}"
        for page, text in pages.items()
        for link in LINK.findall(text)
        if page.name != "template.md" and not (root / page).parent.joinpath(link).exists()
    ]
    assert not missing, "\n".join(missing)


def test_each_path_that_a_docstring_names_is_there(root: Path, docstrings: dict[Path, str]) -> None:
    missing = [
        f"{file}: {path}" for file, text in docstrings.items() for path in paths_in(text) if not is_there(root, path)
    ]
    assert not missing, "\n".join(missing)


def test_each_module_that_is_named_can_be_imported(pages: dict[Path, str], docstrings: dict[Path, str]) -> None:
    named = {(file, name) for file, text in {**pages, **docstrings}.items() for name in MODULE.findall(text)}
    missing = [f"{file}: {name}" for file, name in sorted(named) if not is_importable(name)]
    assert not missing, "\n".join(missing)


# The finder, on texts made up ------------------------------------------------------------------------------------------


def test_paths_are_found_in_prose_code_and_commands() -> None:
    text = "See docs/cli.md. `contracts/data/*/LOCK.json`; cd adapters/cli && python tests/golden/make_events.py --help"
    assert list(paths_in(text)) == [
        "docs/cli.md", "contracts/data/*/LOCK.json", "adapters/cli", "tests/golden/make_events.py",
    ]  # fmt: skip


def test_what_only_looks_like_a_path_is_none() -> None:
    assert list(paths_in("https://example.org/docs/page, ../docs/cli.md, my-tests/a.py, tongban/adapters/cli")) == []


def test_a_place_holder_stands_for_anything(root: Path) -> None:
    assert is_there(root, "contracts/data/matters/<catalogue code>/<version>/")
    assert not is_there(root, "contracts/data/matters/<catalogue code>/<version>/nothing.txt")


def test_a_decision_is_found_by_its_number(root: Path) -> None:
    assert is_there(root, "docs/adr/0008")
    assert not is_there(root, "docs/adr/9999")


def test_a_module_and_what_is_in_it_can_be_named() -> None:
    assert is_importable("tongban.ledger.audit")
    assert is_importable("tongban.ledger.audit.run_audit")
    assert not is_importable("tongban.ledger.audit.walk_audit")
    assert not is_importable("tongban.ledger.audits")
