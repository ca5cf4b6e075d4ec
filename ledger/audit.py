"""A full audit: the whole log read anew, with nothing but the genesis file, by the rules that every region keeps.

An auditor is a node that is in no region: it owns no topic, holds no key, opens no content. What it finds:

| check          | what it says                                                                                     |
|----------------|--------------------------------------------------------------------------------------------------|
| missing        | a counting checkpoint lists a leaf of which the topic has no record                                |
| event hash     | a record's bytes do not give the event id that it bears (so it was changed after signing)          |
| signature      | a record's signature is not the one that was listed                                                |
| rule F1 to P2  | a listed record breaks a rule (`tongban.domain.chain.verdict`)                                           |
| checkpoint     | a note is void though it is of the current incarnation, or is no note                              |
| equivocation   | two valid events claim one place                                                                   |
| waiting        | a record or partition waits for something that the log does not have                               |
| store          | the region's own store holds other bytes than the log (only where a store is compared)             |

Notes are no faults: strays of a writer that crashed, void notes of an incarnation that is over, and `unfolded` cases, of a
matter that this software cannot read: their events are judged like any other, their lawfulness is not looked at.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from tongban.contracts.content.sealing import ContentKey
from tongban.contracts.genesis import Genesis
from tongban.contracts.wire.record import Record
from tongban.contracts.wire.signatures import SigningKey
from tongban.contracts.wire.signed_event import SignedEvent
from tongban.domain.chain.verdict import Rejected
from tongban.domain.errors import KeyNotHeldError, StoreCorruptError
from tongban.domain.identifiers import KeyId, RegionCode
from tongban.ledger.event_log import EventLog, TopicPartition
from tongban.ledger.intake import Clock
from tongban.ledger.kept import Evidence, KeptEvent, Leaf, ParkedRecord
from tongban.ledger.node import Node, Ports
from tongban.ledger.store import LedgerStore, Transaction
from tongban.ledger.topics import Topics
from tongban.projections.case_history import CaseHistory

AUDITOR = RegionCode("auditor")
HARMLESS_VOID = frozenset({"incarnation", "start_not_newer"})
"""What a crash leaves behind: notes of an incarnation that is over."""

_STORE = TopicPartition("store", 0)

Progress = Callable[[int, int], None]
"""Offsets read, offsets in all."""


@dataclass(frozen=True, slots=True)
class AuditFault:
    """One thing that is wrong. `event`: the id of the event concerned, as far as it is known."""

    place: TopicPartition
    offset: int | None
    event: str
    check: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What an audit found. `counts`: what was read and judged; `findings`: unlawful acts in the chain, by code."""

    counts: Mapping[str, int]
    faults: tuple[AuditFault, ...]
    findings: Mapping[str, int] = field(default_factory=dict)
    notes: Mapping[str, int] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Nothing is wrong. Findings are the law's business, not the chain's."""
        return not self.faults


class _NoKeys:
    """An auditor's keyring: empty."""

    def get_signing(self, key_id: KeyId, /) -> SigningKey:
        raise KeyNotHeldError("an auditor signs nothing", found=key_id.hex())

    def get_content(self, key_id: KeyId, /) -> ContentKey:
        raise KeyNotHeldError("an auditor opens nothing", found=key_id.hex())


def run_audit(
    log: EventLog,
    genesis: Genesis,
    topics: Topics,
    *,
    scratch: LedgerStore,
    clock: Clock,
    own: LedgerStore | None = None,
    progress: Progress = lambda done, total: None,
) -> AuditReport:
    """Read the whole log into `scratch`, an empty store, and say what is wrong with it; compare `own` with it, if given."""
    node = Node(AUDITOR, genesis, Ports(scratch, log, _NoKeys(), clock, bytes), topics)
    try:
        _read_all(node, progress)
        with scratch.reading() as tx:
            report = _report(tx, node)
            differences = _differences(tx, own) if own is not None else ()
    finally:
        node.close()
    return AuditReport(report.counts, (*report.faults, *differences), report.findings, report.notes)


def _read_all(node: Node, progress: Progress) -> None:
    total = 0

    def report(behind: int) -> None:
        nonlocal total
        total = max(total, behind)
        progress(total - behind, total)

    followed = -1
    while followed != (followed := node.follower.partitions):  # a registry names topics that name no more
        node.follower.refresh()
        node.catch_up(progress=report)
    progress(total, total)


def _report(tx: Transaction, node: Node) -> AuditReport:
    evidence = tx.parking.evidence()
    counts: Counter[str] = Counter()
    findings: Counter[str] = Counter()
    notes = Counter(each.kind for each in evidence if _is_harmless(each))
    for case in tx.events.cases():
        counts["cases"] += 1
        history = node.histories.read(tx, case)
        if isinstance(history, CaseHistory):
            findings.update(finding.code for finding in history.state.findings)
        elif history is not None:
            notes["unfolded"] += 1
    counts["events"] = tx.events.count()
    counts["signatures verified"] = counts["events"]
    for place in tx.logs.places():
        state = tx.logs.state(place)
        counts["partitions"] += 1
        counts["leaves listed"] += state.log.size
        counts["leaves judged"] += state.released
    counts["checkpoints counted"] = node.checkpoints_counted
    faults = [*_missing(tx, node), *_evidence_faults(evidence), *_waiting(tx, node)]
    return AuditReport(dict(counts), tuple(faults), dict(findings), dict(notes))


