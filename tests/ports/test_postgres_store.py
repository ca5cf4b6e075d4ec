"""What is said of the PostgreSQL store alone: writers, the writer's lock, and its schema."""

import re
import threading
from contextlib import closing

import psycopg
import pytest
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from psycopg.conninfo import conninfo_to_dict

from tests.adapters.postgres.fixture import connected, new_schema, schema_of, with_schema
from tests.adapters.postgres.server import PostgresServer
from tests.ports.stores import PLACE, chain, fact, new_case, process, said, set_fact
from tongban.adapters.store import contents, events, held_records, logs, outbox, parking
from tongban.adapters.store.postgres_datastore import lock_key
from tongban.adapters.store.postgres_sql import with_named_values
from tongban.adapters.store.postgres_store import PostgresLedgerStore
from tongban.adapters.store.urls import open_store
from tongban.adapters.views.sql_views import Views
from tongban.domain.errors import (
    SettingsError,
    StoreBusyError,
    StoreCorruptError,
    StoreUnavailableError,
    WriterLockLostError,
)

pytestmark = pytest.mark.postgres


@pytest.fixture
def store(postgres_store: PostgresLedgerStore) -> PostgresLedgerStore:
    return postgres_store


def sessions(url: str, purpose: str, *, granted: bool) -> list[int]:
    """The server's processes that have, or wait for, an advisory lock of this store."""
    wanted = "locktype = 'advisory' AND (classid::bigint << 32 | objid::bigint) = %s AND granted = %s"
    with connected(url) as connection:
        key = lock_key(purpose, schema_of(url)[1])
        rows = connection.execute(f"SELECT pid FROM pg_locks WHERE {wanted}", (key, granted)).fetchall()
    return [pid for (pid,) in rows]


def lose_writer_lock(url: str) -> None:
    """What an administrator, a failing network or a server that goes down does to the session that holds the lock."""
    (pid,) = sessions(url, "writer", granted=True)
    with connected(url) as connection:
        assert connection.execute("SELECT pg_terminate_backend(%s, 10000)", (pid,)).fetchall() == [(True,)]


# Writers ---------------------------------------------------------------------------------------------------------------


def test_a_writer_waits_for_another_and_then_sees_what_it_wrote(postgres_url: str) -> None:
    with closing(open_store(postgres_url)) as one, closing(open_store(postgres_url)) as other:
        seen: list[str | None] = []

        def second() -> None:
            with other.transaction() as tx:
                seen.append(tx.facts.get("name"))

        with one.transaction() as tx:
            thread = threading.Thread(target=second)
            thread.start()
            while not sessions(postgres_url, "transaction", granted=False):
                pass
            tx.facts.set("name", "first")
            assert seen == []
        thread.join()
        assert seen == ["first"]


def test_who_waits_too_long_for_another_writer_is_told_so(store: PostgresLedgerStore, postgres_url: str) -> None:
    with closing(open_store(postgres_url)) as other:
        with other.transaction() as tx:
            tx.facts.set("name", "other")
            with pytest.raises(StoreBusyError), store.transaction():
                pass
        with store.transaction() as tx:
            with pytest.raises(StoreBusyError), store.transaction():
                pass
            assert tx.facts.get("name") == "other"


def test_stores_in_two_schemas_do_not_wait_for_each_other(store: PostgresLedgerStore, postgres_database: str) -> None:
    with closing(PostgresLedgerStore(with_schema(postgres_database, new_schema()), durable=False)) as other:
        with store.writer_lock() as mine, other.writer_lock() as theirs, store.transaction(), other.transaction() as tx:
            assert (mine, theirs) == (True, True)
            assert tx.facts.get("name") is None
        with connected(with_schema(postgres_database, other._datastore.schema)) as connection:
            connection.execute(f"DROP SCHEMA {other._datastore.schema} CASCADE")


def test_a_statement_that_failed_lets_nothing_be_committed(store: PostgresLedgerStore) -> None:
    command = new_case()
    with pytest.raises(StoreUnavailableError, match=r"ROLLBACK|aborted"), store.transaction() as tx:
        tx.facts.set("name", "value")
        tx.outbox.append(PLACE, b"hash", b"leaf", command)
        with pytest.raises(psycopg.errors.UniqueViolation):
            tx.outbox.append(PLACE, b"hash", b"leaf", command)
            tx.events.count()  # the first that waits for an answer
    assert fact(store) is None


