"""The file of a store: made for its owner alone, refused when others can read it, and marked as what it is.

SQLite gives `-wal` and `-shm` the mode of the file itself. A file that exists is never opened and closed here: that would
drop the locks which this process holds on it (https://www.sqlite.org/howtocorrupt.html, section 2.2).
"""

import os
import sqlite3
import time
from contextlib import suppress
from pathlib import Path

from tongban.adapters.private_files import PRIVATE_MODE, check_private
from tongban.adapters.store.sqlite_errors import primary_code
from tongban.adapters.store.tables import FORMAT
from tongban.domain.errors import SettingsError

APPLICATION_ID = int.from_bytes(b"tong", "big")
"""Stands in the header of the file (PRAGMA application_id)."""
BUSY_SECONDS = 30.0
"""How long a write waits for other writers, in seconds: longer than any batch takes, shorter than a person waits."""
CACHE_KIB = 32 * 1024
"""Pages that a connection keeps in memory, in KiB."""
STATEMENTS_KEPT = 256
"""Prepared statements that a connection keeps: more than the store has."""


def claim(path: Path) -> None:
    """Make the file at `path` if it is missing. Raises ExposedFileError, or SettingsError where it cannot be made."""
    try:
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, PRIVATE_MODE))
            _sync_folder(path.parent)
        check_private(path)
        for beside in (f"{path}-wal", f"{path}-shm"):
            with suppress(FileNotFoundError):
                check_private(Path(beside))
    except OSError as err:
        raise SettingsError(f"the store cannot be opened: {path}", found=err.strerror or str(err)) from err


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
        _use_write_ahead_log(path, connection, busy_seconds)
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


def _use_write_ahead_log(path: Path, connection: sqlite3.Connection, busy_seconds: float) -> None:
    # Unlike a write, a change of the mode does not wait for other processes by itself.
    deadline = time.monotonic() + busy_seconds
    while True:
        try:
            (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
        except sqlite3.OperationalError as err:
            if primary_code(err) != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            break
    if mode != "wal":
        raise SettingsError(
            f"{path} lies where SQLite has no write-ahead log", expected="a local disk", found=str(mode)
        )


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
