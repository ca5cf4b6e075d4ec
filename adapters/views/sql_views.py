"""The views of one region in a database: `Views`.

Rules:

- A case's rows are replaced as a whole and in one transaction, so a reader sees a case before or after, never between.
- Writers come one after the other: a write transaction locks first (SQLite: BEGIN IMMEDIATE; PostgreSQL: an advisory
  lock). Who reads the store *inside* a write transaction therefore never overwrites newer rows by older ones.
- A rebuild empties and fills the tables in one transaction: other readers see the old views or the new ones.
- Tables of another format (an older software) are dropped: everything in them follows from the log.

Not handled here: where rows come from (`tongban.adapters.views.projector`).
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Select, Table, delete, insert, inspect, or_, select, update
from sqlalchemy.engine import Dialect, Row, RowMapping

from tongban.adapters.views.database import open_engine
from tongban.adapters.views.tables import METADATA, STATE, TABLES, VIEWS, format_of
from tongban.adapters.views.transactions import reading, writing
from tongban.domain.errors import RefusedError, SettingsError
from tongban.projections.digest import digest
from tongban.projections.timeline import TIMELINE, TimelineRow
from tongban.projections.tracker import TRACKER, TrackerRow
from tongban.projections.view import View

FETCHED_ROWS = 1_000
"""Rows fetched at a time while a whole view is read: a few megabytes at most."""
DELETED_CASES = 200
"""Cases named in one DELETE: far below the 999 parameters that the oldest SQLite takes."""

DIALECTS_KEPT = 16
"""Tables times databases that are open at a time."""

_TRACKER = TABLES[TRACKER.name]
_TIMELINE = TABLES[TIMELINE.name]


@dataclass(frozen=True, slots=True)
class CaseRows:
    """All rows of one case; both empty where the case is gone (its only act was set aside)."""

    case: str
    tracker: tuple[TrackerRow, ...]
    timeline: tuple[TimelineRow, ...]


class ViewsWriter:
    """What can be done within one write transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def clear(self) -> None:
        """Empty all views."""
        for table in TABLES.values():
            self._connection.execute(delete(table))

    def replace(self, cases: Iterable[CaseRows]) -> None:
        """Replace the rows of these cases; of a case given twice the last counts."""
        by_case = {each.case: each for each in cases}
        names = list(by_case)
        for start in range(0, len(names), DELETED_CASES):
            batch = names[start : start + DELETED_CASES]
            for table in TABLES.values():
                self._connection.execute(delete(table).where(table.c.case.in_(batch)))
        self.add(by_case.values())

    def add(self, cases: Iterable[CaseRows]) -> None:
        """Add the rows of cases that have none yet."""
        tracker: list[TrackerRow] = []
        timeline: list[TimelineRow] = []
        for each in cases:
            tracker += each.tracker
            timeline += each.timeline
        self._insert(TRACKER, tracker)
        self._insert(TIMELINE, timeline)

    def shows(self, stamp: int) -> None:
        """The views now show the store's changes up to this stamp."""
        self._connection.execute(update(STATE).values(stamp=stamp))

    def completed(self) -> None:
        """The views now hold every case of the store."""
        self._connection.execute(update(STATE).values(complete=True))

    def _insert(self, view: View[Any], rows: Sequence[Any]) -> None:
        # Handed to the driver as they are: text, numbers and truth values need no conversion, and without SQLAlchemy's
        # look at each of them an event is written in half the time.
        if not rows:
            return
        statement, positional = _insertion(view.name, self._connection.dialect)
        cells: Sequence[Any] = [view.cells(row) for row in rows]
        if not positional:
            cells = [dict(zip(view.names, each, strict=True)) for each in cells]
        self._connection.exec_driver_sql(statement, cells)


