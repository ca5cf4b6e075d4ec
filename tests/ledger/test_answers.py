"""The applicant's answers at acceptance, a region's settings in its registry, and two versions of a matter at once."""

import random
from datetime import date

import pytest

from tests.cities import HANGZHOU, HEFEI, MATTERS, SHANGHAI, Cities, case_of
from tongban.adapters.demo.fictions import Setting, fictional_form
from tongban.contracts.faults import FaultyContractError
from tongban.contracts.matter.contract import matter_from_files
from tongban.contracts.matter.folders import shipped_matter
from tongban.contracts.region_settings.settings import find_settings, shipped_settings
from tongban.domain.errors import ActRefusedError, FormAwaitedError, RegistryRefusedError
from tongban.domain.events.assistance import ContributionKind
from tongban.domain.events.delivery import DeliveryMethod
from tongban.domain.events.region import MatterSet
from tongban.domain.events.values import Handling, SubmittedForm, SubmittedMaterial
from tongban.domain.identifiers import FEDERATION, CommandId
from tongban.domain.law.acceptance import Accept
from tongban.domain.law.after_closing import Archive
from tongban.domain.law.assistance import Contribute, Join
from tongban.domain.law.correction import Notice, Supply
from tongban.domain.law.decision import Close, Decide
from tongban.domain.law.delivery import Deliver
from tongban.domain.law.handover import Offer, TakeOver
from tongban.domain.law.intake import TakeIn
from tongban.domain.law.phase import Phase
from tongban.ledger import acts

LICENCE = shipped_matter("000199003000", "2")
FORM = fictional_form(random.Random(3), "000199003000", Setting(HEFEI, SHANGHAI, date(2026, 11, 22)))
ALWAYS = ("application_form", "business_licence")


@pytest.fixture
def cities(tmp_path):
    made = Cities(tmp_path)
    publish(made, LICENCE)
    yield made
    made.close()


def publish(cities, contract):
    command = CommandId(cities.uuid())
    cities.nodes[FEDERATION].record(lambda tx, registrar: registrar.publish_matter(tx, contract, command, cities.now))
    cities.settle()


def brought(*codes):
    return tuple(SubmittedMaterial(code, SubmittedForm.COPY) for code in codes)


def opened(cities, *codes, kind="first", form=True, version="2"):
    values = {"form": LICENCE.encode_form({**FORM, "application_kind": kind})} if form else {}
    take_in = TakeIn(Handling.REMOTE_INTAKE, HEFEI, brought(*codes))
    done = cities.act(SHANGHAI, take_in, matter="000199003000", version=version, values=values)
    cities.act(SHANGHAI, Offer(HEFEI), case=case_of(done))
    return case_of(done)


def taken_over(cities, case):
    cities.settle()
    cities.act(HEFEI, TakeOver(), case=case)
    return case


def state(cities, code, case):
    with cities.stores[code].reading() as tx:
        return cities.nodes[code].acts.state(tx, case)[0]


def refusal(cities, case):
    with pytest.raises(ActRefusedError) as caught:
        cities.act(HEFEI, Accept(), case=case)
    return caught.value


# Answers


def test_a_set_that_only_the_answers_show_to_be_incomplete_is_not_accepted(cities):
    case = taken_over(cities, opened(cities, *ALWAYS))
    refused = refusal(cities, case)
    assert (refused.breach.code, refused.found) == ("incomplete", "missing: inspection_report")
    cities.act(HEFEI, Notice(("inspection_report",)), case=case)
    cities.act(HEFEI, Supply(brought("inspection_report")), case=case)
    cities.act(HEFEI, Accept(), case=case)
    cities.settle()
    assert state(cities, HANGZHOU, case).phase is Phase.ACCEPTED


def test_other_answers_ask_for_other_materials(cities):
    case = taken_over(cities, opened(cities, *ALWAYS, "inspection_report", kind="change"))
    assert refusal(cities, case).found == "missing: present_licence"


def test_no_city_finds_anything_in_an_acceptance_that_only_the_form_shows_to_be_incomplete(cities, monkeypatch):
    """Who cannot open the form must come to the same findings as who can, so nobody finds anything."""
    case = taken_over(cities, opened(cities, *ALWAYS))
    with monkeypatch.context() as careless:
        careless.setattr(acts, "_accepts", lambda *_: False)
        cities.act(HEFEI, Accept(), case=case)
    cities.settle()
    assert [state(cities, code, case).findings for code in (SHANGHAI, HANGZHOU, HEFEI)] == [(), (), ()]


def test_a_corrected_form_counts_instead_of_the_first(cities):
    case = taken_over(cities, opened(cities, *ALWAYS))
    corrected = {"form": LICENCE.encode_form({**FORM, "application_kind": "change"})}
    cities.act(HEFEI, Notice(("present_licence",)), case=case)
    cities.act(HEFEI, Supply(brought("present_licence")), case=case, values=corrected)
    cities.act(HEFEI, Accept(), case=case)
    assert state(cities, HEFEI, case).phase is Phase.ACCEPTED


