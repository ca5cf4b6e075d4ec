"""Which regions are given a value, beside the one that writes it (PIPL art. 6: no more than the purpose needs).

| act                       | who can open what it commits to                                  |
|---------------------------|------------------------------------------------------------------|
| take in, apply            | the receiving and the deciding region                            |
| offer                     | the region offered is given all that the case holds so far        |
| ask                       | the region asked: the fields named, and the question              |
| answer, contribute        | the region that holds the pen                                     |
| anything else in the case | the receiving and the deciding region, and the one that was offered |

Pure: from a case's state and the body of the event to region codes.
"""

from tongban.domain.events.assistance import Answered, Contributed
from tongban.domain.events.case import Asked, Offered
from tongban.domain.events.catalogue import Body
from tongban.domain.identifiers import RegionCode
from tongban.domain.law.state import CaseState


def recipients(after: CaseState, body: Body, writer: RegionCode) -> frozenset[RegionCode]:
    """Who is given the values that `body` commits to; `after` is the case behind the event. Includes the writer."""
    holder = after.pen.writer if after.pen else None
    match body:
        case Asked(region=asked):
            wanted = {asked, after.deciding_region}
        case Answered() | Contributed():
            wanted = {holder}
        case _:
            wanted = {after.receiving_region, after.deciding_region, holder}
    return frozenset({region for region in wanted if region is not None} | {writer})


def newly_trusted(body: Body) -> RegionCode | None:
    """The region that must be given what the case holds already."""
    return body.target if isinstance(body, Offered) else None