def test_text_that_no_column_takes_is_refused(store: PostgresLedgerStore) -> None:
    with pytest.raises(StoreCorruptError, match="NUL"):
        set_fact(store, "nul \0")
    assert fact(store) is None


# The writer's lock -----------------------------------------------------------------------------------------------------


def test_a_lock_that_was_lost_is_taken_again(store: PostgresLedgerStore, postgres_url: str) -> None:
    with store.writer_lock() as mine:
        assert mine and store.holds_writer_lock()
        lose_writer_lock(postgres_url)
        set_fact(store)
        with closing(open_store(postgres_url)) as other, other.writer_lock() as theirs:
            assert not theirs
        assert store.holds_writer_lock()
    assert not store.holds_writer_lock()


def test_who_lost_the_lock_to_another_writes_no_more(store: PostgresLedgerStore, postgres_url: str) -> None:
    with store.writer_lock() as mine:
        lose_writer_lock(postgres_url)
        with closing(open_store(postgres_url)) as other:
            with other.writer_lock() as theirs:
                assert (mine, theirs) == (True, True)
                with pytest.raises(WriterLockLostError):
                    set_fact(store, "from a former writer")
                assert not store.holds_writer_lock()
                with other.transaction() as tx:
                    tx.facts.set("name", "other")
            with pytest.raises(WriterLockLostError):  # not even when the other has come and gone
                set_fact(store, "from a former writer")
            with pytest.raises(WriterLockLostError):
                store.holds_writer_lock()
        assert fact(store) == "other"
    set_fact(store, "as a command beside a node")


def test_the_lock_outlives_a_restart_of_the_server(postgres_server: PostgresServer) -> None:
    url = with_schema(postgres_server.url, new_schema())
    with closing(PostgresLedgerStore(url)) as store, store.writer_lock() as mine:
        assert mine
        postgres_server.restart()
        set_fact(store)
        with closing(PostgresLedgerStore(url)) as other, other.writer_lock() as theirs:
            assert not theirs


def test_a_child_that_outlives_its_killed_parent_keeps_no_lock(postgres_url: str) -> None:
    with closing(open_store(postgres_url)) as store, process("fork", postgres_url) as other:
        assert said(other) == "True"
        other.kill()
        other.wait()
        with store.writer_lock() as mine:
            assert mine


# The schema ------------------------------------------------------------------------------------------------------------


def test_a_schema_of_another_program_is_refused_and_stays_as_it_is(postgres_url: str) -> None:
    schema = schema_of(postgres_url)[1]
    with connected(postgres_url) as connection:
        connection.execute(f"CREATE SCHEMA {schema}")
        connection.execute("CREATE TABLE notes (note TEXT)")
        with pytest.raises(SettingsError, match="another program"):
            PostgresLedgerStore(postgres_url)
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", (schema,))
        assert tables.fetchall() == [("notes",)]


def test_a_schema_that_is_there_and_empty_is_taken(postgres_url: str) -> None:
    with connected(postgres_url) as connection:
        connection.execute(f"CREATE SCHEMA {schema_of(postgres_url)[1]}")
    with closing(PostgresLedgerStore(postgres_url)) as store:
        set_fact(store)


def test_a_store_of_another_format_is_refused(postgres_url: str, store: PostgresLedgerStore) -> None:
    with connected(postgres_url) as connection:
        connection.execute("UPDATE tongban_store SET format = 999")
    with pytest.raises(SettingsError, match="found 999"):
        PostgresLedgerStore(postgres_url)


def test_a_table_that_was_dropped_is_noticed(postgres_url: str, store: PostgresLedgerStore) -> None:
    with connected(postgres_url) as connection:
        connection.execute("DROP TABLE facts")
    with pytest.raises(StoreCorruptError, match="facts"):
        fact(store)


