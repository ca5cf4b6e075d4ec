"""What is said of the PostgreSQL store alone: addresses, users, and errors of the server."""

import re
from contextlib import closing

import pytest

from tests.adapters.postgres.server import PostgresServer, run_program
from tongban.adapters.databases.postgres import parse_address
from tongban.adapters.store.postgres_sql import with_named_values
from tongban.adapters.store.postgres_store import PostgresLedgerStore
from tongban.adapters.store.urls import open_store
from tongban.adapters.views.sql_views import Views
from tongban.domain.errors import (
    SettingsError,
    StoreReadOnlyError,
    StoreUnavailableError,
)

pytestmark = pytest.mark.postgres


def other_user(url: str, user: str, password: str) -> str:
    return re.sub(r"//[^@]*@", f"//{user}:{password}@", url)


@pytest.mark.parametrize("opened", [PostgresLedgerStore, Views])
def test_a_wrong_password_is_said_clearly_and_not_repeated(postgres_server: PostgresServer, opened) -> None:
    url = other_user(postgres_server.url, "tongban", "not-it")
    with pytest.raises(SettingsError, match="password authentication failed") as refused:
        opened(url).create()
    assert "not-it" not in str(refused.value)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda url: other_user(url, "nobody", "x"), "password authentication failed"),
        (lambda url: url + "_missing", "does not exist"),
    ],
)
def test_an_address_that_the_server_refuses_is_said_clearly(postgres_server: PostgresServer, change, found) -> None:
    with pytest.raises(SettingsError, match=found):
        PostgresLedgerStore(change(postgres_server.url))


def test_a_server_that_is_not_there_may_come_back(postgres_server: PostgresServer) -> None:
    postgres_server.stop()
    with pytest.raises(StoreUnavailableError, match="refused"):
        PostgresLedgerStore(postgres_server.url)


def test_a_user_who_may_not_make_a_schema_is_told_so(postgres_server: PostgresServer) -> None:
    superuser = postgres_server._superuser_url()
    for statement in ("CREATE ROLE guest LOGIN PASSWORD 'guest'", "CREATE DATABASE others"):
        run_program("psql", "-c", statement, url=superuser)
    url = other_user(postgres_server.url, "guest", "guest").replace("/tongban", "/others")
    with pytest.raises(StoreReadOnlyError, match="permission denied"):
        PostgresLedgerStore(url)
    with closing(Views(url)) as views, pytest.raises(SettingsError, match="permission denied"):
        views.create()


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:secret@h/d?schema=Public",
        "postgresql://u:secret@h/d?schema=pg_mine",
        "postgresql://u:secret@h/d?schema=a;b",
        "postgresql://u:secret@h/d?schema=",
        "postgresql://u:secret@h/d?schema=a&schema=b",
        "postgresql://u:secret@h/d?nosuch=option",
        "postgresql://u:sec%ZZret@h/d",
    ],
)
def test_an_address_in_another_form_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(SettingsError) as refused:
        open_store(url)
    assert "sec" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_an_address_keeps_its_secret_and_what_it_says_of_the_connection() -> None:
    url = "postgresql+psycopg://u:s%40cret@h1:1,h2:2/d?sslmode=verify-full&schema=mine&application_name=me"
    address = parse_address(url, schema="other")
    assert address.schema == "mine"
    assert address.parameters == {
        "user": "u",
        "password": "s@cret",
        "host": "h1,h2",
        "port": "1,2",
        "dbname": "d",
        "sslmode": "verify-full",
        "application_name": "me",
    }
    assert "s@cret" not in repr(address)
    assert parse_address("postgresql:///d", schema="other").schema == "other"


def test_names_in_statements_become_the_drivers() -> None:
    statement = """SELECT ':a', ":b", '%', x::text, 1 % 2 FROM t WHERE a = :a AND b_c = :b_c AND a <> :a"""
    assert with_named_values(statement) == (
        """SELECT ':a', ":b", '%%', x::text, 1 %% 2 FROM t WHERE a = %(a)s AND b_c = %(b_c)s AND a <> %(a)s"""
    )
