"""Ending before a decision: the applicant withdraws (撤件)."""

from dataclasses import dataclass

from tongban.domain.events.event_type import BY_EITHER, Act, EventType, Pen, StreamKind
from tongban.domain.events.values import Commitment


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """撤件: the applicant withdrew."""

    contents: tuple[Commitment, ...]


WITHDRAWN = EventType("case.withdrawn", Withdrawn, StreamKind.CASE, Act.WITHDRAW, BY_EITHER, Pen.KEEPS)

TYPES = (WITHDRAWN,)
