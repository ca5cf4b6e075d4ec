"""Which regions are given a value, beside the one that writes it (PIPL art. 6: no more than the purpose needs).

| act                       | who can open what it commits to                                   |
|---------------------------|-------------------------------------------------------------------|
| take in, apply            | the receiving and the deciding region                             |
| offer                     | the region offered is given all that the case holds so far        |
| ask                       | the region asked and the deciding one: the fields named, the question |
| answer, contribute        | the region that holds the pen                                     |
| anything else in the case | the receiving and the deciding region, and the one that holds the pen |

Pure: from the state of the case behind the event to region codes.
"""

from collections.abc import Iterable

from tongban.domain.identifiers import RegionCode
from tongban.domain.law.state import CaseState


def to_the_parties(after: CaseState, _: object) -> frozenset[RegionCode]:
    """The receiving and the deciding region, and the one that holds the pen."""
    return known((after.receiving_region, after.deciding_region, after.pen.writer if after.pen else None))


def to_the_holder(after: CaseState, _: object) -> frozenset[RegionCode]:
    """The region that holds the pen."""
    return known((after.pen.writer if after.pen else None,))


def known(regions: Iterable[RegionCode | None]) -> frozenset[RegionCode]:
    """Those that there are."""
    return frozenset(region for region in regions if region is not None)
