"""Events in the federation's registry: which regions there are, and which matters, by the hash of their content."""

from dataclasses import dataclass

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
