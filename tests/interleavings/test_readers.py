"""INTERLEAVINGS.md 10 to 15, 20, 25 to 27, 29: what readers meet, in which order, and from whom."""

from dataclasses import replace

from tests.cities import HANGZHOU, HEFEI, SHANGHAI
from tests.gated_log import is_checkpoint, is_event
from tests.interleavings.quiescence import assert_quiescent, evidence
from tests.interleavings.writers import add_organization, enter
from tests.ledger.lives import HANDED_OVER, live, state_in, take_in
from tests.liar import header_for, publish_lie, publish_lie_on
from tongban.contracts.notes.checkpoint import Checkpoint
from tongban.contracts.notes.log_note import CHECKPOINT_CONTENT_TYPE, encode_checkpoint
from tongban.contracts.wire.cloud_event import partition_of, to_record
from tongban.contracts.wire.record import Record
from tongban.domain.events.acceptance import Accepted
from tongban.domain.events.assistance import Answered, AnswerKind, ContributionJoined, ContributionKind, HelpKind
from tongban.domain.events.handover import DeclineReason, Offered, TakenOver
from tongban.domain.events.intake import TakenIn
from tongban.domain.events.region import LedgerKeyRotated
from tongban.domain.events.values import Handling, PublicKey
from tongban.domain.header import Head
from tongban.domain.identifiers import CommandId
from tongban.domain.law.acceptance import Accept
from tongban.domain.law.assistance import Answer, Ask
from tongban.domain.law.ending import Withdraw
from tongban.domain.law.handover import Decline, Offer
from tongban.domain.law.intake import TakeIn
from tongban.domain.law.phase import Phase
from tongban.ledger.event_log import TopicPartition
from tongban.ledger.topics import origin


def case_events(cities, code, case):
    node = cities.nodes[code]
    with node.store.reading() as tx:
        events = node.knowledge.case(tx, case)
    return sorted((e for e in events if e.header.stream == case), key=lambda event: event.header.sequence)


def move(cities, code, rounds=6):
    """Let one city relay and read, whatever the others do."""
    for _ in range(rounds):
        cities.nodes[code].relay()
        cities.nodes[code].catch_up()


def test_10_under_is_compared_with_the_log_and_not_with_the_time_of_acceptance(cities):
    """Hefei hands back (K3); Shanghai goes on (K4 under g0) and, under g1, with another case. Hangzhou meets K3 last."""
    case = take_in(cities)
    cities.act(SHANGHAI, Offer(HEFEI), case=case)
    cities.settle()
    cities.nodes[HANGZHOU].catch_up()
    cities.act(HEFEI, Decline(DeclineReason.DUPLICATE), case=case)
    cities.settle([HEFEI, SHANGHAI])
    withdrawn = cities.act(SHANGHAI, Withdraw(), case=case)
    add_organization(cities, SHANGHAI)
    take_in(cities, settle=False)
    cities.settle([SHANGHAI])
    reader = cities.nodes[HANGZHOU]
    late = [TopicPartition(cities.topics.cases(HEFEI), each) for each in range(cities.partitions)]
    reader.follower.refresh()
    reader.follower._reader.pause(late)
    while reader.follow().accepted:
        pass
    with reader.store.reading() as tx:
        assert [each.code for each in tx.parking.parked()] == ["predecessor_awaited"]
    reader.follower._reader.resume(late)
    cities.settle()
    assert state_in(cities, HANGZHOU, case).last == withdrawn.events[0].hash
    assert_quiescent(cities)


def test_11_an_event_1_with_anothers_case_id_is_rejected(cities):
    case = take_in(cities)
    first = case_events(cities, SHANGHAI, case)[0]
    header = header_for(cities, HANGZHOU, first.header, sequence=1, previous=cities.genesis.hash)
    publish_lie(cities, HANGZHOU, header, TakenIn(Handling.REMOTE_INTAKE, HANGZHOU, (), None, ()))
    move(cities, HANGZHOU)
    live(cities, case, HANDED_OVER)
    assert state_in(cities, HEFEI, case).pen.writer == HEFEI
    assert {(each.rule, each.code) for each in evidence(cities, HEFEI)} == {("F5", "case_id")}


def test_12_an_event_without_the_pen_is_rejected_before_and_after_the_genuine_one(cities):
    for before in (True, False):
        case = take_in(cities)
        (first,) = case_events(cities, SHANGHAI, case)
        if not before:
            cities.act(SHANGHAI, Offer(HEFEI), case=case)
            cities.settle()
        publish_lie_on(cities, HANGZHOU, first, Accepted(20_000, None))
        move(cities, HANGZHOU)
        if before:
            cities.nodes[HEFEI].catch_up()
            cities.act(SHANGHAI, Offer(HEFEI), case=case)
        cities.settle([SHANGHAI, HEFEI])
        assert state_in(cities, HEFEI, case).pen.writer == HEFEI
    assert {(each.kind, each.code) for each in evidence(cities, HEFEI)} == {("rejected", "pen_not_held")}


