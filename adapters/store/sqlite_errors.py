"""Where the errors of SQLite and of the library's connection pool become Tongban's, and nowhere else.

What is not in the table (a statement that SQLite cannot parse) is a bug and passes through as it is.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from eventsourcing.persistence import ConnectionPoolClosedError, ConnectionUnavailableError

from tongban.domain.errors import (
    StoreBusyError,
    StoreCorruptError,
    StoreReadOnlyError,
    StoreUnavailableError,
    TongbanError,
)

_BY_PRIMARY_CODE: dict[int, type[TongbanError]] = {
    sqlite3.SQLITE_BUSY: StoreBusyError,
    sqlite3.SQLITE_LOCKED: StoreBusyError,
    sqlite3.SQLITE_CORRUPT: StoreCorruptError,
    sqlite3.SQLITE_NOTADB: StoreCorruptError,
    sqlite3.SQLITE_CONSTRAINT: StoreCorruptError,
    sqlite3.SQLITE_READONLY: StoreReadOnlyError,
    sqlite3.SQLITE_PERM: StoreReadOnlyError,
    sqlite3.SQLITE_FULL: StoreUnavailableError,
    sqlite3.SQLITE_IOERR: StoreUnavailableError,
    sqlite3.SQLITE_CANTOPEN: StoreUnavailableError,
    sqlite3.SQLITE_PROTOCOL: StoreUnavailableError,
    sqlite3.SQLITE_NOMEM: StoreUnavailableError,
}


@contextmanager
def sqlite_boundary(doing: str) -> Iterator[None]:
    """Map foreign errors of the block; `doing` completes the sentence "cannot …"."""
    try:
        yield
    except sqlite3.Error as err:
        mapped = StoreCorruptError if _is_no_text(err) else _BY_PRIMARY_CODE.get(primary_code(err))
        if mapped is None:
            raise
        raise mapped(f"cannot {doing}", found=str(err)) from err
    except ConnectionUnavailableError as err:
        raise StoreBusyError(f"cannot {doing}", found=str(err)) from err
    except ConnectionPoolClosedError as err:
        raise StoreUnavailableError(f"cannot {doing}", expected="an open store", found="a closed one") from err


def primary_code(err: sqlite3.Error) -> int:
    """SQLite's result code without its extension; 0 where Python's module raised the error itself."""
    return getattr(err, "sqlite_errorcode", 0) & 0xFF


def _is_no_text(err: sqlite3.Error) -> bool:
    # Raised by Python's module, without a code, for text that is no UTF-8: somebody changed it.
    return isinstance(err, sqlite3.OperationalError) and str(err).startswith("Could not decode to UTF-8")
