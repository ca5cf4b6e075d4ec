"""The pen: which region alone may append to a case next.

The offer itself moves it (DESIGN.md, idea 1): once an offer stands, only the offered region writes, and only *take over*
or *decline*. Nobody recalls an offer and no clock of the offerer ends it, so there are never two writers and never none.
"""

from dataclasses import dataclass
from typing import Any

from tongban.domain.events.event_type import EventType, Pen
from tongban.domain.identifiers import RegionCode


@dataclass(frozen=True, slots=True)
class PenState:
    """`holder` keeps its name while an offer is open; `offered_to` is then the one region that may write."""

    holder: RegionCode
    offered_to: RegionCode | None = None

    @property
    def writer(self) -> RegionCode:
        """The one region that may append."""
        return self.offered_to or self.holder


def pen_after(pen: PenState | None, event_type: EventType[Any], body: object, region: RegionCode) -> PenState:
    """The pen after an act of `region` that says `body`; `pen`: before it, None before a case's first."""
    match event_type.pen:
        case Pen.TAKES | Pen.ACCEPTS:
            return PenState(region)
        case Pen.OFFERS:
            return PenState(region, event_type.passes_to(body))
        case Pen.ASSIGNS:
            return PenState(event_type.passes_to(body) or region)
        case Pen.RETURNS if pen is not None:
            return PenState(pen.holder)
        case _:
            return pen or PenState(region)
