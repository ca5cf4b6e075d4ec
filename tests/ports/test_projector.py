"""The projector: the same rows whether projected as they come or rebuilt, on each database."""

from contextlib import closing
from pathlib import Path

import pytest

from tests.ports.case_store import CaseStore, history_of
from tests.ports.lives import LIVES, case_ids, digests, filled, rows, url_of
from tests.projections.registers import told
from tongban.adapters.views.projector import Projector
from tongban.adapters.views.sql_views import Views
from tongban.domain.errors import RetryableError
from tongban.projections.summary import summarize


def test_live_and_rebuilt_views_are_the_same(url: str, tmp_path: Path) -> None:
    """Also where the one is in another database than the other: two cities compare their digests."""
    store = filled()
    with closing(Views(url)) as live, closing(Views(url_of(tmp_path / "rebuilt"))) as rebuilt:
        live.create(), rebuilt.create()
        projector = Projector(store.port(), live, history_of())
        steps = [projector.step(4), projector.step(4), projector.step(4)]
        assert steps == [4, 2, 0]
        Projector(store.port(), rebuilt, history_of()).rebuild()
        assert digests(live) == digests(rebuilt)
        assert len(summarize(live.each_tracker())) == 1


def test_acts_projected_one_by_one_come_out_as_if_all_at_once(views: Views) -> None:
    whole = filled()
    store = CaseStore()
    projector = Projector(store.port(), views, history_of())
    for events in zip(*(reversed(whole.case(case)) for case in list(whole.cases())[3:5]), strict=False):
        store.put(events)
        projector.step(10)
    for case in whole.cases():
        store.put(whole.case(case))
    projector.step(10)
    live = digests(views)
    projector.rebuild()
    assert digests(views) == live


def test_an_act_that_comes_while_its_case_is_projected_is_projected_next(views: Views) -> None:
    store = filled(1)
    (case,) = store.cases()
    read = history_of()

    def and_then_more_comes(tx, wanted):
        found = read(tx, wanted)
        store.mark(case)
        return found

    assert Projector(store.port(), views, and_then_more_comes).step(10) == 1
    assert list(store.marks) == [case]
    projector = Projector(store.port(), views, read)
    assert [projector.step(10), projector.step(10)] == [1, 0]


def test_a_crash_before_the_marks_are_cleared_is_harmless(views: Views, monkeypatch: pytest.MonkeyPatch) -> None:
    store = filled()
    projector = Projector(store.port(), views, history_of())
    with monkeypatch.context() as crash:
        crash.setattr(store, "transaction", None)
        with pytest.raises(TypeError):
            projector.step(10)
    before = digests(views)
    assert len(store.marks) == len(LIVES)
    assert projector.step(10) == len(LIVES)
    assert digests(views) == before
    assert store.marks == {}


def test_a_crash_before_the_rows_are_written_loses_no_mark(views: Views) -> None:
    store = filled()

    def fails(tx, case):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        Projector(store.port(), views, fails).step(10)
    assert len(store.marks) == len(LIVES)
    assert views.tracker() == ()


def test_a_case_whose_only_act_was_set_aside_disappears(views: Views) -> None:
    store = filled(2)
    projector = Projector(store.port(), views, history_of())
    projector.step(10)
    case = next(store.cases())
    store.remove(case)
    projector.step(10)
    assert str(case) not in case_ids(views)
    live = digests(views)
    projector.rebuild()
    assert digests(views) == live


def test_a_rebuild_drops_what_is_not_in_the_store_and_keeps_marks(views: Views) -> None:
    views.replace_many([rows(told(*LIVES[0]))])
    store = filled()
    told_progress: list[tuple[int, int]] = []
    count = Projector(store.port(), views, history_of()).rebuild(
        lambda done, total: told_progress.append((done, total))
    )
    assert count == len(LIVES)
    assert told_progress == [(0, count), (count, count)]
    assert case_ids(views) == tuple(sorted(map(str, store.cases())))
    assert len(store.marks) == count


def test_ten_thousand_cases_are_rebuilt_in_batches_and_digested(views: Views) -> None:
    store = filled(10_000)
    progress: list[int] = []
    Projector(store.port(), views, history_of()).rebuild(lambda done, total: progress.append(done))
    assert progress == list(range(0, 10_001, 500))
    assert sum(1 for _ in views.each_tracker()) == 10_000
    assert len(views.digest("timeline")) == 32
    sampled = views.tracker(limit=1)[0]
    assert len(views.timeline(sampled.case)) == sampled.events


def test_the_store_is_read_only_by_the_one_who_may_write_next(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise a slow projector overwrites the newer rows of a quick one, whose mark is cleared already."""
    monkeypatch.setattr("tongban.adapters.views.database.BUSY_SECONDS", 0.05)
    store = filled(1)
    with closing(Views(url)) as one, closing(Views(url)) as other:
        one.create()
        quick = Projector(store.port(), other, history_of())

        def while_another_tries(tx, case):
            with pytest.raises(RetryableError, match="lock"):
                quick.step(10)
            with pytest.raises(RetryableError, match="lock"):
                quick.rebuild()
            return history_of()(tx, case)

        assert Projector(store.port(), one, while_another_tries).step(10) == 1
        assert quick.step(10) == 0


def test_views_that_are_ahead_of_a_store_that_was_put_back_are_noticed(views: Views) -> None:
    store, put_back = filled(), CaseStore()
    projector = Projector(store.port(), views, history_of())
    projector.step(10)
    assert not projector.is_ahead()
    projector = Projector(put_back.port(), views, history_of())
    assert projector.is_ahead()
    projector.rebuild()
    assert not projector.is_ahead()
    assert case_ids(views) == ()
