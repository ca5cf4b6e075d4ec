"""Rules A1 to A5 and S1: who signs what, under which registries, and signatures that only a lax verifier takes."""

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256

from tests.corpus.artefact import Expected, Role, Verdict
from tests.corpus.catalogue import artefact
from tests.corpus.crafted import (
    IDENTITY,
    by_mixed_order_key,
    by_small_order_key,
    flipped,
    garbage,
    mixed_order_public,
    with_other_s,
    with_small_order_r,
)
from tests.corpus.federation import HANGZHOU, HEFEI, MATTER, SHANGHAI, TOPICS, actor, matter
from tests.corpus.forms import lie
from tests.corpus.keys import public, signing_key
from tests.corpus.log_by_hand import Forged
from tests.corpus.world import World
from tongban.contracts.wire.codec import encode
from tongban.contracts.wire.record import Record
from tongban.contracts.wire.signatures import key_id
from tongban.contracts.wire.signed_event import SignedEvent
from tongban.domain.events.acceptance import Accepted
from tongban.domain.events.event_type import Act
from tongban.domain.events.federation import MatterPublished
from tongban.domain.events.region import (
    KeyRevoked,
    OfficerAppointed,
    OrganizationRegistered,
    PostCreated,
    RevocationReason,
)
from tongban.domain.events.values import Power, PublicKey
from tongban.domain.header import Actor, ActorKind, Head, Under
from tongban.domain.identifiers import FEDERATION
from tongban.ledger.event_log import TopicPartition

ACCUSED, GOOD = Role.ACCUSED, Role.GOOD
ACCEPTED, REJECTED, PARKED = Verdict.ACCEPTED, Verdict.REJECTED, Verdict.PARKED
BODY = Accepted(20_717, None)


def authority_lie(
    number: int,
    name: str,
    what: str,
    rule: str,
    code: str,
    make: Callable[[World], Forged],
    verdict: Verdict = REJECTED,
) -> None:
    @artefact(number, name, what, verdict, rule, code)
    def _(world: World) -> None:
        lie(world, make(world))


def by_hangzhou(world: World, **changes) -> Forged:
    return world.event(HANGZHOU, BODY, after=world.in_hangzhou, **changes)


# A1, A2: `under` ------------------------------------------------------------------------------------------------------


def under(world: World, *, federation: Head | None = None, region: Head | None = None) -> Under:
    newest = world.under(HANGZHOU)
    return Under(federation or newest.federation, region or newest.region)


authority_lie(80, "under-back", "an older registry head than an event before it named", "A1", "under_back",
              lambda world: by_hangzhou(world, under=under(world, region=world.heads[HANGZHOU][8])))  # fmt: skip
authority_lie(81, "federation-back", "an older head of the federation", "A1", "under_back",
              lambda world: by_hangzhou(world, under=under(world, federation=world.heads[FEDERATION][3])))  # fmt: skip
authority_lie(82, "head-number", "a registry head under another's number", "A1", "head_number",
              lambda world: world.opening(HANGZHOU, 1,
                                          under=under(world, region=Head(8, world.heads[HANGZHOU][9].hash))))  # fmt: skip
authority_lie(83, "head-of-another", "a head of another city's registry", "A1", "head_foreign",
              lambda world: by_hangzhou(world, under=under(world, region=world.heads[SHANGHAI][9])))  # fmt: skip
authority_lie(84, "head-unknown", "a registry head that nobody has", "A1", "head_awaited",
              lambda world: by_hangzhou(world, under=under(world, region=Head(9, garbage("head")))), PARKED)  # fmt: skip
authority_lie(85, "head-no-registry", "a case's event in the place of a registry head", "A1", "head_awaited",
              lambda world: by_hangzhou(world, under=under(world, region=Head(9, world.in_hangzhou.hash))),
              PARKED)  # fmt: skip
authority_lie(86, "not-enrolled", "under a federation head at which the city was not enrolled", "A2", "region_unknown",
              lambda world: world.opening(HANGZHOU, 1,
                                          under=under(world, federation=world.heads[FEDERATION][2])))  # fmt: skip
