"""The engine of views in one SQLite file.

The file is made with mode 0600 and refused when others can read it. It has a write-ahead log, so that readers and the writer
do not wait for each other; writes begin IMMEDIATE, because the default fails at once beside another writer.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL

from tongban.adapters.databases.private_sqlite import claim, use_write_ahead_log
from tongban.adapters.views.transactions import writes
from tongban.domain.errors import SettingsError


def sqlite_engine(url: URL, *, lock_seconds: float) -> Engine:
    """The engine at `url`. Raises SettingsError for what is no file, ExposedFileError for one that others can read."""
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise SettingsError("views need a file of their own", expected="sqlite:///path", found=str(url))
    path = Path(url.database)
    claim(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        use_write_ahead_log(path, connection)
    engine = create_engine(url, connect_args={"timeout": lock_seconds})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # the driver's own BEGIN comes late and deferred; ours is in `_begin`
    # Rows must be on disk before the store forgets that they were due: a power cut between them is then harmless.
    connection.execute("PRAGMA synchronous = FULL")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes(connection) else "BEGIN")
