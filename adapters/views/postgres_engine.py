"""The engine of views in PostgreSQL, in one schema of a database, which is made if it is missing.

A write is READ COMMITTED and takes an advisory lock first: what it reads behind that, no other writer changes; the lock also
guards the making of the tables. A read is REPEATABLE READ READ ONLY.
"""

import hashlib

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event

from tongban.adapters.databases.postgres import connect, parse_address
from tongban.adapters.views.transactions import writes

SCHEMA = "tongban_views"
"""The schema where the address names none: another than the store's, so that both may have one address."""

FIND_SCHEMA = "SELECT to_regnamespace(current_setting('search_path')) IS NOT NULL"


def postgres_engine(url: str, *, lock_seconds: float) -> Engine:
    """The engine at `url`. Raises SettingsError for an address in another form, and where the server refuses the user."""
    address = parse_address(url, schema=SCHEMA)
    digest = hashlib.sha256(f"tongban/views/{address.schema}".encode()).digest()
    key = int.from_bytes(digest[:8], "big", signed=True)

    def connected() -> psycopg.Connection:
        made = connect(address, durable=True, lock_seconds=lock_seconds)
        made.autocommit = False
        return made

    def begin(connection: Connection) -> None:
        if writes(connection):
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({key})")
            if not connection.exec_driver_sql(FIND_SCHEMA).scalar():
                connection.exec_driver_sql(f"CREATE SCHEMA {address.schema}")
        else:
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")

    engine = create_engine("postgresql+psycopg://", creator=connected, pool_pre_ping=True)
    event.listen(engine, "begin", begin)
    return engine