def test_13_two_offers_of_one_number_accuse_the_liar_and_nobody_else(cities):
    case = take_in(cities)
    (first,) = case_events(cities, SHANGHAI, case)
    for target in (HEFEI, HANGZHOU):
        header = header_for(cities, SHANGHAI, first.header, previous=first.hash)
        publish_lie_on(cities, target, publish_lie(cities, SHANGHAI, header, Offered(target, None, None)), TakenOver())
    for _ in range(6):
        for code in cities.codes:
            cities.nodes[code].relay()
            cities.nodes[code].catch_up()
    observer = cities.nodes[HEFEI]
    accused = {each.place.topic for each in evidence(cities, HEFEI) if each.kind == "equivocation"}
    assert accused == {cities.topics.cases(SHANGHAI)}
    with observer.store.reading() as tx:
        assert observer.acts.state(tx, case)[0].frozen_at == 2
    other = take_in(cities, settle=False)
    move(cities, SHANGHAI)
    cities.nodes[HEFEI].catch_up()
    assert state_in(cities, HEFEI, other).phase is Phase.TAKEN_IN


def test_14_a_join_names_its_answer_by_hash_whichever_of_two_came_first(cities):
    case = take_in(cities)
    live(cities, case, (*HANDED_OVER, (HEFEI, Accept(), "handler")))
    asked = cities.act(HEFEI, Ask(HANGZHOU, HelpKind.VERIFICATION, "hall"), case=case).events[0]
    cities.settle()
    answered = cities.act(HANGZHOU, Answer(asked.hash), case=case).events[0]
    header = replace(answered.header, command=CommandId(cities.uuid()), occurred_at=cities.now + 1)
    publish_lie(cities, HANGZHOU, header, Answered(asked.hash, AnswerKind.DECLINED, ()))
    move(cities, HANGZHOU)
    cities.nodes[HEFEI].catch_up()
    # The stream of answers is frozen now, so Hefei's own ledger would refuse; a join made before looks like this one,
    # and what another region relies on can't be undone by a rival.
    last = case_events(cities, HEFEI, case)[-1]
    header = header_for(cities, HEFEI, last.header, previous=last.hash, causes=(answered.hash,))
    publish_lie(cities, HEFEI, header, ContributionJoined(answered.hash, ContributionKind.ANSWER))
    move(cities, HEFEI)
    cities.nodes[SHANGHAI].catch_up()
    assert [each.header.sequence for each in case_events(cities, SHANGHAI, case)] == [1, 2, 3, 4, 5, 6]
    state = state_in(cities, SHANGHAI, case)
    assert state.findings == ()
    assert state.help.contribution(answered.hash).status == "joined"


def rotate(cities, code):
    """The region's registry names another ledger key, covered under the old one; the old one is returned."""
    node, key = cities.nodes[code], cities.signing_key()
    with node.store.reading() as tx:
        old = node.writer.ledger_key(tx, node.writer.covered_heads(tx))
    cities.keyrings[code].signing[key.key_id] = key
    enter(cities, code, LedgerKeyRotated(PublicKey(key.suite, key.public_key)))
    move(cities, code)
    return old


def test_15_a_checkpoint_is_judged_under_the_key_that_its_heads_name(cities):
    case = take_in(cities, settle=False)
    node = cities.nodes[SHANGHAI]
    node.relay()  # listed under the first key
    rotate(cities, SHANGHAI)
    cities.nodes[HEFEI].catch_up()  # meets the registry first
    assert state_in(cities, HEFEI, case).phase is Phase.TAKEN_IN
    live(cities, case, HANDED_OVER)
    assert_quiescent(cities)


def test_15_a_reader_that_meets_the_new_key_before_its_rotation_waits_and_counts_the_same(cities):
    reader = cities.nodes[HEFEI]
    late = [TopicPartition(cities.topics.registry(SHANGHAI), 0)]
    reader.follower._reader.pause(late)
    rotate(cities, SHANGHAI)
    case = take_in(cities, settle=False)
    cities.nodes[SHANGHAI].relay()
    while reader.follow().accepted:
        pass
    assert [place.topic for place in reader.follower.awaiting] == [cities.topics.cases(SHANGHAI)]
    reader.follower._reader.resume(late)
    cities.settle()
    assert state_in(cities, HEFEI, case).phase is Phase.TAKEN_IN
    assert_quiescent(cities)


