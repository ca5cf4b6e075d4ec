"""The address of a region's own store as one line of settings, and the store behind it.

    sqlite:///relative/path.sqlite       sqlite:////absolute/path.sqlite       sqlite:///:memory:
    postgresql://user:password@host:port/database?schema=name

The slashes are SQLAlchemy's: three before a relative path, four before an absolute one. `:memory:` is a store that is
gone when it is closed. More about addresses of PostgreSQL: `tongban.adapters.databases.postgres`.
"""

from pathlib import Path

from tongban.adapters.store.sqlite_store import SqliteLedgerStore
from tongban.domain.errors import SettingsError
from tongban.ledger.store import LedgerStore

FORMS = "sqlite:///path, or postgresql://user@host/database"

POSTGRES_SCHEMES = ("postgresql", "postgresql+psycopg")


def open_store(url: str, *, durable: bool = True) -> LedgerStore:
    """The store at `url`. `durable`: what was committed outlives a loss of power.

    Raises `SettingsError` for an address in another form, and what the store raises.
    """
    scheme, separator, rest = url.partition("://")
    if not separator:
        raise _bad("no scheme")
    if scheme in POSTGRES_SCHEMES:
        # Here, because a command on SQLite would begin a tenth of a second later with the driver.
        from tongban.adapters.store.postgres_store import PostgresLedgerStore  # noqa: PLC0415

        return PostgresLedgerStore(url, durable=durable)
    if scheme != "sqlite":
        raise _bad(f"the scheme {scheme!r}")
    if not rest.startswith("/"):
        raise _bad("a host; a database file needs three slashes, or four before an absolute path")
    if rest == "/:memory:":
        return SqliteLedgerStore.temporary()
    if len(rest) == 1 or rest.endswith("/") or "\0" in rest:
        raise _bad("no file name")
    return SqliteLedgerStore(Path(rest[1:]), durable=durable)


def _bad(found: str) -> SettingsError:
    # The address is not repeated: what comes before an @ may be a password.
    return SettingsError("the address of a store cannot be used", expected=FORMS, found=found)
