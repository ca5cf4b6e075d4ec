"""What an officer of a node is offered: under the registry's powers and the answers of the applicant's form."""

import pytest

from tests.cities import HEFEI, SHANGHAI, Cities
from tests.ledger.test_answers import ALWAYS, opened, publish, taken_over
from tongban.contracts.matter.folders import shipped_matter
from tongban.desk.case_at_hand import case_at_hand
from tongban.desk.offered import offered
from tongban.domain.errors import ActRefusedError, FormAwaitedError, OfficerUnknownError
from tongban.domain.events.event_type import Act
from tongban.domain.law.acceptance import Accept


@pytest.fixture
def cities(tmp_path):
    made = Cities(tmp_path)
    publish(made, shipped_matter("000199003000", "2"))
    yield made
    made.close()


def offers(cities, code, case, by="handler"):
    node = cities.nodes[code]
    with node.store.reading() as tx:
        made = offered(case_at_hand(node, tx, case), f"{code}-{by}", cities.now)
    return {each.act: each for each in made}


def test_acceptance_is_refused_where_the_answers_ask_for_more(cities):
    case = taken_over(cities, opened(cities, *ALWAYS, kind="change"))
    refusal = offers(cities, HEFEI, case)[Act.ACCEPT].refusal
    with pytest.raises(ActRefusedError) as refused:
        cities.act(HEFEI, Accept(), case=case)
    assert (refusal.code, refusal.expected, refusal.found) == (
        refused.value.breach.code, refused.value.expected, refused.value.found,
    )  # fmt: skip


def test_acceptance_waits_for_the_form_where_it_is_not_here_and_nothing_else_does(cities):
    case = taken_over(cities, opened(cities, *ALWAYS, kind="change"))
    with cities.stores[HEFEI].transaction() as tx:
        node = cities.nodes[HEFEI]
        (commitment,) = (each.digest for event in node.knowledge.case(tx, case) for each in event.commitments)
        kept = node.contents.open
        node.contents.open = lambda tx, digest: None if digest == commitment else kept(tx, digest)
    made = offers(cities, HEFEI, case)
    assert (made[Act.ACCEPT].refusal.code, bool(made[Act.ACCEPT].refusal.zh)) == (FormAwaitedError.code, True)
    assert made[Act.NOTICE].may_be_done
    with pytest.raises(FormAwaitedError):
        cities.act(HEFEI, Accept(), case=case)


def test_a_form_is_opened_only_where_nothing_else_stands_against_the_act(cities, monkeypatch):
    case = taken_over(cities, opened(cities, *ALWAYS))
    monkeypatch.setattr(cities.nodes[SHANGHAI].contents, "open", None)
    assert offers(cities, SHANGHAI, case)[Act.ACCEPT].refusal.code == "offer_open"


def test_looking_keeps_nothing(cities):
    case = taken_over(cities, opened(cities, *ALWAYS))
    with cities.stores[HEFEI].reading() as tx:
        before = len(tx.events.case(case))
    offers(cities, HEFEI, case)
    with cities.stores[HEFEI].reading() as tx:
        assert len(tx.events.case(case)) == before


def test_somebody_whom_the_registry_does_not_know_is_offered_nothing(cities):
    case = taken_over(cities, opened(cities, *ALWAYS))
    with pytest.raises(OfficerUnknownError):
        offers(cities, HEFEI, case, by="nobody")
