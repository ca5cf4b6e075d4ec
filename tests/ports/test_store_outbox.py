"""The port `LedgerStore`: own events on their way, their contents, and facts."""

import uuid

import pytest

from tests.ports.stores import (
    PLACE,
    act,
    digest,
    new_case,
    record,
)
from tongban.contracts.wire.record import Record
from tongban.domain.errors import StoreCorruptError
from tongban.ledger.event_log import TopicPartition
from tongban.ledger.kept import OutgoingContent
from tongban.ledger.store import LedgerStore

OTHER = TopicPartition("tongban.310000.cases", 1)


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
