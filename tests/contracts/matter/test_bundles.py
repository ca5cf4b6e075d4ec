"""Bundles (一件事): what one application saves, what is refused and how it is told."""

import json
import shutil
from pathlib import Path

import pytest

from tongban.contracts.faults import FaultyContractError
from tongban.contracts.matter.bundles import list_bundles, read_bundle, shipped_bundles
from tongban.contracts.matter.files import FORM_FILE, MATTER_FILE
from tongban.contracts.matter.folders import is_bundle, list_matters, shipped_matter, shipped_matters
from tongban.contracts.shipped import MATTERS as SHIPPED

BIRTH = "002099018000"
CERTIFICATE, HOUSEHOLD, CARD, INSURANCE, COSTS = (
    "002099013000", "000799014000", "002099015000", "002099016000", "000599017000",
)  # fmt: skip

MEMBERS = tuple(shipped_matter(each) for each in (CERTIFICATE, HOUSEHOLD, CARD, INSURANCE, COSTS))


@pytest.fixture
def folder(tmp_path):
    """A copy of the bundle that ships."""
    return Path(shutil.copytree(SHIPPED / BIRTH / "1", tmp_path / BIRTH / "1"))


def change(folder, old, new, file=MATTER_FILE):
    """Replace a text that stands once."""
    text = (folder / file).read_text("utf-8")
    assert text.count(old) == 1, (old, text.count(old))
    (folder / file).write_text(text.replace(old, new), "utf-8")


def change_field(folder, name, **changes):
    """Change a field of the form; `None` for the whole field takes it out."""
    form = json.loads((folder / FORM_FILE).read_bytes())
    form["fields"] = [{**each, **changes} if each["name"] == name else each for each in form["fields"]]
    (folder / FORM_FILE).write_text(json.dumps(form), "utf-8")


def without_field(folder, name):
    form = json.loads((folder / FORM_FILE).read_bytes())
    form["fields"] = [each for each in form["fields"] if each["name"] != name]
    (folder / FORM_FILE).write_text(json.dumps(form), "utf-8")


def faults_of(call, *args):
    with pytest.raises(FaultyContractError) as caught:
        call(*args)
    return [(each.file, each.path, each.expected, each.found) for each in caught.value.faults]


def faults_in(folder, known=MEMBERS):
    """Without the file, which is always the same."""
    return [(path, expected, found) for _, path, expected, found in faults_of(read_bundle, folder, known)]


# What ships


def test_a_birth_drives_a_case_for_each_of_five_matters():
    (birth,) = shipped_bundles()
    assert [each.matter for each in birth.about.members] == [CERTIFICATE, HOUSEHOLD, CARD, INSURANCE, COSTS]
    assert [birth.member_of(each).rules.catalog_code for each in birth.about.members] == list(birth.members)
    assert birth.about.member(CARD).after == (HOUSEHOLD,)
    assert birth.about.member("000199003000") is None


def test_a_birth_saves_what_the_published_account_counts():
    """20 materials and 60 fields of five windows become 1 material to bring and 9 fields to state."""
    (birth,) = shipped_bundles()
    pairs = [(entry, birth.member_of(entry)) for entry in birth.about.members]
    assert sum(len(matter.form_schema.fields) for _, matter in pairs) == 60
    assert sum(len(matter.about.materials) for _, matter in pairs) == 20
    assert sum(each.sources[0] == "applicant" for each in birth.form_schema.fields) == 9
    brought = {
        entry.material_code(each.code)
        for entry, matter in pairs
        for each in matter.about.materials
        if each.code not in entry.given and not each.stand_ins
    }
    assert brought == {"application_form"}


def test_a_field_of_a_member_is_found_under_the_name_that_the_bundle_has_for_it():
    (birth,) = shipped_bundles()
    insurance = birth.about.member(INSURANCE)
    assert (insurance.field_name("insured_from"), insurance.field_name("telephone")) == ("born_on", "telephone")
    assert insurance.material_code("enrolment_form") == "application_form"
    assert insurance.material_code("household_entry") == "household_entry"


def test_what_one_case_grants_is_a_material_of_a_later_one():
    (birth,) = shipped_bundles()
    for entry in birth.about.members:
        for material, giver in entry.given.items():
            needed = next(each for each in birth.member_of(entry).about.materials if each.code == material)
            granted = birth.members[giver].about.outcome.licences
            assert granted
            assert set(granted) & {each.licence for each in needed.stand_ins if each.kind == "licence"}


def test_a_bundle_is_no_matter_and_a_matter_no_bundle():
    assert is_bundle(SHIPPED / BIRTH / "1")
    assert not is_bundle(SHIPPED / CARD / "1")
    assert not is_bundle(SHIPPED / "nowhere" / "1")
    assert BIRTH not in {each.rules.catalog_code for each in shipped_matters()}
    with pytest.raises(KeyError):
        shipped_matter(BIRTH)


