"""`matter.yaml` in format 2: what is refused, and how it is told."""

import json

import pytest

from tongban.contracts.faults import FaultyContractError
from tongban.contracts.matter.contract import matter_from_files, matter_from_package
from tongban.contracts.matter.files import FORM_FILE, MATTER_FILE, REGIME_FILE
from tongban.contracts.matter.folders import read_matter, shipped_matter
from tongban.domain.law.rules import Limit, LimitUnit

LICENCE = shipped_matter("000199003000", "2")
MEDICAL = shipped_matter("002099001000", "2")


def faults_of(files):
    with pytest.raises(FaultyContractError) as caught:
        matter_from_files(files)
    return caught.value.faults


def changed(contract, *replacements, file=MATTER_FILE):
    """The files of a matter, with text replaced; each text stands once."""
    text = contract.files[file].decode()
    for old, new in replacements:
        assert text.count(old) == 1, (old, text.count(old))
        text = text.replace(old, new)
    return {**contract.files, file: text.encode()}


# What it becomes


def test_limits_and_deemed_acceptance_come_from_the_regime():
    assert LICENCE.about.limits.statutory is None
    assert LICENCE.rules.statutory_limit == Limit(20, LimitUnit.WORKDAYS)
    assert LICENCE.rules.notice_limit == Limit(5, LimitUnit.WORKDAYS)
    assert LICENCE.rules.deemed_acceptance
    assert not MEDICAL.rules.deemed_acceptance


def test_another_law_sets_another_limit_with_its_basis():
    statutory = "limits:\n  statutory: {value: 60, unit: workdays, basis: {zh: 某法, en: Some law}}"
    contract = matter_from_files(changed(LICENCE, ("limits:", statutory)))
    assert contract.rules.statutory_limit == Limit(60, LimitUnit.WORKDAYS)


def test_what_only_some_answers_bring_in_is_known_and_not_required_of_all():
    rules = LICENCE.rules
    assert [each.code for each in rules.required_materials] == ["application_form", "business_licence"]
    assert rules.material("inspection_report").conditional


def test_four_eyes_follow_from_the_deciding_step():
    assert LICENCE.rules.four_eyes
    contract = matter_from_files(changed(LICENCE, ("    other_officer_than: [acceptance]\n", "")))
    assert not contract.rules.four_eyes


def test_the_regime_is_under_the_hash_of_the_matter():
    other = changed(
        LICENCE, ("{zh: 行政许可, en: Administrative licence}", "{zh: 许可, en: Licence}"), file=REGIME_FILE
    )
    assert matter_from_files(other).content_hash != LICENCE.content_hash
    assert matter_from_package(LICENCE.package) == LICENCE


def test_only_the_form_of_a_published_matter_decides_whether_it_is_one():
    """A later version of this software may look at more; what is in the chain must not hang on that."""
    files = changed(LICENCE, ("other_officer_than: [acceptance]", "other_officer_than: [nobody]"))
    assert faults_of(files)
    assert matter_from_package(matter_from_files(files, checked=False).package).about.version == "2"


# What is refused


@pytest.mark.parametrize(
    ("old", "new", "path", "expected"),
    [
        ("applicants: [enterprise]", "applicants: [martian]", "applicants.0", "'enterprise'"),
        ("applicants: [enterprise]", "applicants: []", "applicants", "at least one entry"),
        ("exercise_levels: [2]", "exercise_levels: [7]", "exercise_levels.0", "less than or equal to 6"),
        ("code_is_example: true", "code_is_example: false", "code_is_example", "exactly where"),
        ("promised: {value: 10, unit: workdays}", "promised: {value: 21, unit: workdays}", "limits.promised", "statutory 20"),
        ("limits:", "limits:\n  notice: {value: 9, unit: workdays}", "limits.notice.basis", "the law that sets"),
        ("promised: {value: 7, unit", "promised: {value: 11, unit", "sub_items.1.promised", "at most 10"),
        ("licences: [production_licence]", "licences: [fishing_licence]", "outcome.licences", "of licence_types"),
        ("licence: production_licence}", "licence: fishing}", "materials.4.stand_ins.0.licence", "one of licence_types"),
        ("{kind: licence, licence: business_licence}", "{kind: shared_data, source: moon}", "materials.1.stand_ins.0.source",
         "a source of shared data"),
        ("{kind: licence, licence: business_licence}", "{kind: rumour}", "materials.1.stand_ins.0", "'licence'"),
        ("  - code: present_licence\n", "  - code: business_licence\n", "materials", "each of materials once"),
        ("    required: false\n", "    required: true\n", "debts", "required: false"),
        ("issued_with: accept,", "issued_with: applaud,", "documents.2.issued_with", "an act"),
        ("kind: testing", "kind: thinking", "special_procedures.0.basis", "none of the regime's"),
        ("may_vary: [promised_limit,", "may_vary: [fees,", "may_vary.0", "fees, which could be lower"),
        ("  - conditions\n", "  - colours\n", "example_settings.0", "example_settings that name"),
        ("deliver: courier, visits: 1", "deliver: courier, visits: 0", "channels.0.visits", "at least 1"),
        (", reason: {zh: 提交原件, en: to hand in originals}", "", "channels.0.reason", "why 1 visits"),
        ("{apply: window, deliver: courier", "{apply: window, deliver: online", "channels.0", "one of the five modes"),
        ("{apply: window, deliver: courier", "{apply: window, deliver: window", "channels.1", "each mode once"),
        ("handlings: [remote_intake]", "handlings: [remote_intake, fully_online]", "channels", "apply online and no visit"),
        ('{name: licence, version: "1"}', '{name: licence, version: "2"}', "", "regime licence/2"),
    ],
)  # fmt: skip
def test_a_fault_of_a_section_is_told_with_its_path(old, new, path, expected):
    (fault,) = faults_of(changed(LICENCE, (old, new)))
    assert fault.path == path
    assert expected in fault.expected


