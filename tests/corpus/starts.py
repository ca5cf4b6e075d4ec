"""Rules L1 and L2: starts that are wrong, and heads that nobody has."""

from dataclasses import replace

from tests.corpus.catalogue import artefact
from tests.corpus.crafted import garbage
from tests.corpus.federation import HANGZHOU, HEFEI
from tests.corpus.keys import signing_key
from tests.corpus.log_by_hand import note_record
from tests.corpus.notes import ACCUSED, DUPLICATE, UNJUDGED, VOID, WAITING, false_note
from tests.corpus.world import World
from tongban.contracts.notes.checkpoint import Incarnation
from tongban.contracts.notes.log_note import START_CONTENT_TYPE, encode_checkpoint, encode_start
from tongban.contracts.notes.note import parse_note, sign_note
from tongban.contracts.wire.record import Record
from tongban.domain.header import Head, Under
from tongban.domain.identifiers import FEDERATION
from tongban.ledger.event_log import TopicPartition


def start_record(world: World, place: TopicPartition, number: int, key=None, **changes) -> Record:
    said = world.start_of(place, number, **changes)
    return note_record(place, encode_start(said, key or world.ledger_key(HANGZHOU)), START_CONTENT_TYPE)


@artefact(260, "start-repeated", "the newest start once more", DUPLICATE)
def _(world: World) -> None:
    world.start(HANGZHOU, 2)
    place = world.cases(HANGZHOU)
    record = next(each.record for each in reversed(world.placed) if each.place == place)
    world.put(place, record, ACCUSED)


@artefact(261, "start-older", "an older start, repeated behind a newer one", VOID, "L1", "start_not_newer")
def _(world: World) -> None:
    place = world.cases(HANGZHOU)
    first = next(each.record for each in world.base if each.place == place)
    world.start(HANGZHOU, 2)
    world.put(place, first, ACCUSED)


def _with_tail(record: Record) -> Record:
    return replace(record, value=record.value + b"\n" + bytes(32))


def _start_0(world: World, place: TopicPartition) -> Record:
    return _re_signed(world, place, "\nincarnation 2/", "\nincarnation 0/")


def _re_signed(world: World, place: TopicPartition, old: str, new: str) -> Record:
    """A start whose text was changed before it was signed."""
    record = start_record(world, place, 2)
    note = parse_note(record.value)
    assert old in note.text
    text = note.text.replace(old, new, 1)
    return replace(record, value=sign_note(text, note.signatures[0].key_name, world.ledger_key(HANGZHOU)))


false_note(262, "start-same-number", "a start of another copy under a number that is taken", "start_not_newer",
           lambda world, place: start_record(world, place, 1,
                                             incarnation=Incarnation(1, garbage("copy", size=16))))  # fmt: skip
false_note(263, "start-by-another-city", "a start signed by another city", "note_signature",
           lambda world, place: start_record(world, place, 2, signing_key(HEFEI, "ledger")))  # fmt: skip
false_note(264, "start-of-another-log", "a start of another partition", "origin",
           lambda world, place: start_record(world, world.cases(HANGZHOU, 1), 2))  # fmt: skip
false_note(265, "start-heads-back", "a start that names an older registry head", "heads_back",
           lambda world, place: start_record(world, place, 2, heads=Under(world.heads[FEDERATION][4],
                                                                          world.heads[HANGZHOU][8])))  # fmt: skip
false_note(266, "start-with-tail", "a start with something behind it", "note_malformed",
           lambda world, place: _with_tail(start_record(world, place, 2)))  # fmt: skip
false_note(267, "start-number-0", "a start with number 0", "note_malformed",
           _start_0)  # fmt: skip
false_note(268, "start-without-zone", "a start with a time that no calendar has", "note_malformed",
           lambda world, place: _re_signed(world, place, "\ntime 2026-", "\ntime 2026-13-45T99:"))  # fmt: skip


@artefact(
    269, "start-unknown-heads", "anybody's start that names a head which nobody has: nobody waits", VOID, "L1", "note_signature"
)  # fmt: skip
def _(world: World) -> None:
    place = world.cases(HANGZHOU)
    world.put(place, start_record(world, place, 2, signing_key("nobody"), heads=unknown_heads(world)), ACCUSED)


@artefact(
    270, "own-start-unknown-heads", "a city's own start that names a head which nobody has: that partition stands",
    WAITING, behind=UNJUDGED,
)  # fmt: skip
def _(world: World) -> None:
    place = world.cases(HANGZHOU)
    world.put(place, start_record(world, place, 2, heads=unknown_heads(world)), ACCUSED)


false_note(271, "checkpoint-unknown-heads", "anybody's checkpoint that names a head which nobody has", "note_signature",
           lambda world, place: note_record(place, encode_checkpoint(
               world.checkpoint(place, world.partitions[place].pending, heads=unknown_heads(world)),
               signing_key("nobody"))))  # fmt: skip


def unknown_heads(world: World) -> Under:
    """The next head of Hangzhou's registry, which never comes."""
    return Under(world.heads[FEDERATION][4], Head(10, garbage("head")))