def test_a_copy_reads_as_the_bundle_itself(folder):
    assert read_bundle(folder, MEMBERS) == shipped_bundles()[0]


# Files


def test_a_bundle_has_its_two_files_and_no_other(folder):
    (folder / FORM_FILE).unlink()
    (folder / "outcome.avsc").write_text("{}")
    place = f"{BIRTH}/1/"
    assert faults_of(read_bundle, folder, MEMBERS) == [
        (place + FORM_FILE, "", "the file", "nothing"),
        (place + "outcome.avsc", "", "only form.avsc, matter.yaml", "another file"),
    ]


def test_bytes_that_are_no_text_are_told(folder):
    (folder / MATTER_FILE).write_bytes(b"\xff")
    assert faults_in(folder) == [("byte 0", "UTF-8", "0xff")]


def test_a_bundle_lies_in_the_folder_that_it_names(folder):
    moved = folder.rename(folder.with_name("2"))
    place = f"{BIRTH}/2/"
    assert faults_of(read_bundle, moved, MEMBERS) == [(place, "", f"the folder {BIRTH}/1/, as the file says", place)]


def test_all_bundles_below_a_folder_tell_their_faults_at_once(folder):
    other = Path(shutil.copytree(folder, folder.with_name("2")))
    change(folder, "format: 2", "format: 3")
    change(other, "agents: true", "agents: perhaps")
    (folder.parents[1] / "note.txt").write_text("a stray file")
    found = {(file, path) for file, path, _, _ in faults_of(list_bundles, folder.parents[1], MEMBERS)}
    assert found == {
        (f"{folder.parents[1].name}/note.txt", ""),
        (f"{BIRTH}/1/{MATTER_FILE}", "format"),
        (f"{BIRTH}/2/{MATTER_FILE}", "agents"),
    }


def test_bundles_are_left_out_where_matters_are_read(folder):
    assert list_matters(folder.parents[1]) == ()
    assert len(list_bundles(folder.parents[1], MEMBERS)) == 1


# Its own sections


@pytest.mark.parametrize(
    ("old", "new", "path", "expected", "found"),
    [
        ("agents: true", "agents: true\ncase_kind: instant", "case_kind", "no such key", "text 'instant'"),
        ("agents: true\n", "", "agents", "a value", "nothing"),
        ('  - matter: "002099016000"\n    version: "1"', '  - matter: "002099016000"\n    version: 1', "members.3.version",
         "a valid string", "integer 1"),
        ("code_is_example: true", "code_is_example: false", "code_is_example",
         "code_is_example true exactly where digits 5 to 9 of catalog_code are 99000 to 99999", f"false for {BIRTH}"),
        ("[questions, asked_when, promised,", "[questions, weather, promised,", "example_settings.1",
         "example_settings that name settings of this file, as limits.promised", "'weather'"),
        ("{field: postal_address, when: {wants_physical_card: [true]}}", "{field: postal_address}", "asked_when.0.when",
         "a condition", "nothing"),
        ("when: {claims_costs: [true]}", "when: {claims: [true]}", "members.4.when",
         "questions: claims_costs, wants_physical_card", "claims"),
        ("when: {claims_costs: [true]}", "when: {claims_costs: [sometimes]}", "members.4.when.claims_costs", "true or false",
         "sometimes"),
        ("  - field: claims_costs", "  - field: child_name", "questions.1.field",
         "a field of type boolean or enum, since its answers are chosen from", "child_name"),
    ],
)  # fmt: skip
def test_a_fault_of_a_section_is_told_with_its_path(folder, old, new, path, expected, found):
    change(folder, old, new)
    assert (path, expected, found) in faults_in(folder)


def test_a_channel_that_costs_no_visit_to_a_window_is_refused(folder):
    change(folder, "deliver: courier, visits: 1", "deliver: courier, visits: 0")
    assert faults_in(folder) == [("channels.2.visits", "at least 1, since the applicant comes to a window", "0")]


# Its members


def test_a_bundle_has_at_least_two_members(folder):
    text = (folder / MATTER_FILE).read_text("utf-8")
    start, end = text.index("  - matter: " + f'"{HOUSEHOLD}"'), text.index("channels:")
    (folder / MATTER_FILE).write_text(text[:start] + text[end:], "utf-8")
    assert faults_in(folder) == [("members", "at least two matters", "1")]


def test_a_matter_is_a_member_once(folder):
    change(folder, f'- matter: "{INSURANCE}"', f'- matter: "{CARD}"')
    assert ("members", "each of members once", CARD) in faults_in(folder)


def test_a_member_ships_beside_the_bundle_in_that_version(folder):
    change(folder, f'- matter: "{INSURANCE}"\n    version: "1"', f'- matter: "{INSURANCE}"\n    version: "7"')
    assert faults_in(folder) == [("members.3", "a matter and version beside this bundle", f"{INSURANCE}/7")]


