"""No file is too long to be read at once, and no function."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.project.drawing import SOURCE
from tests.project.imports import packages

LINES_AT_MOST = 400
MOST_HAVE_AT_MOST = 200
FUNCTION_LINES_AT_MOST = 60


@pytest.fixture(scope="module")
def lines(root: Path) -> dict[str, int]:
    """Each Python file of the packages, under its path, and how many lines it has."""
    return lengths(root, [package.name for package in packages(SOURCE)])


def lengths(root: Path, folders: list[str]) -> dict[str, int]:
    files = [file for folder in folders for file in sorted((root / folder).rglob("*.py"))]
    return {str(file.relative_to(root)): len(file.read_text(encoding="utf-8").splitlines()) for file in files}


def functions(text: str) -> Iterator[tuple[str, int]]:
    """Each function, also one within another, and its lines from `def` to its end."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            yield f"{node.lineno} {node.name}", node.end_lineno - node.lineno + 1


def listed(found: dict[str, int]) -> str:
    """The longest first."""
    return "\n".join(f"{lines} lines: {name}" for name, lines in sorted(found.items(), key=lambda each: -each[1]))


def test_no_file_is_longer_than_a_reader_keeps_in_mind(root: Path, lines: dict[str, int]) -> None:
    everything = lines | lengths(root, ["benchmarks", "tests"])
    too_long = {name: count for name, count in everything.items() if count > LINES_AT_MOST}
    assert not too_long, listed(too_long)


def test_most_files_are_short(lines: dict[str, int]) -> None:
    code = {name: count for name, count in lines.items() if not name.endswith("__init__.py")}
    longer = {name: count for name, count in code.items() if count > MOST_HAVE_AT_MOST}
    assert len(longer) < len(code) / 2, listed(longer)


def test_no_function_is_longer_than_a_screen(root: Path, lines: dict[str, int]) -> None:
    too_long = {
        f"{name}:{function}": count
        for name in lines
        for function, count in functions((root / name).read_text(encoding="utf-8"))
        if count > FUNCTION_LINES_AT_MOST
    }
    assert not too_long, listed(too_long)


def test_functions_are_measured_each_with_those_inside_it() -> None:
    text = "@cache\ndef outer():\n    async def inner():\n        pass\n\n    return inner\n"
    assert list(functions(text)) == [("2 outer", 5), ("3 inner", 2)]