def test_a_form_that_was_contributed_counts_once_it_is_joined(cities):
    case = taken_over(cities, opened(cities, *ALWAYS))
    assert refusal(cities, case).found == "missing: inspection_report"
    cities.act(HEFEI, Notice(("inspection_report", "present_licence")), case=case)
    cities.settle()
    corrected = {"form": LICENCE.encode_form({**FORM, "application_kind": "change"})}
    contribute = Contribute(ContributionKind.MATERIALS, brought("present_licence"))
    contribution = cities.act(SHANGHAI, contribute, case=case, values=corrected).events[0].hash
    cities.settle()
    cities.act(HEFEI, Join(contribution), case=case)
    cities.act(HEFEI, Accept(), case=case)
    assert state(cities, HEFEI, case).phase is Phase.ACCEPTED


def test_without_a_form_nobody_can_say_that_a_set_is_complete(cities):
    case = taken_over(cities, opened(cities, *ALWAYS, form=False))
    assert refusal(cities, case).found == "no answer to application_kind"


def test_a_form_that_has_not_come_yet_is_waited_for(cities):
    case = taken_over(cities, opened(cities, *ALWAYS, "inspection_report"))
    node = cities.nodes[HEFEI]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(node.contents), "open", lambda *_: None)
        with pytest.raises(FormAwaitedError):
            cities.act(HEFEI, Accept(), case=case)
    cities.act(HEFEI, Accept(), case=case)
    assert state(cities, HEFEI, case).phase is Phase.ACCEPTED


# Two versions at once


def test_a_case_keeps_the_version_it_was_opened_with_to_the_end(cities):
    """Version 1 asks for the inspection report of everybody, version 2 of some; both run to the end side by side."""
    old_rules = MATTERS[0].rules
    assert (old_rules.catalog_code, old_rules.version) == ("000199003000", "1")
    old = opened(cities, *(each.code for each in old_rules.required_materials), form=False, version="1")
    new = opened(cities, *ALWAYS, "present_licence", kind="change", version="2")
    cities.settle()
    for case in (old, new):
        cities.act(HEFEI, TakeOver(), case=case)
        cities.act(HEFEI, Accept(), case=case)
    publish(cities, later_version())
    latest = opened(cities, *ALWAYS, "present_licence", kind="change", version=None)
    cities.settle()
    for case in (old, new):
        cities.act(HEFEI, Decide(True), case=case, by="approver")
        cities.act(HEFEI, Close(), case=case)
        cities.act(HEFEI, Deliver(DeliveryMethod.COURIER), case=case)
        cities.act(HEFEI, Archive("示例-1"), case=case)
    cities.settle()
    for code in (SHANGHAI, HANGZHOU, HEFEI):
        versions = {case: state(cities, code, case).matter_version for case in (old, new, latest)}
        assert versions == {old: "1", new: "2", latest: "3"}
        assert {state(cities, code, case).phase for case in (old, new)} == {Phase.ARCHIVED}
        assert state(cities, code, old).findings == state(cities, code, new).findings == ()
    for case, version in ((old, "1"), (new, "2")):
        with cities.stores[HANGZHOU].reading() as tx:
            events = cities.nodes[HANGZHOU].knowledge.case(tx, case)
            contract = cities.nodes[HANGZHOU].acts.state(tx, case)[1]
        assert {event.header.matter_version for event in events} == {version}
        assert contract == shipped_matter("000199003000", version)


def later_version():
    text = LICENCE.files["matter.yaml"].decode().replace('version: "2"', 'version: "3"', 1)
    return matter_from_files({**LICENCE.files, "matter.yaml": text.encode()})


# Settings


def set_matter(cities, code, settings, matter=("000199003000", "2")):
    command = CommandId(cities.uuid())
    body = MatterSet(*matter, settings.text)
    cities.nodes[code].record(lambda tx, registrar: registrar.record(tx, [body], command, cities.now))
    cities.settle()


def test_every_city_knows_what_a_city_set_and_no_verdict_hangs_on_it(cities):
    settings = find_settings(shipped_settings(), HEFEI, "000199003000", "2")
    set_matter(cities, HEFEI, settings)
    for code in (SHANGHAI, HANGZHOU, HEFEI):
        with cities.stores[code].reading() as tx:
            known = cities.nodes[code].knowledge.current_region(tx, HEFEI).matter_settings
        assert known[("000199003000", "2")] == settings.text
    case = taken_over(cities, opened(cities, *ALWAYS, "inspection_report"))
    cities.act(HEFEI, Accept(), case=case)
    assert state(cities, HEFEI, case).findings == ()


def test_settings_of_another_region_or_looser_ones_are_not_recorded(cities):
    settings = find_settings(shipped_settings(), HEFEI, "000199003000", "2")
    with pytest.raises(RegistryRefusedError, match="something else"):
        set_matter(cities, SHANGHAI, settings)
    with pytest.raises(RegistryRefusedError, match="something else"):
        set_matter(cities, HEFEI, settings, ("000199003000", "1"))
    looser = type(settings)(settings.about, settings.text.replace('"value":6', '"value":60'))
    with pytest.raises(FaultyContractError, match="fewer than the matter's 10"):
        set_matter(cities, HEFEI, looser)
    unpublished = find_settings(shipped_settings(), HEFEI, "002099001000", "2")
    with pytest.raises(FaultyContractError, match="a matter that is published"):
        set_matter(cities, HEFEI, unpublished, ("002099001000", "2"))
