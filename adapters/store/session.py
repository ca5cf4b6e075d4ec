"""What the tables' code needs of a database: one open transaction, in SQL that SQLite and PostgreSQL 15 both take.

Rules:

- Statements name their parameters `:name`, and a colon has no other meaning in them. They stay within INSERT … ON
  CONFLICT, RETURNING, partial indexes and plain joins; truth values are 0 and 1.
- Ids are handed over as `UUID` and come back as `UUID` or as 32 hex digits: `as_uuid` takes both.
- Tables are written as templates with the names of `Dialect`.

| template      | SQLite                                | PostgreSQL                | meaning                                   |
|---------------|---------------------------------------|---------------------------|-------------------------------------------|
| `{blob}`      | `BLOB`                                | `BYTEA`                   | bytes                                     |
| `{integer}`   | `INTEGER`                             | `BIGINT`                  | a signed 64-bit number                    |
| `{text}`      | `TEXT`                                | `TEXT COLLATE "C"`        | text without NUL, sorted by code points   |
| `{uuid}`      | `TEXT`                                | `UUID`                    | as the library keeps `originator_id`      |
| `{arrival}`   | `INTEGER PRIMARY KEY`                 | an identity               | a number that rises with each row         |
| `{lasting}`   | `INTEGER PRIMARY KEY AUTOINCREMENT`   | an identity               | the same, never given out twice           |
| `{rows}`      | `STRICT`                              |                           | behind a table                            |
| `{clustered}` | `STRICT, WITHOUT ROWID`               |                           | behind a small table searched by its key  |
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any, Protocol
from uuid import UUID

from eventsourcing.persistence import StoredEvent

SqlValue = bytes | str | int | UUID | None


class Session(Protocol):
    """One open transaction."""

    def run(self, statement: str, /, **values: SqlValue) -> None:
        """Change something."""

    def run_many(self, statement: str, values: Sequence[Mapping[str, SqlValue]], /) -> None:
        """Change something once for each set of values."""

    def rows(self, statement: str, /, **values: SqlValue) -> list[tuple[Any, ...]]:
        """All rows of a query, or of what a change returns."""

    def row(self, statement: str, /, **values: SqlValue) -> tuple[Any, ...] | None:
        """The first row; None if there is none."""

    def insert_events(self, stored: Sequence[StoredEvent], /) -> None:
        """Put events into the library's table, through its recorder."""

    def due(self, write: Callable[[], None], /) -> None:
        """Call `write` once, before the next statement or the COMMIT: see `Gathering`."""

    def write_due(self) -> None:
        """Write what was gathered now."""


class Gathering:
    """Writes gathered in memory, so that what a thousand calls write goes to the database in one statement.

    A part that gathers registers itself by `due`, and writes when it is called: before any other statement, and before the
    COMMIT. So gathering cannot be noticed, except that the error of a write may come with a later call. The order
    in which different parts of a store write what they gathered makes no difference.
    """

    def __init__(self) -> None:
        self._due: dict[Callable[[], None], None] = {}

    def due(self, write: Callable[[], None], /) -> None:
        """See `Session`."""
        self._due[write] = None

    def write_due(self) -> None:
        """Write what was gathered. For sessions, before each statement and before they end."""
        while self._due:
            due, self._due = self._due, {}
            for write in due:
                write()


FEW, MANY = 8, 128
"""Keys in one query of `among`: a statement of one length is prepared once."""
AMONG = "(:keys)"
"""What a statement has behind IN."""


def among(
    session: Session, statement: str, keys: Iterable[bytes | UUID], /, **values: SqlValue
) -> Iterator[tuple[Any, ...]]:
    """The rows of a query that has `AMONG` in it, for any number of keys."""
    wanted = list(keys)
    for start in range(0, len(wanted), MANY):
        some = wanted[start : start + MANY]
        count = FEW if len(some) <= FEW else MANY
        some += some[-1:] * (count - len(some))  # the last one again and again changes nothing
        yield from session.rows(_among(statement, count), **values, **dict(zip(_names(count), some, strict=True)))


@cache
def _names(count: int) -> tuple[str, ...]:
    return tuple(f"key_{place}" for place in range(count))


@cache
def _among(statement: str, count: int) -> str:
    return statement.replace(AMONG, "(" + ", ".join(f":{name}" for name in _names(count)) + ")")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a database spells the types and suffixes of tables."""

    blob: str
    integer: str
    text: str
    uuid: str
    arrival: str
    lasting: str
    rows: str
    clustered: str

    def spell(self, templates: Sequence[str]) -> list[str]:
        """The statements that create what the templates describe."""
        words = asdict(self)
        return [" ".join(template.format(**words).split()) for template in templates]


def as_uuid(value: str | UUID) -> UUID:
    """An id as it came from the database."""
    return value if isinstance(value, UUID) else UUID(value)
