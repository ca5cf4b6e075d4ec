"""The eventsourcing library's SQLite datastore and recorder, with the transactions and tables of a store.

Rules:

- A write begins IMMEDIATE: SQLite's default fails at once beside another writer. A read begins with its first look, so
  that it sees one state from there on, and cannot write.
- However a block ends, the connection goes back to its pool outside any transaction.
- The library caches one prepared statement a connection; these cache all.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from eventsourcing.persistence import ConnectionPoolClosedError, ConnectionUnavailableError, StoredEvent
from eventsourcing.sqlite import (
    SQLiteApplicationRecorder,
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteCursor,
    SQLiteDatastore,
)

from tongban.adapters.store.session import Dialect, Gathering, SqlValue, as_uuid
from tongban.adapters.store.sqlite_file import connect, is_marked, mark
from tongban.adapters.store.tables import TABLES

DIALECT = Dialect(
    blob="BLOB",
    integer="INTEGER",
    text="TEXT",
    uuid="TEXT",
    arrival="INTEGER PRIMARY KEY",
    lasting="INTEGER PRIMARY KEY AUTOINCREMENT",
    rows="STRICT",
    clustered="STRICT, WITHOUT ROWID",
)
CONNECTIONS = 64
"""Connections at a time: more than the threads of a node, so that nobody waits for one."""

sqlite3.register_adapter(UUID, lambda value: value.hex)  # as the library writes originator_id


class LedgerConnection(SQLiteConnection):
    """A connection whose transactions follow the rules above."""

    @contextmanager
    def transaction(self, *, commit: bool) -> Iterator[SQLiteCursor]:
        """A block in one transaction: committed when it ends (with `commit`), rolled back when it raises."""
        cursor = self.cursor()
        try:
            self._begin(cursor.sqlite_cursor, commit=commit)
            yield cursor
            if commit:
                cursor.execute("COMMIT")
        finally:
            self._end(cursor.sqlite_cursor, commit=commit)

    def _begin(self, cursor: sqlite3.Cursor, *, commit: bool) -> None:
        if commit:
            cursor.execute("BEGIN IMMEDIATE")
        else:
            cursor.execute("PRAGMA query_only = ON")
            cursor.execute("BEGIN")
            cursor.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()

    def _end(self, cursor: sqlite3.Cursor, *, commit: bool) -> None:
        try:
            if self._sqlite_conn.in_transaction:
                self._sqlite_conn.rollback()
            if not commit:
                cursor.execute("PRAGMA query_only = OFF")
            cursor.close()
        except sqlite3.Error:
            self.close()  # what cannot be brought back to a clean state is not used again
            raise


class LedgerConnectionPool(SQLiteConnectionPool):
    """A pool of such connections to one file."""

    def __init__(self, path: Path, *, durable: bool, busy_seconds: float) -> None:
        super().__init__(db_name=str(path), max_overflow=CONNECTIONS, pool_timeout=busy_seconds)
        self._path = path
        self._durable = durable
        self._busy_seconds = busy_seconds

    def get_connection(self, timeout: float | None = None, *, is_writer: bool | None = None) -> SQLiteConnection:
        """As the library's, but the writers' lock is given back where no connection could be made."""
        try:
            return super().get_connection(timeout, is_writer=is_writer)
        except (ConnectionUnavailableError, ConnectionPoolClosedError):
            raise
        except Exception:
            if is_writer:
                self._num_writers -= 1
                self._writer_lock.release()
            raise

    def _create_connection(self) -> SQLiteConnection:
        made = connect(self._path, durable=self._durable, busy_seconds=self._busy_seconds)
        return LedgerConnection(sqlite_conn=made, max_age=None)


class LedgerDatastore(SQLiteDatastore):
    """A datastore on such a pool."""

    def __init__(self, path: Path, *, durable: bool, busy_seconds: float) -> None:
        super().__init__(str(path))
        self.pool = LedgerConnectionPool(path, durable=durable, busy_seconds=busy_seconds)


class LedgerRecorder(SQLiteApplicationRecorder):
    """The library's recorder of `stored_events`, which makes the tables of a store with its own."""

    def construct_create_table_statements(self) -> list[str]:
        """The library's table, then ours."""
        return [*super().construct_create_table_statements(), *DIALECT.spell(TABLES)]

    def _create_table(self, c: SQLiteCursor) -> None:
        if not is_marked(c.sqlite_cursor):
            super()._create_table(c)
            mark(c.sqlite_cursor)

    def _insert_events(self, c: SQLiteCursor, stored_events: Sequence[StoredEvent], **_: Any) -> None:
        """As the library's, in one statement."""
        c.executemany(
            self.insert_events_statement,
            [
                (as_uuid(each.originator_id).hex, each.originator_version, each.topic, each.state)
                for each in stored_events
            ],
        )


class SqliteSession(Gathering):
    """A `Session` on a cursor in an open transaction. SQLite takes `:name` as it is."""

    def __init__(self, cursor: SQLiteCursor, recorder: LedgerRecorder) -> None:
        super().__init__()
        self._library_cursor = cursor
        self._cursor = cursor.sqlite_cursor
        self._cursor.row_factory = None  # plain tuples
        self._recorder = recorder

    def run(self, statement: str, /, **values: SqlValue) -> None:
        """Change something."""
        self.write_due()
        self._cursor.execute(statement, values)

    def run_many(self, statement: str, values: Sequence[Mapping[str, SqlValue]], /) -> None:
        """Change something once for each set of values."""
        self.write_due()
        if values:
            self._cursor.executemany(statement, values)

    def rows(self, statement: str, /, **values: SqlValue) -> list[tuple[Any, ...]]:
        """All rows of a query, or of what a change returns."""
        self.write_due()
        return self._cursor.execute(statement, values).fetchall()

    def row(self, statement: str, /, **values: SqlValue) -> tuple[Any, ...] | None:
        """The first row; None if there is none."""
        found = self.rows(statement, **values)
        return found[0] if found else None

    def insert_events(self, stored: Sequence[StoredEvent], /) -> None:
        """Put events into the library's table."""
        self.write_due()
        self._recorder._insert_events(self._library_cursor, stored)
