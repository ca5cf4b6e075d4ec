"""From a request in JSON to events: as a door without a command line comes to the same acts."""

import pytest

from tests.adapters.cli.conftest import FORM, LICENCE, OUTCOME
from tests.cities import HEFEI, SHANGHAI
from tongban.contracts.content.form_extract import read_extract
from tongban.contracts.content.free_text import decode_text
from tongban.contracts.faults import FaultyContractError
from tongban.desk.case_at_hand import case_at_hand, case_to_open
from tongban.desk.completeness import completeness
from tongban.desk.contribution import AS_CONTRIBUTION
from tongban.desk.intake import named_matter
from tongban.desk.making import fill, make, read_request
from tongban.desk.table import describe
from tongban.domain.errors import CaseUnknownError, MalformedError, NotAppendableError
from tongban.domain.events.assistance import ContributionKind
from tongban.domain.events.event_type import Act
from tongban.domain.events.values import Handling, SubmittedForm
from tongban.domain.law.assistance import Contribute, Join
from tongban.domain.law.phase import Phase
from tongban.ledger.acts import ActRequest

OPENING = {"matter": f"{LICENCE}/1", "form": FORM, "all_materials": True}


def planned(cities, code, act, request, case=None):
    """The plan of a request, and the matter of the case."""
    node, description = cities.nodes[code], describe(act)
    given = read_request(description, request)
    with node.store.reading() as tx:
        new = case is None
        at_hand = case_to_open(node, tx, *named_matter(given["matter"])) if new else case_at_hand(node, tx, case)
        return make(description, given, at_hand), at_hand


def act(cities, code, act_, request=None, *, case=None, by="handler"):
    """Carry a request out, seen by all cities; the case."""
    cities.tick()
    plan, at_hand = planned(cities, code, act_, request or {}, case)
    rules = at_hand.contract.rules
    opens = {"matter": rules.catalog_code, "version": rules.version} if case is None else {"case": case}
    done = cities.nodes[code].perform(
        ActRequest(cities.uuid(), f"{code}-{by}", plan.command, cities.now, values=plan.values, **opens)
    )
    cities.settle()
    return done.case


def handed_over(cities):
    case = act(cities, SHANGHAI, Act.TAKE_IN, OPENING)
    act(cities, SHANGHAI, Act.OFFER, case=case)
    act(cities, HEFEI, Act.TAKE_OVER, case=case)
    return case


def state(cities, code, case):
    with cities.nodes[code].store.reading() as tx:
        return cities.nodes[code].acts.state(tx, case)[0]


def test_a_whole_life_by_requests(cities):
    case = handed_over(cities)
    act(cities, HEFEI, Act.NOTICE, {"items": ["inspection_report"], "within": 15, "reason": "缺检验报告"}, case=case)
    brought = {"materials": [{"code": "inspection_report"}], "received_at": "2026-11-22T09:30:00+08:00"}
    act(cities, SHANGHAI, Act.SUPPLY, brought, case=case)
    act(cities, HEFEI, Act.JOIN, case=case)
    act(cities, HEFEI, Act.ACCEPT, {"document": {"kind": "受理通知书", "number": "1"}}, case=case)
    asking = {
        "region": SHANGHAI,
        "kind": "verification",
        "question": "是否有效",
        "shares": ["products"],
        "within_minutes": 60,
    }
    plan, at_hand = planned(cities, HEFEI, Act.ASK, asking, case)
    assert plan.command.answer_unit == "minutes"
    assert decode_text(plan.values["question"]) == "是否有效"
    assert read_extract(at_hand.contract, plan.values["extract"], ["products"]).keys() == {"products"}
    act(cities, HEFEI, Act.DECIDE, {"granted": True, "outcome": OUTCOME}, case=case, by="approver")
    act(cities, HEFEI, Act.CLOSE, case=case)
    act(cities, HEFEI, Act.DELIVER, {"method": "courier"}, case=case)
    act(cities, HEFEI, Act.ARCHIVE, {"number": "HF-1", "years": 30}, case=case)
    after = state(cities, SHANGHAI, case)
    assert (after.phase, after.findings) == (Phase.ARCHIVED, ())
    assert [each.received_at for each in after.help.contributions] == [1_795_311_000_000_000]


def test_an_opening_takes_what_the_matter_and_the_form_say(cities):
    plan, at_hand = planned(cities, SHANGHAI, Act.TAKE_IN, OPENING)
    assert (plan.command.handling, plan.command.deciding_region) == (Handling.REMOTE_INTAKE, HEFEI)
    assert {each.code for each in plan.command.materials} == {
        each.code for each in completeness(at_hand.contract, FORM, ()).required
    }
    assert plan.values.keys() == {"form"}
    assert plan.note == "材料齐全 the set is complete"
    assert FORM["contact_name"] not in repr(plan)


