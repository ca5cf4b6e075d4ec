"""A region's own store in one schema of a PostgreSQL database, version 15 or later.

Rules:

- `stored_events` is the eventsourcing library's, the other tables are ours; the schema holds nothing else. It is made if it
  is missing, where the user may do so.
- What was committed is durable as far as the server's own settings go (`fsync`, standbys); with `durable` never with
  `synchronous_commit` off.
- Threads may share a store; each transaction belongs to one thread. Within a write, `reading` sees the state before it.
- `writer_lock` outlives a lost connection, unless another process becomes the writer meanwhile (`postgres_writer_lock`).

Not handled here: backups, standbys, several databases.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from tongban.adapters.databases.postgres import parse_address
from tongban.adapters.databases.private_sqlite import BUSY_SECONDS
from tongban.adapters.store.postgres_datastore import NEWEST_WRITER, LedgerDatastore
from tongban.adapters.store.postgres_errors import postgres_boundary
from tongban.adapters.store.postgres_recorder import LedgerRecorder
from tongban.adapters.store.postgres_session import PostgresSession
from tongban.adapters.store.postgres_writer_lock import PostgresWriterLock
from tongban.adapters.store.tables import transaction_over
from tongban.ledger.store import Transaction

SCHEMA = "tongban"
"""The schema where the address names none."""
NEXT_WRITER = "UPDATE tongban_store SET writer = writer + 1 RETURNING writer"


class PostgresLedgerStore:
    """The `LedgerStore` at `postgresql://user:password@host:port/database?schema=name`, made if it is missing.

    `busy_seconds`: how long a write waits for others, threads or processes, before it raises `StoreBusyError`.
    Raises `SettingsError` where the server refuses the user or the schema is something else, and in use `StoreBusyError`,
    `StoreUnavailableError`, `CommitOutcomeUnknownError`, `StoreReadOnlyError`, `StoreCorruptError`, `WriterLockLostError`.
    """

    def __init__(self, url: str, *, durable: bool = True, busy_seconds: float = BUSY_SECONDS) -> None:
        address = parse_address(url, schema=SCHEMA)
        self._datastore = LedgerDatastore(address, durable=durable, busy_seconds=busy_seconds)
        self._recorder = LedgerRecorder(self._datastore)
        self._lock: PostgresWriterLock | None = None
        try:
            with postgres_boundary("open the store"):
                self._recorder.create_table()
        except BaseException:
            self._datastore.close()
            raise

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """See the port. While this store has the writer lock, only as long as nobody else had it since."""
        with postgres_boundary("write to the store"), self._datastore.turn():
            if self._lock is not None:
                self._lock.refresh()
            with self._datastore.transaction(commit=True) as cursor:
                session = PostgresSession(cursor, self._recorder)
                yield transaction_over(session)
                session.write_due()

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """See the port. The state is the one at the beginning of the block."""
        with postgres_boundary("read the store"), self._datastore.transaction() as cursor:
            yield transaction_over(PostgresSession(cursor, self._recorder))

    @contextmanager
    def writer_lock(self) -> Iterator[bool]:
        """See the port. `holds_writer_lock` says whether it still is so."""
        lock = PostgresWriterLock(self._datastore.connect, self._datastore.schema)
        with postgres_boundary("lock the store"):
            taken = lock.take()
        try:
            if taken:
                with postgres_boundary("lock the store"), self._datastore.turn():
                    self._lock, self._datastore.writer = lock, self._next_writer()
            yield taken
        finally:
            if taken:
                self._lock, self._datastore.writer = None, None
                lock.release()

    def holds_writer_lock(self) -> bool:
        """Whether this store has the writer lock now; one that was lost is taken again. Raises WriterLockLostError."""
        with postgres_boundary("look at the lock of the store"):
            if self._lock is None or not self._lock.refresh():
                return False
            with self._datastore.transaction() as cursor:
                ((newest,),) = cursor.execute(NEWEST_WRITER)
            self._datastore.refuse_former_writer(newest)
            return True

    def close(self) -> None:
        """See the port."""
        self._datastore.close()

    def _next_writer(self) -> int:
        with self._datastore.transaction(commit=True) as cursor:
            ((number,),) = cursor.execute(NEXT_WRITER)
            return int(number)
