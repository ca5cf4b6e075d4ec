"""Who may sign what: rules A2 to A5 (`tongban.domain.chain.verdict`).

Authority is judged at exactly the registry heads that the event names, by number and hash: what happened later, a
revocation say, changes nothing about what was signed before it.
"""

from typing import Any

from tongban.domain.chain.registries import FederationState, RegionState, Signer
from tongban.domain.chain.verdict import Rejected
from tongban.domain.events.event_type import EventType
from tongban.domain.events.values import PublicKey
from tongban.domain.header import Actor, ActorKind, Header
from tongban.domain.identifiers import FEDERATION, RegionCode
from tongban.domain.keys import key_id


def ledger_key(
    federation: FederationState, region: RegionState, code: RegionCode, genesis: PublicKey
) -> PublicKey | None:
    """The key that signs the checkpoints of region `code` at these heads; None if it is not enrolled or revoked."""
    if code == FEDERATION:
        return genesis
    enrolled = federation.regions.get(code)
    if enrolled is None:
        return None
    key: PublicKey = region.ledger_key or enrolled.ledger_key
    return None if key_id(key) in region.revoked else key


def signing_key(
    header: Header, event_type: EventType[Any], federation: FederationState, region: RegionState, genesis: PublicKey
) -> PublicKey | Rejected:
    """The public key that must have signed this event (rules A2, A3)."""
    kind = header.actor.kind
    if kind not in event_type.actors:
        allowed = " or ".join(sorted(event_type.actors))
        return Rejected("A3", "actor_kind", f"{allowed} signs {event_type.name}", kind)
    if header.region != FEDERATION and header.region not in federation.regions:
        return Rejected(
            "A2", "region_unknown", f"{header.region} enrolled at federation {federation.head.number}", "not"
        )
    key = _key_of(header, federation, region, genesis)
    if isinstance(key, Rejected):
        return key
    if key_id(key) != header.key:
        return Rejected("A3", "key_mismatch", key_id(key).hex(), header.key.hex())
    if header.key in region.revoked:
        number = region.head.number
        return Rejected("A3", "key_revoked", f"a key valid at registry {header.region} {number}", header.key.hex())
    return key


def _key_of(
    header: Header, federation: FederationState, region: RegionState, genesis: PublicKey
) -> PublicKey | Rejected:
    match header.actor.kind:
        case ActorKind.FEDERATION:
            return genesis
        case ActorKind.AUTHORITY:
            return federation.regions[header.region].authority_key
        case ActorKind.LEDGER:
            return region.ledger_key or federation.regions[header.region].ledger_key
        case ActorKind.OFFICER | ActorKind.CHANNEL:
            signer = region.signers.get(header.key)
            if signer is None:
                at = f"a key in the registry of {header.region} at {region.head.number}"
                return Rejected("A3", "key_unknown", at, header.key.hex())
            if _actor_of(signer) != header.actor:
                return Rejected("A3", "actor_mismatch", str(_actor_of(signer)), str(header.actor))
            return signer.key


def _actor_of(signer: Signer) -> Actor:
    return Actor(signer.kind, signer.id, signer.organization, signer.post)


def judge_power(
    header: Header, event_type: EventType[Any], federation: FederationState, region: RegionState
) -> Rejected | None:
    """Rules A4 and A5: the post has the power for the act and the matter, and the matter is published."""
    if event_type.act is None or header.region == FEDERATION:
        return None
    matter = (header.matter or "", header.matter_version or "")
    if matter not in federation.matters:
        at = f"a matter published at federation {federation.head.number}"
        return Rejected("A5", "matter_unknown", at, "/".join(matter))
    signer = region.signers[header.key]
    for power in region.powers(signer):
        if power.act == event_type.act and power.matter in (None, header.matter):
            return None
    wanted = f"the power to {event_type.act} in matter {header.matter}"
    return Rejected("A4", "power_missing", wanted, f"{signer.post or signer.id} without it")
