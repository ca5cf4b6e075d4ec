"""INTERLEAVINGS.md 1 to 10, 19, 21 to 24, 28, 30, 31: crashes, restored backups, copies, and starts that cross."""

import pytest

from tests.cities import HEFEI, SHANGHAI
from tests.gated_log import CrashError, is_checkpoint, is_event, is_start
from tests.interleavings.quiescence import assert_quiescent, evidence
from tests.interleavings.writers import add_organization
from tests.ledger.lives import HANDED_OVER, live, state_in, take_in
from tongban.domain.errors import FencedError, NewerStartError, NotStartedError
from tongban.domain.events.handover import DeclineReason
from tongban.domain.events.values import Handling
from tongban.domain.law.ending import Withdraw
from tongban.domain.law.handover import Decline, Offer
from tongban.domain.law.intake import Apply
from tongban.domain.law.phase import Phase
from tongban.ledger.event_log import TopicPartition


def relay_until_crash(cities, code):
    with pytest.raises(CrashError):
        for _ in range(5):
            cities.nodes[code].relay()
            cities.nodes[code].catch_up()


def test_01_relayed_without_checkpoint_then_a_restored_copy_decides_otherwise(cities):
    case = take_in(cities)
    backup = cities.backup(SHANGHAI)
    cities.gates[SHANGHAI].crash_before = is_checkpoint
    lost = cities.act(SHANGHAI, Offer(HEFEI), case=case)
    relay_until_crash(cities, SHANGHAI)
    cities.crash(SHANGHAI)
    cities.put_back(SHANGHAI, backup)
    cities.restart(SHANGHAI)
    cities.settle()
    other = cities.act(SHANGHAI, Withdraw(), case=case)
    cities.settle()
    assert state_in(cities, HEFEI, case).last == other.events[0].hash
    assert lost.events[0].hash != other.events[0].hash
    assert [each.kind for each in evidence(cities, HEFEI)] == ["stray"]
    assert_quiescent(cities)


def test_02_an_unrelayed_act_gives_way_to_what_a_copy_had_covered(cities):
    case = take_in(cities)
    backup = cities.backup(SHANGHAI)
    mine = cities.act(SHANGHAI, Offer(HEFEI), case=case)
    cities.crash(SHANGHAI)
    twin = cities.twin(SHANGHAI, backup)
    twin.start()
    cities.nodes[SHANGHAI] = twin
    other = cities.act(SHANGHAI, Withdraw(), case=case)
    cities.settle()
    twin.stop()
    cities.restart(SHANGHAI, accept_newer=True)
    cities.settle()
    assert [aside.hash for aside in cities.nodes[SHANGHAI].set_aside()] == [mine.events[0].hash]
    assert state_in(cities, SHANGHAI, case).last == other.events[0].hash
    assert_quiescent(cities)


def test_03_a_restored_store_takes_no_command_before_it_has_started(cities):
    case = take_in(cities)
    backup = cities.backup(SHANGHAI)
    live(cities, case, HANDED_OVER)
    cities.crash(SHANGHAI)
    cities.put_back(SHANGHAI, backup)
    cities.open_store(SHANGHAI)
    with cities.stores[SHANGHAI].transaction() as tx:
        tx.facts.set("writer.ready", "")  # as a stopped node leaves it
    cities.nodes[SHANGHAI] = cities.node(SHANGHAI)
    with pytest.raises(NotStartedError):
        cities.act(SHANGHAI, Withdraw(), case=case)
    cities.nodes[SHANGHAI].start()
    cities.settle()
    assert state_in(cities, SHANGHAI, case).pen.writer == HEFEI
    assert_quiescent(cities)


def test_04_relayed_then_restarted_is_published_again_and_listed(cities):
    case = take_in(cities)
    cities.gates[SHANGHAI].crash_before = is_checkpoint
    offered = cities.act(SHANGHAI, Offer(HEFEI), case=case)
    relay_until_crash(cities, SHANGHAI)
    cities.crash(SHANGHAI)
    cities.restart(SHANGHAI)
    cities.settle()
    assert state_in(cities, HEFEI, case).last == offered.events[0].hash
    assert_quiescent(cities)


def test_05_a_start_repeated_by_a_mirror_changes_nothing(cities):
    starts = [
        logged
        for logged in all_of(cities, TopicPartition(cities.topics.registry(SHANGHAI), 0))
        if is_start_record(logged)
    ]
    cities.crash(SHANGHAI)
    cities.restart(SHANGHAI)
    writer = cities.log.writer()
    writer.publish([(logged.place, logged.record) for logged in starts])
    writer.close()
    case = take_in(cities)
    assert state_in(cities, HEFEI, case).phase is Phase.TAKEN_IN
    assert_quiescent(cities)


