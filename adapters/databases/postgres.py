"""Connections to PostgreSQL for the store and the views: the address, the settings of a session, and what is refused.

    postgresql://user:password@host:port/database?schema=name&sslmode=verify-full

Rules:

- Everything but `schema` is libpq's own: several hosts, `sslmode`, `passfile`, `service`, the environment (`PGPASSWORD`).
  What the address says goes before the settings below.
- A lost peer is noticed within half a minute on both sides: by the kernel, since PostgreSQL itself waits for hours.
- A child process made by fork has no connection of its parent's: it could end its parent's session, and would keep its
  parent's locks when the parent is killed.
- A message never repeats the address: it may hold a password.

Not handled here: poolers in transaction mode (pgbouncer), which give one session's locks to another.
"""

import os
import re
import select
from collections.abc import Mapping
from dataclasses import dataclass, field
from weakref import WeakSet

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tongban.domain.errors import SettingsError

FORM = "postgresql://user@host:port/database?schema=name"

OLDEST_VERSION = 150_000
"""As libpq writes it: 15.0."""
STATEMENT_SECONDS = 300
"""For one statement: longer than any on a large store takes, and not for ever."""
IDLE_SECONDS = 120
"""For a transaction between two statements, which holds the writers' lock: a frozen process is cut off then."""

_CONNECTION: dict[str, str] = {
    "application_name": "tongban",
    "client_encoding": "utf8",
    "connect_timeout": "10",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
    "target_session_attrs": "read-write",
}
_SESSION: dict[str, str] = {
    "default_transaction_isolation": r"read\ committed",
    "statement_timeout": f"{STATEMENT_SECONDS}s",
    "idle_in_transaction_session_timeout": f"{IDLE_SECONDS}s",
    "idle_session_timeout": "0",
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
}
_NEVER_OFF = "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
_SCHEMA = re.compile("(?!pg_)[a-z_][a-z0-9_]{0,62}", re.ASCII)
# The server gives its reason for refusing a connection in words only. In another language it is taken for an outage.
_REFUSED = re.compile(
    "password authentication failed|no password supplied|no pg_hba.conf entry|is not permitted to log in"
    '|(?:role|database|user) ".*" does not exist|permission denied for database|certificate'
)

_all_connections: WeakSet[psycopg.Connection] = WeakSet()


@dataclass(frozen=True, slots=True)
class PostgresAddress:
    """Where a database is, as libpq's parameters, and the schema in it."""

    parameters: Mapping[str, str] = field(repr=False)
    schema: str


def parse_address(url: str, *, schema: str) -> PostgresAddress:
    """The address in a URL; `schema` where it names none. Raises SettingsError."""
    place, _, query = url.partition("://")[2].partition("?")
    options = [option for option in query.split("&") if option]
    schemas = [option.removeprefix("schema=") for option in options if option.startswith("schema=")] or [schema]
    if len(schemas) > 1 or _SCHEMA.fullmatch(schemas[0]) is None:
        wanted = "one schema, of small letters, digits and underscores, not beginning with pg_"
        raise SettingsError("the address of a database cannot be used", expected=wanted, found=" and ".join(schemas))
    rest = "&".join(option for option in options if not option.startswith("schema="))
    try:
        parameters = conninfo_to_dict(f"postgresql://{place}?{rest}")
    except psycopg.Error:
        # Without its cause, whose text repeats the address.
        raise SettingsError("the address of a database cannot be used", expected=FORM, found="another form") from None
    return PostgresAddress({name: str(value) for name, value in parameters.items()}, schemas[0])


def connect(
    address: PostgresAddress, *, durable: bool, lock_seconds: float, settings: Mapping[str, str] | None = None
) -> psycopg.Connection:
    """A connection in autocommit mode. Raises SettingsError where the server refuses it, else psycopg.Error.

    `durable`: never with synchronous_commit off, whatever the server's default. `lock_seconds`: how long a statement waits
    for a lock. `settings`: more of the session's.
    """
    session = (
        _SESSION
        | dict(settings or {})
        | {"search_path": address.schema, "lock_timeout": f"{int(lock_seconds * 1000)}ms"}
    )
    if not durable:
        session["synchronous_commit"] = "off"
    given = dict(address.parameters)
    options = [*(f"-c {name}={value}" for name, value in session.items()), given.pop("options", "")]
    try:
        connection = psycopg.connect(make_conninfo(**_CONNECTION | given, options=" ".join(options)), autocommit=True)
    except psycopg.OperationalError as err:
        if _REFUSED.search(str(err)) is None:
            raise
        advice = "check user, password and database of the address; the password may stand in PGPASSWORD or a passfile"
        raise SettingsError("the database refuses the connection", found=_line(err), advice=advice) from err
    _all_connections.add(connection)
    try:
        _prepare(connection, durable=durable)
    except BaseException:
        connection.close()
        raise
    return connection


def is_alive(connection: psycopg.Connection) -> bool:
    """Whether an idle connection still is one; asks the server only where something arrived that nobody asked for."""
    if connection.closed:
        return False
    arrived = select.poll()
    arrived.register(connection.fileno(), select.POLLIN)
    if not arrived.poll(0):
        return True
    try:
        connection.execute("SELECT 1")
    except psycopg.Error:
        return False
    return True


def _prepare(connection: psycopg.Connection, *, durable: bool) -> None:
    version = connection.info.server_version
    if version < OLDEST_VERSION:
        wanted = f"PostgreSQL {OLDEST_VERSION // 10_000} or later"
        raise SettingsError("the database server is too old", expected=wanted, found=f"{version // 10_000}")
    if durable:
        connection.execute(_NEVER_OFF)


def _line(err: psycopg.Error) -> str:
    return " ".join(str(err).split())


def _forget_in_child() -> None:
    # The descriptors stay taken, by nothing: libpq's farewell must reach neither the server nor a file opened since.
    nothing = os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)
    for connection in list(_all_connections):
        if not connection.closed:
            os.dup2(nothing, connection.fileno(), inheritable=False)
    os.close(nothing)


os.register_at_fork(after_in_child=_forget_in_child)
