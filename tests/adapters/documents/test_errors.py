"""docs/errors.md says what the source says."""

import ast
from pathlib import Path

import pytest

from tongban.adapters.documents.errors import document, error_classes, error_rows, given_codes, reason_rows
from tongban.domain.law.table import REQUIREMENTS

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "errors.md"
RULES = ("F1", "F2", "F3", "F4", "F5", "F6", "A1", "A2", "A3", "S1", "A4", "A5", "C1", "C2", "C3", "C4", "P1", "P2")


def test_the_committed_page_is_the_one_that_is_generated():
    assert PAGE.read_text(encoding="utf-8") == document(), (
        "python -m tongban.adapters.documents.errors > docs/errors.md"
    )


def test_every_class_with_a_code_of_its_own_stands_on_the_page():
    packages = ("adapters", "contracts", "domain", "ledger", "projections")
    modules = [module for package in packages for module in (ROOT / package).rglob("*.py")]
    classes = {
        part.name
        for module in modules
        for part in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(part, ast.ClassDef) and part.name.endswith("Error") and _has_a_code(part)
    }
    families = {"TongbanError", "RefusedError", "RetryableError", "FatalError"}
    assert classes - families == {each.__name__ for each in error_classes()}


def _has_a_code(part):
    return any(isinstance(line, ast.Assign) and ast.unparse(line.targets[0]) == "code" for line in part.body)


def test_no_two_errors_share_a_code():
    codes = [each.code for each in error_classes()]
    assert len(codes) == len(set(codes))


def test_every_error_and_every_reason_says_what_it_means():
    assert all(all(cells) for cells in (*error_rows(), *reason_rows()))


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_gives_a_code(rule):
    by_reason = {rule for rule, _, _ in reason_rows()}
    assert rule in by_reason | {given for given, _ in given_codes()}


def test_the_codes_of_a_few_well_known_ends_are_found():
    codes = given_codes()
    assert codes["P1", "offer_open"] == codes["P1", "offer_missing"] == {"rejected"}
    assert codes["C1", "predecessor_awaited"] == {"parked"}
    assert codes["C1", "equivocation"] == {"equivocation"}
    assert codes["L2", "stray"] == {"stray"}


def test_every_breach_stands_on_the_page():
    page = document()
    assert all(f"| `{each.code}` | {each.en} |" in page for each in REQUIREMENTS)
