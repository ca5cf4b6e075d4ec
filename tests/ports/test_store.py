"""The port `LedgerStore`: what every adapter of it does."""

import threading
import uuid
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.ports.stores import (
    ADAPTERS,
    FEDERATION,
    HEFEI,
    MARKS,
    PLACE,
    SHANGHAI,
    StoreHarness,
    act,
    assistance,
    chain,
    digest,
    leaf,
    new_case,
    process,
    record,
    said,
)
from tongban.contracts.notes.checkpoint import Incarnation
from tongban.contracts.wire.record import Record
from tongban.domain.chain.merkle import CompactRange
from tongban.domain.chain.pen import PenState
from tongban.domain.errors import StoreCorruptError, StoreReadOnlyError, StoreUnavailableError
from tongban.domain.header import Head, Under
from tongban.ledger.event_log import TopicPartition
from tongban.ledger.partition_log import PartitionLog
from tongban.ledger.store import LedgerStore, LogState, OutgoingContent, Position, SetAside

OTHER = TopicPartition("tongban.310000.cases", 1)
WRITES = 100


@pytest.fixture(params=[pytest.param(name, marks=MARKS.get(name, ())) for name in sorted(ADAPTERS)])
def stores(request: pytest.FixtureRequest) -> Iterator[StoreHarness]:
    harness = ADAPTERS[request.param](request)
    yield harness
    harness.close()


@pytest.fixture
def store(stores: StoreHarness) -> LedgerStore:
    return stores.open()


# Transactions ----------------------------------------------------------------------------------------------------------


def test_what_a_block_wrote_is_there_when_it_ended(store: LedgerStore) -> None:
    with store.transaction() as tx:
        tx.facts.set("name", "value")
    with store.reading() as tx:
        assert tx.facts.get("name") == "value"


def test_a_block_that_raises_leaves_nothing(store: LedgerStore) -> None:
    made = act(new_case(), 1)
    with pytest.raises(ZeroDivisionError), store.transaction() as tx:
        made.add(tx, own=True)
        tx.outbox.append(PLACE, made.hash, made.signed.leaf, made.event.header.command)
        tx.logs.move(PLACE, Position("cluster", "topic", 7))
        tx.facts.set("name", "value")
        raise ZeroDivisionError
    with store.transaction() as tx:
        assert tx.events.count() == 0
        assert tx.events.get(made.hash) is None
        assert tx.outbox.partitions() == ()
        assert tx.logs.position(PLACE) is None
        assert tx.facts.get("name") is None
        assert tx.outbox.append(PLACE, made.hash, made.signed.leaf, made.event.header.command) == 1


def test_a_block_sees_what_it_wrote_itself(store: LedgerStore) -> None:
    with store.transaction() as tx:
        made = act(new_case(), 1).add(tx)
        assert tx.events.head(made.event.header.stream) == (1, made.hash)


def test_reading_sees_the_state_at_its_beginning_while_others_write(stores: StoreHarness) -> None:
    reader, writer = stores.open(), stores.open()
    with reader.reading() as tx:
        with writer.transaction() as writing:
            writing.facts.set("name", "value")
        assert tx.facts.get("name") is None
    with reader.reading() as tx:
        assert tx.facts.get("name") == "value"


def test_reading_inside_a_write_sees_the_state_before_it(store: LedgerStore) -> None:
    with store.transaction() as tx:
        tx.facts.set("name", "value")
        with store.reading() as before:
            assert before.facts.get("name") is None


def test_reading_changes_nothing(store: LedgerStore) -> None:
    with pytest.raises(StoreReadOnlyError), store.reading() as tx:
        tx.facts.set("name", "value")
    with store.transaction() as tx:
        assert tx.facts.get("name") is None
        tx.facts.set("name", "other")


