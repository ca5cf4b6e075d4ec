"""All views, in one list: tables, live projection, rebuild, digests and docs/views.md follow from it.

A view is one file like `tracker.py` beside this, and its entry here. What spans cases is no view of its own but a question
to their rows, asked when somebody wants to know (`tongban.projections.summary`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tongban.projections.case_history import History
from tongban.projections.case_view import CaseView
from tongban.projections.timeline import TIMELINE
from tongban.projections.tracker import TRACKER
from tongban.projections.view import Cell

VIEWS: tuple[CaseView[Any], ...] = (TRACKER, TIMELINE)

Cells = tuple[tuple[Cell, ...], ...]
"""Rows, each as the cells of its fields in order."""


@dataclass(frozen=True, slots=True)
class CaseRows:
    """All rows of one case, by the name of their view; none where the case is gone (its only act was set aside)."""

    case: str
    cells: Mapping[str, Cells]


def rows_of(case: UUID, history: History | None, views: Iterable[CaseView[Any]] = VIEWS) -> CaseRows:
    """All rows of a case; none where it has no history."""
    if history is None:
        return CaseRows(str(case), {})
    return CaseRows(str(case), {view.name: tuple(map(view.cells, view.rows(history))) for view in views})
