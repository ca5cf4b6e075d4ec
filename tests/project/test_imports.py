"""Imports lead down and never in a circle, and docs/imports.md draws them as they are."""

from collections.abc import Collection
from pathlib import Path

import pytest

from tests.project.drawing import SOURCE, house, page
from tests.project.graphs import circles, reduced
from tests.project.imports import Imports, packages, read_imports
from tests.project.rooms import FLOORS, PACKAGES, circles_of_folders, climbs, place, rooms


@pytest.fixture(scope="module")
def imports() -> Imports:
    return read_imports(SOURCE)


def test_the_committed_page_is_the_one_that_is_drawn(root: Path, imports: Imports) -> None:
    committed = (root / "docs" / "imports.md").read_text(encoding="utf-8")
    assert committed == page(imports), "make drawings"


def test_no_modules_import_each_other_in_a_circle(imports: Imports) -> None:
    found = circles(imports.graph())
    assert not found, explained(found, imports)


def test_no_folders_and_modules_in_one_folder_import_each_other_in_a_circle(imports: Imports) -> None:
    found = list(circles_of_folders(imports))
    assert not found, explained(found, imports)


@pytest.mark.parametrize("floors", FLOORS.values(), ids=FLOORS)
def test_no_import_leads_up(imports: Imports, floors: tuple[tuple[str, ...], ...]) -> None:
    found = [f"{module}:{imports.of[module][other]} imports {other}" for module, other in climbs(imports, floors)]
    assert not found, "\n".join(found)


def test_every_package_is_on_a_floor() -> None:
    assert {package.name for package in packages(SOURCE)} <= {package for floor in PACKAGES for package in floor}


def test_every_module_is_in_one_room(imports: Imports) -> None:
    assert sorted(module for room in rooms(imports) for module in room.modules) == sorted(imports.of)


def explained(found: Collection[frozenset[str]], imports: Imports) -> str:
    """The members of each circle, with the imports that make it."""
    lines = []
    for circle in found:
        lines.append(f"a circle of {', '.join(sorted(circle))}")
        for module, imported in imports.of.items():
            for other, line in imported.items():
                start, end = place(module, circle), place(other, circle)
                if start and end and start != end:
                    lines.append(f"    {module}:{line} imports {other}")
    return "\n".join(lines)


# The finder of circles, on trees made up ------------------------------------------------------------------------------


def tree(folder: Path, **modules: str) -> Imports:
    """The imports of packages written into `folder`; of each module, named with `__` for a dot, the source is given."""
    for name, source in modules.items():
        file = folder.joinpath(*name.split("__")).with_suffix(".py")
        file.parent.mkdir(parents=True, exist_ok=True)
        for package in list(file.parents)[: name.count("__")]:
            (package / "__init__.py").touch()
        file.write_text(source, encoding="utf-8")
    return read_imports(folder)


def test_a_circle_of_modules_is_found_and_explained(tmp_path: Path) -> None:
    made = tree(
        tmp_path,
        ledger__a="from tongban.ledger.b import B",
        ledger__b="import tongban.ledger.c",
        ledger__c="\nfrom tongban.ledger import a",
        ledger__d="from tongban.ledger.a import A",
    )
    circle = frozenset({"ledger.a", "ledger.b", "ledger.c"})
    assert circles(made.graph()) == list(circles_of_folders(made)) == [circle]
    assert explained([circle], made).splitlines() == [
        "a circle of ledger.a, ledger.b, ledger.c",
        "    ledger.a:1 imports ledger.b",
        "    ledger.b:1 imports ledger.c",
        "    ledger.c:2 imports ledger.a",
    ]


@pytest.mark.parametrize(
    "back",
    [
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from tongban.ledger.a import A",
        "def late() -> None:\n    from tongban.ledger.a import A",
        "from . import a",
        "from .a import A",
    ],
    ids=["for types", "in a function", "beside", "from beside"],
)
def test_every_kind_of_import_closes_a_circle(tmp_path: Path, back: str) -> None:
    made = tree(tmp_path, ledger__a="from tongban.ledger.b import B", ledger__b=back)
    assert circles(made.graph()) == [frozenset({"ledger.a", "ledger.b"})]


