"""Events in the federation's registry: which regions there are, which matters, and which cases it took over."""

from dataclasses import dataclass
from enum import StrEnum

from tongban.domain.events.values import Document, PublicKey
from tongban.domain.identifiers import CaseId, EventHash, RegionCode


class TakeoverGround(StrEnum):
    """Why the federation gives a case to another holder (LIFECYCLE.md, row 8)."""

    STREAM_FROZEN = "stream_frozen"
    HOLDER_GONE = "holder_gone"
    OFFER_UNANSWERED = "offer_unanswered"


@dataclass(frozen=True, slots=True)
class RegionEnrolled:
    """A region joined. `content_key`: X25519, 32 bytes. `case_partitions` never changes."""

    region: RegionCode
    name_zh: str
    name_en: str
    authority_key: PublicKey
    ledger_key: PublicKey
    content_key: bytes
    case_partitions: int


@dataclass(frozen=True, slots=True)
class MatterPublished:
    """A version of a matter, by SHA-256 of its bundle on the contracts topic."""

    catalog_code: str
    version: str
    content_hash: bytes


@dataclass(frozen=True, slots=True)
class CaseTakenOver:
    """联盟接管: `region` holds the pen of `case` in `epoch` (from 1), and goes on behind the case event `head`.

    The epoch is a stream of its own (`tongban.domain.epochs`). What stands behind `head` in older epochs is past it.
    """

    case: CaseId
    epoch: int
    head: EventHash
    region: RegionCode
    ground: TakeoverGround
    document: Document | None
