"""The eventsourcing library's PostgreSQL datastore, with the connections and transactions of a store.

Rules:

- A write takes the store's transaction lock (an advisory lock of PostgreSQL) before it looks at anything, so writes come
  one after the other, as with SQLite's BEGIN IMMEDIATE. It is READ COMMITTED on purpose: each statement sees what was
  committed before it. A snapshot, as of REPEATABLE READ, would be taken before the wait for the lock, and be old.
- A read is REPEATABLE READ READ ONLY, and its snapshot is taken before the block begins.
- Nothing is retried here, unlike in the library: where the answer to a COMMIT is lost, `CommitOutcomeUnknownError`.
- A COMMIT that PostgreSQL answers with ROLLBACK, as it does where a statement failed, is an error.
- Plans do not depend on statistics: what can be searched is searched. A plan that is made while a table is empty is kept
  while the table grows, until PostgreSQL next counts its rows, so a scan that costs nothing today must not be chosen.
- Within a write, what asks for no answer does not wait for one (the driver's pipeline): most of the time goes into waiting.
  So the error of a statement may come with a later one; at the latest at the end of the block, before the COMMIT is sent.
- Writers of one process queue up before they take a connection, so that a few connections are enough.

Not handled here: the tables (`tongban.adapters.store.postgres_recorder`), errors (`tongban.adapters.store.postgres_errors`).
"""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from typing import Any

import psycopg
from eventsourcing.postgres import PostgresDatastore
from psycopg.pq import TransactionStatus
from psycopg.rows import dict_row, tuple_row
from psycopg.types.numeric import Int8BinaryDumper

from tongban.adapters.databases.postgres import PostgresAddress, connect, is_alive
from tongban.domain.errors import (
    CommitOutcomeUnknownError,
    StoreBusyError,
    StoreUnavailableError,
    WriterLockLostError,
)

CONNECTIONS = 16
"""Connections at a time: readers, and one writer. Servers allow a hundred for all processes together."""
STATEMENTS_KEPT = 200
"""Prepared statements that a connection keeps: more than the store has."""

BEGIN_WRITE = "BEGIN; SELECT pg_advisory_xact_lock({key})"
BEGIN_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT 1"
PLANS = {"enable_seqscan": "off", "enable_hashjoin": "off", "enable_mergejoin": "off", "jit": "off"}

NEWEST_WRITER = "SELECT writer FROM tongban_store"
"""How often the store's writer lock was taken (`postgres_writer_lock`)."""


def lock_key(purpose: str, schema: str) -> int:
    """The number of an advisory lock: another one for each purpose and schema in a database."""
    digest = hashlib.sha256(f"tongban/{purpose}/{schema}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


class LedgerDatastore(PostgresDatastore):
    """A datastore whose connections are made when they are needed, in the thread that needs them."""

    def __init__(self, address: PostgresAddress, *, durable: bool, busy_seconds: float) -> None:
        super().__init__(dbname="", host="", port="", user="", password="", schema=address.schema)
        self.address = address
        self.busy_seconds = busy_seconds
        self.writer: int | None = None
        """The number of the writer lock, while this process has it."""
        self._durable = durable
        self._begin_write = BEGIN_WRITE.format(key=lock_key("transaction", address.schema))
        self._idle: list[psycopg.Connection[Any]] = []
        self._taken = threading.BoundedSemaphore(CONNECTIONS)
        self._turn = threading.Lock()
        self._closed = False

    def connect(self) -> psycopg.Connection[Any]:
        """A new connection. Raises SettingsError, psycopg.Error."""
        connection: psycopg.Connection[Any] = connect(
            self.address, durable=self._durable, lock_seconds=self.busy_seconds, settings=PLANS
        )
        connection.row_factory = dict_row  # as the library's own methods expect; a session's rows are tuples
        connection.prepare_threshold = 0
        connection.prepared_max = STATEMENTS_KEPT
        # Else a statement is prepared anew for each size of number.
        connection.adapters.register_dumper(int, Int8BinaryDumper)
        return connection

    @contextmanager
    def get_connection(self) -> Iterator[psycopg.Connection[Any]]:
        """An idle connection, or a new one."""
        if not self._taken.acquire(timeout=self.busy_seconds):
            raise StoreBusyError("cannot connect to the store", found=f"{CONNECTIONS} connections in use")
        try:
            connection = self._take()
            try:
                yield connection
            finally:
                self._give_back(connection)
        finally:
            self._taken.release()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Be the one thread of this process that writes."""
        if not self._turn.acquire(timeout=self.busy_seconds):
            raise StoreBusyError("cannot write to the store", found="another thread writes")
        try:
            yield
        finally:
            self._turn.release()

    @contextmanager
    def transaction(self, *, commit: bool = False) -> Iterator[psycopg.Cursor[Any]]:
        """A block in one transaction: committed when it ends (with `commit`, in its turn), rolled back when it raises."""
        with self.get_connection() as connection:
            try:
                self._begin(connection, commit=commit)
                pipeline = connection.pipeline() if commit else nullcontext()
                with pipeline, connection.cursor(row_factory=tuple_row, binary=True) as cursor:
                    yield cursor
                if commit:
                    _commit(connection)
            finally:
                with suppress(psycopg.Error):
                    connection.rollback()  # where it did not come to an end; a broken connection is thrown away

    def refuse_former_writer(self, newest: int) -> None:
        """Raises WriterLockLostError where this process was the writer, but another was since: the `newest`."""
        if self.writer not in (None, newest):
            raise WriterLockLostError(
                "another process became the writer of this store",
                expected=f"writer {self.writer}",
                found=f"writer {newest}",
                advice="What was committed is in the store, and the other process goes on with it.",
            )

    def register_type_adapters(self) -> None:
        """Nothing: events are written as plain values, not as the library's composite type."""

    def close(self) -> None:
        """Close all connections; a second call does nothing."""
        self._closed = True
        while self._idle:
            self._idle.pop().close()

    def _begin(self, connection: psycopg.Connection[Any], *, commit: bool) -> None:
        if not commit:
            connection.execute(BEGIN_READ, prepare=False)
        elif self.writer is None:
            connection.execute(self._begin_write, prepare=False)
        else:
            begun = connection.execute(f"{self._begin_write}; {NEWEST_WRITER}", prepare=False)
            while begun.nextset():  # the answers to BEGIN and to the lock come first
                pass
            self.refuse_former_writer(begun.fetchall()[0]["writer"])

    def _take(self) -> psycopg.Connection[Any]:
        if self._closed:
            raise StoreUnavailableError("cannot use the store", expected="an open store", found="a closed one")
        with suppress(IndexError):
            while True:
                connection = self._idle.pop()
                if is_alive(connection):
                    return connection
                connection.close()
        return self.connect()

    def _give_back(self, connection: psycopg.Connection[Any]) -> None:
        if self._closed or connection.info.transaction_status is not TransactionStatus.IDLE:
            connection.close()
        else:
            self._idle.append(connection)


def _commit(connection: psycopg.Connection[Any]) -> None:
    try:
        done = connection.execute("COMMIT", prepare=False)
    except psycopg.Error as err:
        if err.sqlstate is not None and not connection.broken and err.diag.severity_nonlocalized == "ERROR":
            raise  # the server said no, and the session lives
        raise CommitOutcomeUnknownError(
            "the connection to the store broke during a commit",
            expected="an answer",
            found=" ".join(str(err).split()),
            advice="Read what the command did before trying it again.",
        ) from err
    if done.statusmessage != "COMMIT":
        raise StoreUnavailableError("cannot write to the store", expected="COMMIT", found=str(done.statusmessage))
