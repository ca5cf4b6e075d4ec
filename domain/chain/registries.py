"""The two kinds of registry, each a fold over its stream: the federation's and a region's.

Authority is judged at exactly the heads that an event names, so every state a registry ever had must stay at hand. The
maps are persistent (pyrsistent): a state shares what it has in common with the one before it.

`evolve` is total: an event that contradicts the state (a post of an unknown organization) changes what it can.
"""

from dataclasses import dataclass, field, replace

from pyrsistent import pmap
from pyrsistent.typing import PMap

from tongban.domain.event import Event
from tongban.domain.events.federation import MatterPublished, RegionEnrolled, SchemaAllowed
from tongban.domain.events.region import (
    ChannelOpened,
    ContentKeyRotated,
    KeyRevoked,
    LedgerKeyRotated,
    MatterSet,
    OfficerAppointed,
    OrganizationRegistered,
    PostCreated,
)
from tongban.domain.events.takeover import CaseTakenOver
from tongban.domain.events.values import Power, PublicKey
from tongban.domain.header import ActorKind, Head
from tongban.domain.identifiers import CaseId, KeyId, RegionCode
from tongban.domain.keys import key_id


@dataclass(frozen=True, slots=True)
class Signer:
    """Whom a key belongs to. `powers` are those of the post (officer) or of the channel."""

    kind: ActorKind
    id: str
    name: str
    organization: str | None
    post: str | None
    key: PublicKey


@dataclass(frozen=True, slots=True)
class FederationState:
    """The federation's registry up to `head`."""

    head: Head
    regions: PMap[RegionCode, RegionEnrolled] = field(default_factory=pmap)
    matters: PMap[tuple[str, str], bytes] = field(default_factory=pmap)
    """(catalogue code, version) → content hash."""
    takeovers: PMap[CaseId, tuple[CaseTakenOver, ...]] = field(default_factory=pmap)
    """The takeovers of each case: that of epoch 1 first."""
    schemas: PMap[str, bytes] = field(default_factory=pmap)
    """CloudEvents type of a newer version → fingerprint of its schema."""

    def takeover(self, case: CaseId | None, epoch: int) -> CaseTakenOver | None:
        """The takeover that began an epoch of a case."""
        known = self.takeovers.get(case, ()) if case is not None else ()
        return known[epoch - 1] if 1 <= epoch <= len(known) else None


@dataclass(frozen=True, slots=True)
class RegionState:
    """A region's registry up to `head`."""

    head: Head
    organizations: PMap[str, OrganizationRegistered] = field(default_factory=pmap)
    posts: PMap[tuple[str, str], PostCreated] = field(default_factory=pmap)
    """(organization, post) → post."""
    signers: PMap[KeyId, Signer] = field(default_factory=pmap)
    channels: PMap[str, ChannelOpened] = field(default_factory=pmap)
    revoked: PMap[KeyId, KeyRevoked] = field(default_factory=pmap)
    ledger_keys: tuple[PublicKey, ...] = ()
    """Rotated in, the newest last; none while the key of the enrolment counts."""
    content_key: bytes | None = None
    matter_settings: PMap[tuple[str, str], str] = field(default_factory=pmap)
    """(catalogue code, version) → what the region set last for that matter, as JSON."""

    @property
    def ledger_key(self) -> PublicKey | None:
        """The key that was rotated in last."""
        return self.ledger_keys[-1] if self.ledger_keys else None

    def powers(self, signer: Signer) -> tuple[Power, ...]:
        """What this signer may do: the powers of the post it holds, or of its channel."""
        if signer.kind is ActorKind.CHANNEL:
            return self.channels[signer.id].powers
        post = self.posts.get((signer.organization or "", signer.post or ""))
        return post.powers if post is not None else ()


def evolve_federation(state: FederationState, event: Event) -> FederationState:
    """The federation's registry after `event`."""
    state = replace(state, head=Head(event.header.sequence, event.hash))
    match event.body:
        case RegionEnrolled(region=region) if region not in state.regions:
            return replace(state, regions=state.regions.set(region, event.body))
        case MatterPublished(catalog_code=code, version=version, content_hash=content):
            return replace(state, matters=state.matters.set((code, version), content))
        case CaseTakenOver(case=case, epoch=epoch) if epoch == len(known := state.takeovers.get(case, ())) + 1:
            return replace(state, takeovers=state.takeovers.set(case, (*known, event.body)))
        case SchemaAllowed(ce_type=ce_type, fingerprint=fingerprint) if ce_type not in state.schemas:
            return replace(state, schemas=state.schemas.set(ce_type, fingerprint))
        case _:
            return state


def evolve_region(state: RegionState, event: Event) -> RegionState:
    """A region's registry after `event`."""
    state = replace(state, head=Head(event.header.sequence, event.hash))
    match event.body:
        case OrganizationRegistered(organization=organization):
            return replace(state, organizations=state.organizations.set(organization, event.body))
        case PostCreated(organization=organization, post=post):
            return replace(state, posts=state.posts.set((organization, post), event.body))
        case OfficerAppointed() as body:
            signer = Signer(ActorKind.OFFICER, body.officer, body.name, body.organization, body.post, body.key)
            return _with_signer(state, signer)
        case ChannelOpened() as body:
            signer = Signer(ActorKind.CHANNEL, body.channel, body.name_zh, body.organization, None, body.key)
            return _with_signer(replace(state, channels=state.channels.set(body.channel, body)), signer)
        case KeyRevoked(key=key):
            return replace(state, revoked=state.revoked.set(key, event.body))
        case LedgerKeyRotated(key=public):
            return replace(state, ledger_keys=(*state.ledger_keys, public))
        case ContentKeyRotated(key=content):
            return replace(state, content_key=content)
        case MatterSet(catalog_code=code, version=version, settings=settings):
            return replace(state, matter_settings=state.matter_settings.set((code, version), settings))
        case _:
            return state


def _with_signer(state: RegionState, signer: Signer) -> RegionState:
    return replace(state, signers=state.signers.set(key_id(signer.key), signer))
