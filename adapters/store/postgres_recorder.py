"""The eventsourcing library's recorder of `stored_events` in PostgreSQL, which makes the tables of a store with its own.

The library locks its table and notifies listeners with each insert, for programs that follow its notification ids. Our lock
does the first for all writers of a store; nobody listens.
"""

from collections.abc import Sequence
from typing import Any

import psycopg
from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder
from psycopg import sql

from tongban.adapters.store.postgres_datastore import LedgerDatastore
from tongban.adapters.store.postgres_sql import DIALECT
from tongban.adapters.store.tables import FORMAT, TABLES
from tongban.domain.errors import SettingsError

MARK = """
    CREATE TABLE tongban_store (
        one BIGINT PRIMARY KEY CHECK (one = 1), format BIGINT NOT NULL, writer BIGINT NOT NULL
    )
"""
"""What the schema belongs to. `writer`: how often its writer lock was taken (`postgres_writer_lock`)."""
FIND_MARK = "SELECT to_regclass('tongban_store') IS NOT NULL"
FIND_FORMAT = "SELECT format FROM tongban_store"
FIND_ENCODING = "SELECT current_setting('server_encoding')"
COUNT_FOREIGN = "SELECT COUNT(*) FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace WHERE nspname = %s"
INSERT_EVENT = """
    INSERT INTO stored_events (originator_id, originator_version, topic, state) VALUES (%s, %s, %s, %s)
"""


class LedgerRecorder(PostgresApplicationRecorder):
    """The library's recorder of `stored_events`, which makes the tables of a store with its own."""

    datastore: LedgerDatastore

    def create_table(self) -> None:
        """Make what is missing, in one transaction. Raises SettingsError for another program's schema or another format."""
        with self.datastore.transaction() as cursor:
            if _is_marked(cursor, self.datastore.schema):
                return
        with self.datastore.turn(), self.datastore.transaction(commit=True) as cursor:
            if not _is_marked(cursor, self.datastore.schema):
                self._create_table(cursor)

    def _create_table(self, curs: psycopg.Cursor[Any]) -> None:
        ((encoding,),) = curs.execute(FIND_ENCODING)
        if encoding != "UTF8":
            raise SettingsError("the database has another encoding", expected="UTF8", found=encoding)
        schema = self.datastore.schema
        ((relations,),) = curs.execute(COUNT_FOREIGN, (schema,))
        if relations:
            raise SettingsError(
                f"the schema {schema} belongs to another program",
                expected="a store of Tongban, or an empty schema",
                found=f"{relations} tables and indexes",
                advice="name another schema in the address: ?schema=…",
            )
        curs.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(schema)))
        library = sorted(self.sql_create_statements, key=lambda each: "CREATE TYPE" not in each.as_string())
        ours = [*DIALECT.spell(TABLES), MARK, f"INSERT INTO tongban_store VALUES (1, {FORMAT}, 0)"]
        for statement in library:
            curs.execute(statement, prepare=False)
        for text in ours:
            curs.execute(text, prepare=False)

    def _insert_stored_events(
        self, curs: psycopg.Cursor[Any], stored_events: Sequence[StoredEvent], **_: object
    ) -> None:
        for each in stored_events:
            curs.execute(INSERT_EVENT, (each.originator_id, each.originator_version, each.topic, each.state))


def _is_marked(cursor: psycopg.Cursor[Any], schema: str) -> bool:
    ((marked,),) = cursor.execute(FIND_MARK)
    if not marked:
        return False
    ((found,),) = cursor.execute(FIND_FORMAT)
    if found != FORMAT:
        raise SettingsError(
            f"the store in the schema {schema} has another format", expected=str(FORMAT), found=str(found)
        )
    return True
