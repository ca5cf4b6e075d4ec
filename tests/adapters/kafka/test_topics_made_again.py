"""A topic that is deleted and made again: others begin anew in it, with an alarm; its own region says what it lost."""

import json
import uuid
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.adapters.cli.conftest import NodeRun, Towns, add_people, wait_until
from tests.adapters.kafka.mirroring import copy_of, put_back
from tests.adapters.kafka.three_cities import found_towns
from tests.cities import HEFEI, SHANGHAI, Cities
from tests.ledger.lives import FINISHED, HANDED_OVER, live, state_in, take_in
from tongban.adapters.kafka.log import KafkaEventLog
from tongban.domain.errors import RecordsLostError
from tongban.ledger.follower import replaced_topics
from tongban.ledger.topics import Topics

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

NAMES = ("sh", "hf")


@pytest.fixture
def log(kafka_bootstrap: str) -> Iterator[KafkaEventLog]:
    with closing(KafkaEventLog(kafka_bootstrap.split(","))) as log:
        yield log


@pytest.fixture
def cities(tmp_path, kafka_bootstrap: str) -> Iterator[Cities]:
    log = KafkaEventLog(kafka_bootstrap.split(","))
    topics = Topics(f"again{uuid.uuid4().hex}")
    with closing(Cities(tmp_path, log=log, codes=(SHANGHAI, HEFEI), partitions=1, topics=topics)) as cities:
        yield cities


def make_again(log: KafkaEventLog, topics: Topics, code, name: str) -> None:
    log.delete_topics([name])
    log.create_topics([spec for spec in topics.specs(code, case_partitions=1) if spec.name == name])


def test_a_reader_that_stands_behind_the_end_of_a_new_topic_begins_anew(cities: Cities) -> None:
    case = take_in(cities)
    live(cities, case, HANDED_OVER)
    hefei, topic = cities.nodes[HEFEI], cities.topics.cases(SHANGHAI)
    before = state_in(cities, HEFEI, case)
    copies = copy_of(cities.log, [topic])
    make_again(cities.log, cities.topics, SHANGHAI, topic)
    alarmed = {}

    def told():  # no refresh: the reader meets the end of the topic
        nonlocal alarmed
        hefei.follow(timeout_seconds=0.2)
        with cities.stores[HEFEI].reading() as tx:
            alarmed = replaced_topics(tx)
        return alarmed

    wait_until(told)
    assert alarmed == {topic: cities.now}
    put_back(cities.log, copies)
    hefei.catch_up()
    assert state_in(cities, HEFEI, case) == before
    with cities.stores[HEFEI].reading() as tx:
        assert not tx.parking.evidence()
        assert not tx.logs.waiting()


def test_a_region_whose_own_topic_was_made_again_says_what_it_lost_and_goes_on_when_it_is_back(cities: Cities) -> None:
    case = take_in(cities)
    topic = cities.topics.cases(SHANGHAI)
    copies = copy_of(cities.log, [topic])
    make_again(cities.log, cities.topics, SHANGHAI, topic)
    shanghai = cities.nodes[SHANGHAI]
    for _ in range(2):  # it does not get used to it
        with pytest.raises(RecordsLostError, match=r"expected 1 leaves listed.*found 0 listed, 1 without a record"):
            shanghai.follower.refresh()
    cities.crash(SHANGHAI)
    with pytest.raises(RecordsLostError):
        cities.restart(SHANGHAI)
    put_back(cities.log, {place: records[:-1] for place, records in copies.items()})
    cities.crash(SHANGHAI)
    with pytest.raises(RecordsLostError, match="found 0 listed, 0 without a record"):
        cities.restart(SHANGHAI)
    put_back(cities.log, copies)
    cities.crash(SHANGHAI)
    cities.restart(SHANGHAI)
    cities.settle()
    live(cities, case, FINISHED)
    assert state_in(cities, SHANGHAI, case) == state_in(cities, HEFEI, case)


def test_a_mirror_with_other_offsets_is_read_from_its_beginning_and_changes_nothing(cities: Cities) -> None:
    case = take_in(cities)
    live(cities, case, HANDED_OVER)
    names = [name for name in cities.log.topics() if name.startswith(f"{cities.topics.prefix}.")]
    copies = copy_of(cities.log, names)
    for code in ("federation", SHANGHAI, HEFEI):
        for spec in cities.topics.specs(code, case_partitions=1):
            make_again(cities.log, cities.topics, code, spec.name)
    put_back(cities.log, copies, strays=7)
    cities.settle()
    live(cities, case, FINISHED[len(HANDED_OVER) :])
    states = {code: state_in(cities, code, case) for code in (SHANGHAI, HEFEI)}
    assert states[SHANGHAI] == states[HEFEI]
    for code in (SHANGHAI, HEFEI):
        with cities.stores[code].reading() as tx:
            assert set(replaced_topics(tx)) == {place.topic for place, records in copies.items() if records}
            assert {each.record.key for each in tx.parking.evidence()} == {b"stray"}


@pytest.fixture
def towns(tmp_path, kafka_bootstrap: str) -> Towns:
    return found_towns(tmp_path, kafka_bootstrap, f"again-{uuid.uuid4().hex[:12]}", names=NAMES)


def test_nodes_tell_of_a_topic_made_again_and_its_own_node_stops(towns: Towns, log: KafkaEventLog) -> None:
    prefix = towns.json("sh", "config", "show")["settings"]["topic_prefix"]["value"]
    topics = Topics(prefix)
    topic = topics.cases("310000")
    nodes = {}
    try:
        for town in NAMES:
            nodes[town] = NodeRun(towns, town)
            add_people(towns, town)
        case = towns.take_in("sh", "--wait")
        wait_until(lambda: towns.json("hf", "case", "list")["cases"])
        copies = copy_of(log, [topic])
        make_again(log, topics, "310000", topic)
        code, health, err = nodes["sh"].ended()
        assert (code, json.loads(err)["error"]["code"]) == (5, "records_lost")
        assert health[-1]["status"] == "stopped"
        assert topic in health[-1]["trouble"]
        wait_until(lambda: nodes["hf"].health()["replaced"] == [topic])
        assert nodes["hf"].health()["status"] == "ok"
        assert topic in towns.run("hf", "node", "status", "--interval", 60).output
        refused = towns.refused("sh", "case", "offer", case, "--officer", "sh-handler", code=5)
        assert refused["code"] == "records_lost"
        put_back(log, copies)
        nodes["sh"] = NodeRun(towns, "sh")
        assert towns.act("sh", "offer", case, "--wait")["published"]
        wait_until(lambda: towns.json("hf", "case", "list", "--pen", "340100")["cases"])
        for running in nodes.values():
            code, health, err = running.stop()
            assert (code, health[-1]["status"], err) == (0, "stopped", "")
    finally:
        for running in nodes.values():
            if running.process.poll() is None:
                running.process.kill()
            running.process.communicate()
