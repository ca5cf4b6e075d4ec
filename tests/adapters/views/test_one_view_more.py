"""A view is its file and its entry in the list: tables, live projection, rebuild, digest and page follow from it."""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect

from tests.cities import HEFEI, Cities
from tests.ledger.lives import FINISHED, live, take_in
from tongban.adapters.documents.views import document
from tongban.adapters.views.projector import Projector
from tongban.adapters.views.rebuilding import Source
from tongban.adapters.views.sql_views import Views
from tongban.projections.case_history import CaseHistory
from tongban.projections.case_view import CaseView
from tongban.projections.digest import digest_of
from tongban.projections.views import VIEWS


@dataclass(frozen=True, slots=True)
class ShareRow:
    """How many acts of a case were done in one region."""

    case: str
    region: str
    """Its code."""
    acts: int


def share_rows(history: CaseHistory) -> tuple[ShareRow, ...]:
    counts = Counter(step.event.header.region for step in history.steps)
    return tuple(ShareRow(str(history.case), region, acts) for region, acts in counts.items())


SHARES: CaseView[ShareRow] = CaseView("shares", 1, ShareRow, ("case", "region"), (("region",),), rows=share_rows)
LISTED = (*VIEWS, SHARES)


@pytest.fixture
def cities(tmp_path: Path) -> Iterator[Cities]:
    with closing(Cities(tmp_path)) as cities:
        live(cities, take_in(cities), FINISHED)
        take_in(cities)
        yield cities


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'views.sqlite'}"


@pytest.fixture
def views(url: str) -> Iterator[Views]:
    with closing(Views(url, LISTED)) as views:
        assert views.create()
        yield views


def expected(cities: Cities) -> bytes:
    node = cities.nodes[HEFEI]
    with node.store.reading() as tx:
        histories = [node.histories.read(tx, case) for case in tx.events.cases()]
        return digest_of(SHARES, [row for each in histories if each for row in SHARES.rows(each)])


def test_it_has_a_table_with_its_key_and_indexes(views: Views, url: str) -> None:
    found = inspect(create_engine(url))
    assert {column["name"] for column in found.get_columns("shares")} == {"case", "region", "acts"}
    assert found.get_pk_constraint("shares")["constrained_columns"] == ["case", "region"]
    assert [each["column_names"] for each in found.get_indexes("shares")] == [["region"]]


def test_it_is_projected_live_and_rebuilt_in_each_way_with_one_digest(cities: Cities, views: Views) -> None:
    node = cities.nodes[HEFEI]
    projector = Projector(node.store, views, node.histories.read)
    while projector.step(10):
        pass
    live = views.digests()
    assert list(live) == ["tracker", "timeline", "shares"]
    assert live["shares"] == views.digest("shares") == expected(cities)
    projector.rebuild()
    assert views.digests() == live
    views.clear()
    projector.rebuild(source=Source(f"sqlite:///{cities.folder / HEFEI}.sqlite", cities.genesis), processes=1)
    assert views.digests() == live


def test_views_with_it_are_made_anew_where_they_were_without(cities: Cities, url: str) -> None:
    node = cities.nodes[HEFEI]
    with closing(Views(url)) as before:
        before.create()
        Projector(node.store, before, node.histories.read).rebuild()
        assert not before.create()
    with closing(Views(url, LISTED)) as views:
        assert views.create()
        Projector(node.store, views, node.histories.read).rebuild()
        assert views.digest("shares") == expected(cities)


def test_it_is_on_the_page_of_views() -> None:
    page = document(LISTED)
    assert "## shares" in page
    assert "| `region` | text | Its code. |" in page


def test_a_view_of_cases_whose_key_begins_with_something_else_is_refused() -> None:
    with pytest.raises(TypeError, match="begins with 'case'"):
        CaseView("shares", 1, ShareRow, ("region", "case"), rows=share_rows)
