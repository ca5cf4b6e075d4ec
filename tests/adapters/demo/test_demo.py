"""The main job, end to end: the same seed gives the same digests, all checks come true, and a failure is not hidden."""

import tempfile

import pytest

from tongban.adapters.cli.exit_codes import ExitCode
from tongban.adapters.demo import auditing, comparison
from tongban.adapters.demo import run as running
from tongban.adapters.kafka.log import KafkaEventLog
from tongban.ledger.audit import AuditFault, AuditReport
from tongban.ledger.event_log import TopicPartition


def same_on_every_log(answer):
    """What must not depend on the log that carried it."""
    tampered = answer["tampering"]
    return (
        answer["digests"],
        answer["case"],
        answer["summary"],
        answer["scenarios"],
        tampered["event"],
        tampered["byte"],
    )


@pytest.fixture(scope="module")
def once(demo):
    code, answer = demo()
    assert code == ExitCode.DONE
    return answer


def test_the_same_seed_gives_the_same_digests_and_another_seed_others(demo, once):
    _, again = demo()
    _, other = demo(seed=8)
    assert same_on_every_log(once) == same_on_every_log(again)
    assert once["digests"]["timeline"] != other["digests"]["timeline"]
    assert once["digests"]["tracker"] != other["digests"]["tracker"]


def test_everything_it_shows_came_true(once):
    assert once["ok"]
    assert set(once["checks"].values()) == {True}
    assert len(set(once["case"]["digests"].values())) == 1
    assert once["audit"]["counts"]["cases"] == once["cases"] == sum(once["scenarios"].values())
    assert once["audit"]["counts"]["leaves listed"] == once["audit"]["counts"]["leaves judged"]


def test_a_lawful_life_has_no_findings(once):
    assert once["audit"]["findings"] == {}
    assert sum(row["findings"] for row in once["summary"]) == 0


def test_the_audit_of_the_changed_copy_names_the_event_and_both_hashes(once):
    found = once["tampering"]["found"]
    assert found["event"] == once["tampering"]["event"]
    assert found["check"]
    assert found["expected"] != found["found"]


def test_nothing_is_left_behind(demo, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    code, _ = demo(cases=2)
    assert code == ExitCode.DONE
    assert list(tmp_path.iterdir()) == []


# What must not be hidden ---------------------------------------------------------------------------------------------


def test_views_that_differ_make_it_fail(demo, monkeypatch):
    monkeypatch.setattr(comparison, "rebuilt_digests", lambda *_: {"tracker": "00", "timeline": "00"})
    code, answer = demo(cases=2)
    assert code == ExitCode.FINDINGS
    assert not answer["ok"]
    assert [name for name, came_true in answer["checks"].items() if not came_true] == [
        "views rebuilt from the log equal the live ones"
    ]


def test_a_fault_in_the_audit_makes_it_fail(demo, monkeypatch):
    fault = AuditFault(TopicPartition("a topic", 0), 1, "an event", "a check", "this", "that")
    monkeypatch.setattr(running, "audit", lambda *_: AuditReport({"cases": 2}, (fault,)))
    code, answer = demo(cases=2)
    assert code == ExitCode.FINDINGS
    assert answer["audit"]["faults"][0]["check"] == "a check"


def test_a_change_that_nobody_notices_makes_it_fail(demo, monkeypatch):
    monkeypatch.setattr(auditing, "_flipped", lambda value, byte, bit: value)
    code, answer = demo(cases=2)
    assert code == ExitCode.FINDINGS
    assert answer["tampering"]["found"] is None


def test_a_city_that_shows_another_history_makes_it_fail(demo, monkeypatch):
    seen = comparison.case_seen

    def forgetful(region, case):
        whole = seen(region, case)
        if region.code != "330100":
            return whole
        return comparison.CaseSeen(whole.region, whole.rows[:-1], whole.digest, whole.verified[:-1])

    monkeypatch.setattr(running, "case_seen", forgetful)
    code, answer = demo(cases=2)
    assert code == ExitCode.FINDINGS
    assert not answer["checks"]["same history in every city"]


# On Kafka ------------------------------------------------------------------------------------------------------------


@pytest.mark.kafka
def test_on_kafka_the_digests_are_those_of_the_embedded_log(demo, once, kafka_bootstrap):
    code, answer = demo("--kafka", kafka_bootstrap)
    assert code == ExitCode.DONE
    assert same_on_every_log(answer) == same_on_every_log(once)
    log = KafkaEventLog([kafka_bootstrap])
    assert [name for name in log.topics() if name.startswith(answer["topic_prefix"])] == []
    log.close()
