"""Genuine bytes in the wrong place, once more, or never listed: duplicates, strays, copies."""

from collections.abc import Callable
from dataclasses import replace

from tests.corpus.artefact import Expected, Role, Verdict
from tests.corpus.catalogue import artefact
from tests.corpus.crafted import flipped
from tests.corpus.federation import HANGZHOU, HEFEI, SHANGHAI
from tests.corpus.forms import with_header
from tests.corpus.log_by_hand import Forged
from tests.corpus.world import World
from tongban.contracts.wire.headers import signature_text
from tongban.contracts.wire.record import Record
from tongban.domain.events.acceptance import Accepted
from tongban.domain.events.ending import Withdrawn
from tongban.domain.events.handover import TakenOver

ACCUSED, GOOD = Role.ACCUSED, Role.GOOD
DUPLICATE, UNLISTED, STRAY, REJECTED = Verdict.DUPLICATE, Verdict.UNLISTED, Verdict.STRAY, Verdict.REJECTED


def act(world: World) -> Forged:
    return world.event(HANGZHOU, Accepted(20_717, None), after=world.in_hangzhou)


# A flipped bit makes another leaf, which nobody lists -----------------------------------------------------------------


def flip(number: int, name: str, what: str, change: Callable[[Forged], Record]) -> None:
    @artefact(number, name, what, UNLISTED)
    def _(world: World) -> None:
        forged = act(world)
        world.put(world.place_of(forged), change(forged), ACCUSED)
        world.say(forged, role=GOOD)
        world.cover(HANGZHOU)


def _body(at: int) -> Callable[[Forged], Record]:
    return lambda forged: replace(forged.record, value=flipped(forged.signed.body, at))


def _header(forged: Forged, name: str, at: int) -> Record:
    return with_header(forged.record, name, flipped(dict(forged.record.headers)[name], at))


def _digit(forged: Forged) -> Record:
    urn = dict(forged.record.headers)["ce_dataschema"]
    return with_header(forged.record, "ce_dataschema", urn[:-1] + (b"0" if urn[-1:] != b"0" else b"1"))


flip(180, "flip-case", "a flipped bit in the body: the case", _body(5))
flip(181, "flip-body", "a flipped bit in the body's own fields", _body(-3))
flip(182, "flip-signature", "a flipped bit in the signature",
     lambda forged: with_header(forged.record, "ce_signature", signature_text(flipped(forged.signed.signature, 40))))  # fmt: skip
flip(183, "flip-type", "a flipped bit in ce_type", lambda forged: _header(forged, "ce_type", 2))
flip(184, "flip-schema", "a flipped bit in the fingerprint", _digit)
flip(185, "confluent-frame-unlisted", "a copy behind the frame of a schema registry, with another magic byte",
     lambda forged: replace(forged.record, value=b"\x01\x00\x00\x00\x07" + forged.signed.body))  # fmt: skip
flip(186, "cut-short", "a copy that was cut short on its way",
     lambda forged: replace(forged.record, value=forged.signed.body[:-2]))  # fmt: skip


@artefact(187, "confluent-frame", "an event behind the frame of a schema registry", Verdict.ACCEPTED)
def _(world: World) -> None:
    forged = act(world)
    world.say(forged, record=replace(forged.record, value=b"\x00\x00\x00\x00\x07" + forged.signed.body), role=ACCUSED)
    world.cover(HANGZHOU)


# Once more ------------------------------------------------------------------------------------------------------------


@artefact(190, "repeated-behind", "a genuine record once more, behind its checkpoint", DUPLICATE)
def _(world: World) -> None:
    world.put(world.place_of(world.in_hangzhou), world.in_hangzhou.record, ACCUSED)


@artefact(191, "repeated-before", "a genuine record twice before its checkpoint", DUPLICATE)
def _(world: World) -> None:
    forged = world.say(act(world), role=GOOD)
    world.put(world.place_of(forged), forged.record, ACCUSED)
    world.cover(HANGZHOU)


