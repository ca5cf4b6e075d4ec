"""A bundle (一件事): each field and material once for all its cases, and how many were saved."""

import json

import pytest

from tongban.contracts.faults import FaultyContractError
from tongban.contracts.guide.bundle import open_questions, resolve_bundle
from tongban.contracts.matter.bundles import read_bundle, shipped_bundles
from tongban.contracts.matter.folders import shipped_matter, shipped_matters
from tongban.contracts.region_settings.settings import find_settings, shipped_settings

MEDICAL, PENSION = shipped_matter("002099001000", "2"), shipped_matter("002099002000", "2")

BUNDLE = """\
format: 2
kind: bundle
catalog_code: "002099099000"
code_is_example: true
version: "1"
name: {zh: 示例异地生活一件事, en: Living in another province (example)}
applicants: [natural_person]
agents: true
legal_basis: [{zh: 示例, en: An example}]
questions:
  - field: insured
    text: {zh: 您参加医疗保险吗？, en: "Have you a medical insurance?"}
data_sources:
  - {code: insurance_register, name: {zh: 医疗保险参保登记, en: Register of medical insurance}}
  - {code: pension_register, name: {zh: 养老保险参保登记, en: Register of pension insurance}}
channels:
  - {apply: window, deliver: window, visits: 1, reason: {zh: 核验身份, en: to prove who you are}}
members:
  - matter: "002099001000"
    version: "2"
    when: {insured: [true]}
    fields: {reason: medical_reason}
  - matter: "002099002000"
    version: "2"
    after: ["002099001000"]
    fields: {reason: pension_reason}
    given: {contribution_certificate: "002099001000"}
example_settings: [members]
"""
ALL = {"insured": True, "medical_reason": "posted", "pension_reason": "new_employment", "consents_to_fetch": False}


def form_of_both():
    merged = {}
    for contract, names in ((MEDICAL, {"reason": "medical_reason"}), (PENSION, {"reason": "pension_reason"})):
        for each in json.loads(contract.files["form.avsc"])["fields"]:
            text = json.dumps(each, ensure_ascii=False)
            if isinstance(each["type"], dict) and each["type"].get("name") == "Reason":
                text = text.replace('"Reason"', f'"{names["reason"].title().replace("_", "")}"')
            field = {**json.loads(text), "name": names.get(each["name"], each["name"])}
            merged.setdefault(field["name"], field)
    insured = {
        "name": "insured", "type": "boolean", "title_zh": "已参加医疗保险", "title_en": "Insured",
        "data_class": "general", "personal": True, "sources": ["applicant"],
    }  # fmt: skip
    fields = [insured, *merged.values()]
    return {"type": "record", "name": "Form", "namespace": "tongban.matters.example", "doc": "Both.", "fields": fields}


@pytest.fixture
def bundle(tmp_path):
    folder = tmp_path / "002099099000" / "1"
    folder.mkdir(parents=True)
    (folder / "matter.yaml").write_text(BUNDLE, "utf-8")
    (folder / "form.avsc").write_text(json.dumps(form_of_both(), ensure_ascii=False), "utf-8")
    return read_bundle(folder, shipped_matters())


def none(_):
    return None


def test_each_field_and_material_stands_once_for_all_cases(bundle):
    guide = resolve_bundle(bundle, ALL, none)
    assert [each.code for each in guide.materials] == [
        "identity_document", "registration_form", "posting_proof", "transfer_application", "contribution_certificate",
    ]  # fmt: skip
    (identity,) = (each for each in guide.materials if each.code == "identity_document")
    assert (identity.matters, identity.brought) == (("002099001000", "002099002000"), False)
    names = [each.name for each in guide.fields]
    assert len(names) == len(set(names))


def test_what_is_saved_is_counted_against_applications_one_by_one(bundle):
    guide = resolve_bundle(bundle, ALL, none)
    alone = [each.name for member in guide.guides.values() for each in member.asked_fields]
    shared = {"id_number", "telephone", "agent_name"}
    assert {each for each in alone if alone.count(each) > 1} == shared | {"reason"}
    assert guide.saved_fields == len(shared) - 1, "three are asked once, and the bundle asks one of its own"
    assert guide.saved_materials == 1, "the certificate comes from the first case"


def test_what_an_earlier_case_gives_is_brought_by_nobody_unless_that_case_falls_out(bundle):
    (given,) = (each for each in resolve_bundle(bundle, ALL, none).materials if each.given_by)
    assert (given.code, given.brought, given.given_by) == ("contribution_certificate", False, "002099001000")
    alone = {"insured": False, "pension_reason": "return_home", "consents_to_fetch": False}
    guide = resolve_bundle(bundle, alone, none)
    (certificate,) = (each for each in guide.materials if each.code == "contribution_certificate")
    assert (certificate.brought, certificate.given_by) == (True, None)
    assert "posting_proof" not in {each.code for each in guide.materials}
    assert {each.name for each in guide.fields}.isdisjoint({"medical_reason", "treatment_region", "ends_on"})


def test_cases_come_in_order(bundle):
    assert resolve_bundle(bundle, ALL, none).stages == (("002099001000",), ("002099002000",))


def test_questions_are_asked_once_and_only_where_they_matter(bundle):
    assert [each.field for each in open_questions(bundle, {})] == ["insured", "pension_reason", "consents_to_fetch"]
    assert [each.field for each in open_questions(bundle, {"insured": True})] == [
        "medical_reason", "pension_reason", "consents_to_fetch",
    ]  # fmt: skip
    assert not list(open_questions(bundle, ALL))


def test_a_regions_settings_count_in_each_member(bundle):
    def hefei(matter):
        found = find_settings(shipped_settings(), "340100", matter.rules.catalog_code, matter.rules.version)
        return found.about if found else None

    guide = resolve_bundle(bundle, ALL, hefei)
    assert guide.guides["002099001000"].promised.value == 15
    assert guide.saved_materials == 1


def test_wrong_answers_are_told_at_once(bundle):
    with pytest.raises(FaultyContractError) as caught:
        resolve_bundle(bundle, {"insured": True, "medical_reason": "whim", "colour": "red"}, none)
    assert [(each.path, each.found) for each in caught.value.faults] == [
        ("colour", "no such question"), ("medical_reason", "text"), ("pension_reason", "nothing"),
        ("consents_to_fetch", "nothing"),
    ]  # fmt: skip


def test_the_bundle_that_ships_brings_one_material_instead_of_many():
    """出生一件事: what docs/matters.md says of it is what the guide counts."""
    (birth,) = (each for each in shipped_bundles() if each.about.catalog_code == "002099018000")
    guide = resolve_bundle(birth, {"wants_physical_card": True, "claims_costs": True}, none)
    assert len(guide.guides) == len(birth.about.members) == 5
    assert (len(guide.asked_fields), sum(each.brought for each in guide.materials)) == (9, 1)
    assert (guide.saved_fields, guide.saved_materials) > (0, 0)
