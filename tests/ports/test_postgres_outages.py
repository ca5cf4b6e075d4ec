"""What is said of the PostgreSQL store alone: lost connections, servers that were gone, copies put back."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.adapters.postgres.fixture import new_schema, schema_of, with_schema
from tests.adapters.postgres.proxy import Cut, Proxy
from tests.adapters.postgres.server import PostgresServer
from tests.ports.lives import case_ids
from tests.ports.stores import PLACE, act, fact, new_case, set_fact
from tongban.adapters.store.postgres_store import PostgresLedgerStore
from tongban.adapters.views.sql_views import Views
from tongban.domain.errors import (
    CommitOutcomeUnknownError,
    RetryableError,
    StoreUnavailableError,
)

pytestmark = pytest.mark.postgres


@pytest.fixture
def store(postgres_store: PostgresLedgerStore) -> PostgresLedgerStore:
    return postgres_store


@pytest.fixture
def proxy(postgres_url: str) -> Iterator[Proxy]:
    with Proxy.to(schema_of(postgres_url)[0]) as wire:
        yield wire


@pytest.fixture
def behind(postgres_url: str, proxy: Proxy) -> Iterator[PostgresLedgerStore]:
    """The store, over a wire that can be cut."""
    with closing(PostgresLedgerStore(proxy.instead_of(postgres_url), durable=False)) as opened:
        yield opened


def test_a_commit_whose_answer_was_lost_is_done_and_not_done_twice(
    behind: PostgresLedgerStore, proxy: Proxy, store: PostgresLedgerStore
) -> None:
    made = act(new_case(), 1)
    header = made.event.header
    times = 0

    def perform() -> bool:
        nonlocal times
        with behind.transaction() as tx:
            if tx.events.of_command(header.command, header.region):
                return False
            times += 1
            made.add(tx, own=True)
            tx.outbox.append(PLACE, made.hash, made.signed.leaf, header.command)
            return True

    proxy.cut(b"COMMIT", Cut.BEHIND)
    with pytest.raises(CommitOutcomeUnknownError, match="commit"):
        perform()
    assert times == 1
    assert not perform()
    with store.reading() as tx:
        assert tx.events.count() == 1
        assert [own.number for own in tx.outbox.uncovered(PLACE, 10)] == [1]


def test_a_commit_that_never_arrived_looks_the_same_and_was_not_done(
    behind: PostgresLedgerStore, proxy: Proxy, store: PostgresLedgerStore
) -> None:
    proxy.cut(b"COMMIT", Cut.BEFORE)
    with pytest.raises(CommitOutcomeUnknownError):
        set_fact(behind)
    assert fact(store) is None
    set_fact(behind)
    assert fact(store) == "value"


@pytest.mark.parametrize("where", Cut)
@pytest.mark.parametrize("at", [b"BEGIN", b"facts"])
def test_a_connection_lost_before_the_commit_is_an_outage_and_leaves_nothing(
    behind: PostgresLedgerStore, proxy: Proxy, store: PostgresLedgerStore, at: bytes, where: Cut
) -> None:
    proxy.cut(at, where)
    with pytest.raises(StoreUnavailableError):
        set_fact(behind)
    assert fact(store) is None
    set_fact(behind)
    assert fact(store) == "value"


def test_a_connection_lost_while_nobody_used_it_is_not_noticed(
    postgres_server: PostgresServer, postgres_url: str
) -> None:
    with closing(PostgresLedgerStore(with_schema(postgres_server.url, new_schema()))) as store:
        set_fact(store)
        assert postgres_server.disconnect() >= 1
        set_fact(store, "after")
        assert fact(store) == "after"


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_a_server_that_was_gone_for_a_while_has_everything_that_was_committed(
    postgres_server: PostgresServer, end: str
) -> None:
    url = with_schema(postgres_server.url, new_schema())
    with closing(PostgresLedgerStore(url)) as store, closing(Views(postgres_server.url)) as views:
        views.create()
        set_fact(store)
        with pytest.raises(StoreUnavailableError), store.transaction() as tx:
            tx.facts.set("name", "lost")
            getattr(postgres_server, end)()
        for use in (store.transaction, store.reading, store.writer_lock):
            with pytest.raises(StoreUnavailableError), use():
                pass
        with pytest.raises(RetryableError):
            case_ids(views)
        postgres_server.start()
        assert fact(store) == "value"
        set_fact(store, "after")
        assert fact(store) == "after"
        assert case_ids(views) == ()


def test_an_earlier_copy_can_be_put_back(postgres_server: PostgresServer, tmp_path: Path) -> None:
    url = with_schema(postgres_server.url, new_schema())
    with closing(PostgresLedgerStore(url)) as store:
        with store.transaction() as tx:
            older = act(new_case(), 1).add(tx, own=True)
            assert tx.outbox.append(PLACE, older.hash, older.signed.leaf, older.event.header.command) == 1
        postgres_server.dump(tmp_path / "copy.sql", schema=schema_of(url)[1])
        with store.transaction() as tx:
            newer = act(new_case(), 1).add(tx, own=True)
    postgres_server.restore(tmp_path / "copy.sql")
    with closing(PostgresLedgerStore(url)) as store, store.transaction() as tx:
        assert (tx.events.get(older.hash) is None, tx.events.get(newer.hash) is None) == (False, True)
        newer.add(tx, own=True)
        assert tx.outbox.append(PLACE, newer.hash, newer.signed.leaf, newer.event.header.command) == 2
        assert tx.events.count() == 2
