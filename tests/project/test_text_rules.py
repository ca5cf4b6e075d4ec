"""Text in this repository reads the same on every machine and gives nothing away about the one it was written on."""

import re
from pathlib import Path

import pytest

TEXT_SUFFIXES = {".avsc", ".css", ".html", ".json", ".md", ".py", ".sh", ".sql", ".toml", ".txt", ".xml", ".yaml"}
TEXT_NAMES = {".editorconfig", ".gitignore", "LICENSE", "Makefile", "docker-compose.yml", "run"}

# A path of one machine, by its first part; the slashes stand apart so that this file passes its own test.
SOMEBODYS_PATH = re.compile(r"(?<![\w.])/" + r"(?:root|home/\w+|Users/\w+|tmp|workspace)/")
PRIVATE_KEY = re.compile("-----BEGIN [A-Z ]*" + "PRIVATE KEY-----")
MERGE_CONFLICT = re.compile(r"^(?:<{7} |>{7} )", re.MULTILINE)


@pytest.fixture(scope="module")
def texts(root: Path, files_in_git: tuple[Path, ...]) -> dict[Path, str]:
    """Each text file and what it says, line ends as they stand in the file."""
    names = [file for file in files_in_git if file.suffix in TEXT_SUFFIXES or file.name in TEXT_NAMES]
    return {name: (root / name).read_bytes().decode("utf-8") for name in names if not (root / name).is_symlink()}


@pytest.mark.parametrize("pattern", [SOMEBODYS_PATH, PRIVATE_KEY, MERGE_CONFLICT], ids=["path", "key", "conflict"])
def test_no_text_holds_what_belongs_to_one_machine(texts: dict[Path, str], pattern: re.Pattern[str]) -> None:
    found = [f"{name}: {match[0]}" for name, text in texts.items() for match in pattern.finditer(text)]
    assert not found


def test_lines_end_plainly_and_so_does_the_file(texts: dict[Path, str]) -> None:
    untidy = [
        f"{name}:{number}"
        for name, text in texts.items()
        for number, line in enumerate(text.split("\n"), start=1)
        if line != line.rstrip()
    ]
    assert not untidy
    assert not [name for name, text in texts.items() if text and (not text.endswith("\n") or text.endswith("\n\n"))]


def test_the_license_is_apache_2(root: Path) -> None:
    text = (root / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License\n                           Version 2.0, January 2004" in text
    assert "END OF TERMS AND CONDITIONS" in text
