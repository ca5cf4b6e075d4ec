"""Where the errors of PostgreSQL and of its driver become Tongban's, and nowhere else.

What is not in the table (a statement that PostgreSQL cannot parse) is a bug and passes through as it is. Codes:
https://www.postgresql.org/docs/current/errcodes-appendix.html
"""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from tongban.domain.errors import (
    StoreBusyError,
    StoreCorruptError,
    StoreReadOnlyError,
    StoreUnavailableError,
    TongbanError,
)

_BY_CODE: dict[str, type[TongbanError]] = {
    "55P03": StoreBusyError,  # lock_not_available: waited for longer than lock_timeout
    "40P01": StoreBusyError,  # deadlock_detected
    "25006": StoreReadOnlyError,  # read_only_sql_transaction
    "42501": StoreReadOnlyError,  # insufficient_privilege
    "42P01": StoreCorruptError,  # undefined_table: somebody dropped it
    "42703": StoreCorruptError,  # undefined_column
    "57014": StoreUnavailableError,  # query_canceled: longer than statement_timeout
    "25P03": StoreUnavailableError,  # idle_in_transaction_session_timeout
}
_BY_CLASS: dict[str, type[TongbanError]] = {
    "22": StoreCorruptError,  # data exception
    "23": StoreCorruptError,  # integrity constraint
    "XX": StoreCorruptError,  # data or index corrupted
    "08": StoreUnavailableError,  # connection
    "53": StoreUnavailableError,  # disk full, too many connections
    "57": StoreUnavailableError,  # shut down, starting up
    "58": StoreUnavailableError,  # input and output
}


@contextmanager
def postgres_boundary(doing: str) -> Iterator[None]:
    """Map foreign errors of the block; `doing` completes the sentence "cannot …"."""
    try:
        yield
    except psycopg.Error as err:
        mapped = _mapped(err)
        if mapped is None:
            raise
        raise mapped(f"cannot {doing}", found=" ".join(str(err).split())) from err


def _mapped(err: psycopg.Error) -> type[TongbanError] | None:
    if err.sqlstate is not None:
        return _BY_CODE.get(err.sqlstate) or _BY_CLASS.get(err.sqlstate[:2])
    if isinstance(err, psycopg.DataError):  # the driver cannot write it: a number or a text that no column takes
        return StoreCorruptError
    if isinstance(err, psycopg.OperationalError | psycopg.InterfaceError):  # the connection is lost
        return StoreUnavailableError
    return None