def test_an_opening_says_what_is_missing_and_takes_a_material_as_the_contract_asks_for_it(cities):
    request = {**OPENING, "all_materials": False, "materials": [{"code": "business_licence"}]}
    plan, at_hand = planned(cities, SHANGHAI, Act.TAKE_IN, request)
    (material,) = plan.command.materials
    assert material.form is SubmittedForm(at_hand.contract.rules.material("business_licence").form)
    assert plan.note.startswith("缺 missing: application_form")


def test_an_opening_without_form_or_region_or_with_a_faulty_form_is_refused(cities):
    with pytest.raises(MalformedError, match="deciding region is open") as refused:
        planned(cities, SHANGHAI, Act.TAKE_IN, {"matter": LICENCE})
    assert "deciding REGION" in refused.value.expected
    with pytest.raises(MalformedError, match="no region 999999"):
        planned(cities, SHANGHAI, Act.TAKE_IN, {**OPENING, "deciding": "999999"})
    with pytest.raises(FaultyContractError):
        planned(cities, SHANGHAI, Act.TAKE_IN, {**OPENING, "form": {**FORM, "contact_name": 5}})


def test_without_the_pen_what_is_brought_becomes_a_contribution_and_with_it_the_act(cities):
    case = handed_over(cities)
    for request, kind in (
        ((Act.SUPPLY, {"materials": [{"code": "inspection_report"}]}), ContributionKind.MATERIALS),
        ((Act.WITHDRAW, {"reason": "申请人撤回"}), ContributionKind.WITHDRAWAL),
        ((Act.DELIVER, {"method": "courier"}), ContributionKind.DELIVERY),
    ):
        plan, _ = planned(cities, SHANGHAI, *request, case)
        assert isinstance(plan.command, Contribute)
        assert (plan.command.kind, plan.note) == (kind, AS_CONTRIBUTION)
        held, _ = planned(cities, HEFEI, *request, case)
        assert isinstance(held.command, describe(request[0]).command)
        assert (held.values.keys(), held.note) == (plan.values.keys(), "")


def test_a_reference_that_is_left_out_means_the_only_open_one(cities):
    case = handed_over(cities)
    with pytest.raises(CaseUnknownError, match="no open contributions"):
        planned(cities, HEFEI, Act.JOIN, {}, case)
    for code in ("inspection_report", "process_description"):
        act(cities, SHANGHAI, Act.CONTRIBUTE, {"kind": "materials", "materials": [{"code": code}]}, case=case)
    first, second = (each.event for each in state(cities, HEFEI, case).help.contributions)
    with pytest.raises(CaseUnknownError, match="2 open contributions") as refused:
        planned(cities, HEFEI, Act.JOIN, {}, case)
    assert "contribution with one of those found" in refused.value.expected
    plan, _ = planned(cities, HEFEI, Act.JOIN, {"contribution": second.hex()[:12]}, case)
    assert plan.command == Join(second)
    act(cities, HEFEI, Act.REFUSE, {"contribution": first.hex(), "code": "unusable"}, case=case)
    assert planned(cities, HEFEI, Act.JOIN, {}, case)[0].command == Join(second)


def test_what_must_be_filled_in_and_what_excludes_each_other_is_refused(cities):
    case = handed_over(cities)
    with pytest.raises(MalformedError, match="reason is missing"):
        planned(cities, HEFEI, Act.DECLINE, {"reason": "不属本地"}, case)
    with pytest.raises(MalformedError, match="one of both"):
        asking = {"region": SHANGHAI, "kind": "records", "within": 1, "within_minutes": 1}
        planned(cities, HEFEI, Act.ASK, asking, case)


def test_fields_of_a_form_that_is_not_here_are_not_shared(cities):
    opening = {"matter": f"{LICENCE}/1", "deciding": HEFEI}
    case = act(cities, SHANGHAI, Act.TAKE_IN, opening)
    with pytest.raises(NotAppendableError, match="not here"):
        planned(cities, SHANGHAI, Act.ASK, {"region": HEFEI, "kind": "records", "shares": ["products"]}, case)


def test_what_is_personal_is_in_no_text_form(cities):
    case = handed_over(cities)
    with cities.nodes[HEFEI].store.reading() as tx:
        at_hand = case_at_hand(cities.nodes[HEFEI], tx, case)
        filled = fill(describe(Act.WITHDRAW), {"reason": "示例丁戊不再申请"}, at_hand)
    assert filled.values
    assert "示例丁戊" not in repr(filled) + repr(filled.plan()) + repr(at_hand)


def test_an_empty_text_is_no_value(cities):
    case = handed_over(cities)
    assert planned(cities, HEFEI, Act.WITHDRAW, {"reason": ""}, case)[0].values == {}
