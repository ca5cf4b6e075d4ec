"""What changed between two versions, in plain words, and whom it breaks."""

import pytest
from tests.contracts.releases.test_gate import LICENCE, SHIPPED, edit, field, named, next_matter, root  # noqa: F401 (a fixture)

from tongban.contracts.compatibility.difference import changes
from tongban.contracts.compatibility.types import parse_type
from tongban.contracts.faults import FaultyContractError
from tongban.contracts.releases.difference import difference
from tongban.contracts.releases.folder import ContractsFolder


def record(*fields, name="Form"):
    return {"type": "record", "name": name, "fields": list(fields)}


def words(new, old):
    return [str(each) for each in changes(parse_type(new), parse_type(old))]


def between(folder, older, newer):
    return difference(folder.find(older), folder.find(newer))


def test_each_change_of_an_event_is_told_and_that_partners_park_it():
    told = between(ContractsFolder(SHIPPED), "case.asked.v1", "case.asked.v2")
    assert [str(each) for each in told.files[0].changes] == [
        "answer_within: renamed from answer_within_workdays, which is still read",
        "answer_within: type changed from int to long",
        'answer_unit: new, "workdays" by default',
    ]
    readers, partners, cases = told.concerned
    assert (readers.breaks, partners.breaks, cases.breaks) == (False, True, False)
    assert "park" in partners.says


def test_what_older_events_take_from_the_header_is_told():
    told = between(ContractsFolder(SHIPPED), "case.delivered.v1", "case.delivered.v2")
    assert [str(each) for each in told.files[0].changes] == [
        "received_at: new, taken from header.occurred_at in older events"
    ]


def test_a_matter_is_compared_file_by_file_and_running_cases_keep_their_version(root):  # noqa: F811
    def change(document):
        named(document, "credit_code").update(type="int")
        document["fields"].append(field("remark", default=""))

    label = next_matter(root, change)
    about = root / "matters" / label / "matter.yaml"
    text = about.read_text("utf-8").replace("promised: {value: 10,", "promised: {value: 8,")
    about.write_text(text, "utf-8")
    older = f"{LICENCE}/{int(label[-1]) - 1}"
    told = between(ContractsFolder(root), older, label)
    said = {each.file: [str(change) for change in each.changes] for each in told.files}
    assert said["form.avsc"] == ["credit_code: type changed from string to int", 'remark: new, "" by default']
    assert "limits.promised.value: 8, was 10" in said["matter.yaml"]
    assert said["outcome.avsc"] == []
    readers, partners, cases = told.concerned
    assert (readers.breaks, partners.breaks, cases.breaks) == (True, True, False)
    assert readers.details == ("form.avsc at credit_code: expected int; found string",)
    assert f"keep version {older[-1]} to the end" in cases.says


def test_changes_inside_types_are_told_by_their_path():
    old = record(
        {"name": "items", "type": {"type": "array", "items": record({"name": "a", "type": "int"}, name="Item")}},
        {"name": "kind", "type": {"type": "enum", "name": "Kind", "symbols": ["x", "y"]}},
        {"name": "day", "type": {"type": "int", "logicalType": "date"}},
        {"name": "note", "type": "string"},
        {"name": "gone", "type": "string"},
        {"name": "seal", "type": {"type": "fixed", "name": "Seal", "size": 4}},
    )
    new = record(
        {"name": "items", "type": {"type": "array", "items": record({"name": "a", "type": "long"}, name="Item")}},
        {"name": "kind", "type": {"type": "enum", "name": "Kind", "symbols": ["x", "z"], "default": "x"}},
        {"name": "day", "type": "int"},
        {"name": "note", "type": ["null", "string"], "default": None},
        {"name": "seal", "type": {"type": "fixed", "name": "Seal", "size": 8}},
    )
    assert words(new, old) == [
        "items[].a: type changed from int to long",
        "kind: new choices: z",
        "kind: dropped choices: y",
        "kind: unknown choices are read as x",
        "day: meaning changed from date to no logical type",
        "note: in its absence: empty by default, not without a default",
        "note: may be empty now",
        "seal: size changed from 4 to 8 bytes",
        "gone: dropped",
    ]
    assert words(old, old) == []


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("case.asked.v2", "case.asked.v1"),
        ("case.asked.v1", "case.accepted.v1"),
        ("case.asked.v1", "case.asked.v1"),
    ],
)
def test_only_an_older_and_a_newer_version_of_one_contract_are_compared(older, newer):
    with pytest.raises(FaultyContractError, match="an older and a newer version"):
        between(ContractsFolder(SHIPPED), older, newer)