def all_of(cities, place):
    reader = cities.log.reader({place: 0})
    records = reader.poll(timeout_seconds=0, limit=10_000)
    reader.close()
    return records


def is_start_record(logged):
    return is_start((logged.place, logged.record))


def test_06_an_own_parked_event_blocks_its_stream(cities):
    case = take_in(cities)
    cities.act(SHANGHAI, Offer(HEFEI), case=case)
    cities.settle()
    backup = cities.backup(SHANGHAI)
    cities.act(HEFEI, Decline(DeclineReason.DUPLICATE), case=case)
    cities.settle()
    again = cities.act(SHANGHAI, Withdraw(), case=case)
    cities.settle()
    cities.crash(SHANGHAI)
    cities.put_back(SHANGHAI, backup)
    cities.restart(SHANGHAI)
    cities.settle()
    assert state_in(cities, SHANGHAI, case).last == again.events[0].hash
    assert_quiescent(cities)


def test_07_nobody_waits_for_a_registry_event_that_died_with_its_writer(cities):
    """The act under the new registry head goes out only after that head was read back as covered."""
    case = take_in(cities)
    backup = cities.backup(SHANGHAI)
    cities.gates[SHANGHAI].crash_before = is_event("region.organization_registered")
    add_organization(cities, SHANGHAI)
    cities.act(SHANGHAI, Offer(HEFEI), case=case)
    with pytest.raises(CrashError):
        cities.nodes[SHANGHAI].relay()
    cities.crash(SHANGHAI)
    assert not any(is_event("case.offered")((r.place, r.record)) for r in all_cases(cities, SHANGHAI))
    cities.put_back(SHANGHAI, backup)
    cities.restart(SHANGHAI)
    cities.act(SHANGHAI, Withdraw(), case=case)
    cities.settle()
    assert state_in(cities, HEFEI, case).phase is Phase.WITHDRAWN
    assert_quiescent(cities)


def all_cases(cities, code):
    topic = cities.topics.cases(code)
    return [each for n in range(cities.partitions) for each in all_of(cities, TopicPartition(topic, n))]


def test_08_the_same_with_a_start_between_the_registry_event_and_its_checkpoint(cities):
    case = take_in(cities)
    cities.gates[SHANGHAI].crash_before = is_checkpoint
    add_organization(cities, SHANGHAI)
    cities.act(SHANGHAI, Offer(HEFEI), case=case)
    relay_until_crash(cities, SHANGHAI)
    cities.crash(SHANGHAI)
    cities.restart(SHANGHAI)
    cities.settle()
    assert state_in(cities, HEFEI, case).pen.writer == HEFEI
    assert_quiescent(cities)


def test_09_a_command_beside_a_node_is_decided_under_the_newest_registry_head(cities):
    case = take_in(cities)
    beside = cities.node(SHANGHAI, store=cities.stores[SHANGHAI])
    head = add_organization(cities, SHANGHAI)[-1]
    cities.nodes[SHANGHAI], node = beside, cities.nodes[SHANGHAI]
    done = cities.act(SHANGHAI, Offer(HEFEI), case=case)
    cities.nodes[SHANGHAI] = node
    assert done.events[0].header.under.region.hash == head.hash
    cities.settle()
    assert state_in(cities, HEFEI, case).pen.writer == HEFEI
    beside.close()
    assert_quiescent(cities)


def test_19_a_checkpoint_never_divides_a_command(cities):
    """Two events of one command: the crash comes between their records, so neither is listed."""
    take_in(cities)
    cities.gates[SHANGHAI].crash_before = is_checkpoint
    command = Apply(Handling.FULLY_ONLINE, HEFEI, ())
    done = cities.act(SHANGHAI, command, by="portal", matter="002099001000", values={"form": b"x"})
    assert len(done.events) == 2
    relay_until_crash(cities, SHANGHAI)
    cities.crash(SHANGHAI)
    cities.restart(SHANGHAI)
    cities.settle()
    assert state_in(cities, HEFEI, done.case).pen.writer == HEFEI
    assert_quiescent(cities)


