"""Checkpoints and starts that must not count, and those that hold a partition."""

from collections.abc import Callable
from dataclasses import replace

from tests.corpus.artefact import Expected, Role, Verdict
from tests.corpus.catalogue import artefact
from tests.corpus.crafted import by_mixed_order_key, flipped, garbage, mixed_order_public
from tests.corpus.federation import HANGZHOU, HEFEI
from tests.corpus.keys import signing_key
from tests.corpus.log_by_hand import Forged, note_record
from tests.corpus.world import World
from tongban.contracts.notes.checkpoint import Checkpoint, Incarnation
from tongban.contracts.notes.log_note import CHECKPOINT_CONTENT_TYPE, encode_checkpoint
from tongban.contracts.notes.note import NoteSignature, SignedNote, key_hash, parse_note
from tongban.contracts.wire.record import Record
from tongban.domain.events.acceptance import Accepted
from tongban.domain.events.ending import Withdrawn
from tongban.domain.events.region import KeyRevoked, LedgerKeyRotated, RevocationReason
from tongban.domain.events.values import PublicKey
from tongban.domain.header import Head, Under
from tongban.ledger.event_log import TopicPartition

ACCUSED, GOOD = Role.ACCUSED, Role.GOOD
VOID, DUPLICATE, WAITING = Verdict.VOID, Verdict.DUPLICATE, Verdict.WAITING
UNJUDGED = Expected(Verdict.UNJUDGED)


def published(world: World) -> tuple[Forged, TopicPartition]:
    """An act of Hangzhou that stands in its topic and that a checkpoint should list next."""
    forged = world.event(HANGZHOU, Accepted(20_717, None), after=world.in_hangzhou)
    return world.say(forged, role=GOOD), world.place_of(forged)


def false_note(
    number: int, name: str, what: str, code: str, make: Callable[[World, TopicPartition], Record | None]
) -> None:
    """A note of Hangzhou's that is wrong, before the genuine one."""

    @artefact(number, name, what, VOID, "L1", code)
    def _(world: World) -> None:
        _, place = published(world)
        record = make(world, place)
        assert record is not None
        world.put(place, record, ACCUSED)


def changed(number: int, name: str, what: str, code: str, change: Callable[[World, Checkpoint], Checkpoint]) -> None:
    """A checkpoint that is wrong and genuinely signed."""

    def make(world: World, place: TopicPartition) -> Record:
        said = change(world, world.checkpoint(place, world.partitions[place].pending))
        return note_record(place, encode_checkpoint(said, world.ledger_key(HANGZHOU)))

    false_note(number, name, what, code, make)


# What a checkpoint says -----------------------------------------------------------------------------------------------

changed(210, "other-root", "a checkpoint with another root", "root",
        lambda world, said: replace(said, root=garbage("root")))  # fmt: skip
changed(211, "smaller", "a checkpoint that is smaller than what counted", "size",
        lambda world, said: replace(said, size=0, leaves=()))  # fmt: skip
changed(212, "larger", "a checkpoint with more leaves than it lists", "size",
        lambda world, said: replace(said, size=said.size + 1))  # fmt: skip
changed(213, "lists-nothing", "a checkpoint that lists nothing new", "checkpoint_repeated",
        lambda world, said: world.checkpoint(world.cases(HANGZHOU), ()))  # fmt: skip
changed(214, "other-incarnation", "a checkpoint of an incarnation that never started", "incarnation",
        lambda world, said: replace(said, incarnation=Incarnation(7, garbage("i", size=16))))  # fmt: skip
changed(215, "other-origin", "a checkpoint of another partition's log", "origin",
        lambda world, said: replace(said, origin=said.origin.removesuffix("0") + "1"))  # fmt: skip
changed(216, "heads-back", "a checkpoint that names an older registry head", "heads_back",
        lambda world, said: replace(said, heads=Under(said.heads.federation, world.heads[HANGZHOU][8])))  # fmt: skip
changed(217, "foreign-heads", "a checkpoint under the registry of another city", "head_foreign",
        lambda world, said: replace(said, heads=Under(said.heads.federation, world.heads[HEFEI][9])))  # fmt: skip
changed(218, "head-number-differs", "a checkpoint that names a head under another number", "head_number",
        lambda world, said: replace(said, heads=Under(said.heads.federation,
                                                      Head(10, world.heads[HANGZHOU][9].hash))))  # fmt: skip


@artefact(219, "old-incarnation", "a checkpoint of an incarnation that is over", VOID, "L1", "incarnation")
def _(world: World) -> None:
    _, place = published(world)
    late = world.checkpoint(place, world.partitions[place].pending)
    world.placed[-1] = replace(world.placed[-1], expect=Expected(Verdict.STRAY, "L2", "stray"))
    world.start(HANGZHOU, 2)
    world.put_checkpoint(place, late, role=ACCUSED)


