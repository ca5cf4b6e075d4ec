"""The gate before a release: everything that is wrong, at once; what was released never changes."""

import json
import shutil

import pytest

from tongban.contracts.faults import FaultyContractError
from tongban.contracts.releases.folder import ContractsFolder
from tongban.contracts.releases.gate import gate
from tongban.contracts.releases.lock import is_released, lock, read_lock
from tongban.contracts.shipped import SHIPPED

ASKED = "schemas/case.asked.v2.avsc"
LICENCE = "000199003000"


@pytest.fixture
def root(tmp_path):
    """A copy of the contracts that ship, with their locks."""
    for section in ("schemas", "matters", "regimes"):
        shutil.copytree(SHIPPED / section, tmp_path / section)
    return tmp_path


def edit(root, file, change):
    """Change the JSON of a file in place."""
    document = json.loads((root / file).read_text("utf-8"))
    change(document)
    (root / file).write_text(json.dumps(document, ensure_ascii=False), "utf-8")


def next_version(root, name="case.accepted", change=lambda document: None):
    """A new version of an event, from the newest."""
    number = max(each.number for each in ContractsFolder(root).versions if each.name == name)
    file = f"schemas/{name}.v{number + 1}.avsc"
    shutil.copy(root / f"schemas/{name}.v{number}.avsc", root / file)

    def renumber(document):
        document["ce_type"] = f"tongban.{name}.v{number + 1}"
        change(document)

    edit(root, file, renumber)
    return f"{name}.v{number + 1}"


def next_matter(root, change=lambda document: None):
    """A new version of a matter, from the newest; `change` is applied to its form."""
    number = max(each.number for each in ContractsFolder(root).versions if each.name == LICENCE)
    folder = root / "matters" / LICENCE / str(number + 1)
    shutil.copytree(folder.with_name(str(number)), folder)
    text = (folder / "matter.yaml").read_text("utf-8")
    (folder / "matter.yaml").write_text(text.replace(f'\nversion: "{number}"', f'\nversion: "{number + 1}"'), "utf-8")
    edit(folder, "form.avsc", change)
    return f"{LICENCE}/{number + 1}"


def field(name, avro="string", **more):
    titles = {"title_zh": "示例", "title_en": "Example", "data_class": "general", "personal": False}
    return {"name": name, "type": avro, **titles, **more}


def named(document, name):
    return next(each for each in document["fields"] if each["name"] == name)


def faults(root):
    return [(each.file, each.path) for each in gate(ContractsFolder(root))]


def test_the_contracts_that_ship_are_sound_and_all_of_them_released():
    folder = ContractsFolder(SHIPPED)
    assert gate(folder) == ()
    assert [each.label for each in folder.versions if not is_released(folder, each)] == []


def test_every_released_file_that_changed_or_went_away_is_told(root):
    edit(root, ASKED, lambda document: document.update(doc="in other words"))
    form = root / "matters" / LICENCE / "1" / "form.avsc"
    form.write_bytes(form.read_bytes() + b" ")
    (root / "matters" / LICENCE / "1" / "outcome.avsc").unlink()
    (root / "matters" / LICENCE / "1" / "more.avsc").write_text("{}")
    found = faults(root)
    for file in ("form", "outcome", "more"):
        assert (f"matters/{LICENCE}/1/{file}.avsc", "") in found
    assert (ASKED, "") in found


def test_white_space_in_a_schema_changes_nothing_that_is_signed(root):
    edit(root, ASKED, lambda document: None)
    assert faults(root) == []


def test_a_new_version_that_reads_the_old_ones_is_released_and_frozen(root):
    added = {"name": "on_behalf_of", "doc": "For whom.", "type": ["null", "string"], "default": None}
    label = next_version(root, change=lambda document: document["fields"].append(added))
    matter = next_matter(
        root, lambda document: document["fields"].append(field("remark", default="", sources=["applicant"]))
    )
    folder = ContractsFolder(root)
    assert gate(folder) == ()
    for each in (label, matter):
        assert not is_released(folder, folder.find(each))
        lock(folder, folder.find(each))
        assert is_released(folder, folder.find(each))
    edit(root, f"schemas/{label}.avsc", lambda document: document["fields"].pop())
    assert faults(root) == [(f"schemas/{label}.avsc", "")]


def test_the_lock_only_grows(root):
    before = read_lock(root / "schemas")
    label = next_version(root)
    lock(ContractsFolder(root), ContractsFolder(root).find(label))
    after = read_lock(root / "schemas")
    assert after.items() > before.items()
    assert after.keys() - before.keys() == {f"{label}.avsc"}


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda document: document["fields"].pop(), "document"),
        (lambda document: document["fields"].append({"name": "b", "doc": "B.", "type": "string"}), "b"),
        (lambda document: named(document, "accepted_on").update(type="int"), "accepted_on"),
        (lambda document: named(document, "accepted_on").update(name="day"), "day"),
        (lambda document: document.update(fields=document["fields"][1:]), "fields.header"),
        (lambda document: document.update(ce_type="tongban.case.accepted.v9"), "ce_type"),
    ],
)
def test_an_event_that_breaks_its_older_versions_or_the_rules_is_told_with_its_place(root, change, path):
    label = next_version(root, change=change)
    assert (f"{label}.avsc", path) in faults(root)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda document: document["fields"].append(field("remark")), "remark"),
        (lambda document: named(document, "credit_code").update(type="int"), "credit_code"),
        (lambda document: named(document, "application_kind")["type"]["symbols"].remove("change"), "application_kind"),
        (lambda document: document["fields"].append({"name": "x", "type": "string", "default": ""}), None),
    ],
)
def test_a_form_that_breaks_its_older_versions_or_is_not_classified_is_told(root, change, path):
    label = next_matter(root, change)
    found = [each for each in gate(ContractsFolder(root)) if each.file == f"{label}/form.avsc"]
    assert path in [each.path for each in found] if path else "data_class" in str(found)


def test_every_version_before_counts_and_not_only_the_last(root):
    optional = {"name": "office", "doc": "Office.", "type": "string", "default": "hall"}
    next_version(root, change=lambda document: document["fields"].append(optional))
    third = next_version(root, change=lambda document: named(document, "office").pop("default"))
    assert faults(root) == [(f"{third}.avsc", "office")]
    (fault,) = gate(ContractsFolder(root))
    assert "to read case.accepted.v1" in fault.expected


def test_what_is_incompatible_takes_another_name(root):
    def another(document):
        document["namespace"] = document["namespace"] + "_again"
        document["fields"].append(field("remark", sources=["applicant"]))

    next_matter(root, another)
    assert faults(root) == []


def test_versions_are_numbered_without_a_gap(root):
    label = next_version(root)
    number = int(label.rpartition("v")[2])
    file = root / "schemas" / f"{label}.avsc"
    moved = file.with_name(f"case.accepted.v{number + 5}.avsc")
    file.rename(moved)
    edit(root, f"schemas/{moved.name}", lambda document: document.update(ce_type=f"tongban.{moved.stem}"))
    assert faults(root) == [(moved.stem, "")]


def test_a_version_that_is_not_there_is_answered_with_those_that_are(root):
    with pytest.raises(FaultyContractError, match=r"case\.asked\.v2.*found nothing") as caught:
        ContractsFolder(root).find("nothing")
    assert "tongban contracts list" in caught.value.advice


def test_a_lock_that_is_no_lock_is_told(root):
    (root / "schemas" / "LOCK.json").write_text("[]")
    assert ("schemas/LOCK.json", "") in faults(root)