@pytest.mark.parametrize(
    ("old", "new", "path", "expected"),
    [
        ("power: inspect\n", "power: fly\n", "steps.3.power", "one of powers"),
        ("after: [intake]", "after: [arrival]", "steps.1.after", "steps"),
        ("after: [intake]", "after: [issue]", "steps", "without circles"),
        ("after: [intake]}", "after: []}", "steps", "one first step"),
        ("after: [review, site_inspection]", "after: [review]", "steps", "one last step"),
        ("power: accept, after", "power: review, after", "steps", "one step that is accept"),
        ("power: take_in}", "power: review}", "steps", "a first step that is take_in or apply"),
        ("after: [intake]}", "after: [intake], when: {application_kind: [first]}}", "steps.1.when", "every case has its accept"),
        ("other_officer_than: [acceptance]", "other_officer_than: [issue]", "steps.4.other_officer_than", "acceptance"),
        ("after: [acceptance], limit: {value: 3,", "after: [acceptance], limit: {value: 6,", "steps", "the promised 10"),
        ("act: decide, side: deciding", "act: decide, side: receiving", "powers.4.side", "deciding, who may decide"),
        ("act: take_in, side: receiving", "act: take_in, side: deciding", "powers", "the receiving side"),
        ("act: issue,", "act: dance,", "powers.5.act", "an act"),
        ("    role: opinion\n", "    role: decision\n", "others.0.matter", "case of its own"),
        ("    step: review\n    answer_limit: {value: 2, unit: workdays}\n    when", "    step: nap\n    when", "others.1.step",
         "a step"),
    ],
)  # fmt: skip
def test_steps_that_are_no_sound_graph_are_refused(old, new, path, expected):
    faults = faults_of(changed(LICENCE, (old, new)))
    assert any(fault.path == path and expected in fault.expected for fault in faults), faults


@pytest.mark.parametrize(
    ("old", "new", "path", "expected"),
    [
        ("  - field: application_kind\n", "  - field: favourite_colour\n", "questions.0.field", "a field of form.avsc"),
        ("  - field: application_kind\n", "  - field: products\n", "questions.0.field", "boolean or enum"),
        ("when: {application_kind: [first]}}", "when: {colour: [first]}}", "sub_items.0.when", "questions"),
        ("when: {application_kind: [first]}}", "when: {application_kind: [last]}}", "sub_items.0.when.application_kind",
         "first or renewal or change"),
        ("when: {application_kind: [first]}}", "when: {application_kind: []}}", "sub_items.0.when.application_kind",
         "at least one answer"),
        ("{field: present_licence_number,", "{field: credit_code,", "asked_when.0.field", '["null", …]'),
    ],
)  # fmt: skip
def test_conditions_that_can_never_hold_are_refused(old, new, path, expected):
    faults = faults_of(changed(LICENCE, (old, new)))
    assert any(fault.path == path and expected in fault.expected for fault in faults), faults


def test_faults_of_several_sections_and_between_them_are_told_at_once():
    files = changed(
        LICENCE,
        ("agents: true", "agents: perhaps"),
        ("exercise_levels: [2]\n", ""),
        ("after: [intake]}", "after: [arrival]}"),
        ("licences: [production_licence]", "licences: [fishing_licence]"),
    )
    files[FORM_FILE] = files[FORM_FILE].replace(b'"data_class": "general"', b'"data_class": "secret"', 1)
    found = {(fault.file.rpartition("/")[2], fault.path) for fault in faults_of(files)}
    assert found >= {
        (MATTER_FILE, "agents"),
        (MATTER_FILE, "exercise_levels"),
        (MATTER_FILE, "steps.1.after"),
        (MATTER_FILE, "outcome.licences"),
        (FORM_FILE, "fields.enterprise_name.data_class"),
    }


@pytest.mark.parametrize(("value", "expected"), [(..., "best first"), ([], "best first"), (["moon"], "applicant")])
def test_a_field_that_does_not_say_where_it_comes_from_is_refused(value, expected):
    form = json.loads(MEDICAL.files[FORM_FILE])
    if value is ...:
        del form["fields"][0]["sources"]
    else:
        form["fields"][0]["sources"] = value
    faults = faults_of({**MEDICAL.files, FORM_FILE: json.dumps(form).encode()})
    assert any(fault.path.endswith("fields.applicant_name.sources") and expected in fault.expected for fault in faults)


# Regimes


def write(folder, files):
    folder.mkdir(parents=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


def test_the_released_regime_is_put_in(tmp_path):
    files = {name: data for name, data in LICENCE.files.items() if name != REGIME_FILE}
    assert read_matter(write(tmp_path / "000199003000" / "2", files)) == LICENCE


def test_a_regime_that_nobody_released_is_refused(tmp_path):
    files = changed(LICENCE, ('{name: licence, version: "1"}', '{name: tribute, version: "1"}'))
    del files[REGIME_FILE]
    with pytest.raises(FaultyContractError, match="tribute/1") as caught:
        read_matter(write(tmp_path / "000199003000" / "2", files))
    assert "licence/1" in caught.value.faults[0].expected


def test_a_regime_that_passes_itself_off_as_a_released_one_is_refused(tmp_path):
    files = changed(
        LICENCE, ("{zh: 行政许可, en: Administrative licence}", "{zh: 许可, en: Licence}"), file=REGIME_FILE
    )
    with pytest.raises(FaultyContractError, match="the released file"):
        read_matter(write(tmp_path / "000199003000" / "2", files))
