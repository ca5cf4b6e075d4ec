"""The port `LedgerStore`: a block is written whole or not at all, and one process at a time is the writer."""

import threading

import pytest

from tests.ports.stores import (
    PLACE,
    StoreHarness,
    act,
    chain,
    new_case,
    process,
    said,
)
from tongban.domain.errors import StoreReadOnlyError, StoreUnavailableError
from tongban.ledger.kept import Position
from tongban.ledger.store import LedgerStore

WRITES = 100


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
        assert [kept.signed for kept in tx.events.case(acts[0].event.header.stream)] == [it.signed for it in acts]


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
