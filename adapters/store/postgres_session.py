"""One open transaction in PostgreSQL, as the tables' code uses it (`tongban.adapters.store.session`)."""

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from eventsourcing.persistence import StoredEvent

from tongban.adapters.store.postgres_recorder import LedgerRecorder
from tongban.adapters.store.postgres_sql import with_named_values
from tongban.adapters.store.session import Gathering, SqlValue


class PostgresSession(Gathering):
    """A `Session` on a cursor in an open transaction.

    Changes go through a cursor of their own: in a pipeline, one cursor would take the answer to a change that nobody waited
    for as the answer to a later query.
    """

    def __init__(self, cursor: psycopg.Cursor[Any], recorder: LedgerRecorder) -> None:
        super().__init__()
        self._cursor = cursor
        self._changes = cursor.connection.cursor()
        self._recorder = recorder

    def run(self, statement: str, /, **values: SqlValue) -> None:
        """Change something."""
        self.write_due()
        self._changes.execute(with_named_values(statement), values)

    def run_many(self, statement: str, values: Sequence[Mapping[str, SqlValue]], /) -> None:
        """Change something once for each set of values."""
        self.write_due()
        if values:
            self._changes.executemany(with_named_values(statement), values)

    def rows(self, statement: str, /, **values: SqlValue) -> list[tuple[Any, ...]]:
        """All rows of a query, or of what a change returns."""
        self.write_due()
        return self._cursor.execute(with_named_values(statement), values).fetchall()

    def row(self, statement: str, /, **values: SqlValue) -> tuple[Any, ...] | None:
        """The first row; None if there is none."""
        self.write_due()
        return self._cursor.execute(with_named_values(statement), values).fetchone()

    def insert_events(self, stored: Sequence[StoredEvent], /) -> None:
        """Put events into the library's table."""
        self.write_due()
        self._recorder._insert_stored_events(self._changes, stored)
