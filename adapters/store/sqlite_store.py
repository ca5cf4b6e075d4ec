"""A region's own store in one SQLite file: `stored_events` is the eventsourcing library's, the other tables are ours.

Rules:

- The file and those beside it belong to their owner alone (mode 0600); a file that others can read is refused.
- `durable` is SQLite's `synchronous=FULL`: what was committed outlives a loss of power. Without it, it outlives the end of
  the process only; for tests, demonstrations and audits.
- Threads may share a store; each transaction belongs to one thread. Within a write, `reading` sees the state before it.

Not handled here: several machines (SQLite needs a local disk), and backups.
"""

import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from tongban.adapters.databases.private_sqlite import BUSY_SECONDS, claim
from tongban.adapters.store.sqlite_datastore import LedgerDatastore, LedgerRecorder, SqliteSession
from tongban.adapters.store.sqlite_errors import sqlite_boundary
from tongban.adapters.store.tables import transaction_over
from tongban.adapters.store.writer_lock import writer_lock
from tongban.ledger.store import Transaction


class SqliteLedgerStore:
    """The `LedgerStore` in the SQLite file at `path`, made if it is missing.

    `busy_seconds`: how long a write waits for others, threads or processes, before it raises `StoreBusyError`.
    Raises `ExposedFileError` where others can read it, `SettingsError` where it cannot be made or is something else, and
    in use `StoreBusyError`, `StoreUnavailableError`, `StoreReadOnlyError` and `StoreCorruptError`.
    """

    def __init__(self, path: Path, *, durable: bool = True, busy_seconds: float = BUSY_SECONDS) -> None:
        self._path = path.absolute()
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        claim(self._path)
        self._datastore = LedgerDatastore(self._path, durable=durable, busy_seconds=busy_seconds)
        self._recorder = LedgerRecorder(self._datastore)
        try:
            with sqlite_boundary("open the store"):
                self._recorder.create_table()
        except BaseException:
            self._datastore.close()
            raise

    @classmethod
    def temporary(cls) -> "SqliteLedgerStore":
        """A new store in a private folder of its own, not durable, gone when it is closed: for audits."""
        folder = tempfile.TemporaryDirectory(prefix="tongban-")
        try:
            store = cls(Path(folder.name) / "store.sqlite", durable=False)
        except BaseException:
            folder.cleanup()
            raise
        store._folder = folder
        return store

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """See the port."""
        with sqlite_boundary("write to the store"), self._datastore.transaction(commit=True) as cursor:
            session = SqliteSession(cursor, self._recorder)
            yield transaction_over(session)
            session.write_due()

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """See the port. The state is the one at the beginning of the block."""
        with sqlite_boundary("read the store"), self._datastore.transaction(commit=False) as cursor:
            yield transaction_over(SqliteSession(cursor, self._recorder))

    def writer_lock(self) -> AbstractContextManager[bool]:
        """See the port."""
        return writer_lock(Path(f"{self._path}.lock"))

    def close(self) -> None:
        """See the port."""
        self._datastore.close()
        if self._folder is not None:
            self._folder.cleanup()