authority_lie(87, "entry-not-under-itself", "a registry's event under an older head of its own", "A1", "under_self",
              lambda world: world.entry(HANGZHOU, OrganizationRegistered("b", "乙", "b", 3),
                                        under=under(world, region=world.heads[HANGZHOU][8])))  # fmt: skip
authority_lie(88, "other-federation", "an event under the registries of another federation", "C1", "genesis",
              lambda world: world.opening(HANGZHOU, previous=garbage("genesis"),
                                          under=Under(Head(4, garbage("f")), Head(9, garbage("r")))))  # fmt: skip
authority_lie(105, "head-0-of-another", "a head number 0 that is not this federation's genesis", "A1", "head_number",
              lambda world: by_hangzhou(world, under=under(world, region=Head(0, garbage("genesis")))))  # fmt: skip
authority_lie(106, "head-below-0", "a head with a negative number", "A1", "head_number",
              lambda world: by_hangzhou(world, under=under(world, region=Head(-1, garbage("head")))))  # fmt: skip


@artefact(
    89, "head-out-of-reach", "a head that no registry reaches: behind it in its log all heads go back",
    PARKED, "A1", "head_awaited",
    behind=Expected(REJECTED, "A1", "under_back"),
)  # fmt: skip
def _(world: World) -> None:
    lie(world, by_hangzhou(world, under=under(world, region=Head(2**62, garbage("head")))))


# A3, A4: keys and powers ----------------------------------------------------------------------------------------------


def with_key(world: World, code: str, by: str, **more) -> Forged:
    """Signed with the key of `by` in `code`, which the header names."""
    key = signing_key(code, by)
    return by_hangzhou(world, signer=key, key=key.key_id, **more)


authority_lie(90, "officer-of-another-city", "an officer of another city", "A3", "key_unknown",
              lambda world: with_key(world, HEFEI, "handler", actor=actor(HEFEI, "handler")))  # fmt: skip
authority_lie(91, "actor-mismatch", "the key of one officer under the name of another", "A3", "actor_mismatch",
              lambda world: with_key(world, HANGZHOU, "approver"))  # fmt: skip
authority_lie(92, "revoked", "a key that is revoked at `under`", "A3", "key_revoked",
              lambda world: by_hangzhou(world, by="former"))  # fmt: skip
authority_lie(93, "case-by-authority", "a case's event signed with the authority key", "A3", "actor_kind",
              lambda world: with_key(world, HANGZHOU, "authority", actor=Actor(ActorKind.AUTHORITY, HANGZHOU)))  # fmt: skip
authority_lie(94, "acceptance-by-portal", "an acceptance by a portal", "A3", "actor_kind",
              lambda world: by_hangzhou(world, by="portal"))  # fmt: skip
authority_lie(95, "entry-by-officer", "a registry's event by an officer", "A3", "actor_kind",
              lambda world: world.entry(HANGZHOU, OrganizationRegistered("b", "乙", "b", 3),
                                        signer=signing_key(HANGZHOU, "handler"), actor=actor(HANGZHOU, "handler"),
                                        key=signing_key(HANGZHOU, "handler").key_id))  # fmt: skip
authority_lie(96, "entry-by-another-authority", "a registry's event by the authority of another city", "A3", "key_mismatch",
              lambda world: world.entry(HANGZHOU, OrganizationRegistered("b", "乙", "b", 3),
                                        signer=signing_key(HEFEI, "authority"),
                                        key=signing_key(HEFEI, "authority").key_id))  # fmt: skip
authority_lie(97, "no-power", "an officer whose post has not the power", "A4", "power_missing",
              lambda world: by_hangzhou(world, by="clerk"))  # fmt: skip


@artefact(98, "power-of-another-matter", "a power for another matter only", REJECTED, "A4", "power_missing")
def _(world: World) -> None:
    power = (Power(Act.ACCEPT, "002099001000"),)
    world.enter(world.entry(HANGZHOU, PostCreated("special", "hall", "专窗", "special", power)))
    key = signing_key(HANGZHOU, "special")
    officer = OfficerAppointed(f"{HANGZHOU}-special", "示例", "hall", "special", public(key))
    world.enter(world.entry(HANGZHOU, officer))
    world.cover(HANGZHOU)
    who = Actor(ActorKind.OFFICER, f"{HANGZHOU}-special", "hall", "special")
    lie(world, with_key(world, HANGZHOU, "special", actor=who))


