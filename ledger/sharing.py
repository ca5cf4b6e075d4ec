"""Which regions are given the values of an act: what its law says (`tongban.domain.law.recipients`), and its writer."""

from tongban.domain.event import Event
from tongban.domain.events.event_type import Pen
from tongban.domain.identifiers import RegionCode
from tongban.domain.law.state import CaseState
from tongban.domain.law.table import LAWS


def recipients(after: CaseState, event: Event, writer: RegionCode) -> frozenset[RegionCode]:
    """Who is given the values that an act commits to; `after` is the case behind it. Includes the writer."""
    return LAWS[type(event.body)].given_to(after, event.body) | {writer}


def newly_trusted(event: Event) -> RegionCode | None:
    """The region that must be given what the case holds already: the one to which it is offered."""
    return event.type.passes_to(event.body) if event.type.pen is Pen.OFFERS else None