def test_processes_that_open_a_new_store_together_make_it_once(postgres_url: str) -> None:
    with process("write", postgres_url, "1") as one, process("write", postgres_url, "1") as other:
        assert said(one) == said(other) == "written"
    with closing(open_store(postgres_url)) as store, store.reading() as tx:
        assert tx.events.count() == 2


def test_store_and_views_may_have_one_address(postgres_server: PostgresServer) -> None:
    for _ in range(2):
        with closing(open_store(postgres_server.url)) as store, closing(Views(postgres_server.url)) as views:
            views.create()
            with store.transaction() as tx:
                tx.facts.set("name", "value")


@pytest.mark.parametrize(("durable", "synchronous"), [(True, "on"), (False, "off")])
def test_durable_means_that_each_commit_is_synchronized_whatever_the_servers_default(
    postgres_url: str, durable: bool, synchronous: str
) -> None:
    url = f"{postgres_url}&options=-c%20synchronous_commit%3Doff"
    with (
        closing(PostgresLedgerStore(url, durable=durable)) as store,
        store._datastore.transaction(commit=True) as cursor,
    ):
        assert cursor.execute("SHOW synchronous_commit").fetchall() == [(synchronous,)]


def test_the_eventsourcing_library_reads_the_events(postgres_url: str, store: PostgresLedgerStore) -> None:
    case = new_case()
    acts = chain(case, 3)
    with store.transaction() as tx:
        for made in acts:
            made.add(tx)
    database, schema = schema_of(postgres_url)
    at = conninfo_to_dict(database)
    names = (str(at[name]) for name in ("dbname", "host", "port", "user", "password"))
    with closing(PostgresDatastore(*names, schema=schema)) as datastore:
        recorder = PostgresApplicationRecorder(datastore)
        read = recorder.select_events(case)
        assert recorder.max_notification_id() == 3
    assert [(each.originator_id, each.originator_version, each.topic, each.state) for each in read] == [
        (case, number, made.signed.topic, made.signed.state) for number, made in enumerate(acts, start=1)
    ]


SEARCHES = {
    events.GET: "links_hash_key",
    events.CASE: "links_case",
    events.REGISTRIES: "links_case",
    events.OF_COMMAND: "links_command",
    events.UNCOVERED_FROM: "links_stream",
    events.NEXT_CASES: "links_case",
    events.HEAD: "links_stream",
    events.SUCCESSORS: "links_previous",
    events.COVER: "links_hash_key",
    logs.LEAVES: "leaves_pkey",
    logs.FIND_LEAF: "leaves_hash",
    logs.JUDGED: "leaves_pkey",
    logs.WAITING: "leaves_pkey",
    held_records.HOLD: "held_leaf",
    held_records.HELD: "held_leaf",
    held_records.UNLISTED: "held_unlisted",
    held_records.DROP: "held_leaf",
    parking.PARKED_FOR: "parked_awaits",
    outbox.UNCOVERED: "places_uncovered",
    outbox.IS_UNCOVERED: "places_pkey",
    outbox.HASH_OF: "links_own_leaf",
    contents.OUTGOING: "outgoing_contents_event",
    contents.GET: "contents_pkey",
}


@pytest.mark.parametrize(("statement", "index"), SEARCHES.items(), ids=map(str, range(len(SEARCHES))))
def test_what_is_asked_for_each_event_is_a_search(store: PostgresLedgerStore, statement: str, index: str) -> None:
    names = list(dict.fromkeys(re.findall(r":(\w+)", statement)))
    with store._datastore.transaction(commit=True) as cursor:
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        numbered = re.sub(r"%\(\w+\)s", lambda name: f"${names.index(name[0][2:-2]) + 1}", with_named_values(statement))
        cursor.execute(f"PREPARE searched AS {numbered}")
        nothing = ", ".join(["NULL"] * len(names))
        rows = cursor.execute(f"EXPLAIN EXECUTE searched{f'({nothing})' if nothing else ''}", binary=False).fetchall()
        cursor.execute("DEALLOCATE searched")
    plan = "\n".join(line for (line,) in rows)
    assert re.search(f"(using|Index Scan on) {index}\\b", plan), plan
    if statement != logs.WAITING:  # which begins with the few partitions
        assert "Seq Scan" not in plan, plan
