"""The projector: keeps the views of a region level with its store, and rebuilds them from it.

Rules:

- Both run the same code: the rows of a case follow from its events alone (`tongban.projections.case_history`).
- The store is read inside the views' write transaction. So of two projectors the later one to write has also read later,
  and a rebuild beside a running node is harmless: nobody overwrites newer rows by older ones.
- A mark is cleared after the rows are committed, and only if it is not newer than what was read. A crash in between
  leaves the mark, and the case is projected again: the same rows.
- A rebuild clears no marks.

Not handled here: when to step (`tongban node run`), how histories are read (`tongban.ledger.case_histories`) and become
rows (`tongban.projections`), reading in several processes (`tongban.adapters.views.rebuilding`).
"""

import os
from collections.abc import Callable, Iterator, Sequence
from uuid import UUID

from tongban.adapters.views.rebuilding import Source, batches_of, read_all
from tongban.adapters.views.sql_views import Views
from tongban.ledger.store import LedgerStore, Transaction
from tongban.projections.case_history import History
from tongban.projections.views import CaseRows, rows_of

REBUILD_CASES = 500
"""Cases read and folded at a time in a rebuild: some thousand events, a few megabytes."""

HistoryOf = Callable[[Transaction, UUID], History | None]
"""The history of a case in the store; None where nothing opens it."""


class Projector:
    """Projects the cases of `store` into `views`."""

    def __init__(self, store: LedgerStore, views: Views, history_of: HistoryOf) -> None:
        self._store = store
        self._views = views
        self._history_of = history_of

    def step(self, limit: int) -> int:
        """Project at most `limit` changed cases; how many there were. 0: the views are level with the store."""
        with self._store.reading() as tx:
            if not tx.facts.changed(1):
                return 0
        with self._views.writing() as writer:
            with self._store.reading() as tx:
                marks = tuple(tx.facts.changed(limit))
                rows = self._rows(tx, [case for case, _ in marks])
            writer.replace(rows)
            if marks:
                writer.shows(max(stamp for _, stamp in marks))
        # From here on a crash repeats this step: the rows are committed, the marks are not cleared.
        self._clear(marks)
        return len(marks)

    def is_ahead(self) -> bool:
        """Whether the views show changes that the store never made: it was put back to an earlier copy."""
        with self._store.reading() as tx:
            return self._views.stamp() > tx.facts.newest_stamp()

    def rebuild(
        self,
        progress: Callable[[int, int], None] = lambda done, total: None,
        *,
        source: Source | None = None,
        processes: int | None = None,
    ) -> int:
        """Fill the views from the store alone; how many cases there are. `progress`: cases done, cases in all.

        `source`: the same store by its address; then cases are read by `processes` (all cores, unless said), and each
        signature is verified if it says so. Raises StoreCorruptError where one does not verify.
        Marked cases are projected again by the next `step`; that changes nothing unless they changed meanwhile.
        """
        done = 0
        with self._views.writing() as writer:
            with self._store.reading() as tx:
                cases = tuple(tx.events.cases())
                stamp = tx.facts.newest_stamp()
            writer.clear()
            progress(done, len(cases))
            for rows in self._read_here(cases) if source is None else self._read_by(source, cases, processes):
                writer.add(rows)
                done += len(rows)
                progress(done, len(cases))
            writer.shows(stamp)
            writer.completed()
        return len(cases)

    def _read_here(self, cases: Sequence[UUID]) -> Iterator[Sequence[CaseRows]]:
        for batch in batches_of(cases, REBUILD_CASES):
            with self._store.reading() as tx:
                rows = self._rows(tx, batch)
            yield rows

    def _read_by(self, source: Source, cases: Sequence[UUID], processes: int | None) -> Iterator[Sequence[CaseRows]]:
        return read_all(source, self._views.listed, cases, processes=processes or os.cpu_count() or 1)

    def _rows(self, tx: Transaction, cases: Sequence[UUID]) -> Sequence[CaseRows]:
        return [rows_of(case, self._history_of(tx, case), self._views.listed) for case in cases]

    def _clear(self, marks: Sequence[tuple[UUID, int]]) -> None:
        if marks:
            with self._store.transaction() as tx:
                for case, stamp in marks:
                    tx.facts.projected(case, stamp)
