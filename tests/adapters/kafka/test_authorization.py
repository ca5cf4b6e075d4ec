"""A broker that encrypts, knows who asks, and allows what `tongban topics create --acl` set: each city writes its own topics."""

import json
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.adapters.cli.conftest import FORM, NodeRun, Towns, add_people, wait_until
from tests.adapters.kafka.broker import ADMIN, KafkaBroker
from tests.adapters.kafka.conftest import PASSWORDS, Secured
from tests.ports.event_logs import read
from tongban.adapters.kafka.library import kafka
from tongban.adapters.kafka.log import KafkaEventLog
from tongban.adapters.keys.keystore import Keystore
from tongban.adapters.node.urls import open_log
from tongban.contracts.wire.record import Record
from tongban.domain.errors import LogDeniedError, TopicMissingError
from tongban.ledger.event_log import TopicPartition, TopicSpec

# One broker of its own for all of them, so one worker.
pytestmark = [pytest.mark.kafka, pytest.mark.slow, pytest.mark.xdist_group("kafka-secured")]

CITIES = {"sh": ("310000", "上海", "Shanghai"), "hf": ("340100", "合肥", "Hefei")}
PREFIX = "tongban"
A_WRONG_PASSWORD = "a wrong password"


@pytest.fixture(scope="module")
def broker(secured: Secured) -> KafkaBroker:
    return secured.broker


@pytest.fixture(scope="module")
def towns(secured: Secured, broker: KafkaBroker, tmp_path_factory) -> Towns:
    """A federation and two cities, founded by the brokers' operator; each has a user of its own."""
    folder = tmp_path_factory.mktemp("secured")
    folder.chmod(0o700)
    towns = Towns(folder)
    del towns.env["TONGBAN_LOG"]
    towns.env |= {
        "TONGBAN_KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
        "TONGBAN_KAFKA_SSL_CAFILE": str(secured.authority),
    } | as_user(ADMIN)
    towns.form.write_text(json.dumps(FORM), encoding="utf-8")
    where = ("--log", f"kafka://{broker.bootstrap}", "--topic-prefix", PREFIX)
    with pytest.MonkeyPatch.context() as patch:
        for name, cheap in (("operations", 1), ("memory_bytes", 8 * 1024)):
            patch.setitem(Keystore.create.__func__.__kwdefaults__, name, cheap)
        towns.json("federation", "federation", "init", "--name", "yangtze-delta", *where)
        towns.json("federation", "topics", "create", "--acl", "--principal", "User:federation")
        genesis = towns.home("federation") / "genesis.json"
        for town, (code, zh, en) in CITIES.items():
            named = ("--region", code, "--name-zh", zh, "--name-en", en, "--genesis", genesis, "--partitions", 1)
            made = towns.json(town, "region", "init", *named, *where)
            told = towns.json(town, "topics", "create", "--acl", "--principal", f"User:{town}")
            assert told["other_writers"] == []
            towns.json("federation", "federation", "enrol", made["request"], env=as_user("federation"))
    return towns


def as_user(name: str) -> dict[str, str]:
    return {"TONGBAN_KAFKA_SASL_USERNAME": name, "TONGBAN_KAFKA_SASL_PASSWORD": PASSWORDS[name]}


def become(towns: Towns, environment: dict[str, str | None]) -> None:
    """The commands and processes that follow run in this environment."""
    towns.env, towns.runner.env = environment, dict(environment)


@pytest.fixture
def shanghai(secured: Secured, broker: KafkaBroker, towns: Towns) -> Iterator[KafkaEventLog]:
    """The log as Shanghai's user sees it."""
    with closing(open_log(f"kafka://{broker.bootstrap}", secured.options("sh"))) as log:
        assert isinstance(log, KafkaEventLog)
        yield log


def test_the_rights_that_are_set_are_those_of_the_design(towns: Towns) -> None:
    told = towns.json("sh", "topics", "create", "--acl", "--principal", "User:sh")
    assert {(each["principal"], each["operation"], each["topic"]) for each in told["rights"]} == {
        ("User:sh", "WRITE", "tongban.310000.registry"),
        ("User:sh", "WRITE", "tongban.310000.cases"),
        ("User:sh", "WRITE", "tongban.310000.content"),
        ("User:sh", "READ", "tongban.*"),
        ("User:sh", "DESCRIBE_CONFIGS", "tongban.*"),
    }
    assert not any(each["created"] for each in told["topics"])


def test_a_second_writer_of_a_topic_is_told(towns: Towns, secured: Secured, broker: KafkaBroker) -> None:
    with closing(open_log(f"kafka://{broker.bootstrap}", secured.options(ADMIN))) as log:
        assert isinstance(log, KafkaEventLog)
        log.allow("User:stranger", writes=["tongban.310000.content"], reads_prefix="other.")
    told = towns.json("sh", "topics", "create", "--acl", "--principal", "User:sh")
    stranger = {"principal": "User:stranger", "operation": "WRITE", "topic": "tongban.310000.content"}
    assert told["other_writers"] == [stranger]