@artefact(
    220, "old-incarnation-unknown-heads", "the same, naming heads that nobody has: nobody waits", VOID, "L1", "incarnation"
)  # fmt: skip
def _(world: World) -> None:
    place = world.cases(HANGZHOU)
    said = world.checkpoint(place, (garbage("leaf"),))
    world.start(HANGZHOU, 2)
    heads = Under(said.heads.federation, Head(99, garbage("head")))
    world.put_checkpoint(place, replace(said, heads=heads), role=ACCUSED)


@artefact(
    221, "doubled", "two checkpoints of one incarnation and size that list different events", VOID, "L1", "doubled"
)
def _(world: World) -> None:
    _, place = published(world)
    other = world.checkpoint(place, (garbage("leaf"),))
    world.cover_place(place)
    world.put_checkpoint(place, other, role=ACCUSED)


@artefact(222, "other-root-again", "the leaves that counted once more, under another root", VOID, "L1", "doubled")
def _(world: World) -> None:
    _, place = published(world)
    other = world.checkpoint(place, world.partitions[place].pending, root=garbage("root"))
    world.cover_place(place)
    world.put_checkpoint(place, other, role=ACCUSED)


@artefact(225, "older-root-again", "the same, of leaves that counted longer ago", VOID, "L1", "doubled")
def _(world: World) -> None:
    forged, place = published(world)
    other = world.checkpoint(place, world.partitions[place].pending, root=garbage("root"))
    world.cover_place(place)
    world.say(world.event(HANGZHOU, Withdrawn(()), after=forged), role=GOOD)
    world.cover_place(place)
    world.put_checkpoint(place, other, role=ACCUSED)


@artefact(
    226,
    "leaf-changed-again",
    "a genuine checkpoint once more, with another leaf, which nobody signed",
    VOID,
    "L1",
    "root",
)
def _(world: World) -> None:
    _, place = published(world)
    world.cover_place(place)
    record = world.placed[-1].record
    world.put(place, replace(record, value=flipped(record.value, -1)), ACCUSED)


@artefact(227, "between-sizes", "a late checkpoint of the first of two leaves that counted together", DUPLICATE)
def _(world: World) -> None:
    forged, place = published(world)
    late = world.checkpoint(place, world.partitions[place].pending)
    world.say(world.event(HANGZHOU, Withdrawn(()), after=forged), role=GOOD)
    world.cover_place(place)
    world.put_checkpoint(place, late, role=ACCUSED)


@artefact(228, "other-leaves-and-more", "other leaves than counted, and one more", VOID, "L1", "doubled")
def _(world: World) -> None:
    _, place = published(world)
    other = world.checkpoint(place, (garbage("leaf", 1), garbage("leaf", 2)))
    world.cover_place(place)
    world.put_checkpoint(place, other, role=ACCUSED)


@artefact(
    229, "root-without-leaves", "what counted longer ago under another root, without its leaves", VOID, "L1", "doubled"
)
def _(world: World) -> None:
    forged, place = published(world)
    other = world.checkpoint(place, world.partitions[place].pending, root=garbage("root"))
    world.cover_place(place)
    world.say(world.event(HANGZHOU, Withdrawn(()), after=forged), role=GOOD)
    world.cover_place(place)
    world.put_checkpoint(place, replace(other, leaves=()), role=ACCUSED)


@artefact(223, "checkpoint-repeated", "a genuine checkpoint once more", DUPLICATE)
def _(world: World) -> None:
    _, place = published(world)
    world.cover_place(place)
    world.put(place, world.placed[-1].record, ACCUSED)


@artefact(
    224, "leaves-not-there", "a city lists an event that it never published: that partition stands",
    WAITING, behind=UNJUDGED,
)  # fmt: skip
def _(world: World) -> None:
    place = world.cases(HANGZHOU)
    leaf = garbage("leaf")
    world.put_checkpoint(place, world.checkpoint(place, (leaf,)), role=ACCUSED)
    world.partitions[place].edge = world.partitions[place].edge.extend((leaf,))


# By whom it is signed -------------------------------------------------------------------------------------------------


def signed_by(world: World, place: TopicPartition, key) -> Record:
    return note_record(place, encode_checkpoint(world.checkpoint(place, world.partitions[place].pending), key))


false_note(230, "by-another-city", "a checkpoint signed by another city", "note_signature",
           lambda world, place: signed_by(world, place, signing_key(HEFEI, "ledger")))  # fmt: skip
false_note(231, "by-the-authority", "a checkpoint signed with the authority key", "note_signature",
           lambda world, place: signed_by(world, place, signing_key(HANGZHOU, "authority")))  # fmt: skip
false_note(232, "by-an-officer", "a checkpoint signed by an officer", "note_signature",
           lambda world, place: signed_by(world, place, signing_key(HANGZHOU, "handler")))  # fmt: skip


