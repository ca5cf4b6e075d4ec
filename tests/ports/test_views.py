"""The views' database and the projector: the same rows whether projected as they come or rebuilt, on each database."""

import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid5

import pytest
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from tests.adapters.postgres.fixture import connected, schema_of
from tests.domain import case_files as told_as
from tests.domain.case_files import HANGZHOU, HEFEI, SHANGHAI
from tests.domain.gwt import history
from tests.ports.case_store import CaseStore, history_of
from tests.projections.registers import signed, told
from tongban.adapters.views import tables
from tongban.adapters.views.projector import Projector, rows_of
from tongban.adapters.views.sql_views import CaseRows, Views
from tongban.domain.errors import ExposedFileError, RefusedError, RetryableError, SettingsError
from tongban.domain.event import Event
from tongban.domain.identifiers import CaseId, StreamId
from tongban.projections.case_history import CaseHistory
from tongban.projections.digest import digest_of
from tongban.projections.summary import summarize
from tongban.projections.timeline import TIMELINE, timeline_rows
from tongban.projections.tracker import TRACKER, tracker_rows

LIVES = (
    (told_as.taken_in(), told_as.offered()),
    (told_as.taken_in(), told_as.offered(), told_as.declined()),
    told_as.CORRECTING,
    (*told_as.ACCEPTED, told_as.asked(), told_as.answered()),
    (*told_as.CLOSED, told_as.delivered(), told_as.archived()),
    (*told_as.HANDED_OVER, told_as.closed()),
)


def url_of(path: Path) -> str:
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest) -> str:
    """The address of views that are not there yet."""
    if request.param == "sqlite":
        return url_of(request.getfixturevalue("path"))
    return request.getfixturevalue("postgres_url")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "views.sqlite"


@pytest.fixture
def views(url: str) -> Iterator[Views]:
    with closing(Views(url)) as opened:
        opened.create()
        yield opened


