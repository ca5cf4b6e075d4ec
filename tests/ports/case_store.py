"""A store of cases in memory: what the projector asks of the port `LedgerStore`, and nothing else."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast
from uuid import UUID

from tests.domain.case_files import RULES
from tests.projections.registers import FEDERATION, REGIONS
from tongban.adapters.views.projector import HistoryOf
from tongban.domain.chain.registries import FederationState, RegionState
from tongban.domain.event import Event
from tongban.domain.header import Head, Header
from tongban.domain.identifiers import RegionCode
from tongban.ledger.case_histories import CaseHistories
from tongban.ledger.kept import KeptEvent
from tongban.ledger.knowledge import Knowledge
from tongban.ledger.matters import Matters
from tongban.ledger.store import LedgerStore


class CaseStore:
    """Events and marks of cases. What is kept of an event is the event itself."""

    def __init__(self) -> None:
        self.events = self
        self.facts = self
        self.kept: dict[UUID, dict[bytes, Event]] = {}
        self.marks: dict[UUID, int] = {}
        self._stamp = 0

    def port(self) -> LedgerStore:
        return cast(LedgerStore, self)

    def put(self, events: Iterable[Event]) -> None:
        """Keep events and mark their cases; an event that is there already gets its covered time."""
        for event in events:
            assert event.header.case is not None
            self.kept.setdefault(event.header.case, {})[event.hash] = event
            self.mark(event.header.case)

    def mark(self, case: UUID) -> None:
        self._stamp += 1
        self.marks[case] = self._stamp

    def remove(self, case: UUID) -> None:
        """The only act of a case was set aside."""
        del self.kept[case]
        self.mark(case)

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        yield self

    @contextmanager
    def reading(self) -> Iterator[Any]:
        yield self

    def case(self, case: UUID) -> Sequence[Event]:
        return tuple(self.kept.get(case, {}).values())

    def cases(self) -> Iterator[UUID]:
        return iter(self.kept)

    def changed(self, limit: int) -> Sequence[tuple[UUID, int]]:
        return sorted(self.marks.items(), key=lambda mark: mark[1])[:limit]

    def newest_stamp(self) -> int:
        return self._stamp

    def projected(self, case: UUID, stamp: int) -> None:
        if self.marks.get(case, stamp + 1) <= stamp:
            del self.marks[case]


class _Known:
    """What the cases of a `CaseStore` rest on, whichever heads they name: knowledge and matters in one."""

    rules = RULES

    def event(self, kept: KeptEvent) -> Event:
        return cast(Event, kept)

    def federation_at(self, tx: Any, head: Head) -> FederationState:
        return FEDERATION

    def region_at(self, tx: Any, region: RegionCode, head: Head) -> RegionState:
        return REGIONS[region]

    def of_case(self, tx: Any, opening: Header) -> Any:
        return self


def history_of() -> HistoryOf:
    """How the projector reads a `CaseStore`."""
    known = _Known()
    return CaseHistories(cast(Knowledge, known), cast(Matters, known)).read
