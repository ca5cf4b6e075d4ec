"""Events in the federation's registry: its regions, matters, takeovers of cases, and the newer versions of events."""

from dataclasses import dataclass
from typing import Any

from tongban.domain.events.event_type import BY_FEDERATION, EventType, StreamKind
from tongban.domain.events.takeover import CASE_TAKEN_OVER
from tongban.domain.events.values import PublicKey
from tongban.domain.identifiers import RegionCode


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
class SchemaAllowed:
    """准用: from here on, events may be written by this schema: every region's software can read them.

    `ce_type` as `tongban.case.asked.v2`; `fingerprint` as in `tongban.contracts.avro.fingerprint`. Version 1 needs no such event.
    """

    ce_type: str
    fingerprint: bytes


REGION_ENROLLED = EventType("federation.region_enrolled", RegionEnrolled, StreamKind.FEDERATION, None, BY_FEDERATION)
MATTER_PUBLISHED = EventType("federation.matter_published", MatterPublished, StreamKind.FEDERATION, None, BY_FEDERATION)
SCHEMA_ALLOWED = EventType("federation.schema_allowed", SchemaAllowed, StreamKind.FEDERATION, None, BY_FEDERATION)

TYPES: tuple[EventType[Any], ...] = (REGION_ENROLLED, MATTER_PUBLISHED, CASE_TAKEN_OVER, SCHEMA_ALLOWED)
