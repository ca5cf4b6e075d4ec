"""Reading one partition of a cases or registry topic: notes say what counts, and in which order events are judged.

    record ── event ──────────► held until listed
           ── start ──────────► counts if its number is greater; what is held then is a stray (it may be listed later)
           ── checkpoint ─────► counts if it extends what counted; lists leaves
           ── anything else ──► quarantine
    listed leaf ── with a record at hand ──► judged, settled (`tongban.ledger.intake`)
                ── without ────────────────► the partition waits there; reading goes on, other partitions too

A note that names registry heads which are not here is not passed over if the ledger key under the note before it signed
it: the partition stays before it. One that this key did not sign is void (`tongban.ledger.note_keys`).
Sources: DESIGN.md, "The log of a partition"; INTERLEAVINGS.md 5, 24, 25, 27, 28, 29.
"""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence

from tongban.contracts.notes.checkpoint import Checkpoint, Start
from tongban.contracts.notes.log_note import (
    CHECKPOINT_CONTENT_TYPE,
    START_CONTENT_TYPE,
    parse_log_note,
    verify_log_note,
)
from tongban.contracts.notes.note import SignedNote
from tongban.contracts.wire.record import Record
from tongban.contracts.wire.signatures import ED25519
from tongban.domain.chain.merkle import CompactRange
from tongban.domain.chain.verdict import Parked, Rejected
from tongban.domain.errors import MalformedError
from tongban.domain.events.values import PublicKey
from tongban.domain.identifiers import RegionCode
from tongban.ledger.batch import Batch, Found, Waiting
from tongban.ledger.contradictions import compare
from tongban.ledger.event_log import LoggedRecord, TopicPartition
from tongban.ledger.intake import Clock, Intake, Tally, floor_of
from tongban.ledger.judge import Floor, Judge, Opened
from tongban.ledger.kept import HeldRecord, Leaf
from tongban.ledger.knowledge import Knowledge
from tongban.ledger.note_keys import key_at, keys_until
from tongban.ledger.note_watch import NoteWatch
from tongban.ledger.partition_log import PartitionLog, Void, consider_checkpoint, consider_start
from tongban.ledger.store import Transaction
from tongban.ledger.topics import origin

BESIDE_WHAT_COUNTED = frozenset({"size", "heads_back", "checkpoint_repeated"})
"""Why a checkpoint of the current incarnation does not extend what counted, though it may say the same once more."""


