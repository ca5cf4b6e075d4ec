"""Transactions of the views' database, and the one place where SQLAlchemy's errors become Tongban's.

Not handled here: how a transaction begins on each database (`sqlite_engine`, `postgres_engine`).
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from tongban.domain.errors import RetryableError, SettingsError

WRITES = "tongban_writes"
"""The execution option of a connection whose transaction writes."""
_MAY_NOT = "42501"
"""PostgreSQL's code for a privilege that the user lacks."""


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


def writes(connection: Connection) -> bool:
    """Whether the transaction that begins on this connection writes."""
    return bool(connection.get_execution_options().get(WRITES, False))


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