def change(url: str, *statements: str) -> None:
    """Change the views' database behind their back."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as raw, raw:
            for statement in statements:
                raw.execute(statement)
    else:
        with connected(url) as connection:
            for statement in statements:
                connection.execute(statement)


def moved(events: tuple[Event, ...], number: int) -> tuple[Event, ...]:
    """The same life under another case id; hashes stay unique to it."""
    case = CaseId(uuid5(UUID(int=0), str(number)))
    mark = number.to_bytes(4)

    def of_case(event: Event) -> Event:
        header = event.header
        stream = StreamId(case if header.stream == header.case else uuid5(case, header.region))
        hashes = {each.hash: mark + each.hash[4:] for each in events}
        causes = tuple(hashes[each] for each in header.causes)
        previous = hashes.get(header.previous, header.previous)
        header = replace(header, case=case, stream=stream, previous=previous, causes=causes)
        return replace(event, header=header, hash=hashes[event.hash])

    return tuple(map(of_case, events))


def filled(lives: int = len(LIVES)) -> CaseStore:
    store = CaseStore()
    whole = [signed(history(*steps).events, covered_at=number) for number, steps in enumerate(LIVES)]
    for number in range(lives):
        store.put(moved(whole[number % len(whole)], number))
    return store


def digests(views: Views) -> dict[str, bytes]:
    return {view.name: views.digest(view.name) for view in tables.VIEWS}


def rows(history: CaseHistory) -> CaseRows:
    return rows_of(history.case, history)


# The database ---------------------------------------------------------------------------------------------------------


def test_what_was_put_in_comes_out(views: Views) -> None:
    history = told(*LIVES[4], covered_at=7)
    views.replace_many([rows(history)])
    assert views.tracker() == tracker_rows(history)
    assert views.timeline(str(history.case)) == timeline_rows(history)
    assert views.case_ids() == (str(history.case),)
    assert tuple(views.each_tracker()) == tracker_rows(history)


def test_to_replace_a_case_again_changes_nothing(views: Views) -> None:
    case = rows(told(*LIVES[3]))
    views.replace_case(case.case, case.tracker, case.timeline)
    before = digests(views)
    views.replace_case(case.case, case.tracker, case.timeline)
    views.replace_many([case, case])
    assert digests(views) == before


def test_a_case_that_grew_and_shrank_again_leaves_nothing_behind(views: Views) -> None:
    short, long = rows(told(*LIVES[4][:2])), rows(told(*LIVES[4]))
    views.replace_many([short])
    before = digests(views)
    views.replace_many([long])
    assert digests(views) != before
    views.replace_many([short])
    assert digests(views) == before
    views.replace_many([CaseRows(short.case, (), ())])
    assert (views.tracker(), views.timeline(short.case)) == ((), ())


def test_the_digest_of_the_tables_is_that_of_the_rows(views: Views) -> None:
    assert views.digest("tracker") == digest_of(TRACKER, ())
    store = filled()
    Projector(store.port(), views, history_of()).rebuild()
    assert views.digest("tracker") == digest_of(TRACKER, views.tracker())
    timeline = [row for case in views.case_ids() for row in views.timeline(case)]
    assert views.digest("timeline") == digest_of(TIMELINE, timeline)


def test_numbers_and_texts_of_foreign_cities_come_back_as_they_were(views: Views) -> None:
    (row,) = tracker_rows(told(*LIVES[0]))
    odd = replace(row, opened_at=2**63 - 1, updated_at=-(2**63), matter_zh="'; DROP TABLE tracker; --\ufffd𠮷")
    views.replace_case(odd.case, (odd,), ())
    assert views.tracker() == (odd,)


def test_cases_are_found_by_what_they_are(views: Views) -> None:
    Projector(filled().port(), views, history_of()).rebuild()
    every = views.tracker()
    assert list(every) == sorted(every, key=lambda row: (-row.updated_at, row.case))
    assert views.tracker(limit=2) == every[:2]
    assert views.tracker(case=every[0].case) == every[:1]
    assert views.tracker(phase="archived") == tuple(row for row in every if row.archived)
    assert (
        views.tracker(region=SHANGHAI) == views.tracker(region=HEFEI) == views.tracker(matter="000199003000") == every
    )
    assert views.tracker(region=HANGZHOU) == views.tracker(matter="none") == ()
    offered = tuple(row for row in every if row.offered_to is not None)
    assert offered
    assert set(offered) <= set(views.tracker(pen=HEFEI))
    assert views.tracker(pen=SHANGHAI) == tuple(row for row in every if row.offers_declined)


def test_a_view_that_is_not_there_has_no_digest(views: Views) -> None:
    with pytest.raises(RefusedError, match="tracker or timeline"):
        views.digest("people")


def test_a_write_that_fails_leaves_what_was_there(views: Views) -> None:
    views.replace_many([rows(told(*LIVES[0]))])
    before = digests(views)
    with pytest.raises(ZeroDivisionError), views.writing() as writer:
        writer.clear()
        raise ZeroDivisionError
    case = rows(told(*LIVES[1]))
    with pytest.raises(RetryableError), views.writing() as writer:
        writer.replace([case])
        writer.add([case])
    assert digests(views) == before


def test_readers_see_the_old_rows_until_the_new_ones_are_there(views: Views, url: str) -> None:
    views.replace_many([rows(told(*LIVES[0]))])
    before = views.tracker()
    with closing(Views(url)) as reader:
        with views.writing() as writer:
            writer.clear()
            assert reader.tracker() == views.tracker() == before
        assert reader.tracker() == ()


def test_views_are_there_after_a_restart(url: str) -> None:
    with closing(Views(url)) as first:
        assert first.create()
        Projector(filled().port(), first, history_of()).rebuild()
        before = digests(first)
    with closing(Views(url)) as second:
        assert not second.create()
        assert digests(second) == before
    second.close()


def test_a_rebuild_is_due_until_one_was_finished(views: Views) -> None:
    assert views.create()
    with pytest.raises(ZeroDivisionError):
        Projector(filled().port(), views, history_of()).rebuild(lambda done, total: 1 // 0 if done else None)
    assert views.create()
    assert views.case_ids() == ()
    Projector(filled().port(), views, history_of()).rebuild()
    assert not views.create()


def test_views_of_another_format_are_made_anew(views: Views, url: str) -> None:
    Projector(filled().port(), views, history_of()).rebuild()
    change(url, "UPDATE views_state SET format = 'older'", "ALTER TABLE tracker DROP COLUMN covered")
    assert views.create()
    assert views.tracker() == ()
    Projector(filled().port(), views, history_of()).rebuild()
    assert len(views.tracker()) == len(LIVES)


def test_a_database_of_another_program_is_left_alone(url: str, path: Path) -> None:
    if url.startswith("sqlite"):
        path.touch(0o600)
    else:
        change(url, f"CREATE SCHEMA {schema_of(url)[1]}")
    change(url, "CREATE TABLE tracker (mine INTEGER)")
    with closing(Views(url)) as views, pytest.raises(SettingsError, match="another program"):
        views.create()


def test_the_file_is_its_owners_alone(path: Path) -> None:
    with closing(Views(url_of(path))) as views:
        views.create()
        for file in path.parent.iterdir():
            assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
    path.chmod(0o640)
    with pytest.raises(ExposedFileError):
        Views(url_of(path))


def test_a_file_that_is_no_database_is_refused(path: Path) -> None:
    path.touch(0o600)
    path.write_text("no database, but long enough to be looked at as one " * 40, encoding="ascii")
    with pytest.raises(SettingsError):
        Views(url_of(path))


@pytest.mark.parametrize(
    "url",
    [
        "sqlite://",
        "sqlite:///:memory:",
        "nosuch://u:secret@x/y",
        "not a url",
        "sqlite:////no/such/f",
        "mysql://u:secret@h/d",
        "postgresql://u:secret@h/d?schema=No",
        "postgresql://u:secret@h/d?nosuch=option",
    ],
)
def test_an_address_that_cannot_be_used_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(SettingsError) as refused:
        Views(url)
    assert "secret" not in str(refused.value)
    assert refused.value.__cause__ is None or "secret" not in str(refused.value.__cause__)


def test_a_writer_waits_for_another_and_says_so_when_it_gives_up(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tongban.adapters.views.database.BUSY_SECONDS", 0.05)
    with closing(Views(url)) as one, closing(Views(url)) as other:
        one.create()
        with one.writing(), pytest.raises(RetryableError, match="lock"):
            other.clear()
        other.clear()


def test_postgresql_sorts_text_as_the_digest_does() -> None:
    script = str(CreateTable(tables.TABLES["timeline"]).compile(dialect=postgresql.dialect()))
    assert 'event TEXT COLLATE "C" NOT NULL' in script
    assert "covered_at BIGINT" in script
    assert "PRIMARY KEY" in script


def test_the_format_follows_the_fields() -> None:
    assert tables.format_of() == tables.format_of()
    assert tables.format_of((TRACKER,)) != tables.format_of()


# The projector --------------------------------------------------------------------------------------------------------


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
    assert str(case) not in views.case_ids()
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
    assert views.case_ids() == tuple(sorted(map(str, store.cases())))
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
    assert views.case_ids() == ()
