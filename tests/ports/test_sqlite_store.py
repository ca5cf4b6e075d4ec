"""What is said of the SQLite store alone: its file, its modes, its errors, the library's table, its address."""

import os
import re
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteDatastore

from tests.ports.stores import act, chain, new_case
from tongban.adapters.store import contents, events, held_records, logs, outbox, parking
from tongban.adapters.store.sqlite_store import SqliteLedgerStore
from tongban.adapters.store.urls import open_store
from tongban.domain.errors import (
    ExposedFileError,
    SettingsError,
    StoreBusyError,
    StoreCorruptError,
    StoreUnavailableError,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[SqliteLedgerStore]:
    with closing(SqliteLedgerStore(path, durable=False, busy_seconds=0.05)) as opened:
        yield opened


# The file --------------------------------------------------------------------------------------------------------------


def test_all_files_are_for_their_owner_alone(path: Path) -> None:
    before = os.umask(0)
    try:
        with closing(SqliteLedgerStore(path)) as store, store.writer_lock(), store.transaction() as tx:
            tx.facts.set("name", "value")
            modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    finally:
        os.umask(before)
    names = [f"store.sqlite{suffix}" for suffix in ("", "-wal", "-shm", ".lock")]
    assert modes == dict.fromkeys(names, 0o600)


@pytest.mark.parametrize("suffix", ["", "-wal", "-shm"])
def test_a_file_that_others_can_read_is_refused(path: Path, store: SqliteLedgerStore, suffix: str) -> None:
    Path(f"{path}{suffix}").chmod(0o644)
    with pytest.raises(ExposedFileError, match="mode 644"):
        SqliteLedgerStore(path)


def test_a_file_that_is_no_database_is_refused_and_stays_as_it_is(path: Path) -> None:
    text = b"a file of somebody's notes, longer than the header of a database" * 10
    path.write_bytes(text)
    path.chmod(0o600)
    with pytest.raises(SettingsError, match="no database"):
        SqliteLedgerStore(path)
    assert path.read_bytes() == text


def test_a_database_of_another_program_is_refused_and_stays_as_it_is(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE notes (text)")
    path.chmod(0o600)
    content = path.read_bytes()
    with pytest.raises(SettingsError, match="another program"):
        SqliteLedgerStore(path)
    assert path.read_bytes() == content


def test_a_store_of_another_format_is_refused(path: Path, store: SqliteLedgerStore) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 999")
    with pytest.raises(SettingsError, match="found 999"):
        SqliteLedgerStore(path)


def test_a_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="missing"):
        SqliteLedgerStore(tmp_path / "missing" / "store.sqlite")


@pytest.mark.parametrize(("durable", "synchronous"), [(True, 2), (False, 0)])
def test_durable_means_that_each_commit_is_synchronized(path: Path, durable: bool, synchronous: int) -> None:
    with (
        closing(SqliteLedgerStore(path, durable=durable)) as store,
        store._datastore.transaction(commit=True) as cursor,
    ):
        assert cursor.sqlite_cursor.execute("PRAGMA synchronous").fetchone()[0] == synchronous
        assert cursor.sqlite_cursor.execute("PRAGMA journal_mode").fetchone()[0] == "wal"


# Errors ----------------------------------------------------------------------------------------------------------------


def test_who_waits_too_long_for_another_writer_is_told_so(path: Path, store: SqliteLedgerStore) -> None:
    with closing(SqliteLedgerStore(path, durable=False)) as other:
        with other.transaction() as tx:
            tx.facts.set("name", "other")
            with pytest.raises(StoreBusyError), store.transaction():
                pass
        with store.transaction() as tx:
            assert tx.facts.get("name") == "other"


def test_a_store_that_could_not_be_reached_for_a_while_works_again(path: Path, store: SqliteLedgerStore) -> None:
    elsewhere = path.parent.with_name("elsewhere")
    with store.reading():  # holds the only connection
        path.parent.rename(elsewhere)
        for _ in range(2):
            with pytest.raises(StoreUnavailableError), store.transaction():
                pass
        elsewhere.rename(path.parent)
        with store.transaction() as tx:
            tx.facts.set("name", "value")


def test_a_full_disk_is_an_outage_and_leaves_nothing(store: SqliteLedgerStore) -> None:
    with store._datastore.transaction(commit=True) as cursor:
        cursor.sqlite_cursor.execute("PRAGMA max_page_count = 1")  # not below what is there
    with pytest.raises(StoreUnavailableError, match="full"), store.transaction() as tx:
        for number in range(10_000):
            tx.facts.set(f"name {number}", "value" * 100)
    with store._datastore.transaction(commit=True) as cursor:
        cursor.sqlite_cursor.execute("PRAGMA max_page_count = 1000000")
    with store.transaction() as tx:
        assert tx.facts.get("name 0") is None
        tx.facts.set("name 0", "value")


def test_a_damaged_page_is_noticed(path: Path, store: SqliteLedgerStore) -> None:
    with store.transaction() as tx:
        for made in chain(new_case(), 50):
            made.add(tx)
    store.close()
    content = bytearray(path.read_bytes())
    for start in range(4096, len(content), 4096):
        content[start] ^= 0xFF  # the kind of each page behind the first
    path.write_bytes(content)
    with pytest.raises(StoreCorruptError), closing(SqliteLedgerStore(path)) as damaged, damaged.reading() as tx:
        tx.events.get(made.hash)


def test_text_that_is_none_is_noticed(path: Path, store: SqliteLedgerStore) -> None:
    with store.transaction() as tx:
        made = act(new_case(), 1).add(tx)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE stored_events SET topic = CAST(x'ff' AS TEXT)")
    with pytest.raises(StoreCorruptError), store.reading() as tx:
        tx.events.get(made.hash)


# The library's table ---------------------------------------------------------------------------------------------------


def test_the_eventsourcing_library_reads_the_events(path: Path, store: SqliteLedgerStore) -> None:
    case = new_case()
    acts = chain(case, 3)
    with store.transaction() as tx:
        for made in acts:
            made.add(tx)
    with closing(SQLiteDatastore(str(path))) as datastore:
        recorder = SQLiteApplicationRecorder(datastore)
        read = recorder.select_events(case)
        assert recorder.max_notification_id() == 3
    assert [(each.originator_id, each.originator_version, each.topic, each.state) for each in read] == [
        (case, number, made.signed.topic, made.signed.state) for number, made in enumerate(acts, start=1)
    ]


SEARCHES = {
    events.GET: "links USING INDEX sqlite_autoindex_links_1 (hash=?)",
    events.CASE: "links USING INDEX links_case (case_id=?)",
    events.REGISTRIES: "links USING INDEX links_case (case_id=?)",
    events.OF_COMMAND: "links USING INDEX links_command (command=?)",
    events.UNCOVERED_FROM: "links USING INDEX links_stream (stream=? AND sequence>?)",
    events.NEXT_CASES: "links USING COVERING INDEX links_case (case_id>?)",
    events.HEAD: "links USING INDEX links_stream (stream=?)",
    events.SUCCESSORS: "links USING INDEX links_previous (previous=? AND stream=?)",
    events.COVER: "links USING INDEX sqlite_autoindex_links_1 (hash=?)",
    logs.LEAVES: "leaves USING PRIMARY KEY (topic=? AND partition=? AND leaf_index>? AND leaf_index<?)",
    logs.FIND_LEAF: "leaves USING COVERING INDEX leaves_hash (hash=? AND topic=? AND partition=?)",
    logs.JUDGED: "leaves USING PRIMARY KEY (topic=? AND partition=? AND leaf_index=?)",
    logs.WAITING: "leaves USING PRIMARY KEY (topic=? AND partition=? AND leaf_index=?)",
    held_records.HOLD: "held USING INDEX held_leaf (leaf=? AND topic=? AND partition=?)",
    held_records.HELD: "held USING INDEX held_leaf (leaf=? AND topic=? AND partition=?)",
    held_records.UNLISTED: "held USING INDEX held_unlisted (topic=? AND partition=?)",
    held_records.DROP: "held USING INDEX held_leaf (leaf=? AND topic=? AND partition=?)",
    parking.PARKED_FOR: "parked USING INDEX parked_awaits (awaits=?)",
    outbox.UNCOVERED: "places USING INDEX places_uncovered (topic=? AND partition=?)",
    outbox.IS_UNCOVERED: "places USING INDEX sqlite_autoindex_places_1 (hash=?)",
    outbox.HASH_OF: "links USING INDEX links_own_leaf (leaf=?)",
    contents.OUTGOING: "outgoing_contents USING INDEX outgoing_contents_event (event=?)",
    contents.GET: "contents USING INDEX sqlite_autoindex_contents_1 (commitment=?)",
}


@pytest.mark.parametrize(("statement", "search"), SEARCHES.items(), ids=map(str, range(len(SEARCHES))))
def test_what_is_asked_for_each_event_is_a_search(store: SqliteLedgerStore, statement: str, search: str) -> None:
    values = dict.fromkeys(re.findall(r":(\w+)", statement))
    with store._datastore.transaction(commit=True) as cursor:
        rows = cursor.sqlite_cursor.execute(f"EXPLAIN QUERY PLAN {statement}", values).fetchall()
    assert f"SEARCH {search}" in [row["detail"] for row in rows]


# Its address -----------------------------------------------------------------------------------------------------------


def test_an_address_names_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with closing(open_store("sqlite:///relative 办件?.sqlite")) as relative, relative.transaction() as tx:
        tx.facts.set("name", "value")
    assert (tmp_path / "relative 办件?.sqlite").exists()
    with closing(open_store(f"sqlite:///{tmp_path}/relative 办件?.sqlite")) as absolute, absolute.reading() as tx:
        assert tx.facts.get("name") == "value"


def test_a_store_in_no_place_works_like_any_other_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with closing(open_store("sqlite:///:memory:")) as store:
        with store.transaction() as tx:
            made = act(new_case(), 1).add(tx)
            with store.reading() as before:
                assert before.events.count() == 0
        with store.reading() as tx, store.reading() as again:
            assert tx.events.get(made.hash) == again.events.get(made.hash)
        with store.writer_lock() as mine:
            assert mine
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "url",
    [
        "store.sqlite",
        "sqlite://host/store",
        "sqlite:///",
        "sqlite:///folder/",
        "sqlite:///a\0b",
        "postgres://u:secret@h/d",
    ],
)
def test_an_address_in_another_form_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(SettingsError, match="sqlite:///path") as refused:
        open_store(url)
    assert "secret" not in str(refused.value)
