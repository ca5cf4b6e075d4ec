"""docs/imports.md: who imports whom, as two pictures and a table. A test holds the page to what this prints.

python -m tests.project.drawing > docs/imports.md
"""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from tests.project.graphs import Graph, grouped, reduced
from tests.project.imports import Imports, read_imports
from tests.project.rooms import Room, last_name, rooms

SOURCE = Path(__file__).resolve().parents[2] / "src" / "tongban"
INSIDE = "domain.law"
ROOM_STEP, MODULE_STEP = 100, 50
"""Lines are rounded up to these, so that the page changes when a room grows and not with each line."""
NAMES_A_LINE = 3

_PAGE = """\
# Who imports whom

Generated from the source by `python -m tests.project.drawing` (`make drawings`); do not edit.

An arrow leads from what imports to what is imported, so what is further down knows nothing of what is further up. An arrow
is left out where others lead to the same place: where A → B → C is drawn, A may import C too, and the table below says so.
Imports within a function and under `TYPE_CHECKING` are arrows as well. No arrow leads up and none leads in a circle, neither
among modules nor among the folders in a folder: `tests/project/test_imports.py` holds the source to that.

## The house

A box is a sub-folder; a package without sub-folders is one box. `package/*` are the modules that lie beside its sub-folders.
Those that import sub-folders of their own package have a box of their own. Lines are rounded up to the next {room_step}.

```mermaid
{house}
```

## Inside `domain/law/`

Each box is a module; lines are rounded up to the next {module_step}. A chapter above another one uses its acts.

```mermaid
{law}
```

## All rooms

{table}
"""


def page(imports: Imports) -> str:
    """The whole of docs/imports.md."""
    return _PAGE.format(
        room_step=ROOM_STEP,
        module_step=MODULE_STEP,
        house="\n".join(house(imports)),
        law="\n".join(inside(imports, INSIDE)),
        table="\n".join(table(imports)),
    )


def house(imports: Imports) -> Iterator[str]:
    """The rooms as a Mermaid flow chart, from the top to the bottom, a frame around those of one package."""
    every = rooms(imports)
    yield "flowchart TB"
    for package, its in groupby(every, key=lambda room: room.package):
        boxes = [_box(room.name, *_label(room), _lines(room.modules, imports, ROOM_STEP)) for room in its]
        framed = len(boxes) > 1
        if framed:
            yield f'    subgraph frame_{package}["{package}/"]'
        yield from (f"        {box}" if framed else f"    {box}" for box in boxes)
        if framed:
            yield "    end"
    yield from _arrows(between(every, imports))


def inside(imports: Imports, package: str) -> Iterator[str]:
    """The modules of one package as a Mermaid flow chart."""
    graph = grouped(imports.graph(), lambda module: module if module.startswith(f"{package}.") else None)
    yield "flowchart TB"
    for module in graph:
        yield f"    {_box(module, last_name(module), _lines((module,), imports, MODULE_STEP))}"
    yield from _arrows(graph)


def table(imports: Imports) -> Iterator[str]:
    """Every room with all the rooms that it imports, as a Markdown table."""
    every = rooms(imports)
    graph = between(every, imports)
    yield "| room | modules | lines | imports |"
    yield "|---|--:|--:|---|"
    for room in every:
        targets = [other for other in every if other.name in graph[room.name]]
        lines = _lines(room.modules, imports, ROOM_STEP).removesuffix(" lines")
        yield f"| `{room.name}` | {len(room.modules)} | {lines} | {_listed(targets) or 'nothing'} |"


def between(every: Iterable[Room], imports: Imports) -> dict[str, set[str]]:
    """Which room imports which, by their names."""
    room_of = {module: room.name for room in every for module in room.modules}
    return grouped(imports.graph(), room_of.get)


def _lines(modules: Iterable[str], imports: Imports, step: int) -> str:
    return f"{-(-sum(imports.lines[module] for module in modules) // step) * step:,} lines"


def _label(room: Room) -> Iterator[str]:
    """A room's own name; those of its modules, a few in a line, where they have no folder of their own."""
    if not room.beside:
        yield last_name(room.name.replace("/", "."))
        return
    names = [last_name(module) for module in room.modules]
    yield from (", ".join(names[start : start + NAMES_A_LINE]) for start in range(0, len(names), NAMES_A_LINE))


def _box(name: str, *label: str) -> str:
    return f'{_id(name)}["{"<br/>".join(label)}"]'


def _id(name: str) -> str:
    """A name that Mermaid takes; the package at its beginning keeps it apart from Mermaid's own words, such as `end`."""
    return re.sub(r"\W+", "_", name.replace("*", "beside"))


def _arrows(graph: Graph) -> Iterator[str]:
    drawn = reduced(graph)
    yield from (f"    {_id(start)} --> {_id(end)}" for start in graph for end in sorted(drawn[start]))


def _listed(targets: Iterable[Room]) -> str:
    """Rooms by their packages, such as `contracts/{content, wire}`."""
    found = []
    for package, its in groupby(targets, key=lambda room: room.package):
        names = [room.name.removeprefix(package).removeprefix("/") for room in its]
        found.append(f"`{package}/{{{', '.join(names)}}}`" if len(names) > 1 else f"`{package}/{names[0]}`")
    return " ".join(found).replace("/`", "`")


if __name__ == "__main__":
    print(page(read_imports(SOURCE)), end="")
