"""The fixtures for tests marked `postgres`: a real PostgreSQL.

| fixture             | what                                                                            |
|---------------------|---------------------------------------------------------------------------------|
| `postgres_url`      | a schema of the test's own, not made yet, dropped when the test ends             |
| `postgres_database` | the address of the database without a schema, for the whole run                  |
| `postgres_storage`  | makes places for the stores of three cities, databases of that server            |
| `postgres_server`   | a server that nobody else uses while the test runs, to stop and kill             |

Which server: `TONGBAN_POSTGRES` (the address of a database whose user may make schemas and databases) if it is set;
otherwise one that all workers of this run share, if its programs are on this machine. Where there is neither, the tests are
skipped with the reason, and fail where `CI` is `true`.
"""

import os
import uuid
from collections.abc import Callable, Iterator

import psycopg
import pytest
from psycopg import sql

from tests.adapters.postgres.server import PostgresServer, why_unavailable
from tests.shared_server import folder_of_this_run, use_server
from tests.storage import PostgresStorage, drop_database, empty_store


@pytest.fixture(scope="session")
def postgres_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a database, without a schema. Other tests use it too."""
    given = os.environ.get("TONGBAN_POSTGRES")
    if given:
        yield given
        return
    _need_programs("TONGBAN_POSTGRES is not set, and ")
    with use_server(
        "tests.adapters.postgres.server:PostgresServer:url", folder_of_this_run(tmp_path_factory, "postgres")
    ) as url:
        yield url


@pytest.fixture
def postgres_url(postgres_database: str) -> Iterator[str]:
    """The address of a new schema. A test that needs more than one makes them from `new_schema`."""
    url = with_schema(postgres_database, new_schema())
    yield url
    drop_schema(url)


@pytest.fixture(scope="session")
def postgres_storage(postgres_database: str) -> Iterator[Callable[..., PostgresStorage]]:
    """Each call gives a `Storage` of its own, which removes its databases when it is closed; `url`: another way there."""
    empty = empty_store(postgres_database)
    yield lambda url=postgres_database: PostgresStorage(url, empty)
    with psycopg.connect(postgres_database, autocommit=True) as admin:
        drop_database(admin, empty)


@pytest.fixture(scope="session")
def _own_server() -> Iterator[PostgresServer]:
    _need_programs("")
    with PostgresServer() as server:
        yield server


@pytest.fixture
def postgres_server(_own_server: PostgresServer) -> Iterator[PostgresServer]:
    """A server that runs, and that nobody else uses now; earlier tests of this process left their schemas in it."""
    _own_server.ensure_running()
    yield _own_server
    _own_server.ensure_running()


def new_schema() -> str:
    """A name that nobody else has."""
    return f"t_{uuid.uuid4().hex[:16]}"


def with_schema(database: str, schema: str) -> str:
    """The address of a schema in a database."""
    return f"{database}{'&' if '?' in database else '?'}schema={schema}"


def schema_of(url: str) -> tuple[str, str]:
    """The address of the database alone, and the schema."""
    database, _, schema = url.rpartition("schema=")
    return database[:-1], schema


def connected(url: str) -> psycopg.Connection:
    """A connection beside the store's, in autocommit mode, looking at its schema."""
    database, schema = schema_of(url)
    connection = psycopg.connect(database, autocommit=True)
    connection.execute(sql.SQL("SET search_path = {}").format(sql.Identifier(schema)))
    return connection


def drop_schema(url: str) -> None:
    """Drop the schema and everything in it."""
    with connected(url) as connection:
        connection.execute("SET client_min_messages = warning")
        connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(schema_of(url)[1])))


def _need_programs(preface: str) -> None:
    reason = why_unavailable()
    if reason is None:
        return
    missing = f"no PostgreSQL: {preface}{reason}"
    if os.environ.get("CI") == "true":
        pytest.fail(missing, pytrace=False)
    pytest.skip(missing)