# What is wrong -------------------------------------------------------------------------------------------------------


def _missing(tx: Transaction, node: Node) -> Iterator[AuditFault]:
    """Listed leaves without a record, each with the record that seems to have been it."""
    for place, leaf in tx.logs.waiting():
        explained = False
        for held in tx.logs.unlisted(place):
            fault = _explain(node, place, held.offset, held.record, leaf)
            if fault is not None:
                explained = True
                yield fault
        if not explained:
            yield AuditFault(place, None, "", "missing", f"a record with leaf {leaf.hash.hex()}", "none")


def _explain(node: Node, place: TopicPartition, offset: int, record: Record, leaf: Leaf) -> AuditFault | None:
    """Why an unlisted record is not what it says it is."""
    signed = node.judge.parse(record)
    claimed = next((value.decode("ascii", "replace") for name, value in record.headers if name == "ce_id"), "")
    if isinstance(signed, Rejected):
        return AuditFault(place, offset, claimed, f"rule {signed.rule}", signed.expected, signed.found)
    if signed.hash.hex() != claimed:
        return AuditFault(place, offset, claimed, "event hash", claimed, signed.hash.hex())
    wanted = f"leaf {leaf.hash.hex()}, listed at {leaf.index}"
    return AuditFault(place, offset, claimed, "signature", wanted, f"leaf {signed.leaf.hex()}")


def _evidence_faults(evidence: Sequence[Evidence]) -> Iterator[AuditFault]:
    for each in evidence:
        if not _is_harmless(each):
            check = {"void": "checkpoint", "equivocation": "equivocation"}.get(each.kind, f"rule {each.rule}")
            yield AuditFault(
                each.place, each.offset, _claimed(each.record), f"{check}: {each.code}", each.expected, each.found
            )


def _is_harmless(evidence: Evidence) -> bool:
    return evidence.kind == "stray" or (evidence.kind == "void" and evidence.code in HARMLESS_VOID)


def _waiting(tx: Transaction, node: Node) -> Iterator[AuditFault]:
    for parked in tx.parking.parked():
        yield _parked_fault(parked)
    for place, offset in node.follower.awaiting.items():
        yield AuditFault(place, offset, "", "waiting", "registry heads that a note names", "none in the log")


def _parked_fault(parked: ParkedRecord) -> AuditFault:
    expected = f"{parked.kind} {parked.awaits.hex()}"
    return AuditFault(
        parked.leaf.place,
        parked.offset,
        _claimed(parked.record),
        f"waiting: {parked.code}",
        expected,
        "none in the log",
    )


def _claimed(record: Record) -> str:
    return next((value.decode("ascii", "replace") for name, value in record.headers if name == "ce_id"), "")


# The own store -------------------------------------------------------------------------------------------------------


def _differences(read: Transaction, own: LedgerStore) -> tuple[AuditFault, ...]:
    """Where a region's own store holds something else than the log."""
    with own.reading() as kept:
        faults = list(_compared(read.events.registries, kept.events.registries))
        for case in sorted({*read.events.cases(), *kept.events.cases()}):
            faults += _compared(partial(read.events.case, case), partial(kept.events.case, case))
    return tuple(faults)


def _compared(read: Callable[[], Sequence[KeptEvent]], kept: Callable[[], Sequence[KeptEvent]]) -> Iterator[AuditFault]:
    try:
        stored = kept()
    except StoreCorruptError as err:
        yield AuditFault(_STORE, None, err.expected, "store", f"bytes that hash to {err.expected}", err.found)
    else:
        yield from _differing(read(), stored)


def _differing(read: Sequence[KeptEvent], kept: Sequence[KeptEvent]) -> Iterator[AuditFault]:
    logged: dict[bytes, SignedEvent] = {each.signed.hash: each.signed for each in read}
    stored: dict[bytes, KeptEvent] = {each.signed.hash: each for each in kept}
    for event_hash in logged.keys() - stored.keys():
        yield AuditFault(_STORE, None, event_hash.hex(), "store", "the event that the log lists", "nothing")
    for event_hash in stored.keys() - logged.keys():
        if stored[event_hash].covered_at is not None:
            yield AuditFault(_STORE, None, event_hash.hex(), "store", "an event that the log lists", "one it does not")
    for event_hash in logged.keys() & stored.keys():
        if logged[event_hash] != stored[event_hash].signed:
            yield AuditFault(_STORE, None, event_hash.hex(), "store", "the bytes in the log", "other bytes")