def test_21_of_two_checkpoints_of_a_cloned_machine_the_first_counts(cities):
    case = take_in(cities)
    backup = cities.backup(SHANGHAI)
    twin = cities.twin(SHANGHAI, backup)
    clone_memory(cities.nodes[SHANGHAI], twin)
    first = cities.act(SHANGHAI, Offer(HEFEI), case=case)
    original, cities.nodes[SHANGHAI] = cities.nodes[SHANGHAI], twin
    cities.act(SHANGHAI, Withdraw(), case=case)
    original.relay()
    twin.relay()
    for node in (original, twin):  # each sees a checkpoint under its own incarnation that it did not write
        with pytest.raises(FencedError):
            node.catch_up()
    cities.nodes[SHANGHAI] = original
    cities.nodes[HEFEI].catch_up()
    assert state_in(cities, HEFEI, case).last == first.events[0].hash
    assert {each.code for each in evidence(cities, HEFEI) if each.kind == "void"} == {"doubled"}
    twin.close()


def clone_memory(original, twin):
    twin.follower.refresh()
    twin.writer.incarnation = original.writer.incarnation
    twin.writer.started_in |= original.writer.started_in


def test_22_a_zombie_needs_an_operators_word_against_a_copy(cities):
    backup = cities.backup(SHANGHAI)
    cities.crash(SHANGHAI)
    twin = cities.twin(SHANGHAI, backup)
    twin.start()
    twin.close()
    with pytest.raises(NewerStartError):
        cities.restart(SHANGHAI)
    cities.restart(SHANGHAI, accept_newer=True)
    case = take_in(cities)
    assert state_in(cities, HEFEI, case).phase is Phase.TAKEN_IN


def test_23_of_two_processes_of_one_store_one_is_the_writer(cities):
    with cities.stores[SHANGHAI].writer_lock() as mine:
        assert mine
        with cities.stores[SHANGHAI].writer_lock() as second:
            assert not second


def test_24_a_zombies_late_checkpoint_is_void_and_accuses_nobody(cities):
    case = take_in(cities)
    backup = cities.backup(SHANGHAI)
    gate = cities.gates[SHANGHAI]
    gate.hold_back = is_checkpoint
    cities.act(SHANGHAI, Offer(HEFEI), case=case)
    cities.nodes[SHANGHAI].relay()
    cities.crash(SHANGHAI)
    cities.put_back(SHANGHAI, backup)
    cities.restart(SHANGHAI)
    cities.settle()
    other = cities.act(SHANGHAI, Withdraw(), case=case)
    cities.settle()
    gate.let_go()
    cities.settle()
    assert state_in(cities, HEFEI, case).last == other.events[0].hash
    assert {(each.kind, each.code) for each in evidence(cities, HEFEI)} == {("stray", "stray"), ("void", "incarnation")}
    assert_quiescent(cities)


def test_28_a_record_that_stands_before_the_start_serves_its_leaf(cities):
    """The relay publishes again, but a reader releases the leaf with the record that it held already."""
    case = take_in(cities)
    cities.gates[SHANGHAI].crash_before = is_checkpoint
    offered = cities.act(SHANGHAI, Offer(HEFEI), case=case)
    relay_until_crash(cities, SHANGHAI)
    cities.nodes[HEFEI].catch_up()
    cities.crash(SHANGHAI)
    cities.restart(SHANGHAI)
    cities.gates[SHANGHAI].hold_back = is_event("case.offered")
    cities.settle([SHANGHAI])
    cities.nodes[HEFEI].catch_up()
    assert state_in(cities, HEFEI, case).last == offered.events[0].hash


def test_30_two_starts_that_cross_bring_one_writer_up(cities):
    backup = cities.backup(SHANGHAI)
    twin = cities.twin(SHANGHAI, backup)
    cities.crash(SHANGHAI)
    cities.open_store(SHANGHAI)
    original = cities.nodes[SHANGHAI] = cities.node(SHANGHAI)
    for node in (original, twin):
        node.follower.refresh()
        node.catch_up()
        with node.store.transaction() as tx:
            node.writer.begin(tx, [])
    original.start(accept_newer=True)
    with pytest.raises(NewerStartError):
        twin.start()
    case = take_in(cities)
    assert state_in(cities, HEFEI, case).phase is Phase.TAKEN_IN
    twin.close()


def test_31_a_crash_between_storing_a_start_and_publishing_it_needs_no_operator(cities):
    cities.crash(SHANGHAI)
    cities.open_store(SHANGHAI)
    cities.nodes[SHANGHAI] = cities.node(SHANGHAI)
    cities.gates[SHANGHAI].crash_before = is_start
    with pytest.raises(CrashError):
        cities.nodes[SHANGHAI].start()
    cities.crash(SHANGHAI)
    cities.restart(SHANGHAI)
    case = take_in(cities)
    assert state_in(cities, HEFEI, case).phase is Phase.TAKEN_IN
    assert_quiescent(cities)
