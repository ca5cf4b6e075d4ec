"""The SQLite file of the embedded log: how it is opened, its tables, its headers, its errors.

Rules:

- The file is made with mode 0600 (SQLite gives the same to the files beside it) and refused when others can read it.
- SQLite's errors become Tongban's here and nowhere else.

Not handled here: what the tables mean (`tongban.adapters.embedded.log`).
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tongban.adapters.databases.private_sqlite import BUSY_SECONDS, claim, use_write_ahead_log
from tongban.domain.errors import LogUnavailableError, SettingsError, TongbanError

FORMAT = 1

# `compact_key` repeats the key on a `compact` topic and is null elsewhere, so that only those topics pay for its index.
_TABLES = """
CREATE TABLE IF NOT EXISTS log (
    one INTEGER PRIMARY KEY CHECK (one = 1), format INTEGER NOT NULL, cluster_id TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS topic (
    number INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, topic_id TEXT NOT NULL,
    partitions INTEGER NOT NULL, retention TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS partition (
    topic INTEGER NOT NULL, partition INTEGER NOT NULL, next_offset INTEGER NOT NULL, PRIMARY KEY (topic, partition)
) STRICT;
CREATE TABLE IF NOT EXISTS record (
    topic INTEGER NOT NULL, partition INTEGER NOT NULL, offset INTEGER NOT NULL, key BLOB, value BLOB,
    headers BLOB NOT NULL, timestamp_ms INTEGER NOT NULL, compact_key BLOB, PRIMARY KEY (topic, partition, offset)
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS record_compact ON record (topic, partition, compact_key) WHERE compact_key IS NOT NULL
"""


def connect(path: Path, *, durable: bool) -> sqlite3.Connection:
    """A connection to the file at `path`, made if it is not there.

    Raises `ExposedFileError` when group or others have any right to the file, `SettingsError` when it cannot be made or
    is no database, `LogUnavailableError` when it is busy for too long.
    """
    claim(path)
    with sqlite_boundary(f"open {path}"):
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            use_write_ahead_log(path, connection)
            connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
        except BaseException:
            connection.close()
            raise
    return connection


def create_tables(connection: sqlite3.Connection, cluster_id: str) -> None:
    """Make what is missing. The first `cluster_id` stays. Raises `SettingsError` for a file of a later format."""
    with sqlite_boundary("create the tables of the log"), transaction(connection):
        for statement in _TABLES.split(";"):
            connection.execute(statement)
        connection.execute("INSERT OR IGNORE INTO log VALUES (1, ?, ?)", (FORMAT, cluster_id))
        (found,) = connection.execute("SELECT format FROM log").fetchone()
    if found != FORMAT:
        raise SettingsError("the file of the log has another format", expected=str(FORMAT), found=str(found))


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """One write transaction: committed at the end, rolled back on any exception."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextmanager
def sqlite_boundary(doing: str) -> Iterator[None]:
    """Map SQLite's errors: no database → `SettingsError`; anything else → `LogUnavailableError`."""
    try:
        yield
    except sqlite3.Error as err:
        raise _mapped(err, doing) from err


def encode_headers(headers: tuple[tuple[str, bytes], ...]) -> bytes:
    """Headers as bytes: for each, in order, `length:4 | name (UTF-8) | length:4 | value`; lengths are big-endian."""
    parts: list[bytes] = []
    for name, value in headers:
        encoded = name.encode()
        parts += (len(encoded).to_bytes(4, "big"), encoded, len(value).to_bytes(4, "big"), value)
    return b"".join(parts)


def decode_headers(encoded: bytes) -> tuple[tuple[str, bytes], ...]:
    """What `encode_headers` encoded."""
    parts: list[bytes] = []
    at = 0
    while at < len(encoded):
        start = at + 4
        at = start + int.from_bytes(encoded[at:start], "big")
        parts.append(encoded[start:at])
    return tuple((name.decode(), value) for name, value in zip(parts[::2], parts[1::2], strict=True))


def _mapped(err: sqlite3.Error, doing: str) -> TongbanError:
    if getattr(err, "sqlite_errorcode", None) == sqlite3.SQLITE_NOTADB:
        return SettingsError(f"cannot {doing}", expected="a file of the embedded log", found=str(err))
    return LogUnavailableError(f"cannot {doing}", found=str(err))