@artefact(192, "listed-twice", "a genuine event, published and listed twice", DUPLICATE)
def _(world: World) -> None:
    world.say(act(world), role=GOOD)
    world.cover(HANGZHOU)
    world.say(act_again(world), role=ACCUSED)
    world.cover(HANGZHOU)


def act_again(world: World) -> Forged:
    """The event that was said last."""
    forged = act(World())
    assert any(each.record == forged.record for each in world.placed)
    return forged


@artefact(193, "repeated-after-start", "a genuine record once more, behind a new start", DUPLICATE)
def _(world: World) -> None:
    world.start(HANGZHOU, 2)
    world.put(world.place_of(world.in_hangzhou), world.in_hangzhou.record, ACCUSED)


@artefact(194, "published-again", "an event that no checkpoint listed, published again under the next start", DUPLICATE)
def _(world: World) -> None:
    forged = act(world)
    world.put(world.place_of(forged), forged.record, Role.SETTING, Expected(STRAY, "L2", "stray"))
    world.start(HANGZHOU, 2)
    world.say(forged, role=ACCUSED)
    world.cover(HANGZHOU)


# In another's place ---------------------------------------------------------------------------------------------------


@artefact(195, "copied-elsewhere", "a genuine event of Shanghai in Hangzhou's topic", UNLISTED)
def _(world: World) -> None:
    world.put(world.cases(HANGZHOU), world.taken_in.record, ACCUSED)


@artefact(196, "copied-and-started", "the same, and Hangzhou starts again", STRAY, "L2", "stray")
def _(world: World) -> None:
    world.put(world.cases(HANGZHOU), world.taken_in.record, ACCUSED)
    world.start(HANGZHOU, 2)


@artefact(197, "copied-and-listed", "the same, and Hangzhou lists it", REJECTED, "F4", "topic")
def _(world: World) -> None:
    world.say(world.taken_in, place=world.cases(HANGZHOU), role=ACCUSED)
    world.cover(HANGZHOU)


@artefact(
    198,
    "copied-before-the-genuine",
    "a new event of Shanghai, listed by Hangzhou before Shanghai does",
    REJECTED,
    "F4",
    "topic",
)
def _(world: World) -> None:
    forged = world.event(SHANGHAI, Withdrawn(()), after=world.taken_in)
    world.say(forged, place=world.cases(HANGZHOU), role=ACCUSED)
    world.cover(HANGZHOU)
    world.say(forged, role=GOOD)
    world.cover(SHANGHAI)


@artefact(
    199, "listed-elsewhere-again", "the same copy, listed by Hangzhou, once more behind it", REJECTED, "F4", "topic"
)
def _(world: World) -> None:
    place = world.cases(HANGZHOU)
    world.say(world.taken_in, place=place, expect=Expected(REJECTED, "F4", "topic"))
    world.cover(HANGZHOU)
    world.put(place, world.taken_in.record, ACCUSED)


@artefact(
    200,
    "in-both-partitions",
    "a genuine event, listed in the other partition of its topic too",
    REJECTED,
    "F4",
    "partition",
)
def _(world: World) -> None:
    forged = world.say(act(world), role=GOOD)
    world.say(forged, place=world.cases(HANGZHOU, 1), role=ACCUSED)
    world.cover(HANGZHOU)


@artefact(201, "never-listed", "an event that no checkpoint lists before the next start", STRAY, "L2", "stray")
def _(world: World) -> None:
    forged = world.event(HEFEI, TakenOver(), after=world.offered)
    world.put(world.place_of(forged), forged.record, ACCUSED)
    world.start(HEFEI, 2)


@artefact(202, "not-listed-yet", "an event that no checkpoint lists", UNLISTED)
def _(world: World) -> None:
    forged = world.event(HEFEI, TakenOver(), after=world.offered)
    world.put(world.place_of(forged), forged.record, ACCUSED)
