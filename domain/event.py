"""An event as the domain sees it: its hash, its header, its body, and when it was covered by a checkpoint."""

from dataclasses import dataclass

from tongban.domain.events.catalogue import BY_BODY, Body, EventType
from tongban.domain.events.federation import CaseTakenOver
from tongban.domain.header import Header
from tongban.domain.identifiers import CaseId, EventHash


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

    @property
    def about(self) -> CaseId | None:
        """The case that it is about: the header's, or the one that the federation takes over; None for the rest."""
        return self.body.case if isinstance(self.body, CaseTakenOver) else self.header.case