@artefact(233, "log-of-another-city", "a genuine checkpoint of another city's log", VOID, "L1", "origin")
def _(world: World) -> None:
    theirs = next(
        each.record for each in reversed(world.base)
        if each.place == world.cases(HEFEI) and each.record.headers[0][1] == CHECKPOINT_CONTENT_TYPE.encode()
    )  # fmt: skip
    world.put(world.cases(HANGZHOU), theirs, ACCUSED)


def rotate(world: World, *keys: PublicKey) -> None:
    """Hangzhou's registry names other ledger keys, one after the other; the old key covers that."""
    for key in keys:
        world.enter(world.entry(HANGZHOU, LedgerKeyRotated(key)))
    world.cover(HANGZHOU)
    world.ledger_keys[HANGZHOU] = NEW_KEY


def rotated(world: World, *keys: PublicKey) -> TopicPartition:
    """The same, and an act of Hangzhou that a checkpoint should list next."""
    rotate(world, *keys)
    _, place = published(world)
    return place


NEW_KEY = signing_key(HANGZHOU, "ledger 2")
NEW_PUBLIC = PublicKey("ed25519", NEW_KEY.public_key)


@artefact(
    234, "by-the-old-key", "a checkpoint under a rotation, signed with the key before it", VOID, "L1", "note_signature"
)
def _(world: World) -> None:
    place = rotated(world, NEW_PUBLIC)
    old = signing_key(HANGZHOU, "ledger")
    world.put_checkpoint(place, world.checkpoint(place, world.partitions[place].pending), keys=(old,), role=ACCUSED)


@artefact(235, "by-a-revoked-key", "a checkpoint under the revocation of its key", VOID, "L1", "note_signature")
def _(world: World) -> None:
    old = signing_key(HANGZHOU, "ledger")
    world.enter(world.entry(HANGZHOU, KeyRevoked(old.key_id, RevocationReason.COMPROMISED)))
    place = rotated(world, NEW_PUBLIC)
    said = world.checkpoint(place, world.partitions[place].pending)
    heads = Under(said.heads.federation, world.heads[HANGZHOU][10])
    world.put_checkpoint(place, replace(said, heads=heads), keys=(old,), role=ACCUSED)


@artefact(
    236, "by-a-mixed-order-key", "a checkpoint by a ledger key with a part of order 8", VOID, "L1", "note_signature"
)
def _(world: World) -> None:
    key = signing_key(HANGZHOU, "odd")
    odd = PublicKey("ed25519", mixed_order_public(key))
    place = rotated(world, odd, NEW_PUBLIC)
    said = world.checkpoint(place, world.partitions[place].pending)
    said = replace(said, heads=Under(said.heads.federation, world.heads[HANGZHOU][10]))
    old = signing_key(HANGZHOU, "ledger")
    value = encode_checkpoint(said, old)
    note, tail = value.split(b"\n\n\xe2", 1)[0] + b"\n", b"".join(said.leaves)
    signature = by_mixed_order_key(key, note)
    line = NoteSignature(said.origin, key_hash(said.origin, odd.key), signature)
    written = SignedNote(note.decode(), (line, *parse_note(value[: -len(tail) - 1]).signatures)).to_bytes()
    world.put(place, note_record(place, written + b"\n" + tail), ACCUSED)


@artefact(
    237,
    "by-a-key-of-another-suite",
    "a checkpoint by a ledger key that is enrolled as SM2",
    VOID,
    "L1",
    "note_signature",
)
def _(world: World) -> None:
    key = signing_key(HANGZHOU, "odd")
    place = rotated(world, PublicKey("sm2", key.public_key), NEW_PUBLIC)
    said = world.checkpoint(place, world.partitions[place].pending)
    said = replace(said, heads=Under(said.heads.federation, world.heads[HANGZHOU][10]))
    world.put_checkpoint(place, said, keys=(key, signing_key(HANGZHOU, "ledger")), role=ACCUSED)


@artefact(
    238, "by-the-new-key-alone", "a checkpoint under a rotation, without the key before it", VOID, "L1", "note_signature"
)  # fmt: skip
def _(world: World) -> None:
    place = rotated(world, NEW_PUBLIC)
    world.put_checkpoint(place, world.checkpoint(place, world.partitions[place].pending), keys=(NEW_KEY,), role=ACCUSED)


@artefact(239, "repeated-behind-a-rotation", "a genuine checkpoint under the old key once more, behind one under the new key",
          DUPLICATE)  # fmt: skip
def _(world: World) -> None:
    forged, place = published(world)
    world.cover_place(place)
    record = world.placed[-1].record
    rotate(world, NEW_PUBLIC)
    world.say(world.event(HANGZHOU, Withdrawn(()), after=forged), role=GOOD)
    world.cover_place(place)
    world.put(place, record, ACCUSED)
