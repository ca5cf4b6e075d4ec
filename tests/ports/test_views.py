"""The views' database, of each kind: rows put in come out, to readers and after a restart."""

import sqlite3
import stat
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from tests.adapters.postgres.fixture import connected, schema_of
from tests.domain.case_files import HANGZHOU, HEFEI, SHANGHAI
from tests.ports.case_store import history_of
from tests.ports.lives import LIVES, case_ids, digests, filled, rows, url_of
from tests.projections.registers import told
from tongban.adapters.views import tables
from tongban.adapters.views.projector import Projector
from tongban.adapters.views.sql_views import Views
from tongban.domain.errors import ExposedFileError, RefusedError, RetryableError, SettingsError
from tongban.projections.digest import digest_of
from tongban.projections.timeline import TIMELINE, timeline_rows
from tongban.projections.tracker import TRACKER, tracker_rows
from tongban.projections.views import CaseRows


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


# The database ---------------------------------------------------------------------------------------------------------


def test_what_was_put_in_comes_out(views: Views) -> None:
    history = told(*LIVES[4], covered_at=7)
    views.replace_many([rows(history)])
    assert views.tracker() == tracker_rows(history)
    assert views.timeline(str(history.case)) == timeline_rows(history)
    assert case_ids(views) == (str(history.case),)
    assert tuple(views.each_tracker()) == tracker_rows(history)


def test_to_replace_a_case_again_changes_nothing(views: Views) -> None:
    case = rows(told(*LIVES[3]))
    views.replace_many([case])
    before = digests(views)
    views.replace_many([case])
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
    views.replace_many([CaseRows(short.case, {})])
    assert (views.tracker(), views.timeline(short.case)) == ((), ())


def test_the_digest_of_the_tables_is_that_of_the_rows(views: Views) -> None:
    assert views.digest("tracker") == digest_of(TRACKER, ())
    store = filled()
    Projector(store.port(), views, history_of()).rebuild()
    assert views.digest("tracker") == digest_of(TRACKER, views.tracker())
    timeline = [row for case in case_ids(views) for row in views.timeline(case)]
    assert views.digest("timeline") == digest_of(TIMELINE, timeline)


def test_numbers_and_texts_of_foreign_cities_come_back_as_they_were(views: Views) -> None:
    (row,) = tracker_rows(told(*LIVES[0]))
    odd = replace(row, opened_at=2**63 - 1, updated_at=-(2**63), matter_zh="'; DROP TABLE tracker; --\ufffd𠮷")
    views.replace_many([CaseRows(odd.case, {"tracker": (TRACKER.cells(odd),)})])
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
    assert case_ids(views) == ()
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
    script = str(CreateTable(tables.layout_of().tables["timeline"]).compile(dialect=postgresql.dialect()))
    assert 'event TEXT COLLATE "C" NOT NULL' in script
    assert "covered_at BIGINT" in script
    assert "PRIMARY KEY" in script


def test_the_format_follows_the_fields() -> None:
    assert tables.format_of() == tables.format_of()
    assert tables.format_of((TRACKER,)) != tables.format_of()