class Views:
    """The views' database at `url` (`sqlite:///path`, `postgresql://…/database?schema=name`). Threads may share it."""

    def __init__(self, url: str) -> None:
        self._engine = open_engine(url)

    def create(self) -> bool:
        """Make what is missing; True if a rebuild is due, because the views were never filled from the whole log.

        Views of another format are dropped. Raises SettingsError where tables by these names are somebody else's.
        """
        with writing(self._engine) as connection:
            if inspect(connection).has_table(STATE.name):
                found = connection.execute(select(STATE.c.format, STATE.c.complete)).one_or_none()
                if found is not None and found.format == format_of():
                    return not found.complete
                METADATA.drop_all(connection)
            _refuse_foreign(connection)
            METADATA.create_all(connection)
            connection.execute(insert(STATE).values(one=1, format=format_of(), complete=False, stamp=0))
            return True

    @contextmanager
    def writing(self) -> Iterator[ViewsWriter]:
        """One write transaction, alone: committed at the end, rolled back on any exception."""
        with writing(self._engine) as connection:
            yield ViewsWriter(connection)

    def replace_case(self, case: str, tracker: tuple[TrackerRow, ...], timeline: tuple[TimelineRow, ...]) -> None:
        """Replace the rows of one case."""
        self.replace_many([CaseRows(case, tracker, timeline)])

    def replace_many(self, cases: Iterable[CaseRows]) -> None:
        """Replace the rows of several cases, all or none."""
        with self.writing() as writer:
            writer.replace(cases)

    def clear(self) -> None:
        """Empty all views."""
        with self.writing() as writer:
            writer.clear()

    def tracker(
        self,
        *,
        case: str | None = None,
        matter: str | None = None,
        phase: str | None = None,
        region: str | None = None,
        pen: str | None = None,
        limit: int | None = None,
    ) -> tuple[TrackerRow, ...]:
        """Cases, the newest first. `region`: took in or decides; `pen`: may append next."""
        table = _TRACKER
        wanted = select(table).order_by(table.c.updated_at.desc(), table.c.case).limit(limit)
        for column, value in ((table.c.case, case), (table.c.matter, matter), (table.c.phase, phase)):
            if value is not None:
                wanted = wanted.where(column == value)
        if region is not None:
            wanted = wanted.where(or_(table.c.receiving_region == region, table.c.deciding_region == region))
        if pen is not None:
            offered = table.c.offered_to
            wanted = wanted.where(or_(offered == pen, (table.c.pen_holder == pen) & offered.is_(None)))
        return tuple(TrackerRow(**row) for row in self._read(wanted))

    def timeline(self, case: str) -> tuple[TimelineRow, ...]:
        """The full history of a case, in its order; empty if there is no such case."""
        table = _TIMELINE
        wanted = select(table).where(table.c.case == case).order_by(table.c.position)
        return tuple(TimelineRow(**row) for row in self._read(wanted))

    def each_tracker(self) -> Iterator[TrackerRow]:
        """All tracker rows by case, without keeping them: for `tongban.projections.summary`."""
        with reading(self._engine) as connection:
            for row in _stream(connection, TRACKER):
                yield TrackerRow(**row._mapping)

    def case_ids(self) -> tuple[str, ...]:
        """The ids of all cases, sorted."""
        return tuple(row["case"] for row in self._read(select(_TRACKER.c.case).order_by(_TRACKER.c.case)))

    def digest(self, name: str) -> bytes:
        """The digest of a view (`tongban.projections.digest`), 32 bytes. Raises RefusedError for an unknown name."""
        view = next((each for each in VIEWS if each.name == name), None)
        if view is None:
            raise RefusedError("no such view", expected=" or ".join(TABLES), found=name)
        with reading(self._engine) as connection:
            return digest(view, map(tuple, _stream(connection, view)))

    def stamp(self) -> int:
        """The stamp of the newest change of the store that they show."""
        (row,) = self._read(select(STATE.c.stamp))
        return int(row["stamp"])

    def close(self) -> None:
        """Release the database; a second call does nothing."""
        self._engine.dispose()

    def _read(self, wanted: Select[Any]) -> Sequence[RowMapping]:
        with reading(self._engine) as connection:
            return connection.execute(wanted).mappings().all()


@lru_cache(DIALECTS_KEPT)
def _insertion(table: str, dialect: Dialect) -> tuple[str, bool]:
    """The statement that adds a row, and whether its values go by position. To compile it takes a millisecond."""
    compiled = insert(TABLES[table]).compile(dialect=dialect)
    return str(compiled), compiled.positional


def _stream(connection: Connection, view: View[Any]) -> Iterable[Row[Any]]:
    table: Table = TABLES[view.name]
    ordered = select(table).order_by(*(table.c[name] for name in view.key))
    return connection.execution_options(yield_per=FETCHED_ROWS).execute(ordered)


def _refuse_foreign(connection: Connection) -> None:
    present = set(inspect(connection).get_table_names()) & TABLES.keys()
    if present:
        wanted = f"a database of their own for the views, without {' and '.join(sorted(present))}"
        raise SettingsError("the views' database is used by another program", expected=wanted, found="these tables")