def test_threads_that_count_up_together_lose_nothing(store: LedgerStore) -> None:
    def count_up() -> None:
        for _ in range(WRITES):
            with store.transaction() as tx:
                tx.facts.set("count", str(int(tx.facts.get("count") or 0) + 1))

    threads = [threading.Thread(target=count_up) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.reading() as tx:
        assert tx.facts.get("count") == str(3 * WRITES)


def test_processes_that_write_together_lose_nothing_and_never_lock_each_other_out(stores: StoreHarness) -> None:
    store = stores.open()
    with process("write", stores.url, str(WRITES)) as one, process("write", stores.url, str(WRITES)) as other:
        assert said(one) == said(other) == "written"
    with store.reading() as tx:
        assert tx.facts.get("count") == str(2 * WRITES)
        assert tx.events.count() == 2 * WRITES
        assert [own.number for own in tx.outbox.uncovered(PLACE, 1_000)] == list(range(1, 2 * WRITES + 1))


def test_what_is_written_behind_another_process_that_came_and_went_is_kept(stores: StoreHarness) -> None:
    store = stores.open()
    stores.open()  # a second handle must not cost the first its hold on the files
    for count in ("2", "4"):
        with process("write", stores.url, "1") as other:
            assert said(other) == "written"
            other.wait()
        with store.transaction() as tx:
            tx.facts.set("count", str(int(tx.facts.get("count") or 0) + 1))
            assert tx.facts.get("count") == count


def test_a_process_killed_within_a_write_leaves_nothing_and_blocks_nobody(stores: StoreHarness) -> None:
    store = stores.open()
    with process("hang", stores.url) as hanging:
        assert said(hanging) == "begun"
        with store.reading() as tx:
            assert tx.facts.get("count") is None
    with store.transaction() as tx:
        assert tx.facts.get("count") is None


def test_a_store_opened_again_has_everything(stores: StoreHarness) -> None:
    first = stores.open()
    with first.transaction() as tx:
        acts = [each.add(tx) for each in chain(new_case(), 3)]
    first.close()
    first.close()
    with stores.open().reading() as tx:
        assert [kept.signed for kept in tx.events.stream(acts[0].event.header.stream)] == [it.signed for it in acts]


def test_a_closed_store_says_so(store: LedgerStore) -> None:
    store.close()
    with pytest.raises(StoreUnavailableError, match="closed"), store.transaction():
        pass


# The writer's lock -----------------------------------------------------------------------------------------------------


def test_one_process_at_a_time_is_the_writer(stores: StoreHarness) -> None:
    store = stores.open()
    with process("lock", stores.url) as other:
        assert said(other) == "True"
        with store.writer_lock() as mine:
            assert not mine
        print("go on", file=other.stdin, flush=True)
        assert said(other) == "released"
        with store.writer_lock() as mine:
            assert mine


def test_the_lock_is_free_again_when_its_process_is_killed(stores: StoreHarness) -> None:
    store = stores.open()
    with process("lock", stores.url) as other:
        assert said(other) == "True"
        other.kill()
        other.wait()
        with store.writer_lock() as mine:
            assert mine


def test_the_lock_holds_within_one_process_too(stores: StoreHarness) -> None:
    store = stores.open()
    with store.writer_lock() as mine, stores.open().writer_lock() as again:
        assert (mine, again) == (True, False)
    with store.writer_lock() as mine:
        assert mine


def test_the_lock_hinders_no_transaction(stores: StoreHarness) -> None:
    with stores.open().writer_lock(), stores.open().transaction() as tx:
        tx.facts.set("name", "value")


# Events ----------------------------------------------------------------------------------------------------------------


def test_an_event_comes_back_as_it_was_kept(store: LedgerStore) -> None:
    made = act(new_case(), 1, offered_to=HEFEI, covered_at=99)
    with store.transaction() as tx:
        made.add(tx, own=True)
    with store.reading() as tx:
        kept = tx.events.get(made.hash)
        assert kept is not None
        assert kept.signed == made.signed
        assert kept.pen == PenState(SHANGHAI, HEFEI)
        assert (kept.covered_at, kept.own) == (99, True)
        assert tx.events.get(digest("nothing")) is None


def test_an_event_added_twice_is_kept_once(store: LedgerStore) -> None:
    with store.transaction() as tx:
        made = act(new_case(), 1).add(tx, own=True)
        made.add(tx, own=False)
        kept = tx.events.get(made.hash)
        assert tx.events.count() == 1
        assert kept is not None and kept.own


def test_the_head_is_the_newest_event(store: LedgerStore) -> None:
    case = new_case()
    with store.transaction() as tx:
        assert tx.events.head(case) is None
        for made in chain(case, 3):
            made.add(tx)
        assert tx.events.head(case) == (3, made.hash)


def test_rivals_are_kept_beside_each_other_and_never_are_the_head(store: LedgerStore) -> None:
    case = new_case()
    first = act(case, 1)
    one, other = (act(case, 2, first.hash, salt=salt) for salt in "ab")
    with store.transaction() as tx:
        for made in (first, one, other):
            made.add(tx)
        assert tx.events.head(case) == (2, one.hash)
        assert set(tx.events.successors(first.hash, case)) == {one.hash, other.hash}
        assert {kept.signed for kept in tx.events.stream(case)} == {each.signed for each in (first, one, other)}
        kept = tx.events.get(other.hash)
        assert kept is not None and kept.signed == other.signed
        assert tx.events.count() == 3


def test_streams_come_in_the_same_order_whatever_arrived_first(store: LedgerStore) -> None:
    case = new_case()
    first = act(case, 1)
    acts = [first, *(act(case, 2, first.hash, salt=salt) for salt in "abc")]
    orders = []
    for arrival in (acts, acts[::-1]):
        with store.transaction() as tx:
            for made in arrival:
                made.add(tx, own=True)
            orders.append([kept.signed for kept in tx.events.stream(case)])
            for made in acts:
                tx.events.remove(made.hash)
            assert tx.events.count() == 0
    assert orders[0] == orders[1]


def test_successors_are_asked_for_one_stream(store: LedgerStore) -> None:
    case, other = new_case(), new_case()
    with store.transaction() as tx:
        one, two = act(case, 1).add(tx), act(other, 1).add(tx)
        assert tx.events.successors(one.event.header.previous, case) == (one.hash,)
        assert tx.events.successors(two.event.header.previous, other) == (two.hash,)
        assert tx.events.successors(one.hash, case) == ()


def test_a_case_is_its_own_streams_and_its_assistance_streams(store: LedgerStore) -> None:
    case, other = new_case(), new_case()
    with store.transaction() as tx:
        helped = [each.add(tx) for each in assistance(case, 2)]
        own = [each.add(tx) for each in chain(case, 2)]
        act(other, 1).add(tx)
        assert [kept.signed for kept in tx.events.case(case)] == [it.signed for it in own + helped]
        assert sorted(tx.events.cases()) == sorted([case, other])


def test_cases_are_listed_though_there_are_many_and_others_are_added_meanwhile(store: LedgerStore) -> None:
    cases = {new_case() for _ in range(2_500)}
    with store.transaction() as tx:
        for case in cases:
            act(case, 1).add(tx)
        listed = []
        for case in tx.events.cases():
            listed.append(case)
            tx.facts.mark_changed(case)
        assert len(listed) == len(cases)
        assert set(listed) == cases


def test_registries_come_with_the_federation_first_and_each_event_behind_its_predecessor(store: LedgerStore) -> None:
    streams = {region: uuid.uuid4() for region in (SHANGHAI, HEFEI, FEDERATION)}
    acts = {region: chain(None, 3, region=region, stream=stream) for region, stream in streams.items()}
    with store.transaction() as tx:
        act(new_case(), 1).add(tx)
        for sequence in (2, 1, 0):
            for region in (SHANGHAI, FEDERATION, HEFEI):
                acts[region][sequence].add(tx)
        found = [kept.signed for kept in tx.events.registries()]
    assert found == [made.signed for region in (FEDERATION, SHANGHAI, HEFEI) for made in acts[region]]


def test_what_a_command_did_is_found_in_order_and_for_its_region_alone(store: LedgerStore) -> None:
    case, command = new_case(), uuid.uuid4()
    first = act(case, 1, command=command)
    second = act(case, 2, first.hash, command=command)
    with store.transaction() as tx:
        for made in (first, second, act(new_case(), 1, command=command, region=HEFEI), act(new_case(), 1)):
            made.add(tx)
        assert [kept.signed for kept in tx.events.of_command(command, SHANGHAI)] == [first.signed, second.signed]
        assert tx.events.of_command(uuid.uuid4(), SHANGHAI) == ()


def test_an_event_is_covered_once(store: LedgerStore) -> None:
    with store.transaction() as tx:
        made = act(new_case(), 1).add(tx, own=True)
        tx.events.cover(made.hash, 5)
        tx.events.cover(made.hash, 6)
        kept = tx.events.get(made.hash)
        assert kept is not None and kept.covered_at == 5


def test_uncovered_events_are_own_ones_from_a_number_on(store: LedgerStore) -> None:
    case = new_case()
    acts = chain(case, 5)
    with store.transaction() as tx:
        for made in acts:
            made.add(tx, own=made is not acts[4])
        tx.events.cover(acts[2].hash, 5)
        assert [kept.signed for kept in tx.events.uncovered_from(case, 2)] == [acts[1].signed, acts[3].signed]


def test_an_own_act_that_the_log_did_not_take_is_set_aside(store: LedgerStore) -> None:
    case = new_case()
    first, mine = chain(case, 2)
    theirs = act(case, 2, first.hash, salt="the one that counts")
    with store.transaction() as tx:
        first.add(tx)
        mine.add(tx, own=True)
        tx.outbox.append(PLACE, mine.hash, mine.signed.leaf, mine.event.header.command)
        tx.events.remove(mine.hash)
        tx.outbox.remove(mine.hash)
        aside = SetAside(mine.signed.hash, mine.signed, "covered_log_wins", 77)
        tx.outbox.set_aside(aside)
        tx.outbox.set_aside(replace(aside, noted_at=78))
        theirs.add(tx)
        assert tx.events.head(case) == (2, theirs.hash)
        assert tx.events.get(mine.hash) is None
        assert tx.outbox.uncovered(PLACE, 10) == ()
        assert tx.outbox.aside() == (aside,)


def test_a_rival_takes_the_place_of_an_event_that_is_removed(store: LedgerStore) -> None:
    case = new_case()
    first, mine = chain(case, 2)
    theirs = act(case, 2, first.hash, salt="the one that counts", covered_at=9)
    with store.transaction() as tx:
        first.add(tx)
        mine.add(tx, own=True)
        theirs.add(tx)
        tx.events.remove(mine.hash)
        assert tx.events.head(case) == (2, theirs.hash)
        assert [kept.signed for kept in tx.events.stream(case)] == [first.signed, theirs.signed]


def test_a_rival_can_be_removed(store: LedgerStore) -> None:
    case = new_case()
    theirs, mine = act(case, 1), act(case, 1, salt="rival")
    with store.transaction() as tx:
        theirs.add(tx)
        mine.add(tx, own=True)
        tx.events.remove(mine.hash)
        assert [kept.signed for kept in tx.events.stream(case)] == [theirs.signed]


def test_what_is_covered_or_anothers_is_never_removed(store: LedgerStore) -> None:
    with store.transaction() as tx:
        covered, foreign = act(new_case(), 1).add(tx, own=True), act(new_case(), 1).add(tx)
        tx.events.cover(covered.hash, 5)
        tx.events.remove(covered.hash)
        tx.events.remove(foreign.hash)
        assert tx.events.count() == 2


@pytest.mark.parametrize("what", ["out of form", "type", "too short", "body", "signature"])
@pytest.mark.parametrize("table", ["stored_events", "rivals"])
def test_a_changed_byte_of_an_event_is_noticed(stores: StoreHarness, table: str, what: str) -> None:
    store = stores.open()
    case = new_case()
    with store.transaction() as tx:
        first, rival = act(case, 1).add(tx), act(case, 1, salt="rival").add(tx)
    made = rival if table == "rivals" else first
    topic, state = made.signed.topic, made.signed.state
    column, value = {
        "out of form": ("topic", topic + ";"),
        "type": ("topic", topic.replace("closed", "opened")),
        "too short": ("state", state[:63]),
        "body": ("state", state[:-1] + bytes([state[-1] ^ 1])),
        "signature": ("state", bytes([state[0] ^ 1]) + state[1:]),
    }[what]
    stores.damage(table, column, value)
    for read in (lambda tx: tx.events.get(made.hash), lambda tx: tx.events.stream(case)):
        with pytest.raises(StoreCorruptError, match=made.hash.hex()), store.reading() as tx:
            read(tx)


def test_an_event_whose_bytes_are_gone_is_noticed(stores: StoreHarness) -> None:
    store = stores.open()
    with store.transaction() as tx:
        made = act(new_case(), 1).add(tx)
    stores.empty("stored_events")
    with pytest.raises(StoreCorruptError, match=made.hash.hex()), store.reading() as tx:
        tx.events.get(made.hash)


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


def park(tx, awaits: bytes, *, own: bool = False, stream=None, offset: int = 5, listed=None) -> None:
    tx.parking.park(
        listed or leaf(offset),
        offset,
        record(),
        own=own,
        rule="C1",
        code="predecessor_awaited",
        kind="event",
        awaits=awaits,
        stream=stream,
    )


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


# Own events on their way -----------------------------------------------------------------------------------------------


def test_numbers_rise_by_one_in_each_partition(store: LedgerStore) -> None:
    command = uuid.uuid4()
    with store.transaction() as tx:
        for number in (1, 2, 3):
            assert tx.outbox.append(PLACE, digest(f"a{number}"), digest(f"leaf a{number}"), command) == number
            assert tx.outbox.append(OTHER, digest(f"b{number}"), digest(f"leaf b{number}"), command) == number
        found = tx.outbox.uncovered(PLACE, 2)
        assert [(own.number, own.hash, own.leaf, own.command) for own in found] == [
            (number, digest(f"a{number}"), digest(f"leaf a{number}"), command) for number in (1, 2)
        ]
        assert all(own.place == PLACE and not own.covered for own in found)


def test_a_number_is_never_given_out_again(store: LedgerStore) -> None:
    command = uuid.uuid4()
    with store.transaction() as tx:
        tx.outbox.append(PLACE, digest("a"), digest("leaf"), command)
        tx.outbox.remove(digest("a"))
        assert tx.outbox.append(PLACE, digest("a"), digest("leaf"), command) == 2


def test_an_event_has_one_place(store: LedgerStore) -> None:
    with pytest.raises(StoreCorruptError), store.transaction() as tx:
        tx.outbox.append(PLACE, digest("a"), digest("leaf"), uuid.uuid4())
        tx.outbox.append(OTHER, digest("a"), digest("leaf"), uuid.uuid4())


def test_what_was_read_back_as_covered_no_longer_waits(store: LedgerStore) -> None:
    with store.transaction() as tx:
        tx.outbox.append(PLACE, digest("a"), digest("leaf a"), uuid.uuid4())
        tx.outbox.append(OTHER, digest("b"), digest("leaf b"), uuid.uuid4())
        assert tx.outbox.partitions() == (PLACE, OTHER)
        tx.outbox.covered(digest("a"))
        assert tx.outbox.partitions() == (OTHER,)
        assert tx.outbox.uncovered(PLACE, 10) == ()
        assert not tx.outbox.is_uncovered(digest("a"))
        assert tx.outbox.is_uncovered(digest("b"))
        assert not tx.outbox.is_uncovered(digest("unknown"))


def test_own_events_are_found_by_their_leaf(store: LedgerStore) -> None:
    with store.transaction() as tx:
        own, foreign = act(new_case(), 1).add(tx, own=True), act(new_case(), 1).add(tx)
        assert tx.outbox.hash_of(own.signed.leaf) == own.hash
        assert tx.outbox.hash_of(foreign.signed.leaf) is None


# Contents and facts ----------------------------------------------------------------------------------------------------


def test_contents_wait_for_their_event_until_they_are_sent(store: LedgerStore) -> None:
    one, two = digest("one"), digest("two")
    first, second, third = (
        OutgoingContent(event, "tongban.310000.content", record(text))
        for event, text in ((one, "to Shanghai"), (two, "x"), (one, "to Hefei"))
    )
    with store.transaction() as tx:
        for content in (first, second, third):
            tx.contents.enqueue(content)
        assert tx.contents.outgoing([one, two]) == (first, third, second)
        tx.contents.sent(one)
        assert tx.contents.outgoing([one, two, digest("unknown")]) == (second,)


def test_the_newest_sealed_record_of_a_commitment_is_kept(store: LedgerStore) -> None:
    with store.transaction() as tx:
        assert tx.contents.get(digest("c")) is None
        tx.contents.keep(digest("c"), record("older"))
        tx.contents.keep(digest("c"), Record(b"key", None))
        assert tx.contents.get(digest("c")) == Record(b"key", None)


def test_contracts_are_kept_by_their_hash(store: LedgerStore) -> None:
    with store.transaction() as tx:
        assert tx.contents.contract(digest("data")) is None
        for _ in range(2):
            tx.contents.keep_contract(digest("data"), b"data")
        assert tx.contents.contract(digest("data")) == b"data"


def test_a_fact_has_its_newest_value(store: LedgerStore) -> None:
    with store.transaction() as tx:
        tx.facts.set("ready", "no")
        tx.facts.set("ready", "yes")
        assert tx.facts.get("ready") == "yes"


def test_the_newest_stamp_outlives_its_mark(store: LedgerStore) -> None:
    case = new_case()
    with store.transaction() as tx:
        assert tx.facts.newest_stamp() == 0
        tx.facts.mark_changed(case)
        ((_, stamp),) = tx.facts.changed(1)
        tx.facts.projected(case, stamp)
    with store.reading() as tx:
        assert tx.facts.newest_stamp() == stamp > 0


def test_a_mark_stays_when_it_is_newer_than_what_was_projected(store: LedgerStore) -> None:
    one, two = new_case(), new_case()
    with store.transaction() as tx:
        for case in (one, two, one):
            tx.facts.mark_changed(case)
        (first, old), (second, stamp) = tx.facts.changed(10)
        assert (first, second) == (two, one)
        assert tx.facts.changed(1) == ((two, old),)
        tx.facts.mark_changed(two)
        tx.facts.projected(two, old)
        tx.facts.projected(one, stamp)
        ((left, newest),) = tx.facts.changed(10)
        assert left == two
        tx.facts.projected(two, newest)
        tx.facts.mark_changed(two)
        tx.facts.projected(two, newest)
        assert [case for case, _ in tx.facts.changed(10)] == [two]


# Looking ahead ---------------------------------------------------------------------------------------------------------


def test_whoever_looked_ahead_sees_what_is_written_behind_it(store: LedgerStore) -> None:
    case = new_case()
    first = act(case, 1)
    second = act(case, 2, first.hash)
    with store.transaction() as tx:
        tx.events.look_ahead([first.event, second.event])
        tx.logs.look_ahead(PLACE, [first.signed.leaf])
        tx.parking.look_ahead([first.hash])
        assert tx.events.get(first.hash) is None
        assert tx.events.successors(first.hash, case) == ()
        assert tx.logs.find_leaf(PLACE, first.signed.leaf) is None
        assert tx.parking.parked(awaits=first.hash) == ()
        for made in (first, second):
            made.add(tx, own=True)
        listed = replace(leaf(0), hash=first.signed.leaf)
        tx.logs.list_leaves([listed])
        park(tx, first.hash)
        kept = tx.events.get(first.hash)
        assert kept is not None and kept.covered_at is None
        assert tx.events.successors(first.hash, case) == (second.hash,)
        assert tx.logs.find_leaf(PLACE, first.signed.leaf) == listed
        assert len(tx.parking.parked(awaits=first.hash)) == 1


def test_whoever_looked_ahead_sees_what_is_covered_and_removed_behind_it(store: LedgerStore) -> None:
    case = new_case()
    first = act(case, 1)
    second = act(case, 2, first.hash)
    with store.transaction() as tx:
        for made in (first, second):
            made.add(tx, own=True)
    with store.transaction() as tx:
        tx.events.look_ahead([first.event, second.event])
        kept = tx.events.get(first.hash)
        assert kept is not None and kept.covered_at is None
        assert tx.events.successors(first.hash, case) == (second.hash,)
        tx.events.cover(first.hash, 5)
        tx.events.remove(second.hash)
        kept = tx.events.get(first.hash)
        assert kept is not None and kept.covered_at == 5
        assert tx.events.get(second.hash) is None
        assert tx.events.successors(first.hash, case) == ()


@pytest.mark.parametrize("looks_ahead", [False, True])
def test_whose_number_was_taken_becomes_a_rival_in_whichever_block(store: LedgerStore, looks_ahead: bool) -> None:
    case = new_case()
    first = act(case, 1)
    kept, second, third = (act(case, 2, first.hash, salt=salt) for salt in "abc")
    with store.transaction() as tx:
        for made in (first, kept):
            made.add(tx)
    with store.transaction() as tx:
        if looks_ahead:
            tx.events.look_ahead([kept.event, second.event, third.event])
        for made in (second, kept, third, second):
            made.add(tx)
        tx.facts.set("name", "value")  # whatever was gathered is written before it
        assert tx.events.head(case) == (2, kept.hash)
        assert tx.events.successors(first.hash, case) == (kept.hash, second.hash, third.hash)
        assert tx.events.count() == 4


def test_more_is_looked_for_at_once_than_one_query_takes(store: LedgerStore) -> None:
    acts = [act(new_case(), 1) for _ in range(300)]
    with store.transaction() as tx:
        for made in acts[::2]:
            made.add(tx)
    with store.transaction() as tx:
        tx.events.look_ahead([made.event for made in acts])
        assert [tx.events.get(made.hash) is not None for made in acts] == [True, False] * 150
