"""What a region signs about the log of a partition, as the value of a record: a checkpoint or the start of a writer.

Both are signed notes (`tongban.contracts.notes.note`) whose key name is the origin; leaf hashes follow the checkpoint's:

    <text of the checkpoint>                             <text of the start>
    <empty line>                                         <empty line>
    — <origin> <base64>                                  — <origin> <base64>
    <empty line>
    <leaf hash, 32 raw bytes> ...

A start as its writer signs it, and as every region reads and verifies it:

    >>> from tongban.contracts.notes.checkpoint import Incarnation
    >>> from tongban.domain.header import Head, Under
    >>> key = SigningKey("ed25519", seed=bytes(32))
    >>> heads = Under(federation=Head(12, bytes(32)), region=Head(345, bytes(32)))
    >>> origin = "yangtze-delta/310000/tongban.310000.cases/7"
    >>> start = Start(origin, Incarnation(4, bytes(16)), time_us=1_795_334_400_000_000, heads=heads)
    >>> said, note = parse_log_note(encode_start(start, key))
    >>> print(note.text, end="")
    yangtze-delta/310000/tongban.310000.cases/7
    start
    time 2026-11-22T08:00:00.000000Z
    incarnation 4/00000000000000000000000000000000
    federation 12 0000000000000000000000000000000000000000000000000000000000000000
    region 345 0000000000000000000000000000000000000000000000000000000000000000
    >>> said == start, verify_log_note(note, origin, key.public_key)
    (True, True)

Rules:

- A note may have more signatures than one: two where the ledger key changes (docs/adr/0008), and those of witnesses.
- The leaf hashes are not signed, and need not be: together with the leaves before them they give the signed root, or
  the checkpoint is void. They are at most as many as the tree has leaves.
- What is written here is parsed before it is handed out, so a writer never publishes what readers refuse.

Not handled here: the text (`tongban.contracts.notes.checkpoint`), whether a checkpoint is valid or void, and which key is
the region's (`tongban.ledger`).
"""

from dataclasses import replace
from typing import assert_never

from tongban.contracts.notes.checkpoint import MAX_LEAVES, Checkpoint, Start, note_text, parse_note_text
from tongban.contracts.notes.note import MAX_NOTE_BYTES, SignedNote, parse_note, sign_note, verify_note
from tongban.contracts.wire.signatures import SigningKey
from tongban.domain.errors import MalformedError

CHECKPOINT_CONTENT_TYPE = "application/vnd.tongban.checkpoint"
START_CONTENT_TYPE = "application/vnd.tongban.start"

LEAF_BYTES = 32


def encode_checkpoint(checkpoint: Checkpoint, *keys: SigningKey) -> bytes:
    """The record value of a checkpoint, signed. Raises MalformedError on what no reader would take."""
    note = sign_note(note_text(checkpoint), checkpoint.origin, *keys)
    return _as_read_back(b"".join([note, b"\n", *checkpoint.leaves]), checkpoint)


def encode_start(start: Start, *keys: SigningKey) -> bytes:
    """The record value of a start, signed. Raises MalformedError on what no reader would take."""
    return _as_read_back(sign_note(note_text(start), start.origin, *keys), start)


def parse_log_note(value: bytes) -> tuple[Checkpoint | Start, SignedNote]:
    """What a record value says, and its note to verify. Raises MalformedError unless it is in the one form."""
    written, tail = _split(value)
    note = parse_note(written)
    said = parse_note_text(note.text)
    if all(line.key_name != said.origin for line in note.signatures):
        raise MalformedError(
            "a log note is not signed under its origin",
            expected=f"a signature by {said.origin}",
            found=", ".join(line.key_name for line in note.signatures),
        )
    match said:
        case Checkpoint():
            return replace(said, leaves=_parse_leaves(tail, said.size)), note
        case Start():
            if tail is not None:
                raise MalformedError(
                    "something stands behind a start", expected="its note alone", found=repr(tail[:32])
                )
            return said, note
        case _:
            assert_never(said)


def verify_log_note(note: SignedNote, origin: str, public_key: bytes) -> bool:
    """Whether the note speaks for this origin and carries a valid signature by its region's ledger key."""
    return note.text.startswith(origin + "\n") and verify_note(note, origin, public_key)


def _split(value: bytes) -> tuple[bytes, bytes | None]:
    """The note, and what follows the empty line that ends it; None where there is no such line."""
    # Neither text has an empty line, so the first one ends the text and the second one the signatures.
    head = value[: MAX_NOTE_BYTES + 2]
    text_end = head.find(b"\n\n")
    note_end = head.find(b"\n\n", text_end + 2) if text_end >= 0 else -1
    return (value, None) if note_end < 0 else (value[: note_end + 1], value[note_end + 2 :])


def _parse_leaves(tail: bytes | None, size: int) -> tuple[bytes, ...]:
    if tail is None:
        raise MalformedError("a checkpoint is cut short", expected="an empty line behind its note", found="none")
    most = min(size, MAX_LEAVES)
    if len(tail) % LEAF_BYTES or len(tail) > most * LEAF_BYTES:
        raise MalformedError(
            "the leaves of a checkpoint do not fit",
            expected=f"at most {most} times {LEAF_BYTES} bytes",
            found=f"{len(tail)} bytes",
        )
    return tuple(tail[start : start + LEAF_BYTES] for start in range(0, len(tail), LEAF_BYTES))


def _as_read_back(value: bytes, meant: Checkpoint | Start) -> bytes:
    read, _ = parse_log_note(value)
    if read != meant:
        raise MalformedError("a log note does not read as meant", expected=repr(meant), found=repr(read))
    return value
