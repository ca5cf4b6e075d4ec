"""The file of a store: how it is opened, and how it is marked as what it is."""

import sqlite3
from pathlib import Path

from tongban.adapters.databases.private_sqlite import use_write_ahead_log
from tongban.adapters.store.sqlite_errors import primary_code
from tongban.adapters.store.tables import FORMAT
from tongban.domain.errors import SettingsError

APPLICATION_ID = int.from_bytes(b"tong", "big")
"""Stands in the header of the file (PRAGMA application_id)."""
CACHE_KIB = 32 * 1024
"""Pages that a connection keeps in memory, in KiB."""
STATEMENTS_KEPT = 256
"""Prepared statements that a connection keeps: more than the store has."""


def connect(path: Path, *, durable: bool, busy_seconds: float) -> sqlite3.Connection:
    """A connection in autocommit mode. Raises SettingsError for a file of another program or a later format."""
    connection = sqlite3.connect(
        f"{path.as_uri()}?mode=rw",  # never makes a file: one that vanished is an error
        uri=True,
        timeout=busy_seconds,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=STATEMENTS_KEPT,
    )
    try:
        _check_mark(path, connection)
        use_write_ahead_log(path, connection, busy_seconds)
        connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'OFF'}")
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("PRAGMA cell_size_check = ON")
        connection.row_factory = sqlite3.Row
    except BaseException:
        connection.close()
        raise
    return connection


def is_marked(cursor: sqlite3.Cursor) -> bool:
    """Whether the tables were made."""
    (application_id,) = cursor.execute("PRAGMA application_id").fetchone()
    return bool(application_id == APPLICATION_ID)


def mark(cursor: sqlite3.Cursor) -> None:
    """Say in the file's header whose it is, in the transaction that makes the tables."""
    cursor.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    cursor.execute(f"PRAGMA user_version = {FORMAT}")


def _check_mark(path: Path, connection: sqlite3.Connection) -> None:
    try:
        cursor = connection.execute("SELECT COUNT(*) FROM sqlite_master")
        (tables,) = cursor.fetchone()
        (version,) = cursor.execute("PRAGMA user_version").fetchone()
        marked = is_marked(cursor)
    except sqlite3.DatabaseError as err:
        if primary_code(err) != sqlite3.SQLITE_NOTADB:
            raise
        raise SettingsError(f"{path} is no database", expected="a store of Tongban", found=str(err)) from err
    if marked and version != FORMAT:
        raise SettingsError(f"{path} has another format", expected=str(FORMAT), found=str(version))
    if tables and not marked:
        raise SettingsError(
            f"{path} belongs to another program", expected="a store of Tongban", found=f"{tables} tables"
        )
