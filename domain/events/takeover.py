"""Takeover by the federation (联盟接管), and what the new holder does with the acts that it left behind."""

from dataclasses import dataclass
from enum import StrEnum

from tongban.domain.events.event_type import BY_FEDERATION, BY_OFFICER, Act, EventType, Pen, StreamKind
from tongban.domain.events.values import Document
from tongban.domain.identifiers import CaseId, EventHash, RegionCode


class TakeoverGround(StrEnum):
    """Why the federation gives a case to another holder (LIFECYCLE.md, row 8)."""

    STREAM_FROZEN = "stream_frozen"
    HOLDER_GONE = "holder_gone"
    OFFER_UNANSWERED = "offer_unanswered"


class AnnulmentReason(StrEnum):
    """Why an act past the head is not adopted."""

    SUPERSEDED = "superseded"
    """The new holder did it itself."""
    CONTRADICTORY = "contradictory"
    """It contradicts another act past the head, or one that stands."""
    UNLAWFUL = "unlawful"


@dataclass(frozen=True, slots=True)
class CaseTakenOver:
    """联盟接管: `region` holds the pen of `case` in `epoch` (from 1), and goes on behind the case event `head`.

    The epoch is a stream of its own (`tongban.domain.chain.epochs`). What stands behind `head` in older epochs is past it.
    """

    case: CaseId
    epoch: int
    head: EventHash
    region: RegionCode
    ground: TakeoverGround
    document: Document | None


@dataclass(frozen=True, slots=True)
class ActAdopted:
    """采认: the new holder makes an act past the head its own; it takes effect now. `act`: its event's hash."""

    act: EventHash


@dataclass(frozen=True, slots=True)
class ActAnnulled:
    """不予采认: an act past the head stays without effect. `act`: its event's hash."""

    act: EventHash
    reason: AnnulmentReason


CASE_TAKEN_OVER = EventType(
    "federation.case_taken_over",
    CaseTakenOver,
    StreamKind.FEDERATION,
    Act.FEDERATION_TAKEOVER,
    BY_FEDERATION,
    Pen.ASSIGNS,
    passes_to=lambda body: body.region,
)
ACT_ADOPTED = EventType(
    "case.act_adopted", ActAdopted, StreamKind.CASE, Act.ADOPT, BY_OFFICER, Pen.KEEPS, causes=lambda body: (body.act,)
)
ACT_ANNULLED = EventType(
    "case.act_annulled", ActAnnulled, StreamKind.CASE, Act.ANNUL, BY_OFFICER, Pen.KEEPS, causes=lambda body: (body.act,)
)

TYPES = (ACT_ADOPTED, ACT_ANNULLED)
"""Those of the case; the takeover itself is an event of the federation's registry."""
