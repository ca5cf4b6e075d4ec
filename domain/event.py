"""An event as the domain sees it: its hash, its header, its body, and when it was covered by a checkpoint."""

from dataclasses import dataclass
from typing import Any

from tongban.domain.events.catalogue import BY_BODY, Body
from tongban.domain.events.event_type import EventType
from tongban.domain.events.takeover import CaseTakenOver
from tongban.domain.events.values import Commitment
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
    def type(self) -> EventType[Any]:
        """The row of the catalogue for this event."""
        return BY_BODY[type(self.body)]

    @property
    def commitments(self) -> tuple[Commitment, ...]:
        """The personal values that it names and commits to; empty where its body has none."""
        contents: tuple[Commitment, ...] = getattr(self.body, "contents", ())
        return contents

    @property
    def about(self) -> CaseId | None:
        """The case that it is about: the header's, or the one that the federation takes over; None for the rest."""
        return self.body.case if isinstance(self.body, CaseTakenOver) else self.header.case