def test_a_circle_of_folders_is_found_where_no_modules_make_one(tmp_path: Path) -> None:
    made = tree(
        tmp_path,
        adapters__cli__guide__words="from tongban.adapters.cli.session import Desk",
        adapters__cli__guide__source="",
        adapters__cli__session="from tongban.adapters.cli.guide.source import Source",
        adapters__cli__main="from tongban.adapters.cli.guide.words import words",
    )
    assert circles(made.graph()) == []
    assert list(circles_of_folders(made)) == [frozenset({"adapters.cli.guide", "adapters.cli.session"})]


def test_a_circle_is_found_at_each_depth_of_folders(tmp_path: Path) -> None:
    made = tree(
        tmp_path,
        domain__law__ending__a="from tongban.contracts.wire.b import B",
        domain__chain="",
        contracts__wire__b="from tongban.domain.chain import Pen",
    )
    assert list(circles_of_folders(made)) == [frozenset({"contracts", "domain"})]


def test_names_of_others_are_no_imports(tmp_path: Path) -> None:
    made = tree(
        tmp_path, ledger__a="import ledger.b\nfrom ledger import b\nfrom tongban import __version__", ledger__b=""
    )
    assert made.of == {"ledger.a": {}, "ledger.b": {}}


def test_a_climb_is_found_between_packages_floors_and_doors(tmp_path: Path) -> None:
    made = tree(
        tmp_path,
        contracts__a="from tongban.projections.b import B",
        projections__b="from tongban.domain.errors import E",
        domain__errors="from tongban.ledger.c import C",
        ledger__c="",
        domain__events__d="from tongban.domain.chain.e import E\nfrom tongban.domain import errors",
        domain__chain__e="",
        adapters__mapping__f="from tongban.adapters.cli.values import to_json",
        adapters__cli__values="from tongban.adapters.private_files import write",
        adapters__private_files="",
    )
    found = {name: list(climbs(made, floors)) for name, floors in FLOORS.items()}
    assert found == {
        "the packages": [("contracts.a", "projections.b"), ("domain.errors", "ledger.c")],
        "the domain": [("domain.events.d", "domain.chain.e")],
        "the doors": [("adapters.mapping.f", "adapters.cli.values")],
    }


# The drawing ----------------------------------------------------------------------------------------------------------


def test_an_arrow_is_left_out_where_others_say_it() -> None:
    graph = {"a": {"b", "c", "d"}, "b": {"c"}, "c": {"d"}, "d": set()}
    assert reduced(graph) == {"a": {"b"}, "b": {"c"}, "c": {"d"}, "d": set()}


def test_no_arrow_of_a_circle_is_left_out() -> None:
    graph = {"a": {"b", "c"}, "b": {"a", "c"}, "c": set()}
    assert reduced(graph) == graph


def test_modules_beside_folders_share_a_room_where_they_import_the_same_folders(tmp_path: Path) -> None:
    made = tree(
        tmp_path,
        domain__event="from tongban.domain.events.values import Value",
        domain__errors="from tongban.domain.header import Header",
        domain__header="",
        domain__events__values="from tongban.domain.header import Header",
    )
    assert [(room.name, room.modules) for room in rooms(made)] == [
        ("domain/event", ("domain.event",)),
        ("domain/*", ("domain.errors", "domain.header")),
        ("domain/events", ("domain.events.values",)),
    ]
    assert [line.strip() for line in house(made)] == [
        "flowchart TB",
        'subgraph frame_domain["domain/"]',
        'domain_event["event<br/>100 lines"]',
        'domain_beside["errors, header<br/>100 lines"]',
        'domain_events["events<br/>100 lines"]',
        "end",
        "domain_event --> domain_events",
        "domain_events --> domain_beside",
    ]
