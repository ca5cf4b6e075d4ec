"""References to earlier events of a case: a request, a contribution, an act past the head of a takeover.

A reference is the event's hash in hex, or the beginning of one, as people copy it from a screen. Where none is given, the
only event that waits is meant.
"""

from enum import StrEnum
from typing import Any

from tongban.desk.case_at_hand import CaseAtHand
from tongban.desk.event_names import LEAST_DIGITS, find_event
from tongban.desk.kinds.kind import JsonSchema, Kind, text_of
from tongban.domain.errors import CaseUnknownError
from tongban.domain.identifiers import HASH_BYTES, EventHash


class Referred(StrEnum):
    """What kind of earlier event is meant, as messages call it."""

    REQUEST = "request"
    CONTRIBUTION = "contribution"
    PAST_ACT = "act past the head"


WAITING: dict[Referred, str] = {
    Referred.REQUEST: "open request to this region",
    Referred.CONTRIBUTION: "open contribution",
    Referred.PAST_ACT: "open act past the head",
}


class EventReference(Kind[str]):
    """An earlier event of the case."""

    zh, en = "办理记录", "earlier act"

    def __init__(self, referred: Referred) -> None:
        self.referred = referred

    @property
    def makes(self) -> Any:
        """See `Kind`."""
        return EventHash

    @property
    def json_schema(self) -> JsonSchema:
        """See `Kind`."""
        return {"type": "string", "pattern": f"^[0-9a-fA-F]{{{LEAST_DIGITS},{2 * HASH_BYTES}}}$"}

    def read_text(self, text: str) -> str:
        """See `Kind`. What is no beginning of a hash begins none of the case's."""
        return text

    def read_json(self, value: object) -> str:
        """See `Kind`."""
        return text_of(value, self.en)

    def as_json(self, value: str) -> str:
        """See `Kind`."""
        return value

    def settled(self, value: str, at_hand: CaseAtHand) -> EventHash:
        """The one that begins like this. Raises CaseUnknownError."""
        return find_event(value, known(self.referred, at_hand), self.referred.value)

    def only_one(self, at_hand: CaseAtHand, field: str) -> EventHash:
        """The only one that waits. `field`: how the door calls the field to fill in. Raises CaseUnknownError."""
        found = waiting(self.referred, at_hand)
        if len(found) == 1:
            return found[0]
        raise CaseUnknownError(
            f"the case has {len(found) or 'no'} {WAITING[self.referred]}s",
            expected=f"exactly one, or {field} with one of those found" if found else "exactly one",
            found=", ".join(each.hex()[:16] for each in found) or "none",
            advice=f"give {field}" if found else "see `tongban case show`; what another city did may not be here yet",
        )


def known(referred: Referred, at_hand: CaseAtHand) -> tuple[EventHash, ...]:
    """All of a case that a reference can mean, settled ones too: the law says what is wrong with them."""
    state = at_hand.state
    match referred:
        case Referred.REQUEST:
            return tuple(each.event for each in state.help.requests)
        case Referred.CONTRIBUTION:
            return tuple(each.event for each in state.help.contributions)
        case Referred.PAST_ACT:
            return tuple(each.event for each in state.past_head.acts)


def waiting(referred: Referred, at_hand: CaseAtHand) -> tuple[EventHash, ...]:
    """Those that wait to be answered, joined or adopted here."""
    match referred:
        case Referred.REQUEST:
            return at_hand.requests_here
        case Referred.CONTRIBUTION:
            return at_hand.open_contributions
        case Referred.PAST_ACT:
            return at_hand.open_past_acts
