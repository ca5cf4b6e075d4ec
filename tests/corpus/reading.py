"""What a reader with an empty store makes of a log: the real node, over records in an order that a seed draws."""

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

from tests.cities import MemoryKeyring
from tests.corpus.artefact import Placed
from tests.corpus.federation import REGIONS, START_US, TOPICS
from tests.corpus.keys import content_key
from tests.scripted_log import ScriptedLog
from tongban.adapters.store.sqlite_store import SqliteLedgerStore
from tongban.contracts.genesis import Genesis
from tongban.domain.identifiers import RegionCode
from tongban.domain.law.evolve import fold
from tongban.ledger.event_log import EventLog, LoggedRecord, TopicInfo, TopicPartition
from tongban.ledger.intake import Tally
from tongban.ledger.node import Node, Ports
from tongban.ledger.store import Transaction

STRANGER = RegionCode("stranger")
"""A reader in no federation: it owns nothing and opens nothing."""
READERS = (STRANGER, *REGIONS)

Spot = tuple[str, int, int]
"""Topic, partition, offset."""


@dataclass(frozen=True)
class Outcome:
    """Everything that came of a log, by place and offset where it belongs to one record."""

    accepted: frozenset[bytes]
    covered: frozenset[tuple[bytes, int | None]]
    """Every valid event with the time of its checkpoint."""
    findings: Mapping[bytes, frozenset[str]]
    evidence: Mapping[Spot, tuple[str, str, str]]
    parked: Mapping[Spot, tuple[str, str]]
    unlisted: frozenset[Spot]
    missing: frozenset[TopicPartition]
    standing: Mapping[TopicPartition, int]
    contents: frozenset[bytes]
    tally: Mapping[str, int]


def logged(placed: Sequence[Placed]) -> dict[TopicPartition, list[LoggedRecord]]:
    """Records as a log hands them out: each partition counts its own offsets."""
    records: dict[TopicPartition, list[LoggedRecord]] = {}
    for each in placed:
        there = records.setdefault(each.place, [])
        there.append(LoggedRecord(each.place, len(there), each.record, 0))
    return records


def scripted(placed: Sequence[Placed], topics: Mapping[str, int], seed: int) -> ScriptedLog:
    """A log that hands out these records in an order drawn by `seed`."""
    infos = {name: TopicInfo(name, f"id of {name}", partitions) for name, partitions in topics.items()}
    return ScriptedLog(logged(placed), infos, random.Random(seed))


def keyring_of(region: RegionCode) -> MemoryKeyring:
    """The content key that a region needs in order to read."""
    keyring = MemoryKeyring()
    if region in REGIONS:
        key = content_key(region, "content")
        keyring.contents[key.key_id] = key
    return keyring


def read(log: EventLog, genesis: Genesis, region: RegionCode) -> Outcome:
    """Read all of it as `region`, with an empty store."""
    store = SqliteLedgerStore.temporary()
    node = Node(region, genesis, Ports(store, log, keyring_of(region), lambda: START_US, bytes), TOPICS)
    tallies: Counter[str] = Counter()
    follow = node.follow

    def counting(**options: float) -> Tally:
        tally = follow(**options)
        numbers = {name.name: getattr(tally, name.name) for name in fields(tally)}
        tallies.update({name: number for name, number in numbers.items() if type(number) is int})
        return tally

    node.follow = counting
    try:
        followed = -1
        while followed != (followed := node.follower.partitions):
            node.follower.refresh()
            node.catch_up()
        with store.reading() as tx:
            return _outcome(tx, node, tallies)
    finally:
        node.close()
        store.close()


def _outcome(tx: Transaction, node: Node, tallies: Counter[str]) -> Outcome:
    kept = [*tx.events.registries(), *(each for case in tx.events.cases() for each in tx.events.case(case))]
    findings: dict[bytes, set[str]] = {}
    for case in tx.events.cases():
        events = node.knowledge.case(tx, case)
        opening = next((event for event in events if event.type.opens), None)
        if opening is None:
            continue  # a takeover of a case that nobody opened
        contract = node.matters.of_case(tx, opening.header)
        assert contract is not None
        for finding in fold(events, contract.rules).findings:
            findings.setdefault(finding.event, set()).add(finding.code)
    return Outcome(
        accepted=frozenset(bytes(each.signed.hash) for each in kept),
        covered=frozenset((bytes(each.signed.hash), each.covered_at) for each in kept),
        findings={bytes(event): frozenset(codes) for event, codes in findings.items()},
        evidence={(*each.place, each.offset): (each.kind, each.rule, each.code) for each in tx.parking.evidence()},
        parked={(*each.leaf.place, each.offset): (each.rule, each.code) for each in tx.parking.parked()},
        unlisted=frozenset(
            (*held.place, held.offset) for place in tx.logs.places() for held in tx.logs.unlisted(place)
        ),
        missing=frozenset(place for place, _ in tx.logs.waiting()),
        standing=node.follower.awaiting,
        contents=frozenset(_contents_kept(tx, node)),
        tally=dict(tallies),
    )


def _contents_kept(tx: Transaction, node: Node) -> Iterator[bytes]:
    """The commitments whose content this region was given."""
    for case in tx.events.cases():
        for event in node.knowledge.case(tx, case):
            for each in getattr(event.body, "contents", ()):
                if tx.contents.get(each.digest) is not None:
                    yield each.digest
