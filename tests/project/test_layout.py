"""The packages lie at the root of the repository and are imported as `tongban.<folder>`, by links in `src/tongban`."""

import ast
import importlib
from pathlib import Path

VAGUE_NAMES = {"base", "common", "helpers", "misc", "util", "utils"}


def modules_of(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.py"))


def test_each_link_is_relative_and_leads_to_its_folder_at_the_root(root: Path, package: str) -> None:
    link = root / "src" / "tongban" / package
    assert link.is_symlink()
    assert link.readlink() == Path("..", "..", package)
    assert link.resolve() == root / package


def test_src_holds_the_links_and_nothing_else_that_is_a_folder(root: Path) -> None:
    folders = {entry.name for entry in (root / "src" / "tongban").iterdir() if entry.is_dir()} - {"__pycache__"}
    with_code = {entry.parent.name for entry in root.glob("*/__init__.py")} - {"tests"}
    assert folders == with_code


def test_each_import_name_is_the_folder_at_the_root(root: Path, package: str) -> None:
    module = importlib.import_module(f"tongban.{package}")
    assert module.__file__ is not None
    assert Path(module.__file__).resolve() == root / package / "__init__.py"


def test_each_folder_with_code_is_a_package(root: Path, package: str) -> None:
    missing = {module.parent for module in modules_of(root / package) if not (module.parent / "__init__.py").exists()}
    assert not missing


def test_each_module_says_what_it_is_for(root: Path, package: str) -> None:
    silent = [
        str(module.relative_to(root))
        for module in modules_of(root / package)
        if not ast.get_docstring(ast.parse(module.read_text(encoding="utf-8")))
    ]
    assert not silent


def test_an_init_holds_its_docstring_and_at_most_a_sorted_all(root: Path, package: str) -> None:
    for init in (root / package).rglob("__init__.py"):
        _, *rest = ast.parse(init.read_text(encoding="utf-8")).body
        names = [node for node in rest if not isinstance(node, ast.Import | ast.ImportFrom)]
        assert len(names) <= 1, f"{init}: code in a package's __init__"
        for node in names:
            assert isinstance(node, ast.Assign), init
            assert ast.unparse(node.targets[0]) == "__all__", init
            exported = ast.literal_eval(node.value)
            assert list(exported) == sorted(exported), init


def test_no_module_has_a_name_that_could_hold_anything(root: Path, package: str) -> None:
    vague = [str(module.relative_to(root)) for module in modules_of(root / package) if module.stem in VAGUE_NAMES]
    assert not vague