class PartitionReader:
    """Reads a batch of records of one partition within one transaction."""

    def __init__(
        self,
        place: TopicPartition,
        writer: RegionCode,
        knowledge: Knowledge,
        judge: Judge,
        intake: Intake,
        clock: Clock,
        watch: NoteWatch | None,
    ) -> None:
        self._place = place
        self._writer = writer
        self._origin = origin(knowledge.genesis.name, writer, place)
        self._knowledge = knowledge
        self._judge = judge
        self._intake = intake
        self._clock = clock
        self._watch = watch

    def take(self, tx: Transaction, tally: Tally, records: Sequence[LoggedRecord]) -> int | None:
        """Take records in, in order. Returns the offset at which to go on reading later if a note's heads are missing."""
        batch = Batch(self._place, tx.logs.state(self._place))
        found = [None if _is_note(logged.record) else self._open(logged.record) for logged in records]
        self._look_ahead(tx, [each for each in found if isinstance(each, Found)])
        stopped_at = None
        for logged, each in zip(records, found, strict=True):
            if each is not None:
                self._take_event(tx, tally, batch, logged, each)
            elif not self._take_note(tx, tally, batch, logged):
                stopped_at = logged.offset
                tally.awaiting_heads.add(self._place)
                break
        self._release(tx, tally, batch)
        self._hold_rest(tx, batch)
        tx.logs.keep(self._place, batch.state)
        return stopped_at

    # Events ----------------------------------------------------------------------------------------------------------

    def _open(self, record: Record) -> Found | Rejected:
        signed = self._judge.parse(record)
        return signed if isinstance(signed, Rejected) else Found(signed.leaf, self._judge.open(signed))

    def _open_held(self, held: HeldRecord) -> Found | Rejected:
        opened = self._judge.recall(held.leaf)
        return Found(held.leaf, opened) if opened is not None else self._open(held.record)

    def _hold_rest(self, tx: Transaction, batch: Batch) -> None:
        """What nothing listed so far is kept for later."""
        for leaf, each in batch.take_rest():
            tx.logs.hold(self._place, each.offset, leaf, each.record)
            if isinstance(each.opened, Opened):
                self._judge.remember(leaf, each.opened)

    def _look_ahead(self, tx: Transaction, found: Sequence[Found]) -> None:
        """Ask the store at once what would be asked of it for each event."""
        tx.logs.look_ahead(self._place, [each.leaf for each in found])
        self._look_ahead_for(tx, found)

    def _look_ahead_for(self, tx: Transaction, found: Sequence[Found]) -> None:
        events = [each.opened.event for each in found if isinstance(each.opened, Opened)]
        tx.events.look_ahead(events)
        tx.parking.look_ahead([event.hash for event in events])

    def _take_event(
        self, tx: Transaction, tally: Tally, batch: Batch, logged: LoggedRecord, found: Found | Rejected
    ) -> None:
        if isinstance(found, Rejected):
            self._quarantine(tx, "rejected", logged, found.rule, found)
            tally.rejected += 1
            return
        listed = tx.logs.find_leaf(self._place, found.leaf)
        if listed is None or listed.index >= batch.released:
            batch.hold(logged, found)
        elif isinstance(found.opened, Opened) and self._is_kept(tx, logged.record, found.opened):
            self._intake.covered(tx, tally, listed, found.opened.event)
        else:  # listed and rejected before, perhaps for the envelope of another record
            judgement = self._judge.judge_record(tx, self._place, logged.record, floor_of(listed))
            self._intake.settle(tx, tally, listed, logged.offset, logged.record, judgement)

    # Notes -----------------------------------------------------------------------------------------------------------

    def _take_note(self, tx: Transaction, tally: Tally, batch: Batch, logged: LoggedRecord) -> bool:
        """False: the note names heads that are not here, or its region is not enrolled here."""
        value, log = logged.record.value or b"", batch.log
        try:
            said, note = parse_log_note(value)
        except MalformedError as err:
            self._void(tx, tally, logged, Void("note_malformed", err.expected or err.message, err.found))
            return True
        if said.origin != self._origin:
            self._void(tx, tally, logged, Void("origin", self._origin, said.origin))
            return True
        keys = keys_until(tx, self._knowledge, self._writer, log)
        if not keys:
            return False
        considered = consider_start(log, said) if isinstance(said, Start) else consider_checkpoint(log, said)
        if isinstance(considered, Void):
            self._take_void(tx, tally, log, logged, said, note, keys, considered)
            return True
        fault = self._signature_fault(tx, said, note, keys[0])
        if isinstance(fault, Parked):
            return False
        if fault is not None:
            self._void(tx, tally, logged, fault)
            return True
        self._tell(said, value, counted=True)
        if isinstance(said, Start):
            self._count_start(tx, tally, batch)
        else:
            self._count_checkpoint(tx, tally, batch, said, considered.edge)
        batch.log = considered
        if isinstance(said, Checkpoint):
            self._release(tx, tally, batch)
        return True

    def _take_void(
        self,
        tx: Transaction,
        tally: Tally,
        log: PartitionLog,
        logged: LoggedRecord,
        said: Start | Checkpoint,
        note: SignedNote,
        keys: Sequence[PublicKey],
        considered: Void,
    ) -> None:
        """Whatever heads it names, it cannot count: they are not looked at, so nobody waits and all say the same."""
        signers = [key for key in keys if self._is_signed(note, key)]
        if not signers:
            self._void(tx, tally, logged, self._unsigned("up to the note before it"))
            return
        if signers[0] == keys[0]:  # not by a key that was replaced: a thief of that one stops no writer
            self._tell(said, logged.record.value or b"", counted=False)
        void: Void | None = considered
        if isinstance(said, Start):
            void = None if considered.code == "start_repeated" else considered
        elif considered.code in BESIDE_WHAT_COUNTED:
            void = compare(tx, self._place, log, said, considered)
        if void is None:
            tally.duplicate += 1
        else:
            self._void(tx, tally, logged, void)

    def _tell(self, said: Start | Checkpoint, value: bytes, *, counted: bool) -> None:
        if self._watch is None:
            return
        if isinstance(said, Start):
            self._watch.saw_start(self._place, said, counted=counted)
        else:
            self._watch.saw_checkpoint(self._place, said, hashlib.sha256(value).digest(), counted=counted)

    def _signature_fault(
        self, tx: Transaction, said: Start | Checkpoint, note: SignedNote, before: PublicKey
    ) -> Parked | Void | None:
        if not self._is_signed(note, before):
            return self._unsigned("under the note before it")
        key = key_at(tx, self._knowledge, self._writer, said.heads)
        if isinstance(key, Parked):
            return key
        if isinstance(key, Rejected):
            return Void(key.code, key.expected, key.found)
        if key is None or (key != before and not self._is_signed(note, key)):
            return self._unsigned("at the heads it names")
        return None

    def _is_signed(self, note: SignedNote, key: PublicKey) -> bool:
        return key.suite == ED25519 and verify_log_note(note, self._origin, key.key)

    def _unsigned(self, which: str) -> Void:
        wanted = f"a signature by the ledger key of {self._writer} {which}"
        return Void("note_signature", wanted, "none that verifies")

    def _count_start(self, tx: Transaction, tally: Tally, batch: Batch) -> None:
        self._hold_rest(tx, batch)
        for held in tx.logs.unlisted(self._place):
            tally.stray += 1
            self._stray(tx, held)
        tx.logs.mark_strays(self._place)

    def _count_checkpoint(
        self, tx: Transaction, tally: Tally, batch: Batch, checkpoint: Checkpoint, edge: CompactRange
    ) -> None:
        tally.checkpoints += 1
        first = batch.log.size
        time_us = checkpoint.time_us
        leaves = [Leaf(self._place, first + i, leaf, time_us) for i, leaf in enumerate(checkpoint.leaves)]
        tx.logs.list_leaves(leaves)
        tx.logs.keep_edge(self._place, edge)
        batch.list(leaves)

    # Listed leaves ---------------------------------------------------------------------------------------------------

    def _release(self, tx: Transaction, tally: Tally, batch: Batch) -> None:
        """Judge what is listed, in order, as far as the records are at hand."""
        while leaves := batch.next_leaves(tx):
            waiting = self._records(tx, batch, leaves)
            self._verify_ahead(waiting)
            for listed in leaves:
                floor = batch.floor
                leaf = Leaf(self._place, listed.index, listed.hash, listed.covered_at, floor.federation, floor.region)
                behind = self._settle(tx, tally, leaf, floor, waiting.get(leaf.hash, ()))
                if behind is None:
                    return
                batch.advance(tx, leaf, behind)

    def _records(self, tx: Transaction, batch: Batch, leaves: Sequence[Leaf]) -> Mapping[bytes, Sequence[Waiting]]:
        """All records of these leaves: those held from before, and those of this batch."""
        held = tx.logs.held(self._place, *(leaf.hash for leaf in leaves))
        batch.held = {each.leaf for each in held}
        opened = [self._open_held(each) for each in held]
        self._look_ahead_for(tx, [each for each in opened if isinstance(each, Found)])
        waiting: dict[bytes, list[Waiting]] = defaultdict(list)
        for each, found in zip(held, opened, strict=True):
            waiting[each.leaf].append(Waiting(each.offset, each.record, _opened(found)))
        for leaf in leaves:
            waiting[leaf.hash] += batch.fresh(leaf.hash)
        return waiting

    def _verify_ahead(self, waiting: Mapping[bytes, Sequence[Waiting]]) -> None:
        opened = [records[0].opened for records in waiting.values() if records]
        items = [(each.signed, each.event.header.key) for each in opened if isinstance(each, Opened)]
        if len(items) > 1:
            self._judge.signatures.ahead(items)

    def _settle(
        self, tx: Transaction, tally: Tally, leaf: Leaf, floor: Floor, waiting: Sequence[Waiting]
    ) -> Floor | None:
        """Settle a leaf; the floor behind it, or None while no record of it is at hand."""
        if not waiting:
            first = tx.logs.find_leaf(self._place, leaf.hash)
            return floor if first is not None and first.index < leaf.index else None  # listed twice: settled already
        parked = False
        for offset, record, opened in waiting:  # the same signed bytes; each record may be wrong in its own way
            if isinstance(opened, Opened) and self._is_kept(tx, record, opened):
                self._intake.covered(tx, tally, leaf, opened.event)
                continue
            judgement = self._judge.judge_opened(tx, self._place, record, opened, floor)
            if parked and isinstance(judgement.verdict, Parked):
                tally.duplicate += 1
                continue
            self._intake.settle(tx, tally, leaf, offset, record, judgement)
            parked = parked or isinstance(judgement.verdict, Parked)
        header = opened.event.header if isinstance(opened, Opened) else self._judge.header_of(record)
        return floor.raised_by(header) if header else floor

    def _is_kept(self, tx: Transaction, record: Record, opened: Opened) -> bool:
        """Whether the event in a record is kept, and the record stands where the event belongs.

        A copy in another's topic, or one that says something else around the event, covers nothing: it is judged.
        """
        kept = tx.events.get(opened.event.hash)
        if kept is None or kept.signed.signature != opened.signed.signature:
            return False
        return self._judge.judge_envelope(tx, self._place, record, opened) is None

    # Evidence --------------------------------------------------------------------------------------------------------

    def _void(self, tx: Transaction, tally: Tally, logged: LoggedRecord, void: Void) -> None:
        tally.void += 1
        self._quarantine(tx, "void", logged, "L1", void)

    def _stray(self, tx: Transaction, held: HeldRecord) -> None:
        tx.parking.quarantine(
            "stray", self._place, held.offset, held.record, rule="L2", code="stray",
            expected="a checkpoint that lists it before the next start", found="none", leaf=None,
            noted_at=self._clock(),
        )  # fmt: skip

    def _quarantine(self, tx: Transaction, kind: str, logged: LoggedRecord, rule: str, why: Void | Rejected) -> None:
        tx.parking.quarantine(
            kind, self._place, logged.offset, logged.record, rule=rule, code=why.code, expected=why.expected,
            found=why.found, leaf=None, noted_at=self._clock(),
        )  # fmt: skip


def _is_note(record: Record) -> bool:
    kinds = [value for name, value in record.headers if name == "content-type"]
    return kinds in ([CHECKPOINT_CONTENT_TYPE.encode()], [START_CONTENT_TYPE.encode()])


def _opened(found: Found | Rejected) -> Opened | Parked | Rejected:
    return found if isinstance(found, Rejected) else found.opened
