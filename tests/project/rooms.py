"""The rooms of the house, the floors that they are on, and which arrows would lead up.

A room is a sub-folder of a package, with all below it; a package without sub-folders is one room. Modules that lie beside
the sub-folders of their package are together in a room where they lead to the same sub-folders: so such rooms show a circle
only where there is one.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from tests.project.graphs import circles, grouped, reachable
from tests.project.imports import Imports

PACKAGES = (("adapters",), ("desk",), ("ledger",), ("contracts", "projections"), ("domain",))
"""From the top to the bottom. What is on one floor together does not know each other."""
FLOORS = {
    "the packages": PACKAGES,
    "the domain": (("domain.law",), ("domain.chain",), ("domain.events",)),
    "the doors": (("adapters.cli", "adapters.http", "adapters.web"), ("adapters",)),
}
"""The floors by what they divide. Of two that a module is in, the longer name holds; a module in none is not looked at."""


@dataclass(frozen=True, slots=True)
class Room:
    """`name` as in a path; `beside`: it holds no sub-folder, but modules that lie beside some."""

    name: str
    package: str
    modules: tuple[str, ...]
    beside: bool


def rooms(imports: Imports) -> tuple[Room, ...]:
    """All rooms, package after package from the top to the bottom."""
    found: list[Room] = []
    for package in (package for floor in PACKAGES for package in floor):
        modules = [module for module in imports.of if module.startswith(f"{package}.")]
        found += _rooms_of(package, modules, imports) if modules else ()
    return tuple(found)


def climbs(imports: Imports, floors: tuple[tuple[str, ...], ...]) -> Iterator[tuple[str, str]]:
    """The imports that lead up, or to a neighbour on the same floor."""
    level = {name: number for number, floor in enumerate(floors) for name in floor}
    for module, imported in imports.of.items():
        for other in imported:
            start, end = place(module, level), place(other, level)
            if start and end and start != end and level[end] <= level[start]:
                yield module, other


def circles_of_folders(imports: Imports) -> Iterator[frozenset[str]]:
    """The circles among what lies directly in a folder, for each folder: its modules, and its sub-folders as one each."""
    for depth in range(max(module.count(".") for module in imports.of) + 1):
        names = {module: ".".join(module.split(".")[: depth + 1]) for module in imports.of}
        for folder in sorted({name.rpartition(".")[0] for name in names.values() if name.count(".") == depth}):
            inside = {module: name for module, name in names.items() if name.rpartition(".")[0] == folder}
            yield from circles(grouped(imports.graph(), inside.get))


def place(module: str, names: Collection[str]) -> str | None:
    """The longest of the names that is the module, or a folder that it is in."""
    return max((name for name in names if f"{module}.".startswith(f"{name}.")), key=len, default=None)


def _rooms_of(package: str, modules: list[str], imports: Imports) -> Iterator[Room]:
    folders: dict[str, list[str]] = defaultdict(list)
    loose: list[str] = []
    for module in modules:
        parts = module.split(".")
        if len(parts) > 2:
            folders[parts[1]].append(module)
        else:
            loose.append(module)
    if not folders:
        yield Room(package, package, tuple(loose), beside=False)
        return
    yield from _loose_rooms(package, loose, imports)
    for folder, inside in folders.items():
        yield Room(f"{package}/{folder}", package, tuple(inside), beside=False)


def _loose_rooms(package: str, loose: list[str], imports: Imports) -> Iterator[Room]:
    """The rooms of the modules beside sub-folders: the largest is `package/*`, the others are named by their modules."""
    graph = grouped(imports.graph(), lambda module: ".".join(module.split(".")[:2]))
    groups: dict[frozenset[str], list[str]] = defaultdict(list)
    for module in loose:
        folders = {name for name in reachable(graph, module) if name.startswith(f"{package}.")} - set(loose)
        groups[frozenset(folders)].append(module)
    *others, largest = sorted(groups.values(), key=len) or [[]]
    for modules in others:
        yield Room(f"{package}/{', '.join(map(last_name, modules))}", package, tuple(modules), beside=True)
    if largest:
        yield Room(f"{package}/*", package, tuple(largest), beside=True)


def last_name(module: str) -> str:
    """The module without its packages."""
    return module.rpartition(".")[2]
