"""A view whose rows follow from the history of one case (ADR 0002).

    TRACKER = CaseView("tracker", 2, TrackerRow, ("case",), rows=tracker_rows, unfolded=unfolded_tracker_rows)

To add one: a file like `tracker.py` beside this, and its entry in `tongban.projections.views`.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from tongban.projections.case_history import CaseHistory, History, UnfoldedHistory
from tongban.projections.view import View

RowT = TypeVar("RowT")

CASE = "case"
"""The field that names the case, first in the key: by it the rows of a case are replaced."""


def no_rows(_: UnfoldedHistory) -> Sequence[RowT]:
    """What most views show of a case that was not folded."""
    return ()


class CaseView(View[RowT]):
    """A view of cases. `rows`: those of one case; `unfolded`: those of a case whose matter this software cannot read.

    Raises TypeError where the key does not begin with the case.
    """

    def __init__(
        self,
        name: str,
        version: int,
        row: type[RowT],
        key: tuple[str, ...],
        indexes: tuple[tuple[str, ...], ...] = (),
        *,
        rows: Callable[[CaseHistory], Sequence[RowT]],
        unfolded: Callable[[UnfoldedHistory], Sequence[RowT]] = no_rows,
    ) -> None:
        if key[:1] != (CASE,):
            raise TypeError(f"{name}: the key of a case's view begins with {CASE!r}")
        super().__init__(name, version, row, key, indexes)
        self._rows = rows
        self._unfolded = unfolded

    def rows(self, history: History) -> Sequence[RowT]:
        """The rows of one case."""
        return self._unfolded(history) if isinstance(history, UnfoldedHistory) else self._rows(history)