def test_15_a_thief_of_the_replaced_key_stops_nobody(cities):
    case = take_in(cities)
    old = rotate(cities, SHANGHAI)
    live(cities, case, HANDED_OVER[:1])  # the first note under the new key
    node = cities.nodes[SHANGHAI]
    place = TopicPartition(cities.topics.cases(SHANGHAI), partition_of(str(case).encode(), cities.partitions))
    with node.store.reading() as tx:
        log = tx.logs.state(place).log
    unknown = replace(log.heads, region=Head(log.heads.region.number + 1, bytes(32)))
    leaves = (bytes(32),)
    for heads, root in ((unknown, log.edge.extend(leaves).root()), (log.heads, bytes(32)), (unknown, bytes(32))):
        name = origin(cities.genesis.name, SHANGHAI, place)
        said = Checkpoint(name, log.size + 1, root, cities.now, log.incarnation, heads, leaves)
        writer = cities.log.writer()
        headers = (("content-type", CHECKPOINT_CONTENT_TYPE.encode()),)
        writer.publish([(place, Record(place.topic.encode(), encode_checkpoint(said, old), headers))])
        writer.close()
    cities.settle()
    live(cities, case, HANDED_OVER[1:])
    assert state_in(cities, SHANGHAI, take_in(cities)).phase is Phase.TAKEN_IN
    assert state_in(cities, HEFEI, case).pen.writer == HEFEI
    assert {each.code for each in evidence(cities, HANGZHOU)} == {"note_signature", "root"}


def test_20_a_copy_on_another_topic_says_nothing_against_the_genuine_event(cities):
    case = take_in(cities, settle=False)
    (first,) = case_events(cities, SHANGHAI, case)
    node = cities.nodes[SHANGHAI]
    with node.store.reading() as tx:
        kept = tx.events.get(first.hash)
    copy = to_record(kept.signed, first.header)
    partition = partition_of(copy.key, cities.partitions)
    writer = cities.log.writer()
    writer.publish([(TopicPartition(cities.topics.cases(HANGZHOU), partition), copy)])
    writer.close()
    for code in (HANGZHOU, HEFEI):
        cities.nodes[code].catch_up()
    cities.settle()
    assert state_in(cities, HEFEI, case).phase is Phase.TAKEN_IN
    assert_quiescent(cities)


def test_25_held_events_outlive_a_restart_of_the_reader(cities):
    case = take_in(cities)
    cities.gates[SHANGHAI].hold_back = is_checkpoint
    offered = cities.act(SHANGHAI, Offer(HEFEI), case=case)
    cities.nodes[SHANGHAI].relay()
    cities.nodes[HEFEI].catch_up()
    cities.crash(HEFEI)
    cities.gates[SHANGHAI].hold_back = lambda _: False
    cities.gates[SHANGHAI].let_go()
    cities.restart(HEFEI)
    cities.settle()
    assert state_in(cities, HEFEI, case).last == offered.events[0].hash
    assert_quiescent(cities)


def test_26_a_second_checkpoint_waits_until_the_first_was_read_back(cities):
    case = take_in(cities)
    gate = cities.gates[SHANGHAI]
    gate.hold_back = is_checkpoint
    cities.act(SHANGHAI, Offer(HEFEI), case=case)
    move(cities, SHANGHAI)
    take_in(cities, settle=False)
    for _ in range(8):
        take_in(cities, settle=False)
    move(cities, SHANGHAI)
    origins = [record.value.split(b"\n", 1)[0] for _, record in gate.held]
    assert len(origins) == len(set(origins)), "one checkpoint at a time in each partition"
    gate.hold_back = lambda _: False
    gate.let_go()
    cities.settle()
    assert state_in(cities, HEFEI, case).pen.writer == HEFEI
    assert_quiescent(cities)


def test_27_repeats_of_all_checkpoints_in_order_change_nothing(cities):
    case = take_in(cities)
    live(cities, case, HANDED_OVER)
    before = evidence(cities, HANGZHOU)
    place = TopicPartition(cities.topics.cases(SHANGHAI), partition_of(str(case).encode(), cities.partitions))
    reader = cities.log.reader({place: 0})
    records = reader.poll(timeout_seconds=0, limit=10_000)
    reader.close()
    writer = cities.log.writer()
    writer.publish([(place, each.record) for each in records if is_checkpoint((place, each.record))])
    writer.close()
    cities.settle()
    assert evidence(cities, HANGZHOU) == before
    assert_quiescent(cities)


def test_29_a_listed_leaf_without_a_record_holds_its_partition_until_it_is_published_again(cities):
    case = take_in(cities)
    cities.gates[SHANGHAI].hold_back = is_event("case.offered")
    offered = cities.act(SHANGHAI, Offer(HEFEI), case=case)
    cities.nodes[SHANGHAI].relay()
    cities.nodes[HEFEI].catch_up()
    with cities.stores[HEFEI].reading() as tx:
        ((place, _),) = tx.logs.waiting()
    assert place.topic == cities.topics.cases(SHANGHAI)
    other = cities.act(HEFEI, TakeIn(Handling.REMOTE_INTAKE, HEFEI, ()), matter="000199003000")
    cities.settle([HEFEI])
    cities.nodes[HANGZHOU].catch_up()
    assert state_in(cities, HANGZHOU, other.case).phase is Phase.TAKEN_IN, "other partitions go on"
    cities.crash(SHANGHAI)
    cities.restart(SHANGHAI)
    cities.settle()
    assert state_in(cities, HEFEI, case).last == offered.events[0].hash
    assert_quiescent(cities)
