"""Reading all cases for a rebuild of the views, in this process or in several, and verifying each signature on the way.

    parent ── ids of cases ──► helper: read, verify, decode, fold ── cells of rows ──► parent: writes them, once, in order
       └── ids of cases ──► the same, itself, whenever nothing is to be written

Rules:

- Each process opens the store by its address: an SQLite connection must not pass a fork, so helpers are spawned. Until
  they have started, and whenever they are behind, this process reads: no core waits for another.
- Rows come back in the order of the ids, and no more batches are under way than are needed to keep all processes busy:
  memory does not grow with the store.
- `verified`: the signature of every event is checked, of registries too. One that does not verify ends the rebuild; the old
  views stay.
- Rows are the same whether verified or not, and with any number of processes (a test compares digests).

Not handled here: how one case is read (`tongban.ledger.case_histories`), and writing (`tongban.adapters.views.projector`).
"""

import marshal
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from multiprocessing import get_context
from uuid import UUID

from tongban.adapters.store.urls import open_store
from tongban.adapters.views.tables import Listed
from tongban.contracts.genesis import Genesis
from tongban.ledger.case_histories import CaseHistories
from tongban.ledger.knowledge import Knowledge
from tongban.ledger.matters import Matters
from tongban.ledger.store import LedgerStore
from tongban.projections.views import CaseRows, rows_of

BATCH_CASES = 50
"""Cases read at a time: some hundred events, a megabyte of rows. Smaller than what a process reads in a tenth of a second,
so that all end at about the same time."""
BATCHES_AHEAD = 3
"""Batches under way for each helper: one at work, and more than it can read while this process reads one."""

Batch = Sequence[UUID]
BatchRows = Sequence[CaseRows]


@dataclass(frozen=True, slots=True)
class Source:
    """A store and how to read it. `store`: an address that other processes can open. `verified`: check signatures."""

    store: str
    genesis: Genesis
    verified: bool = True


class BatchReader:
    """Reads cases of one store as rows of some views. Used by one thread."""

    def __init__(self, store: LedgerStore, source: Source, views: Listed) -> None:
        self._store = store
        knowledge = Knowledge(source.genesis)
        self._histories = CaseHistories(knowledge, Matters(knowledge), verified=source.verified)
        self._views = views

    def read(self, cases: Batch) -> BatchRows:
        """All rows of these cases. Raises StoreCorruptError where a signature does not verify."""
        with self._store.reading() as tx:
            return [rows_of(case, self._histories.read(tx, case), self._views) for case in cases]

    def check_registries(self) -> None:
        """Verify the registries' own events, if signatures are to be verified. Raises StoreCorruptError."""
        with self._store.reading() as tx:
            self._histories.check_registries(tx)


def read_all(source: Source, views: Listed, cases: Sequence[UUID], *, processes: int) -> Iterator[BatchRows]:
    """The rows of all cases in batches, in the order of the ids. With one process: this one."""
    with closing(open_store(source.store)) as store:
        reader = BatchReader(store, source, views)
        reader.check_registries()
        batches = list(batches_of(cases, BATCH_CASES))
        if processes == 1 or len(batches) <= BATCHES_AHEAD:
            yield from map(reader.read, batches)
            return
        with ProcessPoolExecutor(processes - 1, get_context("spawn"), _open, (source, views)) as pool:
            try:
                yield from _in_order(reader, pool, batches, (processes - 1) * BATCHES_AHEAD)
            finally:
                pool.shutdown(cancel_futures=True)  # waits: when a rebuild is over, so are its processes


def batches_of(cases: Sequence[UUID], size: int) -> Iterator[Batch]:
    """The cases in batches of this size; the last may be smaller."""
    return (cases[start : start + size] for start in range(0, len(cases), size))


def _in_order(
    reader: BatchReader, pool: ProcessPoolExecutor, batches: Sequence[Batch], ahead: int
) -> Iterator[BatchRows]:
    """What the helpers read, and between it what this process reads because the next of theirs is not done."""
    under_way: deque[Future[bytes] | BatchRows] = deque()
    left = deque(batches)
    while under_way or left:
        while left and sum(isinstance(each, Future) for each in under_way) < ahead:
            under_way.append(pool.submit(_read, left.popleft()))
        first = under_way[0]
        if isinstance(first, Future) and not first.done() and left and len(under_way) < 2 * ahead:
            under_way.append(reader.read(left.popleft()))
        else:
            under_way.popleft()
            yield _unpacked(first.result()) if isinstance(first, Future) else first


# Between processes: marshal, because both ends are this Python, and it takes plain tuples at a third of pickle's cost ---


def _packed(rows: BatchRows) -> bytes:
    return marshal.dumps([(each.case, dict(each.cells)) for each in rows])


def _unpacked(data: bytes) -> BatchRows:
    return [CaseRows(case, cells) for case, cells in marshal.loads(data)]


# In each helper ----------------------------------------------------------------------------------------------------------

_readers: list[BatchReader] = []


def _open(source: Source, views: Listed) -> None:
    # Open until the process ends.
    _readers.append(BatchReader(open_store(source.store), source, views))


def _read(cases: Batch) -> bytes:
    return _packed(_readers[0].read(cases))
