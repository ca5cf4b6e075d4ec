"""What can be done to the views within one write transaction, for all of them alike.

A case's rows are replaced as a whole. Not handled here: transactions (`tongban.adapters.views.transactions`).
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, update
from sqlalchemy.engine import Dialect

from tongban.adapters.views.tables import Layout
from tongban.projections.case_view import CASE
from tongban.projections.view import Cell
from tongban.projections.views import CaseRows

DELETED_CASES = 200
"""Cases named in one DELETE: far below the 999 parameters that the oldest SQLite takes."""
STATEMENTS_KEPT = 128
"""Tables times databases that are open at a time."""


class ViewsWriter:
    """Writes on one connection."""

    def __init__(self, connection: Connection, layout: Layout) -> None:
        self._connection = connection
        self._layout = layout

    def clear(self) -> None:
        """Empty all views."""
        for table in self._layout.tables.values():
            self._connection.execute(delete(table))

    def replace(self, cases: Iterable[CaseRows]) -> None:
        """Replace the rows of these cases; of a case given twice the last is taken."""
        by_case = {each.case: each for each in cases}
        names = list(by_case)
        for start in range(0, len(names), DELETED_CASES):
            batch = names[start : start + DELETED_CASES]
            for table in self._layout.tables.values():
                self._connection.execute(delete(table).where(table.c[CASE].in_(batch)))
        self.add(by_case.values())

    def add(self, cases: Iterable[CaseRows]) -> None:
        """Add the rows of cases that have none yet."""
        cases = tuple(cases)
        for name, table in self._layout.tables.items():
            self._insert(table, [cells for each in cases for cells in each.cells.get(name, ())])

    def shows(self, stamp: int) -> None:
        """The views now show the store's changes up to this stamp."""
        self._connection.execute(update(self._layout.state).values(stamp=stamp))

    def completed(self) -> None:
        """The views now hold every case of the store."""
        self._connection.execute(update(self._layout.state).values(complete=True))

    def _insert(self, table: Table, rows: Sequence[tuple[Cell, ...]]) -> None:
        # Handed to the driver as they are: text, numbers and truth values need no conversion, and without SQLAlchemy's
        # look at each of them an event is written in half the time.
        if not rows:
            return
        statement, positional = _insertion(table, self._connection.dialect)
        cells: Sequence[Any] = rows
        if not positional:
            names = table.c.keys()
            cells = [dict(zip(names, each, strict=True)) for each in rows]
        self._connection.exec_driver_sql(statement, cells)


@lru_cache(STATEMENTS_KEPT)
def _insertion(table: Table, dialect: Dialect) -> tuple[str, bool]:
    """The statement that adds a row, and whether its values go by position. To compile it takes a millisecond."""
    compiled = insert(table).compile(dialect=dialect)
    return str(compiled), compiled.positional
