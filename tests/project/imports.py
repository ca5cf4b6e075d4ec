"""Which module of Tongban imports which, as the source says it: read by `ast`, nothing is run.

- Every import is taken, also one within a function or under TYPE_CHECKING: a person who reads follows those too.
- `from tongban.domain.events import values` is an import of the module `domain.events.values`.
- Modules are named without `tongban.`. An `__init__.py` is no module: it holds a docstring only.

Not handled here: what lies outside of the packages, such as `tongban.__version__`, which anything may read.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = "tongban."


@dataclass(frozen=True, slots=True)
class Imports:
    """What was read: how many lines each module has, and which modules it imports, each with the line that does so first."""

    lines: Mapping[str, int]
    of: Mapping[str, Mapping[str, int]]

    def graph(self) -> dict[str, set[str]]:
        """Each module with those that it imports."""
        return {module: set(imported) for module, imported in self.of.items()}


def read_imports(source: Path) -> Imports:
    """Read the packages in `source`, the folder that is imported as `tongban`; a package may be a link to elsewhere."""
    texts = {
        ".".join((package.name, *file.relative_to(package).with_suffix("").parts)): file.read_text(encoding="utf-8")
        for package in packages(source)
        for file in sorted(package.rglob("*.py"))
        if file.name != "__init__.py"
    }
    lines = {module: len(text.splitlines()) for module, text in texts.items()}
    return Imports(lines, {module: _imported(module, text, frozenset(texts)) for module, text in texts.items()})


def packages(source: Path) -> tuple[Path, ...]:
    """The packages in a folder, by name."""
    return tuple(sorted(folder for folder in source.iterdir() if (folder / "__init__.py").is_file()))


def _imported(module: str, text: str, known: frozenset[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    statements = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Import | ast.ImportFrom))
    for statement in sorted(statements, key=lambda each: each.lineno):
        for name in _names(statement, module):
            if name in known:
                found.setdefault(name, statement.lineno)
    return found


def _names(statement: ast.Import | ast.ImportFrom, module: str) -> Iterator[str]:
    """What a statement may import: of `from a import b` both `a` and `a.b`, since only one of them is a module."""
    if isinstance(statement, ast.Import):
        names = [alias.name for alias in statement.names]
    else:
        beside = (ROOT + module).split(".")[: -statement.level] if statement.level else []
        start = ".".join([*beside, *([statement.module] if statement.module else [])])
        names = [start, *(f"{start}.{alias.name}" for alias in statement.names)]
    yield from (name.removeprefix(ROOT) for name in names if name.startswith(ROOT))
