"""The views of one region in a database: `Views`.

Rules:

- A case's rows are replaced as a whole and in one transaction, so a reader sees a case before or after, never between.
- Writers come one after the other: a write transaction locks first (SQLite: BEGIN IMMEDIATE; PostgreSQL: an advisory
  lock). Who reads the store *inside* a write transaction therefore never overwrites newer rows by older ones.
- A rebuild empties and fills the tables in one transaction: other readers see the old views or the new ones.
- Tables of another format (an older software) are dropped: everything in them follows from the log.

Not handled here: where rows come from (`tongban.adapters.views.projector`), how they are written (`writer`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Select, insert, inspect, or_, select
from sqlalchemy.engine import Row, RowMapping

from tongban.adapters.views.database import open_engine
from tongban.adapters.views.tables import Layout, Listed, layout_of
from tongban.adapters.views.transactions import reading, writing
from tongban.adapters.views.writer import ViewsWriter
from tongban.domain.errors import RefusedError, SettingsError
from tongban.projections.digest import digest
from tongban.projections.timeline import TIMELINE, TimelineRow
from tongban.projections.tracker import TRACKER, TrackerRow
from tongban.projections.view import View
from tongban.projections.views import VIEWS, CaseRows

FETCHED_ROWS = 1_000
"""Rows fetched at a time while a whole view is read: a few megabytes at most."""


class Views:
    """The views' database at `url` (`sqlite:///path`, `postgresql://…/database?schema=name`). Threads may share it."""

    def __init__(self, url: str, views: Listed = VIEWS) -> None:
        self._engine = open_engine(url)
        self._layout = layout_of(views)

    @property
    def listed(self) -> Listed:
        """The views that it holds."""
        return self._layout.views

    def create(self) -> bool:
        """Make what is missing; True if a rebuild is due, because the views were never filled from the whole log.

        Views of another format are dropped. Raises SettingsError where tables by these names are somebody else's.
        """
        layout, state = self._layout, self._layout.state
        with writing(self._engine) as connection:
            if inspect(connection).has_table(state.name):
                found = connection.execute(select(state.c.format, state.c.complete)).one_or_none()
                if found is not None and found.format == layout.format:
                    return not found.complete
                layout.metadata.drop_all(connection)
            _refuse_foreign(connection, layout)
            layout.metadata.create_all(connection)
            connection.execute(insert(state).values(one=1, format=layout.format, complete=False, stamp=0))
            return True

    # Writing ---------------------------------------------------------------------------------------------------------

    @contextmanager
    def writing(self) -> Iterator[ViewsWriter]:
        """One write transaction, alone: committed at the end, rolled back on any exception."""
        with writing(self._engine) as connection:
            yield ViewsWriter(connection, self._layout)

    def replace_many(self, cases: Iterable[CaseRows]) -> None:
        """Replace the rows of several cases, all or none."""
        with self.writing() as writer:
            writer.replace(cases)

    def clear(self) -> None:
        """Empty all views."""
        with self.writing() as writer:
            writer.clear()

    # What all views have ---------------------------------------------------------------------------------------------

    def digest(self, name: str) -> bytes:
        """The digest of a view (`tongban.projections.digest`), 32 bytes. Raises RefusedError for an unknown name."""
        view = next((each for each in self.listed if each.name == name), None)
        if view is None:
            raise RefusedError("no such view", expected=" or ".join(self._layout.tables), found=name)
        with reading(self._engine) as connection:
            return digest(view, map(tuple, self._stream(connection, view)))

    def digests(self) -> Mapping[str, bytes]:
        """The digests of all views, by name."""
        return {view.name: self.digest(view.name) for view in self.listed}

    def stamp(self) -> int:
        """The stamp of the newest change of the store that they show."""
        (row,) = self._read(select(self._layout.state.c.stamp))
        return int(row["stamp"])

    # Questions -------------------------------------------------------------------------------------------------------

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
        table = self._layout.tables[TRACKER.name]
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
        table = self._layout.tables[TIMELINE.name]
        wanted = select(table).where(table.c.case == case).order_by(table.c.position)
        return tuple(TimelineRow(**row) for row in self._read(wanted))

    def each_tracker(self) -> Iterator[TrackerRow]:
        """All tracker rows by case, without keeping them: for `tongban.projections.summary`."""
        with reading(self._engine) as connection:
            for row in self._stream(connection, TRACKER):
                yield TrackerRow(**row._mapping)

    # -----------------------------------------------------------------------------------------------------------------

    def close(self) -> None:
        """Release the database; a second call does nothing."""
        self._engine.dispose()

    def _read(self, wanted: Select[Any]) -> Sequence[RowMapping]:
        with reading(self._engine) as connection:
            return connection.execute(wanted).mappings().all()

    def _stream(self, connection: Connection, view: View[Any]) -> Iterable[Row[Any]]:
        table = self._layout.tables[view.name]
        ordered = select(table).order_by(*(table.c[name] for name in view.key))
        return connection.execution_options(yield_per=FETCHED_ROWS).execute(ordered)


def _refuse_foreign(connection: Connection, layout: Layout) -> None:
    present = set(inspect(connection).get_table_names()) & layout.tables.keys()
    if present:
        wanted = f"a database of their own for the views, without {' and '.join(sorted(present))}"
        raise SettingsError("the views' database is used by another program", expected=wanted, found="these tables")
