"""How the views' database is opened: by its address, SQLite or PostgreSQL.

Not handled here: how each of them is prepared (`sqlite_engine`, `postgres_engine`), and transactions (`transactions`).
"""

from sqlalchemy import Engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from tongban.adapters.databases.private_sqlite import BUSY_SECONDS
from tongban.adapters.views.sqlite_engine import sqlite_engine
from tongban.adapters.views.transactions import boundary
from tongban.domain.errors import SettingsError

FORMS = "sqlite:///path, or postgresql://user@host/database"


def open_engine(url: str) -> Engine:
    """An engine for `url`; its writes wait `BUSY_SECONDS` for other writers.

    Raises SettingsError where it cannot be used, ExposedFileError for a file open to others.
    """
    with boundary("open the views' database"):
        try:
            parsed = make_url(url)
            backend = parsed.get_backend_name()
            if backend == "sqlite":
                return sqlite_engine(parsed, lock_seconds=BUSY_SECONDS)
            if backend == "postgresql":
                # Here, because a command on SQLite would begin a tenth of a second later with the driver.
                from tongban.adapters.views.postgres_engine import postgres_engine  # noqa: PLC0415

                return postgres_engine(url, lock_seconds=BUSY_SECONDS)
        except (ArgumentError, NoSuchModuleError, ImportError) as err:
            raise _bad(type(err).__name__) from None  # its text repeats the address
        raise _bad(f"a database of the kind {backend}")


def _bad(found: str) -> SettingsError:
    return SettingsError("the address of the views cannot be used", expected=FORMS, found=found)
