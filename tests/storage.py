"""Where the regions of a test keep their stores, and what an operator, a backup or a bad disk does to them.

| `Storage`         | a store                     | a copy                                                             |
|-------------------|-----------------------------|--------------------------------------------------------------------|
| `SqliteStorage`   | a file of a folder          | SQLite's own backup, taken while the store is at work              |
| `PostgresStorage` | a database of a real server | `CREATE DATABASE … TEMPLATE`; the server ends the store's sessions |

A store has a name; a copy is a store with a name of its own that nobody has opened yet.
"""

import re
import sqlite3
import uuid
from pathlib import Path
from typing import Protocol

import psycopg
from psycopg import sql

from tongban.adapters.store.postgres_store import PostgresLedgerStore
from tongban.adapters.store.sqlite_store import SqliteLedgerStore
from tongban.ledger.store import LedgerStore

PAGES_KEPT_BYTES = 8 * 4096
"""What `damage` leaves of a file: enough for it to be opened as a store."""


class Storage(Protocol):
    """The stores of one test."""

    def open(self, name: str) -> LedgerStore:
        """The store of this name, made if it is missing. Who opens it closes it."""

    def copy(self, name: str) -> str:
        """A copy of a store as it is now, whether a process uses it or not; its name."""

    def put_back(self, name: str, copy: str) -> None:
        """Replace a store that nobody has open by a copy, which stays as it is."""

    def damage(self, name: str) -> None:
        """Spoil a store that nobody has open, as a bad disk does: it opens, and then cannot be read."""

    def close(self) -> None:
        """Remove what a folder of the test does not hold. All stores are closed."""


class SqliteStorage:
    """Files of a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def open(self, name: str) -> LedgerStore:
        return SqliteLedgerStore(self._path(name), durable=False)

    def copy(self, name: str) -> str:
        copy = f"{name}-{uuid.uuid4().hex}"
        self._write(copy, name)
        return copy

    def put_back(self, name: str, copy: str) -> None:
        self._remove(name)
        self._write(name, copy)

    def damage(self, name: str) -> None:
        whole = self._path(name).read_bytes()
        self._path(name).write_bytes(whole[:PAGES_KEPT_BYTES] + bytes(len(whole) - PAGES_KEPT_BYTES))

    def close(self) -> None:
        """The files go with the folder."""

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.sqlite"

    def _write(self, name: str, source: str) -> None:
        one, other = sqlite3.connect(self._path(source)), sqlite3.connect(self._path(name))
        one.backup(other)
        one.close()
        other.close()
        self._path(name).chmod(0o600)

    def _remove(self, name: str) -> None:
        for suffix in ("", "-wal", "-shm"):
            path = self._path(name)
            path.with_name(path.name + suffix).unlink(missing_ok=True)


class PostgresStorage:
    """Databases of a server, each copied from one that was made once.

    `url`: a database whose user may make others. `empty`: one with an empty store (`empty_store`).
    """

    def __init__(self, url: str, empty: str) -> None:
        self._url, self._empty = url, empty
        self._prefix = f"t_{uuid.uuid4().hex[:12]}"
        self._admin = psycopg.connect(url, autocommit=True)
        self._databases: dict[str, str] = {}

    def open(self, name: str) -> LedgerStore:
        if name not in self._databases:
            self._make(name, self._empty)
        return PostgresLedgerStore(in_database(self._url, self._databases[name]), durable=False)

    def copy(self, name: str) -> str:
        copy = f"{name}-{uuid.uuid4().hex}"
        self._make(copy, self._databases[name])
        return copy

    def put_back(self, name: str, copy: str) -> None:
        self._drop(name)
        self._make(name, self._databases[copy])

    def damage(self, name: str) -> None:
        with psycopg.connect(in_database(self._url, self._databases[name]), autocommit=True) as connection:
            connection.execute("DROP TABLE tongban.links CASCADE")

    def close(self) -> None:
        for name in list(self._databases):
            self._drop(name)
        self._admin.close()

    def _make(self, name: str, template: str) -> None:
        made = f"{self._prefix}_{len(self._databases)}_{uuid.uuid4().hex[:8]}"
        make_database(self._admin, made, template)
        self._databases[name] = made

    def _drop(self, name: str) -> None:
        drop_database(self._admin, self._databases.pop(name))


def in_database(url: str, database: str) -> str:
    """The address of another database of the same server."""
    return re.sub(r"(//[^/]*/)[^?]*", rf"\g<1>{database}", url)


def make_database(admin: psycopg.Connection, name: str, template: str) -> None:
    """A copy of a database; sessions that use it are ended, and connect again when they need it."""
    ours = "datname = %s AND backend_type = 'client backend' AND usename = current_user"
    admin.execute(f"SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE {ours}", (template,))
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    admin.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))


def drop_database(admin: psycopg.Connection, name: str) -> None:
    """Remove a database, whoever uses it."""
    admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def empty_store(url: str) -> str:
    """Make a database with an empty store; its name."""
    name = f"empty_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(url, autocommit=True) as admin:
        make_database(admin, name, "template1")
    PostgresLedgerStore(in_database(url, name), durable=False).close()
    return name
