"""Reading one batch of a cases or registry topic's partition: events wait to be listed, and are judged in the listed order.

    record ── event ──────────► held until listed
           ── start ──────────► may count (`note_reader`); what is held then is a stray (it may be listed later)
           ── checkpoint ─────► may count; lists leaves
           ── anything else ──► quarantine
    listed leaf ── with a record here ─────► judged, settled (`tongban.ledger.intake`)
                ── without ────────────────► the partition waits there; reading goes on, other partitions too

Sources: DESIGN.md, "The log of a partition"; INTERLEAVINGS.md 5, 24, 25, 27, 28, 29.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from tongban.contracts.notes.checkpoint import Checkpoint
from tongban.contracts.notes.log_note import (
    CHECKPOINT_CONTENT_TYPE,
    START_CONTENT_TYPE,
)
from tongban.contracts.wire.record import Record
from tongban.domain.chain.verdict import Parked, Rejected
from tongban.ledger.batch import Batch, Found, Waiting
from tongban.ledger.event_log import LoggedRecord
from tongban.ledger.evidence import Reason
from tongban.ledger.intake import Intake, Tally
from tongban.ledger.judge import Floor, Judge, Opened, floor_of
from tongban.ledger.kept import HeldRecord, Leaf, Listed
from tongban.ledger.note_reader import Counted, HeadsAwaited, NoteReader, Repeated
from tongban.ledger.partition_log import Void
from tongban.ledger.store import Transaction


class PartitionReader:
    """Reads one batch of one partition, within the transaction that keeps what comes of it."""

    def __init__(self, tx: Transaction, tally: Tally, notes: NoteReader, judge: Judge, intake: Intake) -> None:
        self._tx = tx
        self._tally = tally
        self._notes = notes
        self._judge = judge
        self._intake = intake
        self._place = notes.place
        self._batch = Batch(notes.place, tx.logs)

    def take(self, records: Sequence[LoggedRecord]) -> int | None:
        """Take records in, in order. Returns the offset at which to go on reading later if a note's heads are missing."""
        found = [None if _is_note(logged.record) else self._open(logged.record) for logged in records]
        self._look_ahead([each for each in found if isinstance(each, Found)])
        stopped_at = None
        for logged, each in zip(records, found, strict=True):
            if each is not None:
                self._take_event(logged, each)
            elif not self._take_note(logged):
                stopped_at = logged.offset
                self._tally.awaiting_heads.add(self._place)
                break
        self._release()
        self._hold_rest()
        self._batch.keep()
        return stopped_at

    # Events ----------------------------------------------------------------------------------------------------------

    def _open(self, record: Record) -> Found | Rejected:
        signed = self._judge.parse(record)
        return signed if isinstance(signed, Rejected) else Found(signed.leaf, self._judge.open(signed))

    def _look_ahead(self, found: Sequence[Found]) -> None:
        """Ask the store at once what would be asked of it for each event."""
        self._tx.logs.look_ahead(self._place, [each.leaf for each in found])
        self._look_ahead_for([each.opened for each in found])

    def _look_ahead_for(self, opened: Sequence[Opened | Parked | Rejected]) -> None:
        events = [each.event for each in opened if isinstance(each, Opened)]
        self._tx.events.look_ahead(events)
        self._tx.parking.look_ahead([event.hash for event in events])

    def _take_event(self, logged: LoggedRecord, found: Found | Rejected) -> None:
        if isinstance(found, Rejected):
            self._tally.rejected += 1
            reason = Reason(found.rule, found.code, found.expected, found.found)
            self._intake.keep_evidence(self._tx, "rejected", logged, reason)
            return
        leaf = self._tx.logs.find_leaf(self._place, found.leaf)
        if leaf is None or leaf.index >= self._batch.released:
            self._batch.hold(logged, found)
        else:  # listed and settled before; this record may be wrong in its own way
            self._settle_record(Listed(leaf, logged.offset, logged.record), found.opened)

    def _hold_rest(self) -> None:
        """What nothing listed so far is kept for later."""
        for leaf, each in self._batch.take_rest():
            self._tx.logs.hold(self._place, each.offset, leaf, each.record)
            if isinstance(each.opened, Opened):
                self._judge.remember(leaf, each.opened)

    # Notes -----------------------------------------------------------------------------------------------------------

    def _take_note(self, logged: LoggedRecord) -> bool:
        """Whether reading goes on behind it."""
        match self._notes.read(self._tx, self._batch.log, logged.record.value or b""):
            case HeadsAwaited():
                return False
            case Repeated():
                self._tally.duplicate += 1
            case Void() as void:
                self._tally.void += 1
                reason = Reason("L1", void.code, void.expected, void.found)
                self._intake.keep_evidence(self._tx, "void", logged, reason)
            case Counted(note=Checkpoint() as checkpoint, log=log):
                self._tally.checkpoints += 1
                self._batch.extend(checkpoint, log)
                self._release()
            case Counted(log=log):
                self._set_strays_apart()
                self._batch.log = log
        return True

    def _set_strays_apart(self) -> None:
        """A start counts: what no checkpoint before it listed is a stray."""
        self._hold_rest()
        expected = "a checkpoint that lists it before the next start"
        for held in self._tx.logs.unlisted(self._place):
            self._tally.stray += 1
            self._intake.keep_evidence(self._tx, "stray", held, Reason("L2", "stray", expected, "none"))
        self._tx.logs.mark_strays(self._place)

    # Listed leaves ---------------------------------------------------------------------------------------------------

    def _release(self) -> None:
        """Judge what is listed, in order, as far as the records are here."""
        while leaves := self._batch.next_leaves():
            waiting = self._records(leaves)
            self._verify_ahead(waiting)
            for each in leaves:
                leaf = self._batch.under_floor(each)
                behind = self._settle(leaf, waiting.get(leaf.hash, ()))
                if behind is None:
                    return
                self._batch.advance(leaf, behind)

    def _records(self, leaves: Sequence[Leaf]) -> Mapping[bytes, Sequence[Waiting]]:
        """All records of these leaves: those held from before, and those of this batch."""
        held = self._batch.held_before(leaves)
        opened = [self._open_held(each) for each in held]
        self._look_ahead_for(opened)
        waiting: dict[bytes, list[Waiting]] = defaultdict(list)
        for each, found in zip(held, opened, strict=True):
            waiting[each.leaf].append(Waiting(each.offset, each.record, found))
        for leaf in leaves:
            waiting[leaf.hash] += self._batch.fresh(leaf.hash)
        return waiting

    def _open_held(self, held: HeldRecord) -> Opened | Parked | Rejected:
        opened = self._judge.recall(held.leaf)
        if opened is not None:
            return opened
        found = self._open(held.record)
        return found if isinstance(found, Rejected) else found.opened

    def _verify_ahead(self, waiting: Mapping[bytes, Sequence[Waiting]]) -> None:
        opened = [records[0].opened for records in waiting.values() if records]
        items = [(each.signed, each.event.header.key) for each in opened if isinstance(each, Opened)]
        if len(items) > 1:
            self._judge.signatures.ahead(items)

    def _settle(self, leaf: Leaf, waiting: Sequence[Waiting]) -> Floor | None:
        """Settle a leaf; the floor behind it, or None while no record of it is here."""
        floor = floor_of(leaf)
        if not waiting:
            first = self._tx.logs.find_leaf(self._place, leaf.hash)
            return floor if first is not None and first.index < leaf.index else None  # listed twice: settled already
        parked = False
        for offset, record, opened in waiting:  # the same signed bytes; each record may be wrong in its own way
            parked = self._settle_record(Listed(leaf, offset, record), opened, parked=parked) or parked
        last = waiting[-1]
        header = last.opened.event.header if isinstance(last.opened, Opened) else self._judge.header_of(last.record)
        return floor.raised_by(header) if header else floor

    def _settle_record(self, listed: Listed, opened: Opened | Parked | Rejected, *, parked: bool = False) -> bool:
        """Settle one record of a leaf; whether it waits. `parked`: another one with the same signed bytes does."""
        if isinstance(opened, Opened) and self._is_kept(listed.record, opened):
            self._intake.covered(self._tx, self._tally, listed.leaf, opened.event)
            return False
        floor = floor_of(listed.leaf)
        judgement = self._judge.judge_opened(self._tx, self._place, listed.record, opened, floor)
        waits = isinstance(judgement.verdict, Parked)
        if waits and parked:
            self._tally.duplicate += 1
        else:
            self._intake.settle(self._tx, self._tally, listed, judgement)
        return waits

    def _is_kept(self, record: Record, opened: Opened) -> bool:
        """Whether the event in a record is kept, and the record is where the event belongs.

        A copy in another's topic, or one that says something else around the event, covers nothing: it is judged.
        """
        kept = self._tx.events.get(opened.event.hash)
        if kept is None or kept.signed.signature != opened.signed.signature:
            return False
        return self._judge.judge_envelope(self._tx, self._place, record, opened) is None


def _is_note(record: Record) -> bool:
    kinds = [value for name, value in record.headers if name == "content-type"]
    return kinds in ([CHECKPOINT_CONTENT_TYPE.encode()], [START_CONTENT_TYPE.encode()])
