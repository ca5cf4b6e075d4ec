"""The port `LedgerStore`: events, one by one and looked for many at once."""

import uuid
from dataclasses import replace

import pytest

from tests.ports.stores import (
    FEDERATION,
    HEFEI,
    PLACE,
    SHANGHAI,
    StoreHarness,
    act,
    assistance,
    chain,
    digest,
    leaf,
    new_case,
    park,
)
from tongban.domain.chain.pen import PenState
from tongban.domain.errors import StoreCorruptError
from tongban.ledger.kept import SetAside
from tongban.ledger.store import LedgerStore

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
        assert {kept.signed for kept in tx.events.case(case)} == {each.signed for each in (first, one, other)}
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
            orders.append([kept.signed for kept in tx.events.case(case)])
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
        assert [kept.signed for kept in tx.events.case(case)] == [first.signed, theirs.signed]


def test_a_rival_can_be_removed(store: LedgerStore) -> None:
    case = new_case()
    theirs, mine = act(case, 1), act(case, 1, salt="rival")
    with store.transaction() as tx:
        theirs.add(tx)
        mine.add(tx, own=True)
        tx.events.remove(mine.hash)
        assert [kept.signed for kept in tx.events.case(case)] == [theirs.signed]


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
    for read in (lambda tx: tx.events.get(made.hash), lambda tx: tx.events.case(case)):
        with pytest.raises(StoreCorruptError, match=made.hash.hex()), store.reading() as tx:
            read(tx)


def test_an_event_whose_bytes_are_gone_is_noticed(stores: StoreHarness) -> None:
    store = stores.open()
    with store.transaction() as tx:
        made = act(new_case(), 1).add(tx)
    stores.empty("stored_events")
    with pytest.raises(StoreCorruptError, match=made.hash.hex()), store.reading() as tx:
        tx.events.get(made.hash)


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