@artefact(99, "revoked-later", "a key that is revoked later, read after the revocation", ACCEPTED)
def _(world: World) -> None:
    earlier = world.opening(HANGZHOU)
    revoked = KeyRevoked(signing_key(HANGZHOU, "handler").key_id, RevocationReason.LEFT_POST)
    world.enter(world.entry(HANGZHOU, revoked), role=GOOD)
    world.cover(HANGZHOU)
    lie(world, earlier)


# A5: the matter -------------------------------------------------------------------------------------------------------


def publish(world: World, code: str, content: bytes) -> None:
    world.enter(world.entry(FEDERATION, MatterPublished(code, "1", content)))
    world.cover(FEDERATION)


authority_lie(100, "matter-unknown", "a matter that is not published", "A5", "matter_unknown",
              lambda world: world.opening(HANGZHOU, matter="999999999999"))  # fmt: skip


@artefact(101, "matter-later", "a matter that was published after `under`", REJECTED, "A5", "matter_unknown")
def _(world: World) -> None:
    earlier = world.opening(HANGZHOU, matter="888888888888")
    publish(world, "888888888888", garbage("matter"))
    lie(world, earlier)


@artefact(102, "matter-awaited", "a matter whose bytes are not here", PARKED, "A5", "matter_awaited")
def _(world: World) -> None:
    publish(world, "888888888888", garbage("matter"))
    lie(world, world.opening(HANGZHOU, matter="888888888888"))


@artefact(103, "matter-invalid", "a matter whose bytes are none", REJECTED, "A5", "matter_invalid")
def _(world: World) -> None:
    bundle = b'{"not": "a matter"}'
    content = sha256(bundle).digest()
    publish(world, "888888888888", content)
    lie(world, world.opening(HANGZHOU, matter="888888888888"))
    world.put(TopicPartition(TOPICS.contracts, 0), Record(content.hex().encode(), bundle))


@artefact(
    104, "bytes-under-another-hash", "a contract under the hash of another", Verdict.CONTRACT_REFUSED, "X2", "hash_differs"
)  # fmt: skip
def _(world: World) -> None:
    bundle = b"the bytes that were meant"
    content = sha256(bundle).digest()
    publish(world, "888888888888", content)
    world.put(TopicPartition(TOPICS.contracts, 0), Record(content.hex().encode(), b"other bytes"), ACCUSED)
    world.say(
        world.opening(HANGZHOU, matter="888888888888"),
        expect=Expected(PARKED, "A5", "matter_awaited"),
    )
    world.cover(HANGZHOU)


# S1: signatures -------------------------------------------------------------------------------------------------------


def resigned(forged: Forged, signature: bytes) -> Forged:
    signed = forged.signed
    return replace(forged, signed=SignedEvent.of(signed.ce_type, signed.fingerprint, signed.body, signature))


authority_lie(110, "by-another-officer", "signed by another officer of the city", "S1", "signature",
              lambda world: by_hangzhou(world, signer=signing_key(HANGZHOU, "approver")))  # fmt: skip
authority_lie(111, "signed-in-another-city", "signed by an officer of another city", "S1", "signature",
              lambda world: by_hangzhou(world, signer=signing_key(HEFEI, "handler")))  # fmt: skip


@artefact(112, "non-canonical-s", "S beyond the group's order", REJECTED, "S1", "signature")
def _(world: World) -> None:
    forged = by_hangzhou(world)
    lie(world, resigned(forged, with_other_s(forged.signed.signature)))


@artefact(113, "small-order-r", "R of small order", REJECTED, "S1", "signature")
def _(world: World) -> None:
    forged = by_hangzhou(world)
    lie(world, resigned(forged, with_small_order_r(signing_key(HANGZHOU, "handler"), forged.signed.signing_input)))