@pytest.mark.parametrize("topic", ["tongban.340100.cases", "tongban.340100.registry", "tongban.federation.registry"])
def test_a_city_reads_the_topics_of_others_and_cannot_write_them(shanghai: KafkaEventLog, topic: str) -> None:
    place = TopicPartition(topic, 0)
    with closing(shanghai.reader({place: 0})) as reader:
        before = reader.ends()[place]
        if before:
            assert read(reader, 1)
        with closing(shanghai.writer()) as writer, pytest.raises(LogDeniedError, match="TopicAuthorizationFailed"):
            writer.publish([(place, Record(b"k", b"v"))])
        assert reader.ends()[place] == before


def test_a_city_writes_its_own_topics_with_no_right_to_the_cluster(shanghai: KafkaEventLog) -> None:
    place = TopicPartition("tongban.310000.content", 0)
    with closing(shanghai.writer()) as writer:
        writer.publish([(place, Record(b"k", b"v"))])


def test_a_city_can_neither_make_nor_delete_topics_nor_give_rights(shanghai: KafkaEventLog) -> None:
    with pytest.raises(LogDeniedError):
        shanghai.create_topics([TopicSpec("tongban.310000.more", 1, "keep")])
    with pytest.raises(LogDeniedError):
        shanghai.delete_topics(["tongban.310000.cases"])
    with pytest.raises(LogDeniedError):
        shanghai.allow("User:sh", writes=["tongban.340100.cases"], reads_prefix="tongban.")
    with closing(shanghai.writer()) as writer, pytest.raises((TopicMissingError, LogDeniedError)):
        writer.publish([(TopicPartition("tongban.310000.more", 0), Record(b"k", b"v"))])


def test_whole_nodes_work_with_the_rights_of_their_cities(towns: Towns) -> None:
    nodes = {}
    admin = dict(towns.env)
    try:
        for town in CITIES:
            become(towns, admin | as_user(town))
            add_people(towns, town)
            nodes[town] = NodeRun(towns, town)
        become(towns, admin | as_user("sh"))
        case = towns.take_in("sh", "--wait")
        towns.act("sh", "offer", case, "--wait")
        become(towns, admin | as_user("hf"))
        wait_until(lambda: towns.json("hf", "case", "list", "--pen", "340100")["cases"])
        assert towns.act("hf", "take-over", case, "--wait")["published"]
        for running in nodes.values():
            code, health, err = running.stop()
            assert (code, health[-1]["status"], err) == (0, "stopped", "")
    finally:
        for running in nodes.values():
            if running.process.poll() is None:
                running.process.kill()
            running.process.communicate()
        become(towns, admin)


def test_a_command_with_a_wrong_password_ends_at_once_with_its_own_code(towns: Towns) -> None:
    error = towns.refused("sh", "topics", "create", code=2, env={"TONGBAN_KAFKA_SASL_PASSWORD": A_WRONG_PASSWORD})
    assert error["code"] == "log_login_refused"
    assert A_WRONG_PASSWORD not in json.dumps(error)


def test_a_node_that_the_brokers_no_longer_know_tells_it_and_goes_on_when_they_do(
    secured: Secured, towns: Towns
) -> None:
    admin = dict(towns.env)
    become(towns, admin | as_user("hf") | {"TONGBAN_KAFKA_REQUEST_TIMEOUT_SECONDS": "2"})
    running = NodeRun(towns, "hf")
    try:
        set_password(secured, "hf", "changed by the operator")
        secured.broker.restart()  # a connection that stands is not asked again
        wait_until(lambda: "as hf with SCRAM-SHA-512" in running.health()["trouble"])
        assert running.process.poll() is None
        assert running.health()["status"] == "degraded"
        set_password(secured, "hf", PASSWORDS["hf"])
        wait_until(lambda: running.health()["status"] == "ok")
        code, health, err = running.stop()
        assert (code, health[-1]["status"], err) == (0, "stopped", "")
        assert not any(PASSWORDS["hf"] in json.dumps(each) for each in health)
    finally:
        if running.process.poll() is None:
            running.process.kill()
        running.process.communicate()
        set_password(secured, "hf", PASSWORDS["hf"])
        become(towns, admin)


def set_password(secured: Secured, user: str, password: str) -> None:
    """As the operator of the brokers does."""
    log = open_log(f"kafka://{secured.broker.bootstrap}", secured.options(ADMIN))
    with closing(log):
        assert isinstance(log, KafkaEventLog)
        changed = kafka.admin.UserScramCredentialUpsertion(user, "SCRAM-SHA-512", password)
        log._connected().alter_user_scram_credentials([changed])


def test_without_its_password_a_home_says_what_is_missing(towns: Towns) -> None:
    error = towns.refused("sh", "topics", "create", code=2, env={"TONGBAN_KAFKA_SASL_PASSWORD": None})
    assert error["code"] == "settings"
    assert error["found"] == "no password"


def test_settings_are_shown_without_the_password(towns: Towns) -> None:
    shown = towns.run("sh", "config", "show").output + json.dumps(towns.json("sh", "config", "show"))
    assert "SASL_SSL" in shown
    assert PASSWORDS[ADMIN] not in shown
