"""What a note in a partition does: a start or checkpoint counts, is void, only repeats, or has to wait.

    record's value ─► parsed? of this partition? ─► consider (`partition_log`) ─► signed? ─► Counted
                        │                             │                             ├─► void: no signature that is needed
                        └─► void                      └─► void, or repeated         └─► waits: heads that are not here

- A note that names registry heads which are not here is not passed over if the ledger key under the note before it signed
  it: the partition waits before it. One that this key did not sign is void (`tongban.ledger.note_keys`).
- A note that does not extend what counted is void whatever heads it names: they are not looked at, so nobody waits, and
  all readers say the same.
- The watch of the own region is called for every genuine note, before anything behind it is judged. A void note by a key
  that was replaced is not reported to it: a thief of that key stops no writer.

Sources: DESIGN.md, "The log of a partition"; INTERLEAVINGS.md 5, 24, 25, 27, 28, 29.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from tongban.contracts.notes.checkpoint import Checkpoint, Start
from tongban.contracts.notes.log_note import parse_log_note, verify_log_note
from tongban.contracts.notes.note import SignedNote
from tongban.contracts.wire.signatures import ED25519
from tongban.domain.chain.verdict import Parked, Rejected
from tongban.domain.errors import MalformedError
from tongban.domain.events.values import PublicKey
from tongban.domain.identifiers import RegionCode
from tongban.ledger.contradictions import compare
from tongban.ledger.event_log import TopicPartition
from tongban.ledger.knowledge import Knowledge
from tongban.ledger.note_keys import key_at, keys_until
from tongban.ledger.note_watch import NoteWatch
from tongban.ledger.partition_log import PartitionLog, Void, consider_checkpoint, consider_start
from tongban.ledger.store import Transaction
from tongban.ledger.topics import origin

BESIDE_WHAT_COUNTED = frozenset({"size", "heads_back", "checkpoint_repeated"})
"""Why a checkpoint of the current incarnation does not extend what counted, though it may say the same once more."""


@dataclass(frozen=True, slots=True)
class Counted:
    """The note counts; `log` is the partition's log after it."""

    note: Start | Checkpoint
    log: PartitionLog


@dataclass(frozen=True, slots=True)
class Repeated:
    """The note says once more what counted already."""


@dataclass(frozen=True, slots=True)
class HeadsAwaited:
    """The note names heads that are not here, or its region is not enrolled here: read it again later."""


@dataclass(frozen=True, slots=True)
class _Named:
    """A note of this partition with its bytes, and the ledger keys up to the note before it, that one's first."""

    note: Start | Checkpoint
    signed: SignedNote
    value: bytes
    keys: Sequence[PublicKey]


class NoteReader:
    """Reads the notes of one partition. `watch`: over the own region's notes; None for a partition of another."""

    def __init__(
        self, place: TopicPartition, writer: RegionCode, knowledge: Knowledge, watch: NoteWatch | None
    ) -> None:
        self.place = place
        self._writer = writer
        self._origin = origin(knowledge.genesis.name, writer, place)
        self._knowledge = knowledge
        self._watch = watch

    def read(self, tx: Transaction, log: PartitionLog, value: bytes) -> Counted | Repeated | Void | HeadsAwaited:
        """What the note in a record's value does to `log`. The watch may raise, to stop the process."""
        try:
            note, signed = parse_log_note(value)
        except MalformedError as err:
            return Void("note_malformed", err.expected or err.message, err.found)
        if note.origin != self._origin:
            return Void("origin", self._origin, note.origin)
        keys = keys_until(tx, self._knowledge, self._writer, log)
        if not keys:
            return HeadsAwaited()
        named = _Named(note, signed, value, keys)
        after = consider_start(log, note) if isinstance(note, Start) else consider_checkpoint(log, note)
        if isinstance(after, Void):
            return self._read_void(tx, log, named, after)
        fault = self._signature_fault(tx, named)
        if fault is not None:
            return fault
        self._report(named, counted=True)
        return Counted(note, after)

    def _read_void(self, tx: Transaction, log: PartitionLog, read: _Named, void: Void) -> Void | Repeated:
        """Why a note that does not extend `log` is void, if it does not only repeat what counted."""
        signers = [key for key in read.keys if self._is_signed(read.signed, key)]
        if not signers:
            return self._unsigned("up to the note before it")
        if signers[0] == read.keys[0]:
            self._report(read, counted=False)
        if isinstance(read.note, Start):
            return Repeated() if void.code == "start_repeated" else void
        if void.code in BESIDE_WHAT_COUNTED:
            return compare(tx, self.place, log, read.note, void) or Repeated()
        return void

    # Signatures ------------------------------------------------------------------------------------------------------

    def _signature_fault(self, tx: Transaction, read: _Named) -> Void | HeadsAwaited | None:
        before = read.keys[0]
        if not self._is_signed(read.signed, before):
            return self._unsigned("under the note before it")
        key = key_at(tx, self._knowledge, self._writer, read.note.heads)
        if isinstance(key, Parked):
            return HeadsAwaited()
        if isinstance(key, Rejected):
            return Void(key.code, key.expected, key.found)
        if key is None or (key != before and not self._is_signed(read.signed, key)):
            return self._unsigned("at the heads it names")
        return None

    def _is_signed(self, signed: SignedNote, key: PublicKey) -> bool:
        return key.suite == ED25519 and verify_log_note(signed, self._origin, key.key)

    def _unsigned(self, which: str) -> Void:
        wanted = f"a signature by the ledger key of {self._writer} {which}"
        return Void("note_signature", wanted, "none that verifies")

    # The watch -------------------------------------------------------------------------------------------------------

    def _report(self, read: _Named, *, counted: bool) -> None:
        if self._watch is None:
            return
        if isinstance(read.note, Start):
            self._watch.saw_start(self.place, read.note, counted=counted)
        else:
            self._watch.saw_checkpoint(self.place, read.note, hashlib.sha256(read.value).digest(), counted=counted)