def enrolled(world: World, key: PublicKey) -> tuple[Actor, bytes]:
    """Hangzhou's own registry takes a key that no honest registrar would."""
    officer = OfficerAppointed(f"{HANGZHOU}-odd", "示例", "hall", "window", key)
    world.enter(world.entry(HANGZHOU, officer))
    world.cover(HANGZHOU)
    return Actor(ActorKind.OFFICER, f"{HANGZHOU}-odd", "hall", "window"), key_id(key.suite, key.key)


@artefact(114, "small-order-key", "a key of small order, which fits any message", REJECTED, "S1", "signature")
def _(world: World) -> None:
    who, identifier = enrolled(world, PublicKey("ed25519", IDENTITY))
    forged = by_hangzhou(world, actor=who, key=identifier)
    lie(world, resigned(forged, by_small_order_key(forged.signed.signing_input)))


@artefact(
    115, "mixed-order-key", "a key with a part of order 8, on which verifiers differ", REJECTED, "S1", "signature"
)
def _(world: World) -> None:
    key = signing_key(HANGZHOU, "odd")
    who, identifier = enrolled(world, PublicKey("ed25519", mixed_order_public(key)))
    forged = by_hangzhou(world, actor=who, key=identifier)
    lie(world, resigned(forged, by_mixed_order_key(key, forged.signed.signing_input)))


@artefact(116, "suite-enrolled-otherwise", "an Ed25519 signature by a key enrolled as SM2", REJECTED, "S1", "signature")
def _(world: World) -> None:
    key = signing_key(HANGZHOU, "odd")
    who, identifier = enrolled(world, PublicKey("sm2", key.public_key))
    lie(world, by_hangzhou(world, signer=key, actor=who, key=identifier))


authority_lie(117, "suite-swapped", "the header names the key under another suite", "A3", "key_unknown",
              lambda world: by_hangzhou(world, key=key_id("sm2", signing_key(HANGZHOU, "handler").public_key)))  # fmt: skip


@artefact(118, "flipped-body", "a bit of the body flipped after signing, and listed", REJECTED, "S1", "signature")
def _(world: World) -> None:
    forged = by_hangzhou(world)
    other = encode(forged.header, Accepted(20_718, None))
    signed = forged.signed
    lie(world, replace(forged, signed=SignedEvent.of(signed.ce_type, signed.fingerprint, other, signed.signature)))


@artefact(119, "flipped-signature", "a bit of the signature flipped, and listed", REJECTED, "S1", "signature")
def _(world: World) -> None:
    forged = by_hangzhou(world)
    lie(world, resigned(forged, flipped(forged.signed.signature, 3)))


@artefact(
    120, "flipped-signature-beside", "the genuine event is in the chain, its copy with a flipped signature is listed too",
    REJECTED, "S1", "signature",
)  # fmt: skip
def _(world: World) -> None:
    forged = world.say(by_hangzhou(world), role=GOOD)
    world.cover(HANGZHOU)
    lie(world, resigned(forged, flipped(forged.signed.signature, 3)))


@artefact(
    121, "flipped-signature-again", "a rejected signature, and its record once more behind the genuine event",
    REJECTED, "S1", "signature",
)  # fmt: skip
def _(world: World) -> None:
    forged = by_hangzhou(world)
    bad = resigned(forged, flipped(forged.signed.signature, 3))
    world.say(bad, expect=Expected(REJECTED, "S1", "signature"))
    world.say(forged, role=GOOD)
    world.cover(HANGZHOU)
    world.put(world.place_of(bad), bad.record, ACCUSED)


@artefact(122, "back-dated", "an act said to be of 1970 (time never rejects)", ACCEPTED)
def _(world: World) -> None:
    lie(world, world.opening(HANGZHOU, occurred_at=0, recorded_at=0))


@artefact(123, "forward-dated", "an act said to be of 9998 (time never rejects)", ACCEPTED)
def _(world: World) -> None:
    year_9998 = 253_339_228_800_000_000
    lie(world, world.opening(HANGZHOU, occurred_at=year_9998, recorded_at=year_9998))


def publish_version(world: World, version: str) -> None:
    """Another version of the matter of all cases here, with the same bytes."""
    world.enter(world.entry(FEDERATION, MatterPublished(MATTER, version, matter().content_hash)))
    world.cover(FEDERATION)
