"""Reading cases for a rebuild of the views, in this process or in several, and verifying each signature on the way.

    parent ── ids of cases ──► helper: read, verify, decode, fold ── cells of rows ──► parent: writes them, once, in order
       └── ids of cases ──► the same, itself, whenever nothing is to be written


Rules:

- Each process opens the store by its address: an SQLite connection must not pass a fork, so helpers are spawned. Until
  they have started, and whenever they are behind, this process reads: no core waits for another.
- Rows come back in the order of the ids, and no more batches are under way than are needed to keep all processes busy:
  memory does not grow with the store.
- `verified`: the signature of every event, of registries too, is checked against the key that the registries name at the
  heads that the event names. One that does not verify ends the rebuild; the old views stay.
- Rows are the same whether verified or not, and with any number of processes (a test compares digests).

Not handled here: the other rules (an audit repeats them), and writing (`tongban.adapters.views.projector`).
"""

import marshal
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from multiprocessing import get_context
from typing import TypeVar
from uuid import UUID

from tongban.adapters.store.urls import open_store
from tongban.contracts.genesis import Genesis
from tongban.contracts.wire.signatures import verify
from tongban.domain.chain.authority import signing_key
from tongban.domain.chain.registries import FederationState, RegionState
from tongban.domain.chain.verdict import Parked, Rejected
from tongban.domain.errors import MatterUnknownError, StoreCorruptError
from tongban.domain.event import Event
from tongban.domain.events.values import PublicKey
from tongban.domain.header import Actor, Header
from tongban.domain.identifiers import CaseId, RegionCode
from tongban.domain.law.rules import MatterRules
from tongban.ledger.kept import KeptEvent
from tongban.ledger.knowledge import Knowledge
from tongban.ledger.matters import Matters
from tongban.ledger.store import LedgerStore, Transaction
from tongban.projections.case_history import case_history
from tongban.projections.names import NamesFound, RegistryNames
from tongban.projections.timeline import TIMELINE, timeline_rows
from tongban.projections.tracker import TRACKER, tracker_rows
from tongban.projections.view import Cell

BATCH_CASES = 50
"""Cases read at a time: some hundred events, a megabyte of rows. Smaller than what a process reads in a tenth of a second,
so that all end at about the same time."""
BATCHES_AHEAD = 3
"""Batches under way for each helper: one at work, and more than it can read while this process reads one."""
KEYS_KEPT = 4_096
"""Keys remembered under the registry states that name them, some hundred bytes each."""

Cells = tuple[tuple[Cell, ...], ...]
CellsRead = tuple[Cells, Cells]
"""Rows of the tracker and of the timeline, as cells in the order of their fields."""


@dataclass(frozen=True, slots=True)
class Source:
    """A store and how to read it. `store`: an address that other processes can open. `verified`: check signatures."""

    store: str
    genesis: Genesis
    verified: bool = True


