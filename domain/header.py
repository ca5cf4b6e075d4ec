"""The header with which every event starts: who did it, under which registries, behind which event.

Shapes follow DESIGN.md, "An event on the wire". Hashes are 32 bytes; times are microseconds since 1970-01-01 UTC.
"""

from dataclasses import dataclass
from enum import StrEnum

from tongban.domain.identifiers import CaseId, CommandId, EventHash, KeyId, RegionCode, StreamId


class ActorKind(StrEnum):
    """In what capacity somebody acts."""

    OFFICER = "officer"
    """A person who holds a post (工作人员)."""
    CHANNEL = "channel"
    """A portal, kiosk or agent's terminal through which an applicant acts."""
    LEDGER = "ledger"
    """A region's ledger key: checkpoints, and what time alone brought about."""
    AUTHORITY = "authority"
    """A region's authority key: its registry."""
    FEDERATION = "federation"
    """The federation's key: its registry, takeovers."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. `organization` and `post` are null for keys that belong to no post."""

    kind: ActorKind
    id: str
    organization: str | None = None
    post: str | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """A registry up to its event `number`, whose hash is `hash`. Before the first event: 0 and the genesis hash."""

    number: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Under:
    """The registry states under which something is done: contracts, powers, keys and calendars by content."""

    federation: Head
    region: Head


@dataclass(frozen=True, slots=True)
class Header:
    """What all events have in common. In registry events `case`, `matter` and `matter_version` are null."""

    case: CaseId | None
    stream: StreamId
    epoch: int
    sequence: int
    previous: EventHash
    command: CommandId
    region: RegionCode
    actor: Actor
    key: KeyId
    under: Under
    occurred_at: int
    recorded_at: int
    matter: str | None
    matter_version: str | None
    causes: tuple[EventHash, ...] = ()
