"""An event as the domain sees it: its hash, its header, its body, and when it was covered by a checkpoint."""

from dataclasses import dataclass

from tongban.domain.events.catalogue import BY_BODY, Body, EventType
from tongban.domain.header import Header
from tongban.domain.identifiers import EventHash


@dataclass(frozen=True, slots=True)
class Event:
    """`covered_at`: time of the checkpoint that lists it, microseconds UTC; None while only its writer has it."""

    hash: EventHash
    header: Header
    body: Body
    covered_at: int | None = None

    @property
    def type(self) -> EventType:
        """The row of the catalogue for this event."""
        return BY_BODY[type(self.body)]
