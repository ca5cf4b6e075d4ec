"""A case whose matter this software cannot read: its views show its acts, and fold it once the software is renewed."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from rich.console import Console

from tests.cities import HANGZHOU, HEFEI, SHANGHAI, Cities
from tests.ledger import lives
from tests.ledger.lives import FINISHED, HANDED_OVER, LICENCE, live
from tests.ledger.test_matters_of_later_formats import LATER, later_bundle, publish, take_in, upgrade
from tongban.adapters.cli.case.unfolded import ShownUnfolded
from tongban.adapters.views.projector import Projector
from tongban.adapters.views.rebuilding import Source
from tongban.adapters.views.sql_views import Views
from tongban.domain.identifiers import CaseId
from tongban.domain.law.acceptance import Accept
from tongban.projections.case_history import UNFOLDED, CaseHistory, UnfoldedHistory
from tongban.projections.summary import PhaseCount, summarize


@pytest.fixture
def cities(tmp_path: Path) -> Iterator[Cities]:
    """Hangzhou alone runs the older software."""
    with closing(Cities(tmp_path)) as cities:
        upgrade(cities, SHANGHAI)
        upgrade(cities, HEFEI)
        publish(cities, later_bundle())
        yield cities


@pytest.fixture
def case(cities: Cities) -> CaseId:
    """A case of the matter that Hangzhou cannot read, accepted in Hefei."""
    made = take_in(cities)
    cities.settle()
    live(cities, made, (*HANDED_OVER, (HEFEI, Accept(), "handler")))
    return made


@pytest.fixture
def views(tmp_path: Path) -> Iterator[Views]:
    with closing(Views(f"sqlite:///{tmp_path / 'views.sqlite'}")) as views:
        views.create()
        yield views


def projector(cities: Cities, code: str, views: Views) -> Projector:
    node = cities.nodes[code]
    return Projector(node.store, views, node.histories.read)


def rebuilt(cities: Cities, code: str, path: Path) -> dict[str, bytes]:
    with closing(Views(f"sqlite:///{path}")) as views:
        views.create()
        projector(cities, code, views).rebuild()
        return dict(views.digests())


def history(cities: Cities, code: str, case: CaseId) -> CaseHistory | UnfoldedHistory | None:
    node = cities.nodes[code]
    with node.store.reading() as tx:
        return node.histories.read(tx, case)


def test_the_tracker_shows_what_its_events_say_by_themselves(cities, case, views):
    projector(cities, HANGZHOU, views).step(10)
    (row,) = views.tracker()
    assert (row.case, row.matter, row.matter_version, row.matter_zh, row.matter_en) == (
        str(case), LICENCE, LATER, "", "",
    )  # fmt: skip
    assert (row.phase, row.phase_zh, row.national_status) == (UNFOLDED, "事项无法读取，未展开", None)
    assert (row.receiving_region, row.deciding_region, row.handling) == (SHANGHAI, HEFEI, "remote_intake")
    assert (row.events, row.aside, row.findings, row.offers_made, row.last_act) == (4, 0, 0, 1, "accept")
    assert row.covered


def test_the_timeline_shows_who_did_what_and_when_as_where_it_is_folded(cities, case, views, tmp_path):
    projector(cities, HANGZHOU, views).step(10)
    with closing(Views(f"sqlite:///{tmp_path / 'hefei.sqlite'}")) as folded:
        folded.create()
        projector(cities, HEFEI, folded).rebuild()
        known = folded.timeline(str(case))
    rows = views.timeline(str(case))
    assert [(row.event, row.act, row.region_zh, row.officer_name, row.occurred_at, row.standing) for row in rows] == [
        (row.event, row.act, row.region_zh, row.officer_name, row.occurred_at, row.standing) for row in known
    ]
    for row in rows:
        assert (row.phase_after, row.pen_after, row.change_zh, row.change_en, row.findings) == (
            UNFOLDED, None, "", "", "[]",
        )  # fmt: skip


def test_live_and_rebuilt_views_with_it_are_the_same_and_other_cases_are_folded(cities, case, views):
    other = lives.take_in(cities, version="1")
    live(cities, other, FINISHED)
    project = projector(cities, HANGZHOU, views)
    while project.step(1):
        pass
    found = views.digests()
    assert project.rebuild() == 2
    assert views.digests() == found
    project.rebuild(source=Source(f"sqlite:///{cities.folder / HANGZHOU}.sqlite", cities.genesis), processes=1)
    assert views.digests() == found
    assert {row.case: row.phase for row in views.tracker()} == {str(case): UNFOLDED, str(other): "closed"}
    assert views.tracker(phase=UNFOLDED) == views.tracker(case=str(case))


def test_a_summary_counts_it_apart_from_the_phases(cities, case, views):
    projector(cities, HANGZHOU, views).step(10)
    (only,) = summarize(views.each_tracker())
    assert (only.region, only.phases) == (HEFEI, (PhaseCount(UNFOLDED, 1),))


def test_after_the_upgrade_a_rebuild_folds_it_as_everywhere(cities, case, views, tmp_path):
    projector(cities, HANGZHOU, views).rebuild()
    upgrade(cities, HANGZHOU)
    projector(cities, HANGZHOU, views).rebuild()
    assert views.digests() == rebuilt(cities, HEFEI, tmp_path / "hefei.sqlite")
    assert views.tracker()[0].phase == "accepted"


def test_a_reader_tells_the_two_apart(cities, case):
    assert isinstance(history(cities, HEFEI, case), CaseHistory)
    unfolded = history(cities, HANGZHOU, case)
    assert isinstance(unfolded, UnfoldedHistory)
    assert [step.event.hash for step in unfolded.steps] == [
        step.event.hash for step in history(cities, HEFEI, case).steps
    ]
    assert not any(step.findings for step in unfolded.steps)


def test_case_show_says_it_readably_and_as_json(cities, case):
    node = cities.nodes[HANGZHOU]
    with node.store.reading() as tx:
        shown = ShownUnfolded(HANGZHOU, node.histories.read(tx, case))
    answer = json.loads(json.dumps(shown.as_json()))
    assert (answer["region"], answer["tracker"]["phase"], answer["findings"]) == (HANGZHOU, UNFOLDED, [])
    assert [row["act"] for row in answer["timeline"]] == ["take_in", "offer", "take_over", "accept"]
    console = Console(width=200, record=True)
    shown.show(console)
    text = console.export_text()
    for words in ("事项无法读取，未展开", f"{LICENCE}/{LATER}", "upgrade", "受理 accept", "Hefei"):
        assert words in text