class CaseReader:
    """Reads cases of one store as rows. Used by one thread."""

    def __init__(self, store: LedgerStore, genesis: Genesis, *, verified: bool) -> None:
        self._store = store
        self._knowledge = Knowledge(genesis)
        self._matters = Matters(self._knowledge)
        self._verified = verified
        self._names = NamesFound()
        self._keys: dict[tuple[bytes, bytes, RegionCode, bytes, Actor, str], PublicKey] = {}

    def read(self, cases: Sequence[UUID]) -> CellsRead:
        """All rows of these cases. Raises StoreCorruptError where a signature does not verify."""
        tracker: list[tuple[Cell, ...]] = []
        timeline: list[tuple[Cell, ...]] = []
        with self._store.reading() as tx:
            names = RegistryNames(
                lambda head: _state(self._knowledge.federation_at(tx, head)),
                lambda region, head: _state(self._knowledge.region_at(tx, region, head)),
                self._names,
            )
            for case in cases:
                events = [self._event(tx, kept) for kept in tx.events.case(case)]
                history = case_history(CaseId(case), events, lambda header: self._rules(tx, header), names)
                if history is not None:
                    tracker += map(TRACKER.cells, tracker_rows(history))
                    timeline += map(TIMELINE.cells, timeline_rows(history))
        return tuple(tracker), tuple(timeline)

    def check_registries(self) -> None:
        """Verify the registries' own events. Raises StoreCorruptError."""
        if self._verified:
            with self._store.reading() as tx:
                for kept in tx.events.registries():
                    self._event(tx, kept)

    def _event(self, tx: Transaction, kept: KeptEvent) -> Event:
        event = self._knowledge.event(kept)
        if self._verified:
            key, signed = self._key(tx, event), kept.signed
            if not verify(key.suite, key.key, signed.signing_input, signed.signature):
                raise StoreCorruptError("a kept event's signature does not verify", found=event.hash.hex())
        return event

    def _key(self, tx: Transaction, event: Event) -> PublicKey:
        header = event.header
        under = header.under
        place = (under.federation.hash, under.region.hash, header.region, header.key, header.actor, event.type.name)
        key = self._keys.get(place)
        if key is None:
            if len(self._keys) >= KEYS_KEPT:
                self._keys.clear()
            key = self._keys[place] = self._look_up(tx, event)
        return key

    def _look_up(self, tx: Transaction, event: Event) -> PublicKey:
        header, knowledge = event.header, self._knowledge
        federation = _state(knowledge.federation_at(tx, header.under.federation))
        region = _state(knowledge.region_at(tx, header.region, header.under.region))
        key = signing_key(header, event.type, federation, region, knowledge.genesis.key)
        if not isinstance(key, PublicKey):
            raise StoreCorruptError("a kept event was signed without authority", expected=key.expected, found=key.found)
        return key

    def _rules(self, tx: Transaction, header: Header) -> MatterRules:
        contract = self._matters.of_case(tx, header)
        if contract is None:
            raise MatterUnknownError(f"the matter of a kept case is not here: {header.matter}/{header.matter_version}")
        return contract.rules


def read_all(source: Source, cases: Sequence[UUID], *, processes: int) -> Iterator[tuple[int, CellsRead]]:
    """The rows of all cases in batches, each with the number of cases done. With one process: this one."""
    with closing(open_store(source.store)) as store:
        reader = CaseReader(store, source.genesis, verified=source.verified)
        reader.check_registries()
        batches = [cases[start : start + BATCH_CASES] for start in range(0, len(cases), BATCH_CASES)]
        if processes == 1 or len(batches) <= BATCHES_AHEAD:
            yield from _counted(batches, map(reader.read, batches))
            return
        with ProcessPoolExecutor(processes - 1, get_context("spawn"), _open, (source,)) as pool:
            try:
                yield from _counted(batches, _in_order(reader, pool, batches, (processes - 1) * BATCHES_AHEAD))
            finally:
                pool.shutdown(cancel_futures=True)  # waits: when a rebuild is over, so are its processes


def _in_order(
    reader: CaseReader, pool: ProcessPoolExecutor, batches: Sequence[Sequence[UUID]], ahead: int
) -> Iterator[CellsRead]:
    """What the helpers read, and between it what this process reads because the next of theirs is not done."""
    under_way: deque[Future[bytes] | CellsRead] = deque()
    left = deque(batches)
    while under_way or left:
        while left and sum(isinstance(each, Future) for each in under_way) < ahead:
            under_way.append(pool.submit(_read, left.popleft()))
        first = under_way[0]
        if isinstance(first, Future) and not first.done() and left and len(under_way) < 2 * ahead:
            under_way.append(reader.read(left.popleft()))
        else:
            under_way.popleft()
            yield marshal.loads(first.result()) if isinstance(first, Future) else first


def _counted(batches: Sequence[Sequence[UUID]], read: Iterator[CellsRead]) -> Iterator[tuple[int, CellsRead]]:
    done = 0
    for batch, cells in zip(batches, read, strict=True):
        done += len(batch)
        yield done, cells


# In each process -------------------------------------------------------------------------------------------------------

_readers: list[CaseReader] = []


def _open(source: Source) -> None:
    # Open until the process ends.
    _readers.append(CaseReader(open_store(source.store), source.genesis, verified=source.verified))


def _read(cases: Sequence[UUID]) -> bytes:
    # marshal, because both ends are this Python, and it takes plain tuples at a third of pickle's cost.
    return marshal.dumps(_readers[0].read(cases))


State = TypeVar("State", FederationState, RegionState)


def _state(found: State | Parked | Rejected) -> State:
    if isinstance(found, Parked | Rejected):
        raise StoreCorruptError("a kept event names a registry head that is not here", found=str(found))
    return found
