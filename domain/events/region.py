"""Events in a region's registry, signed by its authority key: organizations, posts, officers, channels, keys, settings."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tongban.domain.events.event_type import BY_AUTHORITY, EventType, StreamKind
from tongban.domain.events.values import Power, PublicKey
from tongban.domain.identifiers import KeyId


class ChannelKind(StrEnum):
    """Through what an applicant acts."""

    PORTAL = "portal"
    KIOSK = "kiosk"
    AGENT = "agent"


class RevocationReason(StrEnum):
    """Why a key no longer counts."""

    LEFT_POST = "left_post"
    LOST = "lost"
    COMPROMISED = "compromised"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class OrganizationRegistered:
    """An acting body. `level` is 行使层级, 1 (national) to 6 (village)."""

    organization: str
    name_zh: str
    name_en: str
    level: int


@dataclass(frozen=True, slots=True)
class PostCreated:
    """A post (岗位) of an organization, with its powers (权责清单)."""

    post: str
    organization: str
    title_zh: str
    title_en: str
    powers: tuple[Power, ...]


@dataclass(frozen=True, slots=True)
class OfficerAppointed:
    """A named officer holds a post and signs with this key (办事人员名录库)."""

    officer: str
    name: str
    organization: str
    post: str
    key: PublicKey


@dataclass(frozen=True, slots=True)
class ChannelOpened:
    """A portal, kiosk or agent's terminal through which applicants act, with a key of its own."""

    channel: str
    kind: ChannelKind
    name_zh: str
    name_en: str
    organization: str
    powers: tuple[Power, ...]
    key: PublicKey


@dataclass(frozen=True, slots=True)
class KeyRevoked:
    """From this event on the key signs nothing more; what it signed under earlier heads stands."""

    key: KeyId
    reason: RevocationReason


@dataclass(frozen=True, slots=True)
class LedgerKeyRotated:
    """The region's checkpoints are signed with this key from here on."""

    key: PublicKey


@dataclass(frozen=True, slots=True)
class ContentKeyRotated:
    """Content is sealed to this X25519 key (32 bytes) from here on."""

    key: bytes


@dataclass(frozen=True, slots=True)
class MatterSet:
    """实施清单: what the region sets for a version of a matter, in place of what it set before.

    `settings`: RFC 8785 JSON (`tongban.contracts.region_settings.settings`). No rule and no finding reads it.
    """

    catalog_code: str
    version: str
    settings: str


ORGANIZATION_REGISTERED = EventType(
    "region.organization_registered", OrganizationRegistered, StreamKind.REGION, None, BY_AUTHORITY
)
POST_CREATED = EventType("region.post_created", PostCreated, StreamKind.REGION, None, BY_AUTHORITY)
OFFICER_APPOINTED = EventType("region.officer_appointed", OfficerAppointed, StreamKind.REGION, None, BY_AUTHORITY)
CHANNEL_OPENED = EventType("region.channel_opened", ChannelOpened, StreamKind.REGION, None, BY_AUTHORITY)
KEY_REVOKED = EventType("region.key_revoked", KeyRevoked, StreamKind.REGION, None, BY_AUTHORITY)
LEDGER_KEY_ROTATED = EventType("region.ledger_key_rotated", LedgerKeyRotated, StreamKind.REGION, None, BY_AUTHORITY)
CONTENT_KEY_ROTATED = EventType("region.content_key_rotated", ContentKeyRotated, StreamKind.REGION, None, BY_AUTHORITY)
MATTER_SET = EventType("region.matter_set", MatterSet, StreamKind.REGION, None, BY_AUTHORITY)

TYPES: tuple[EventType[Any], ...] = (
    ORGANIZATION_REGISTERED,
    POST_CREATED,
    OFFICER_APPOINTED,
    CHANNEL_OPENED,
    KEY_REVOKED,
    LEDGER_KEY_ROTATED,
    CONTENT_KEY_ROTATED,
    MATTER_SET,
)
