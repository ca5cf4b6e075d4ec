"""What becomes of a judged record: each ends in exactly one of five ways, and none is ever lost.

| ends as      | kept in                                | goes on when                                          |
|--------------|----------------------------------------|-------------------------------------------------------|
| accepted     | events, with the time it was covered   | –                                                     |
| duplicate    | – (the event is there already)         | –                                                     |
| parked       | parked                                 | what it awaits arrives, or a sweep finds it           |
| rejected     | quarantine, with rule and reason       | somebody retries it                                   |
| equivocation | events, beside its rival, and evidence | another region builds on exactly one of the branches  |

Everything happens in the caller's transaction, together with the position of the reader.
"""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from tongban.contracts.wire.codec import decode
from tongban.contracts.wire.schema_store import shipped_schemas
from tongban.domain.chain.verdict import Parked, Rejected, Valid
from tongban.domain.event import Event
from tongban.domain.events.event_type import StreamKind
from tongban.domain.events.region import LedgerKeyRotated
from tongban.domain.header import Header
from tongban.domain.identifiers import EventHash, RegionCode
from tongban.ledger.event_log import TopicPartition
from tongban.ledger.evidence import Placed, Reason, quarantine
from tongban.ledger.judge import Judge, Judgement, floor_of
from tongban.ledger.kept import Leaf, Listed, SetAside
from tongban.ledger.knowledge import Knowledge
from tongban.ledger.store import Transaction

Clock = Callable[[], int]
"""Microseconds since 1970-01-01 UTC."""


@dataclass(slots=True)
class Tally:
    """What came of the records taken in."""

    accepted: int = 0
    duplicate: int = 0
    parked: int = 0
    rejected: int = 0
    equivocation: int = 0
    stray: int = 0
    checkpoints: int = 0
    void: int = 0
    contents: int = 0
    set_aside: int = 0
    registries_advanced: bool = False
    rotated: set[RegionCode] = field(default_factory=set)
    """Regions whose registry names another ledger key."""
    awaiting_heads: set[TopicPartition] = field(default_factory=set)
    """Partitions that wait before a note whose registry heads are not here."""


