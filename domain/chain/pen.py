"""The pen: which region alone may append to a case next.

The offer itself moves it (DESIGN.md, idea 1): once an offer stands, only the offered region writes, and only *take over*
or *decline*. Nobody recalls an offer and no clock of the offerer ends it, so there are never two writers and never none.
"""

from dataclasses import dataclass

from tongban.domain.identifiers import RegionCode
from tongban.domain.law.table import Pen


@dataclass(frozen=True, slots=True)
class PenState:
    """`holder` keeps its name while an offer is open; `offered_to` is then the one region that may write."""

    holder: RegionCode
    offered_to: RegionCode | None = None

    @property
    def writer(self) -> RegionCode:
        """The one region that may append."""
        return self.offered_to or self.holder


def move(pen: PenState | None, effect: Pen, region: RegionCode, target: RegionCode | None) -> PenState:
    """The pen after an act of `region` with this `effect`; `target`: the region offered or, for a takeover, named."""
    match effect:
        case Pen.TAKES | Pen.ACCEPTS:
            return PenState(region)
        case Pen.OFFERS:
            return PenState(region, target)
        case Pen.ASSIGNS if target is not None:
            return PenState(target)
        case Pen.RETURNS if pen is not None:
            return PenState(pen.holder)
        case _:
            return pen or PenState(region)
