"""The port `LedgerStore`: partitions as they are read, records that wait, and evidence."""

import uuid
from dataclasses import replace

import pytest

from tests.ports.stores import (
    PLACE,
    StoreHarness,
    digest,
    leaf,
    park,
    record,
)
from tongban.contracts.notes.checkpoint import Incarnation
from tongban.contracts.wire.record import Record
from tongban.domain.chain.merkle import CompactRange
from tongban.domain.errors import StoreCorruptError
from tongban.domain.header import Head, Under
from tongban.ledger.event_log import TopicPartition
from tongban.ledger.kept import LogState, Position
from tongban.ledger.partition_log import PartitionLog
from tongban.ledger.store import LedgerStore

OTHER = TopicPartition("tongban.310000.cases", 1)


# Partitions as they are read -------------------------------------------------------------------------------------------


def test_positions_are_kept_with_the_cluster_and_the_topic_that_they_belong_to(store: LedgerStore) -> None:
    with store.transaction() as tx:
        assert tx.logs.position(PLACE) is None
        tx.logs.move(PLACE, Position("cluster", "topic", 10))
        tx.logs.move(OTHER, Position("cluster", "topic", 20))
        tx.logs.move(PLACE, Position("mirror", "made again", 0))
        assert tx.logs.position(PLACE) == Position("mirror", "made again", 0)
        assert tx.logs.position(OTHER) == Position("cluster", "topic", 20)


def test_what_counted_in_a_partition_is_kept(store: LedgerStore) -> None:
    nothing = LogState(PartitionLog(CompactRange()), 0, 0, 0)
    edge = CompactRange().extend(digest(str(number)) for number in range(7))
    heads = Under(Head(1, digest("f")), Head(2, digest("r")))
    started = LogState(PartitionLog(CompactRange(), Incarnation(3, b"r" * 16), 3), 0, 0, 0)
    grown = LogState(PartitionLog(edge, Incarnation(4, b"s" * 16), 4, heads), 5, 6, 7)
    with store.transaction() as tx:
        assert tx.logs.state(PLACE) == nothing
        assert tx.logs.places() == ()
        for state in (started, grown):
            tx.logs.keep(PLACE, state)
            assert tx.logs.state(PLACE) == state
        tx.logs.keep(OTHER, nothing)
        assert tx.logs.state(OTHER) == nothing
        assert tx.logs.places() == (PLACE, OTHER)


def test_the_tree_of_each_counted_size_is_kept(store: LedgerStore) -> None:
    smaller = CompactRange().extend(digest(str(number)) for number in range(3))
    larger = smaller.append(digest("3"))
    with store.transaction() as tx:
        tx.logs.keep_edge(PLACE, smaller)
        tx.logs.keep_edge(PLACE, larger)
        tx.logs.keep_edge(OTHER, CompactRange().extend([digest("a"), digest("b"), digest("c")]))
        assert tx.logs.edge_at(PLACE, 3) == smaller
        assert tx.logs.edge_at(PLACE, 4) == larger
        assert tx.logs.edge_at(PLACE, 2) is None
        assert tx.logs.edge_at(OTHER, 4) is None


def test_no_two_trees_share_a_size(store: LedgerStore) -> None:
    with pytest.raises(StoreCorruptError), store.transaction() as tx:
        tx.logs.keep_edge(PLACE, CompactRange().append(digest("a")))
        tx.logs.keep_edge(PLACE, CompactRange().append(digest("b")))


def test_leaves_are_found_by_index_and_by_hash_in_their_partition(store: LedgerStore) -> None:
    leaves = [leaf(index) for index in range(10)]
    with store.transaction() as tx:
        tx.logs.list_leaves(leaves)
        tx.logs.list_leaves([leaf(10, "leaf 4"), leaf(0, "elsewhere", OTHER)])
        assert tx.logs.leaf_at(PLACE, 4) == leaves[4]
        assert tx.logs.leaf_at(PLACE, 11) is None
        assert tx.logs.leaves(PLACE, 2, 5) == tuple(leaves[2:5])
        assert tx.logs.find_leaf(PLACE, digest("leaf 4")) == leaves[4]
        assert tx.logs.find_leaf(PLACE, digest("elsewhere")) is None


def test_no_two_leaves_share_an_index(store: LedgerStore) -> None:
    with pytest.raises(StoreCorruptError), store.transaction() as tx:
        tx.logs.list_leaves([leaf(0)])
        tx.logs.list_leaves([leaf(0, "another")])


def test_the_floors_under_which_a_leaf_was_judged_are_kept(store: LedgerStore) -> None:
    judged = replace(leaf(1), floor_federation=8, floor_region=9)
    with store.transaction() as tx:
        tx.logs.list_leaves([leaf(0), leaf(1)])
        tx.logs.judged(judged)
        assert tx.logs.leaves(PLACE, 0, 2) == (leaf(0), judged)


def test_records_are_held_until_their_leaf_is_listed(store: LedgerStore) -> None:
    wanted, other = digest("wanted"), digest("other")
    with store.transaction() as tx:
        tx.logs.hold(PLACE, 5, wanted, record("first"))
        tx.logs.hold(PLACE, 6, other, record())
        tx.logs.hold(PLACE, 7, wanted, Record(None, None))
        tx.logs.hold(OTHER, 5, wanted, record())
        tx.logs.hold(PLACE, 5, wanted, record("first"))
        held = tx.logs.held(PLACE, wanted)
        assert [(each.place, each.offset, each.leaf, each.record) for each in held] == [
            (PLACE, 5, wanted, record("first")),
            (PLACE, 7, wanted, Record(None, None)),
        ]
        tx.logs.drop_held(PLACE, wanted)
        assert tx.logs.held(PLACE, wanted) == ()
        assert [each.offset for each in tx.logs.held(PLACE, other)] == [6]
        assert len(tx.logs.held(OTHER, wanted)) == 1