class Intake:
    """Applies verdicts for one region."""

    def __init__(self, region: RegionCode, knowledge: Knowledge, judge: Judge, clock: Clock) -> None:
        self._region = region
        self._knowledge = knowledge
        self._judge = judge
        self._clock = clock

    def settle(self, tx: Transaction, tally: Tally, listed: Listed, judgement: Judgement) -> None:
        """Keep a listed record as its verdict says, and judge again what waited for it."""
        self._settle_all(tx, tally, self._end(tx, tally, listed, judgement))

    def retry(self, tx: Transaction, tally: Tally, *, awaits: bytes | None = None) -> None:
        """Judge again what waits for `awaits`, or (the sweep) all that waits."""
        self._settle_all(tx, tally, self._unparked(tx, awaits))

    def retry_evidence(self, tx: Transaction, tally: Tally, evidence_id: int) -> Judgement | None:
        """Judge a rejected, listed record again; None where there is nothing to judge."""
        for evidence in tx.parking.evidence(evidence_id=evidence_id):
            if evidence.leaf is None:
                return None
            listed = Listed(evidence.leaf, evidence.offset, evidence.record)
            judgement = self._judge_again(tx, listed)
            if not isinstance(judgement.verdict, Rejected):
                tx.parking.release_evidence(evidence.id)
                self.settle(tx, tally, listed, judgement)
            return judgement
        return None

    def covered(self, tx: Transaction, tally: Tally, leaf: Leaf, event: Event) -> None:
        """An event that is kept already is in the log under this leaf."""
        tally.duplicate += 1
        kept = tx.events.get(event.hash)
        if kept is None or kept.covered_at is not None:
            return
        tx.events.cover(event.hash, leaf.covered_at)
        tx.outbox.covered(event.hash)
        self._changed(tx, tally, event)

    def keep_evidence(
        self, tx: Transaction, kind: str, placed: Placed, reason: Reason, *, leaf: Leaf | None = None
    ) -> None:
        """Keep a record that does not count, as of now; `leaf` where it is listed."""
        quarantine(tx, kind, placed, reason, leaf=leaf, noted_at=self._clock())

    def _judge_again(self, tx: Transaction, listed: Listed) -> Judgement:
        return self._judge.judge_record(tx, listed.place, listed.record, floor_of(listed.leaf))

    def _settle_all(self, tx: Transaction, tally: Tally, unparked: Iterable[Listed]) -> None:
        waited = deque(unparked)
        while waited:
            # Judged in its turn, not when it was released: what comes before it here may be what it rests on.
            listed = waited.popleft()
            waited.extend(self._end(tx, tally, listed, self._judge_again(tx, listed)))

    # The five ends ---------------------------------------------------------------------------------------------------

    def _end(self, tx: Transaction, tally: Tally, listed: Listed, judgement: Judgement) -> Sequence[Listed]:
        """Keep one record as its verdict says; what waited for it, taken out of the parking."""
        match judgement.verdict:
            case Valid():
                event = self._accept(tx, tally, listed, judgement)
                return self._unparked(tx, event.hash)
            case Parked() as parked:
                self._park(tx, tally, listed, judgement.event, parked)
            case Rejected() as rejected:
                tally.rejected += 1
                reason = Reason(rejected.rule, rejected.code, rejected.expected, rejected.found)
                self.keep_evidence(tx, "rejected", listed, reason, leaf=listed.leaf)
        return ()

    def _accept(self, tx: Transaction, tally: Tally, listed: Listed, judgement: Judgement) -> Event:
        event, signed, link = judgement.event, judgement.signed, judgement.link
        assert event is not None and signed is not None and link is not None, "accepted means all three"
        if tx.events.get(event.hash) is not None:
            self.covered(tx, tally, listed.leaf, event)
            return event
        own = event.header.region == self._region
        if own:
            self._give_way(tx, tally, event)
        rivals = tx.events.successors(event.header.previous, event.header.stream)
        covered = Event(event.hash, event.header, event.body, listed.leaf.covered_at)
        tx.events.add(covered, signed, link, own=own)
        self._knowledge.remember(link)
        if rivals:
            tally.equivocation += 1
            self._note_equivocation(tx, listed, event.header)
        else:
            tally.accepted += 1
        self._changed(tx, tally, event)
        return event

    def _park(self, tx: Transaction, tally: Tally, listed: Listed, event: Event | None, parked: Parked) -> None:
        tally.parked += 1
        header = event.header if event else self._judge.header_of(listed.record)
        own = header is not None and header.region == self._region
        stream = header.stream if header else None
        tx.parking.park(
            listed.leaf, listed.offset, listed.record, own=own, rule=parked.rule, code=parked.code, kind=parked.kind,
            awaits=parked.awaits, stream=stream,
        )  # fmt: skip

    def _note_equivocation(self, tx: Transaction, listed: Listed, header: Header) -> None:
        rivals = ", ".join(each.hex() for each in tx.events.successors(header.previous, header.stream))
        expected = f"one event {header.sequence} of stream {header.stream}"
        self.keep_evidence(tx, "equivocation", listed, Reason("C1", "equivocation", expected, rivals), leaf=listed.leaf)

    # What follows ----------------------------------------------------------------------------------------------------

    def _changed(self, tx: Transaction, tally: Tally, event: Event) -> None:
        if event.about is not None:
            tx.facts.mark_changed(event.about)
        if event.type.stream in (StreamKind.FEDERATION, StreamKind.REGION):
            tally.registries_advanced = True
        if isinstance(event.body, LedgerKeyRotated):
            tally.rotated.add(event.header.region)

    def _unparked(self, tx: Transaction, awaits: bytes | None) -> Sequence[Listed]:
        """What waits for this, taken out of the parking."""
        parked = tx.parking.parked(awaits=awaits)
        for each in parked:
            tx.parking.unpark(each.id)
        return [each.listed for each in parked]

    def _give_way(self, tx: Transaction, tally: Tally, event: Event) -> None:
        """The covered log wins: own acts that no checkpoint lists make room for the one that it does."""
        for kept in reversed(tx.events.uncovered_from(event.header.stream, event.header.sequence)):
            tally.set_aside += 1
            set_aside(tx, kept.signed.hash, "covered_log_wins", self._clock())
            self._knowledge.forget()


def set_aside(tx: Transaction, event_hash: bytes, code: str, noted_at: int) -> None:
    """Take an own, uncovered act out of the chain and keep it for its officer to repeat."""
    kept = tx.events.get(event_hash)
    assert kept is not None and kept.covered_at is None, "only what no checkpoint lists can be set aside"
    tx.events.remove(event_hash)
    tx.outbox.remove(event_hash)
    tx.outbox.set_aside(SetAside(event_hash, kept.signed, code, noted_at))
    schema = shipped_schemas().by_fingerprint[kept.signed.fingerprint]
    about = Event(EventHash(event_hash), *decode(schema, kept.signed.body)).about
    if about is not None:
        tx.facts.mark_changed(about)
