"""The gate's verdicts: those that other implementations agree on, and the choices made where they do not."""

import json
from pathlib import Path

import pytest

from tongban.contracts.compatibility.modes import Direction, Mode, breaks
from tongban.contracts.compatibility.resolution import Clash, incompatibilities
from tongban.contracts.compatibility.types import parse_type
from tongban.contracts.faults import FaultyContractError

DATA = Path(__file__).parent / "data"
PAIRS = json.loads((DATA / "pairs.json").read_text("utf-8"))["cases"]
MODES = json.loads((DATA / "modes.json").read_text("utf-8"))
CHOICES = json.loads((DATA / "choices.json").read_text("utf-8"))


def verdict(case):
    chosen = CHOICES["pairs"].get(case["id"]) or CHOICES["modes"].get(case["id"])
    return chosen["compatible"] if chosen else case["expected_compatible"]


def clashes(reader, writer, **options):
    return [(each.clash, each.path) for each in incompatibilities(parse_type(reader), parse_type(writer), **options)]


def record(*fields, name="Form", **more):
    return {"type": "record", "name": name, "fields": list(fields), **more}


def field(name, avro, **more):
    return {"name": name, "type": avro, **more}


def test_the_data_is_whole_and_a_choice_is_made_exactly_where_there_is_no_agreed_verdict():
    assert (len(PAIRS), len(MODES["cases"])) == (228, 40)
    assert CHOICES["pairs"].keys() == {each["id"] for each in PAIRS if each["flags"]}
    assert len(CHOICES["pairs"]) == 16
    assert CHOICES["modes"].keys() == {each["id"] for each in MODES["cases"] if each["expected_compatible"] is None}
    assert all(each["reason"] for kind in CHOICES.values() for each in kind.values())


@pytest.mark.parametrize("case", PAIRS, ids=lambda case: case["id"])
def test_a_pair_has_the_agreed_verdict_or_the_one_chosen(case):
    found = incompatibilities(parse_type(case["reader"]), parse_type(case["writer"]))
    assert (not found) == verdict(case), [str(each) for each in found]


@pytest.mark.parametrize("case", MODES["cases"], ids=lambda case: case["id"])
def test_a_mode_has_the_agreed_verdict_or_the_one_chosen(case):
    schemas = {name: parse_type(each) for name, each in MODES["schemas"].items()}
    previous = [schemas[name] for name in case["previous_oldest_first"]]
    assert (not breaks(Mode(case["mode"]), schemas[case["new"]], previous)) == verdict(case)


def test_everything_that_is_wrong_is_told_with_its_place():
    inner = {"type": "array", "items": record(field("code", "string"), field("copies", "string"), name="Material")}
    writer = record(field("materials", inner), field("stage", {"type": "enum", "name": "Stage", "symbols": ["a", "b"]}))
    wanted = {"type": "array", "items": record(field("code", "int"), field("copies", "bytes"), name="Material")}
    reader = record(
        field("materials", wanted),
        field("stage", {"type": "enum", "name": "Stage", "symbols": ["a"]}),
        field("reason", "string"),
    )
    assert clashes(reader, writer) == [
        (Clash.TYPE, "materials[].code"),
        (Clash.SYMBOLS, "stage"),
        (Clash.NO_DEFAULT, "reason"),
    ]


def test_inside_an_optional_type_the_reason_is_told_and_not_only_that_no_branch_fits():
    document = record(field("number", "string"), name="Document")
    assert clashes(["null", record(field("number", "int"), name="Document")], ["null", document]) == [
        (Clash.TYPE, "number")
    ]
    assert clashes(["null", "int"], ["null", "string"]) == [(Clash.BRANCH, "")]


def test_a_recursive_type_ends():
    node = record(field("next", ["null", "Form"], default=None))
    longer = record(field("next", ["null", "Form"], default=None), field("value", "int"))
    assert clashes(node, node) == []
    assert clashes(longer, node) == [(Clash.NO_DEFAULT, "value")]


def test_a_renamed_field_is_read_by_its_alias_and_not_the_other_way():
    old, new = record(field("a", "int")), record(field("b", "int", aliases=["a"]))
    assert clashes(new, old) == []
    assert clashes(old, new) == [(Clash.NO_DEFAULT, "a")]


@pytest.mark.parametrize(
    ("reader", "writer"),
    [
        ({"type": "int", "logicalType": "date"}, {"type": "int", "logicalType": "time-millis"}),
        ({"type": "long", "logicalType": "timestamp-micros"}, {"type": "long", "logicalType": "timestamp-millis"}),
        ({"type": "int", "logicalType": "date"}, "int"),
    ],
)
def test_another_meaning_of_the_same_bytes_passes_avro_and_not_the_strict_gate(reader, writer):
    assert clashes(reader, writer) == []
    assert clashes(reader, writer, strict=True) == [(Clash.LOGICAL_TYPE, "")]


def test_only_a_transitive_mode_looks_behind_the_last_version():
    first, second = parse_type(record(field("a", "int"))), parse_type(record(field("b", "int", default=0)))
    third = parse_type(record(field("b", "int")))
    assert breaks(Mode.BACKWARD, third, [first, second]) == ()
    found = breaks(Mode.BACKWARD_TRANSITIVE, third, [first, second])
    assert [(each.version, each.direction, each.why.path) for each in found] == [(0, Direction.BACKWARD, "b")]


@pytest.mark.parametrize(
    "document", [None, 5, "Unknown", {}, {"type": "record", "name": "R"}, {"type": "array"}, record({"type": "int"})]
)
def test_what_is_no_schema_is_refused(document):
    with pytest.raises(FaultyContractError, match="a type"):
        parse_type(document)
