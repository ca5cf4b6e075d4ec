"""Events in the federation's registry: its regions, matters, takeovers of cases, and the newer versions of events."""

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

    The epoch is a stream of its own (`tongban.domain.chain.epochs`). What stands behind `head` in older epochs is past it.
    """

    case: CaseId
    epoch: int
    head: EventHash
    region: RegionCode
    ground: TakeoverGround
    document: Document | None


@dataclass(frozen=True, slots=True)
class SchemaAllowed:
    """准用: from here on, events may be written by this schema: every region's software can read them.

    `ce_type` as `tongban.case.asked.v2`; `fingerprint` as in `tongban.contracts.avro.fingerprint`. Version 1 needs no such event.
    """

    ce_type: str
    fingerprint: bytes
