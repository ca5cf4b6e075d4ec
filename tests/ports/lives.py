"""What the tests of views need: lives of cases, a store that holds them, and what views say of them."""

from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid5

from tests.domain import case_files as told_as
from tests.domain.gwt import history
from tests.ports.case_store import CaseStore
from tests.projections.registers import signed
from tongban.adapters.views import tables
from tongban.adapters.views.sql_views import Views
from tongban.domain.event import Event
from tongban.domain.identifiers import CaseId, StreamId
from tongban.projections.case_history import CaseHistory
from tongban.projections.views import CaseRows, rows_of

LIVES = (
    (told_as.taken_in(), told_as.offered()),
    (told_as.taken_in(), told_as.offered(), told_as.declined()),
    told_as.CORRECTING,
    (*told_as.ACCEPTED, told_as.asked(), told_as.answered()),
    (*told_as.CLOSED, told_as.delivered(), told_as.archived()),
    (*told_as.HANDED_OVER, told_as.closed()),
)


def url_of(path: Path) -> str:
    return f"sqlite:///{path}"


def moved(events: tuple[Event, ...], number: int) -> tuple[Event, ...]:
    """The same life under another case id; hashes stay unique to it."""
    case = CaseId(uuid5(UUID(int=0), str(number)))
    mark = number.to_bytes(4)

    def of_case(event: Event) -> Event:
        header = event.header
        stream = StreamId(case if header.stream == header.case else uuid5(case, header.region))
        hashes = {each.hash: mark + each.hash[4:] for each in events}
        causes = tuple(hashes[each] for each in header.causes)
        previous = hashes.get(header.previous, header.previous)
        header = replace(header, case=case, stream=stream, previous=previous, causes=causes)
        return replace(event, header=header, hash=hashes[event.hash])

    return tuple(map(of_case, events))


def filled(lives: int = len(LIVES)) -> CaseStore:
    store = CaseStore()
    whole = [signed(history(*steps).events, covered_at=number) for number, steps in enumerate(LIVES)]
    for number in range(lives):
        store.put(moved(whole[number % len(whole)], number))
    return store


def digests(views: Views) -> dict[str, bytes]:
    return {view.name: views.digest(view.name) for view in tables.VIEWS}


def case_ids(views: Views) -> tuple[str, ...]:
    """The ids of all cases, sorted."""
    return tuple(row.case for row in views.each_tracker())


def rows(history: CaseHistory) -> CaseRows:
    return rows_of(history.case, history)
