"""How the views' database is opened, and how its transactions begin.

- SQLite: the file is made with mode 0600 and refused when others can read it; write-ahead log, so that readers and the
  writer do not wait for each other; writes begin IMMEDIATE, because the default fails at once beside another writer.
- PostgreSQL: the schema is made if it is missing (`tongban_views`, unless the address names another); writers come one after
  the other by an advisory lock, which also guards the making of the tables.
- SQLAlchemy's errors become Tongban's here and nowhere else.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from tongban.adapters.databases.private_sqlite import BUSY_SECONDS, claim, use_write_ahead_log
from tongban.domain.errors import RetryableError, SettingsError

FORMS = "sqlite:///path, or postgresql://user@host/database"
_MAY_NOT = "42501"
"""PostgreSQL's code for a privilege that the user lacks."""
WRITES = "tongban_writes"
"""The execution option of a connection whose transaction writes."""


def open_engine(url: str) -> Engine:
    """An engine for `url`. Raises SettingsError where it cannot be used, ExposedFileError for a file open to others."""
    with boundary("open the views' database"):
        try:
            parsed = make_url(url)
            backend = parsed.get_backend_name()
            if backend == "sqlite":
                return _sqlite(parsed)
            if backend == "postgresql":
                # Here, because a command on SQLite would begin a tenth of a second later with the driver.
                from tongban.adapters.views.postgres_engine import postgres_engine  # noqa: PLC0415

                return postgres_engine(url)
        except (ArgumentError, NoSuchModuleError, ImportError) as err:
            raise _bad(type(err).__name__) from None  # its text repeats the address
        raise _bad(f"a database of the kind {backend}")


def busy_seconds() -> float:
    """How long a write waits for other writers."""
    return BUSY_SECONDS


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One write transaction: committed at the end, rolled back on any exception."""
    with (
        boundary("write the views"),
        engine.connect().execution_options(**{WRITES: True}) as connection,
        connection.begin(),
    ):
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One state of the views; other processes may write meanwhile."""
    with boundary("read the views"), engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def boundary(doing: str) -> Iterator[None]:
    """Map SQLAlchemy's errors: no database, or none for this user → SettingsError; anything else → RetryableError."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as err:
        cause = err.orig if isinstance(err, DBAPIError) else err
        if getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_NOTADB:
            raise SettingsError(f"cannot {doing}", expected="a database of views", found=str(cause)) from err
        if getattr(cause, "sqlstate", None) == _MAY_NOT:
            raise SettingsError(f"cannot {doing}", expected="a user who may", found=str(cause)) from err
        raise RetryableError(
            f"cannot {doing}", found=str(cause), advice="Views can always be rebuilt from the log."
        ) from err


def _bad(found: str) -> SettingsError:
    return SettingsError("the address of the views cannot be used", expected=FORMS, found=found)


def _sqlite(url: URL) -> Engine:
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise SettingsError("views need a file of their own", expected="sqlite:///path", found=str(url))
    path = Path(url.database)
    claim(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        use_write_ahead_log(path, connection)
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # the driver's own BEGIN comes late and deferred; ours is in `_begin`
    # Rows must be on disk before the store forgets that they were due: a power cut between them is then harmless.
    connection.execute("PRAGMA synchronous = FULL")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