def test_strays_are_held_but_no_longer_unlisted(store: LedgerStore) -> None:
    with store.transaction() as tx:
        tx.logs.hold(PLACE, 6, digest("b"), record())
        tx.logs.hold(PLACE, 5, digest("a"), record())
        tx.logs.hold(OTHER, 5, digest("a"), record())
        assert [each.offset for each in tx.logs.unlisted(PLACE)] == [6, 5]
        tx.logs.mark_strays(PLACE)
        tx.logs.hold(PLACE, 7, digest("c"), record())
        assert [each.offset for each in tx.logs.unlisted(PLACE)] == [7]
        assert [each.offset for each in tx.logs.held(PLACE, digest("a"))] == [5]
        assert len(tx.logs.unlisted(OTHER)) == 1


def test_a_partition_waits_while_its_next_leaf_has_no_record(store: LedgerStore) -> None:
    released = LogState(PartitionLog(CompactRange()), 1, 0, 0)
    with store.transaction() as tx:
        for place in (PLACE, OTHER):
            tx.logs.list_leaves([leaf(index, place=place) for index in range(3)])
            tx.logs.keep(place, released)
        tx.logs.hold(PLACE, 9, leaf(1).hash, record())
        tx.logs.hold(PLACE, 9, leaf(2).hash, record())
        assert tx.logs.waiting() == ((OTHER, leaf(1, place=OTHER)),)
        tx.logs.keep(OTHER, replace(released, released=3))
        assert tx.logs.waiting() == ()


# What waits, and evidence ----------------------------------------------------------------------------------------------


def test_parked_records_are_found_by_what_they_await_oldest_first(store: LedgerStore) -> None:
    stream = uuid.uuid4()
    listed = replace(leaf(7), floor_federation=3, floor_region=4)
    with store.transaction() as tx:
        park(tx, digest("a"), offset=7, stream=stream, own=True, listed=listed)
        park(tx, digest("b"), offset=6)
        park(tx, digest("a"), offset=5)
        assert [each.offset for each in tx.parking.parked()] == [7, 6, 5]
        first, second = tx.parking.parked(awaits=digest("a"))
        assert (first.leaf, first.offset, first.record, first.own, first.stream) == (listed, 7, record(), True, stream)
        assert (first.rule, first.code, first.kind, first.awaits) == ("C1", "predecessor_awaited", "event", digest("a"))
        assert (second.own, second.stream) == (False, None)
        tx.parking.unpark(first.id)
        assert [each.offset for each in tx.parking.parked()] == [6, 5]


def test_own_parked_events_block_their_stream_alone(store: LedgerStore) -> None:
    mine, theirs = uuid.uuid4(), uuid.uuid4()
    with store.transaction() as tx:
        park(tx, digest("a"), own=True, stream=mine)
        park(tx, digest("a"), own=False, stream=theirs)
        assert tx.parking.own_parked([theirs, mine])
        assert not tx.parking.own_parked([theirs])
        assert not tx.parking.own_parked([])
        park(tx, digest("a"), own=True, stream=None)
        assert tx.parking.own_parked([theirs])


def quarantine(tx, kind: str = "rejected", *, offset: int = 5, kept: Record | None = None, found: str = "x") -> None:
    tx.parking.quarantine(
        kind,
        PLACE,
        offset,
        kept or record(),
        rule="P1",
        code="pen_not_held",
        expected="310000",
        found=found,
        leaf=leaf(3) if kind == "rejected" else None,
        noted_at=99,
    )


def test_evidence_is_kept_with_its_raw_bytes(store: LedgerStore) -> None:
    with store.transaction() as tx:
        quarantine(tx)
        quarantine(tx, "stray", offset=6)
        rejected, stray = tx.parking.evidence()
        assert (rejected.kind, rejected.place, rejected.offset, rejected.record) == ("rejected", PLACE, 5, record())
        assert (rejected.rule, rejected.code, rejected.expected, rejected.found) == (
            "P1",
            "pen_not_held",
            "310000",
            "x",
        )
        assert (rejected.leaf, rejected.noted_at, stray.leaf) == (leaf(3), 99, None)
        assert tx.parking.evidence(kind="stray") == (stray,)
        assert tx.parking.evidence(evidence_id=stray.id) == (stray,)
        assert tx.parking.evidence(kind="void", evidence_id=stray.id) == ()
        tx.parking.release_evidence(rejected.id)
        assert tx.parking.evidence() == (stray,)


def test_the_same_record_at_the_same_offset_is_evidence_once_of_each_kind(store: LedgerStore) -> None:
    with store.transaction() as tx:
        for _ in range(2):
            quarantine(tx)
            quarantine(tx, offset=6)
            quarantine(tx, kept=record("another"))
            quarantine(tx, "stray")
        assert len(tx.parking.evidence()) == 4


def test_what_strangers_wrote_is_kept_whatever_it_is(store: LedgerStore) -> None:
    strange = Record(b"", None, (("\ud800", b""), ("nul\0", b"\0"), ("", b"\xff")))
    with store.transaction() as tx:
        quarantine(tx, kept=strange, found="nul \0, surrogate \udcff, 办件")
        (kept,) = tx.parking.evidence()
        assert kept.record == strange
        assert kept.found == "nul \\x00, surrogate \\udcff, 办件"


def test_changed_evidence_is_noticed(stores: StoreHarness) -> None:
    store = stores.open()
    with store.transaction() as tx:
        quarantine(tx)
    stores.damage("quarantine", "record", b"another")
    with pytest.raises(StoreCorruptError), store.reading() as tx:
        tx.parking.evidence()
