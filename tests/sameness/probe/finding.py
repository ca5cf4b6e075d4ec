"""Finds things of a checkout by name, wherever its modules and folders stand: what a restructuring moves is still found.

A thing that was given another name is asked for by both (`either`); where neither is there, the probe stops and says so.
"""

import ast
import importlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

SKIPPED = {".git", ".venv", ".cache", "build", "__pycache__", "sameness"}


class NotFoundError(LookupError):
    """Nothing in the checkout has this name."""


def files(folder: Path) -> Iterator[Path]:
    """All files below a folder, in order; links to folders are followed, since the package may consist of them."""
    for where, folders, names in os.walk(folder, followlinks=True):
        folders[:] = sorted(set(folders) - SKIPPED)
        yield from (Path(where) / name for name in sorted(names))


def module_with(root: Path, package: str, *names: str) -> ModuleType:
    """The module of `package`, a folder of `root`, at whose top level all these names are defined."""
    for file in files(root / package):
        if file.suffix == ".py" and _defines(file, names):
            parts = file.relative_to(root).with_suffix("").parts
            return importlib.import_module(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    raise NotFoundError(f"no module of {package} defines {', '.join(names)}: tell the probe what is so called now")


def file_ending(root: Path, ending: str) -> Path:
    """The first file below `root` whose path ends like this; of several, the one that lies least deep."""
    wanted = Path(ending).parts
    found = [file for file in files(root) if file.parts[-len(wanted) :] == wanted]
    if not found:
        raise NotFoundError(f"no file of the checkout is called {ending}")
    return min(found, key=lambda file: (len(file.parts), file))


def either(names: Mapping[str, Any], *known_as: str) -> Any:
    """What has one of these names, the newest first."""
    for name in known_as:
        if name in names:
            return names[name]
    raise NotFoundError(f"nothing is called {' or '.join(known_as)}: tell the probe what is so called now")


def _defines(file: Path, names: tuple[str, ...]) -> bool:
    text = file.read_text("utf-8")
    if not all(name in text for name in names):
        return False
    defined: set[str] = set()
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            defined.add(node.name)
        elif isinstance(node, ast.Assign):
            defined.update(each.id for each in node.targets if isinstance(each, ast.Name))
    return defined.issuperset(names)