def test_every_member_that_is_missing_is_told(folder):
    assert faults_in(folder, MEMBERS[:3]) == [
        ("members.3", "a matter and version beside this bundle", f"{INSURANCE}/1"),
        ("members.4", "a matter and version beside this bundle", f"{COSTS}/1"),
    ]


def test_what_comes_first_is_a_member(folder):
    change(folder, f'after: ["{CERTIFICATE}"]\n    given', 'after: ["000199003000"]\n    given')
    known = ", ".join(sorted([CERTIFICATE, HOUSEHOLD, CARD, INSURANCE, COSTS]))
    assert ("members.1.after", f"members: {known}", "000199003000") in faults_in(folder)


def test_members_that_wait_for_one_another_are_refused(folder):
    change(folder, f'  - matter: "{CERTIFICATE}"\n', f'  - matter: "{CERTIFICATE}"\n    after: ["{CARD}"]\n')
    ((path, expected, found),) = faults_in(folder)
    assert (path, expected) == ("members", "members in an order without circles")
    assert {CERTIFICATE, HOUSEHOLD, CARD} == set(found.split(" after "))


def test_only_a_case_that_ends_before_gives_a_material(folder):
    change(folder, f'given: {{household_entry: "{HOUSEHOLD}"}}', f'given: {{household_entry: "{COSTS}"}}')
    earlier = ", ".join(sorted([CERTIFICATE, HOUSEHOLD]))
    expected = f"a member that comes before: {earlier}"
    assert faults_in(folder) == [("members.3.given.household_entry", expected, COSTS)]


def test_fields_and_materials_of_a_member_are_its_own(folder):
    change(folder, "      insured_name: child_name", "      insured_name: child_name\n      shoe_size: child_name")
    change(folder, "materials: {enrolment_form: application_form,", "materials: {passport: application_form,")
    change(folder, f'given: {{household_entry: "{HOUSEHOLD}"}}', f'given: {{visa: "{HOUSEHOLD}"}}')
    assert faults_in(folder) == [
        ("members.3.fields.shoe_size", f"a field of {INSURANCE}'s form", "no such field"),
        ("members.3.materials.passport", f"a material of {INSURANCE}", "no such material"),
        ("members.3.materials.visa", f"a material of {INSURANCE}", "no such material"),
    ]


def test_what_a_member_needs_stands_in_the_form_of_the_bundle(folder):
    without_field(folder, "born_on")
    expected, found = "a field of form.avsc that answers it", "no field born_on"
    assert faults_in(folder) == [
        ("members.0.fields.born_on", expected, found),
        ("members.1.fields.born_on", expected, found),
        ("members.2.fields.holder_born_on", expected, found),
        ("members.3.fields.insured_born_on", expected, found),
        ("members.3.fields.insured_from", expected, found),
        ("members.4.fields.born_on", expected, found),
    ]


def test_a_field_with_a_default_need_not_stand_in_it(folder):
    without_field(folder, "postal_address")
    change(folder, "asked_when:\n  - {field: postal_address, when: {wants_physical_card: [true]}}\n", "")
    assert read_bundle(folder, MEMBERS).about.asked_when == ()


def test_a_field_has_the_type_that_each_member_gives_it(folder):
    change_field(folder, "expense_fen", type="int")
    expected = f"a field of the same type as {COSTS}'s expense_fen"
    assert faults_in(folder) == [("members.4.fields.expense_fen", expected, "expense_fen, of another type")]


def test_an_enum_with_other_symbols_is_another_type(folder):
    change(folder, '["mother", "father"]', '["mother", "grandmother"]', file=FORM_FILE)
    expected = f"a field of the same type as {HOUSEHOLD}'s household_with"
    assert faults_in(folder) == [("members.1.fields.household_with", expected, "household_with, of another type")]


def test_an_enum_with_other_titles_is_the_same_type(folder):
    change(folder, '["母亲", "父亲"]', '["妈妈", "爸爸"]', file=FORM_FILE)
    assert read_bundle(folder, MEMBERS).about.catalog_code == BIRTH


def test_faults_of_the_form_of_the_sections_and_of_the_members_are_told_at_once(folder):
    change_field(folder, "telephone", data_class="secret")
    change(folder, "agents: true", "agents: perhaps")
    change(folder, "[questions, asked_when, promised,", "[weather, asked_when, promised,")
    change(folder, f'- matter: "{COSTS}"\n    version: "1"', f'- matter: "{COSTS}"\n    version: "9"')
    paths = [path for path, _, _ in faults_in(folder)]
    assert paths == ["agents", "fields.telephone.data_class", "example_settings.0"]
    change_field(folder, "telephone", data_class="general")
    assert [path for path, _, _ in faults_in(folder)] == ["agents", "example_settings.0", "members.4"]
