"""Rule L1: notes that were changed on the way, and what is no note."""

from collections.abc import Callable
from dataclasses import replace

from tests.corpus.crafted import flipped, garbage
from tests.corpus.federation import HANGZHOU
from tests.corpus.log_by_hand import note_record
from tests.corpus.notes import false_note
from tests.corpus.world import World
from tongban.contracts.notes.log_note import CHECKPOINT_CONTENT_TYPE, encode_checkpoint
from tongban.contracts.notes.note import parse_note
from tongban.contracts.wire.record import Record
from tongban.ledger.event_log import TopicPartition


def rewritten(number: int, name: str, what: str, code: str, change: Callable[[bytes], bytes]) -> None:
    """A genuine checkpoint whose bytes were changed on the way."""

    def make(world: World, place: TopicPartition) -> Record:
        said = world.checkpoint(place, world.partitions[place].pending)
        return note_record(place, change(encode_checkpoint(said, world.ledger_key(HANGZHOU))))

    false_note(number, name, what, code, make)


def _replaced(data: bytes, old: bytes, new: bytes) -> bytes:
    assert old in data
    return data.replace(old, new, 1)


def _flip_signature(value: bytes) -> bytes:
    note, leaves = parse_note(value[:-33]), value[-33:]
    line = replace(note.signatures[0], signature=flipped(note.signatures[0].signature, 10))
    return replace(note, signatures=(line,)).to_bytes() + leaves


def _twice(value: bytes) -> bytes:
    start = value.index(b"\ntime ")
    end = value.index(b"\n", start + 1)
    return value[:end] + value[start:]


def _signed_twice(value: bytes) -> bytes:
    start = value.index("\n\n—".encode()) + 2
    end = value.index(b"\n", start) + 1
    return value[:end] + value[start:]


def _with_leaves(world: World, place: TopicPartition, number: int) -> Record:
    leaves = tuple(garbage("leaf", each) for each in range(number))
    said = world.checkpoint(place, leaves)
    short = encode_checkpoint(replace(said, leaves=leaves[:1]), world.ledger_key(HANGZHOU))
    return note_record(place, short + b"".join(leaves[1:]))


rewritten(240, "note-time", "another time in a signed checkpoint", "note_signature",
          lambda value: _replaced(value, b"\ntime 2026-", b"\ntime 2027-"))  # fmt: skip
rewritten(241, "note-signature", "a flipped bit in a checkpoint's signature", "note_signature",
          _flip_signature)  # fmt: skip
rewritten(
    242, "note-leaf", "a flipped bit in a listed leaf, which nobody signed", "root", lambda value: flipped(value, -1)
)
rewritten(243, "note-leaf-cut", "a checkpoint that ends within a leaf", "note_malformed", lambda value: value[:-1])
rewritten(244, "note-leaf-missing", "a checkpoint without its leaves", "size", lambda value: value[:-32])
rewritten(245, "note-without-tail", "a checkpoint without the empty line before its leaves", "note_malformed",
          lambda value: value[:-33])  # fmt: skip
rewritten(246, "note-leading-zero", "a size with a leading zero", "note_malformed",
          lambda value: _replaced(value, b"/0\n2\n", b"/0\n02\n"))  # fmt: skip
rewritten(247, "note-line-twice", "the line of the time stands twice", "note_malformed", _twice)
rewritten(248, "note-not-utf-8", "a byte that is no UTF-8", "note_malformed",
          lambda value: _replaced(value, b"\ntime", b"\n\xff\xfeme"))  # fmt: skip
rewritten(249, "note-signed-twice", "the same signature line twice", "note_malformed", _signed_twice)
rewritten(250, "note-in-capitals", "hex in capitals", "note_malformed",
          lambda value: value.replace(b"\nregion 9 ", b"\nREGION 9 "))  # fmt: skip
rewritten(251, "note-carriage-return", "lines that end as on another system", "note_malformed",
          lambda value: _replaced(value, b"\n", b"\r\n"))  # fmt: skip
false_note(252, "note-null", "a checkpoint without a value", "note_malformed",
           lambda world, place: Record(place.topic.encode(), None,
                                       (("content-type", CHECKPOINT_CONTENT_TYPE.encode()),)))  # fmt: skip
false_note(253, "note-garbage", "bytes that mean nothing under the content-type of a note", "note_malformed",
           lambda world, place: note_record(place, garbage("note", size=300)))  # fmt: skip
false_note(254, "note-endless", "a note of 200 kB without an end", "note_malformed",
           lambda world, place: note_record(place, b"a" * 200_000))  # fmt: skip
false_note(255, "note-many-leaves", "a checkpoint that lists 1,001 leaves", "note_malformed",
           lambda world, place: _with_leaves(world, place, 1_001))  # fmt: skip
