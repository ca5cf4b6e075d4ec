"""The lock of a store's one writer process in PostgreSQL: an advisory lock of a session of its own.

Rules:

- PostgreSQL gives the lock back when the session ends: when the process dies, and also when the connection or the server
  does while the process lives.
- So each taking of the lock has a number, which is kept in the store and rises. A write of a process that has the lock first
  looks whether its number still is the newest, in its own transaction. Where it is not, another process became the writer
  meanwhile, and the write is refused: `WriterLockLostError`.
- A lock that was lost is taken again before the next write, as long as nobody else was the writer.

A process that wants the lock waits for a moment: the server takes some milliseconds to notice that a holder was killed.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import psycopg

from tongban.adapters.databases.postgres import is_alive
from tongban.adapters.store.postgres_datastore import lock_key
from tongban.domain.errors import SettingsError

GRACE_MS = 250
"""How long the lock is waited for."""

SESSION = f"SET application_name = 'tongban writer'; SET lock_timeout = {GRACE_MS}"
TAKE = "SELECT pg_advisory_lock(%s)"
RELEASE = "SELECT pg_advisory_unlock_all()"


class PostgresWriterLock:
    """The lock, for all threads of a process."""

    def __init__(self, connect: Callable[[], psycopg.Connection[Any]], schema: str) -> None:
        self._connect = connect
        self._key = lock_key("writer", schema)
        self._session: psycopg.Connection[Any] | None = None
        self._mutex = threading.Lock()
        self._released = False

    def take(self) -> bool:
        """Try to take the lock. Raises SettingsError, psycopg.Error."""
        session = self._connect()
        try:
            session.execute(SESSION, prepare=False)
            session.execute(TAKE, (self._key,))
        except psycopg.errors.LockNotAvailable:
            session.close()
            return False
        except BaseException:
            session.close()
            raise
        self._session = session
        return True

    def refresh(self) -> bool:
        """Whether the lock is held; a lost one is taken again, if it is free and the server answers."""
        with self._mutex:
            if self._session is not None and not is_alive(self._session):
                self._session.close()
                self._session = None
            if self._session is None and not self._released:
                with suppress(psycopg.Error, SettingsError):
                    self.take()
            return self._session is not None

    def release(self) -> None:
        """Give the lock back. At once, where the server answers; a session that is only closed ends a moment later."""
        with self._mutex:
            self._released = True
            session, self._session = self._session, None
        if session is not None:
            with suppress(psycopg.Error):
                session.execute(RELEASE)
            session.close()
