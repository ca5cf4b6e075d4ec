"""Regions at different versions: who writes which version, and what becomes of an event that a region cannot read yet."""

import pytest

from tests.cities import HANGZHOU, HEFEI
from tests.ledger.lives import HANDED_OVER, live, state_in, take_in
from tests.ledger.test_floor_and_sweep import without_schema
from tongban.contracts.wire.schema_store import shipped_schemas
from tongban.domain.chain.verdict import Rejected
from tongban.domain.errors import NotAppendableError, RegistryRefusedError
from tongban.domain.events.assistance import AnswerUnit, HelpKind
from tongban.domain.events.federation import SchemaAllowed
from tongban.domain.identifiers import FEDERATION
from tongban.domain.law.acceptance import Accept
from tongban.domain.law.assistance import Ask
from tongban.ledger.event_log import TopicPartition
from tongban.ledger.judge import Judgement
from tongban.ledger.registrar import SCHEMAS_PUBLISHED

ASKED = "tongban.case.asked.v2"
BY_MINUTES = Ask(HANGZHOU, HelpKind.VERIFICATION, answer_within=30, answer_unit=AnswerUnit.MINUTES)
BY_WORKDAYS = Ask(HANGZHOU, HelpKind.VERIFICATION, answer_within=3)


@pytest.fixture
def case(cities):
    """A case that Hefei accepted."""
    made = take_in(cities)
    live(cities, made, (*HANDED_OVER, (HEFEI, Accept(), "handler")))
    return made


def allow(cities, ce_type=ASKED):
    cities.tick()
    cities.nodes[FEDERATION].record(
        lambda tx, registrar: registrar.allow_schema(tx, ce_type, cities.uuid(), cities.now)
    )
    cities.settle()


def ask(cities, case, command):
    cities.tick()
    asked = cities.act(HEFEI, command, case=case).events[0]
    cities.settle()
    return asked


def written_as(cities, code, event):
    with cities.stores[code].reading() as tx:
        return tx.events.get(event.hash).signed.ce_type


def request_in(cities, code, case):
    (request,) = state_in(cities, code, case).help.requests
    return request.answer_within, request.answer_unit


def test_the_older_version_is_written_until_the_federation_allows_the_newer_one(cities, case):
    asked = ask(cities, case, BY_WORKDAYS)
    assert written_as(cities, HEFEI, asked) == "tongban.case.asked.v1"
    allow(cities)
    asked = ask(cities, case, BY_WORKDAYS)
    assert written_as(cities, HANGZHOU, asked) == ASKED
    limits = [(each.answer_within, each.answer_unit) for each in state_in(cities, HANGZHOU, case).help.requests]
    assert limits == [(3, AnswerUnit.WORKDAYS)] * 2


def test_what_only_the_newer_version_can_say_waits_until_it_is_allowed(cities, case):
    with pytest.raises(NotAppendableError, match="the newest version that the federation allows") as caught:
        cities.act(HEFEI, BY_MINUTES, case=case)
    assert "tongban federation allow tongban.case.asked.v2" in caught.value.advice
    allow(cities)
    assert written_as(cities, HEFEI, ask(cities, case, BY_MINUTES)) == ASKED
    assert request_in(cities, HANGZHOU, case) == (30, AnswerUnit.MINUTES)


def test_a_region_that_cannot_read_a_version_parks_it_and_folds_it_after_its_upgrade(cities, case):
    allow(cities)
    upgrade = without_schema(cities, HANGZHOU, "case.asked", version=2)
    ask(cities, case, BY_MINUTES)
    with cities.stores[HANGZHOU].reading() as tx:
        assert [each.code for each in tx.parking.parked()] == ["schema_awaited"]
    assert state_in(cities, HANGZHOU, case).help.requests == ()
    upgrade()
    assert cities.nodes[HANGZHOU].sweep().accepted == 1
    assert request_in(cities, HANGZHOU, case) == (30, AnswerUnit.MINUTES)


def test_an_older_event_that_was_parked_or_rejected_is_read_as_the_newest_when_it_is_judged_again(cities, case):
    """Parked: its schema was not here. Rejected: by a fault of the software, put right since."""
    upgrade = without_schema(cities, HANGZHOU, "case.asked", version=1)
    ask(cities, case, BY_WORKDAYS)
    judge = cities.nodes[HANGZHOU].judge
    judge.judge_event = lambda *_: Judgement(Rejected("F3", "not_avro", "a judge that reads it", "a faulty one"))
    upgrade()
    assert cities.nodes[HANGZHOU].sweep().rejected == 1
    del judge.judge_event
    with cities.stores[HANGZHOU].reading() as tx:
        (evidence,) = tx.parking.evidence()
    cities.nodes[HANGZHOU].retry_evidence(evidence.id)
    assert request_in(cities, HANGZHOU, case) == (3, AnswerUnit.WORKDAYS)


def test_a_newer_version_is_taken_in_whether_it_is_allowed_or_not(cities, case):
    """What is allowed binds writers. A reader that refused what another one took would fork the log."""
    upgraded = cities.nodes[HEFEI].knowledge
    upgraded.allowed_schema = lambda tx, head, event_type: shipped_schemas().by_ce_type[event_type.ce_type]
    asked = ask(cities, case, BY_MINUTES)
    assert written_as(cities, HANGZHOU, asked) == ASKED
    assert request_in(cities, HANGZHOU, case) == (30, AnswerUnit.MINUTES)


@pytest.mark.parametrize("ce_type", ["tongban.case.asked.v1", "tongban.case.asked.v9", "nothing"])
def test_only_a_newer_version_that_is_known_is_allowed(cities, ce_type):
    with pytest.raises(RegistryRefusedError, match="no newer version"):
        allow(cities, ce_type)


def test_a_version_is_allowed_once_and_by_its_own_schema(cities):
    body = SchemaAllowed(ASKED, bytes(32))
    with pytest.raises(RegistryRefusedError, match="another schema"):
        cities.nodes[FEDERATION].record(lambda tx, registrar: registrar.record(tx, [body], cities.uuid(), cities.now))
    allow(cities)
    with pytest.raises(RegistryRefusedError, match="allowed already"):
        allow(cities)


def published_at(cities, fingerprint):
    """Where a schema stands on the contracts topic, which is compacted: the place of its newest record."""
    reader = cities.log.reader({TopicPartition(cities.topics.contracts, 0): 0})
    found = None
    while batch := reader.poll(timeout_seconds=0, limit=10_000):
        found = next((each.offset for each in batch if each.record.key == fingerprint.hex().encode()), found)
    reader.close()
    return found


def test_schemas_are_published_again_when_an_upgrade_brought_others_and_else_once(cities):
    fingerprint = shipped_schemas().by_ce_type[ASKED].fingerprint
    first = published_at(cities, fingerprint)
    allow(cities, "tongban.case.delivered.v2")
    assert published_at(cities, fingerprint) == first
    with cities.nodes[FEDERATION].store.transaction() as tx:
        tx.facts.set(SCHEMAS_PUBLISHED, "those of an older version")
    allow(cities)
    assert published_at(cities, fingerprint) > first
