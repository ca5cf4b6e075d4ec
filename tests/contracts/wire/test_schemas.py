"""The schema files say what the dataclasses say, keep the rules of contracts, and never change once released."""

import json
import re
from dataclasses import fields, is_dataclass
from enum import StrEnum
from pathlib import Path
from typing import get_args, get_origin, get_type_hints
from uuid import UUID

import fastavro
import pytest
from tests.strategies import LONG_FIELDS, optional_of, unwrapped

from tongban.contracts.avro.fingerprint import fingerprint
from tongban.contracts.content.record import SealedContent
from tongban.contracts.malformed import MalformedRecordError
from tongban.contracts.wire.event_schema import parse_event_schema
from tongban.contracts.wire.schema_store import content_schema, shipped_schemas
from tongban.domain.errors import ContractError
from tongban.domain.events.catalogue import BY_CE_TYPE, EVENT_TYPES
from tongban.domain.header import Header

FOLDER = Path(__file__).parents[3] / "contracts" / "data" / "schemas"
FILES = sorted(FOLDER.glob("*.avsc"))
LOCK = json.loads((FOLDER / "LOCK.json").read_text("utf-8"))
CONTENT_FILE = "content.sealed.v1.avsc"
X25519_KEYS = {("RegionEnrolled", "content_key"), ("ContentKeyRotated", "key")}

event_types = pytest.mark.parametrize("event_type", EVENT_TYPES, ids=lambda each: each.name)
files = pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)


def document_of(event_type):
    return json.loads((FOLDER / f"{event_type.name}.v{event_type.version}.avsc").read_text("utf-8"))


def shape(avro, named):
    """An Avro type without documentation, and with each name replaced by what it stands for."""
    if isinstance(avro, list):
        return [shape(branch, named) for branch in avro]
    if isinstance(avro, str):
        return named.get(avro, avro)
    if avro["type"] == "record":
        result = {
            "record": avro["name"],
            "fields": [(each["name"], shape(each["type"], named)) for each in avro["fields"]],
        }
    elif avro["type"] == "array":
        result = {"array": shape(avro["items"], named)}
    else:
        result = {key: value for key, value in avro.items() if key != "doc"}
    if "name" in avro:
        named[avro["name"]] = result
    return result


def shape_of_class(cls):
    hints = get_type_hints(cls)
    return [(each.name, shape_of_hint(hints[each.name], cls.__name__, each.name)) for each in fields(cls)]


def shape_of_hint(hint, owner, name):
    hint = unwrapped(hint)
    if (inner := optional_of(hint)) is not None:
        return ["null", shape_of_hint(inner, owner, name)]
    if get_origin(hint) is tuple:
        return {"array": shape_of_hint(get_args(hint)[0], owner, name)}
    if hint is bytes:
        return shape_of_bytes(owner, name)
    if hint is int:
        return shape_of_integer(name)
    if is_dataclass(hint):
        return {"record": hint.__name__, "fields": shape_of_class(hint)}
    if issubclass(hint, StrEnum):
        return {"type": "enum", "name": hint.__name__, "symbols": [member.value for member in hint]}
    uuid = {"type": "fixed", "name": "Uuid", "size": 16, "logicalType": "uuid"}
    return {str: "string", bool: "boolean", UUID: uuid}[hint]


def shape_of_bytes(owner, name):
    if (owner, name) in {("PublicKey", "key"), ("SealedContent", "box")}:
        return "bytes"
    return {"type": "fixed", "name": "X25519Key" if (owner, name) in X25519_KEYS else "Hash", "size": 32}


def shape_of_integer(name):
    if name.endswith("_at"):
        return {"type": "long", "logicalType": "timestamp-micros"}
    if name == "accepted_on":
        return {"type": "int", "logicalType": "date"}
    return "long" if name in LONG_FIELDS else "int"


def parts_of(avro):
    """Every type and every field of a schema that is written out in it."""
    if isinstance(avro, list):
        for branch in avro:
            yield from parts_of(branch)
    elif isinstance(avro, dict):
        yield avro
        for each in avro.get("fields", ()):
            yield each
            yield from parts_of(each["type"])
        yield from parts_of(avro.get("items"))


def test_each_event_type_has_a_file_and_each_file_an_event_type():
    names = {f"{ce_type.removeprefix('tongban.')}.avsc" for ce_type in BY_CE_TYPE}
    assert {file.name for file in FILES} == names | {CONTENT_FILE}


@event_types
def test_a_file_has_the_fields_of_its_dataclass_in_order(event_type):
    found = shape(document_of(event_type), {})["fields"]
    header = ("header", {"record": "Header", "fields": shape_of_class(Header)})
    assert found == [header, *shape_of_class(event_type.body)]


def test_the_content_file_has_the_fields_of_its_dataclass():
    document = json.loads((FOLDER / CONTENT_FILE).read_text("utf-8"))
    assert shape(document, {})["fields"] == shape_of_class(SealedContent)


@event_types
def test_the_header_is_written_the_same_in_each_file(event_type):
    assert document_of(event_type)["fields"][0] == document_of(EVENT_TYPES[0])["fields"][0]


@event_types
def test_a_file_names_its_type(event_type):
    document = document_of(event_type)
    assert document["ce_type"] == event_type.ce_type
    assert document["namespace"] == "tongban"
    assert document["name"] == "".join(word.capitalize() for word in event_type.name.replace(".", "_").split("_"))


@event_types
def test_each_version_of_an_event_schema_keeps_the_rules(event_type):
    for ce_type in event_type.ce_types:
        schema = shipped_schemas().by_ce_type[ce_type]
        assert parse_event_schema(schema.json) == schema


@files
def test_a_file_is_valid_avro_on_its_own(file):
    fastavro.parse_schema(json.loads(file.read_text("utf-8")))


@files
def test_each_type_and_field_is_described_in_a_line(file):
    for part in parts_of(json.loads(file.read_text("utf-8"))):
        if "name" in part:
            assert part["doc"].strip() == part["doc"] != "", part["name"]
            assert "\n" not in part["doc"]


@files
def test_an_optional_field_is_null_by_default_and_only_what_a_later_version_adds_has_another_default(file):
    name, version = re.fullmatch(r"(.*)\.v(\d+)\.avsc", file.name).groups()
    first = {part.get("name") for part in parts_of(json.loads((FOLDER / f"{name}.v1.avsc").read_text("utf-8")))}
    for part in parts_of(json.loads(file.read_text("utf-8"))):
        if "name" in part and "doc" in part and "type" in part:
            optional = isinstance(part["type"], list)
            added = version != "1" and not first & {part["name"], *part.get("aliases", ())}
            is_field = isinstance(part["type"], list | dict) or part["type"] not in ("record", "enum", "fixed")
            assert ("default" in part) == (optional or (added and is_field)), part["name"]
            assert part.get("default") is None or added


@files
def test_a_released_file_never_changes(file):
    advice = "released? undo the change and add a new version; new? run `tongban contracts release`"
    assert LOCK.get(file.name) == fingerprint(file.read_bytes()).hex(), advice


def test_no_released_file_goes_away():
    assert list(LOCK) == [file.name for file in FILES]


def test_the_store_finds_each_schema_by_type_and_by_fingerprint():
    store = shipped_schemas()
    assert len(store.by_fingerprint) == len(store.by_ce_type) == len(BY_CE_TYPE)
    for ce_type in BY_CE_TYPE:
        schema = store.by_ce_type[ce_type]
        assert store.find(ce_type, schema.fingerprint) is schema
        assert schema.fingerprint.hex() == LOCK[f"{ce_type.removeprefix('tongban.')}.avsc"]
        assert "logicalType" not in str(schema.avro)
    assert store.find("tongban.case.decided.v1", bytes(32)) is None
    assert shipped_schemas() is store


def test_a_schema_under_another_type_is_refused():
    schema = shipped_schemas().by_ce_type["tongban.case.decided.v1"]
    with pytest.raises(MalformedRecordError) as caught:
        shipped_schemas().find("tongban.case.closed.v1", schema.fingerprint)
    assert caught.value.reason == "type_of_other_schema"


def test_the_content_schema_is_no_event_schema():
    with pytest.raises(ContractError, match="header"):
        parse_event_schema(content_schema().json)


# Schemas that break the rules ------------------------------------------------------------------------------------------


def with_field(avro_type, **more):
    document = document_of(EVENT_TYPES[3])  # a body without fields
    document["fields"].append({"name": "extra", "type": avro_type, **more})
    return document


def without(document, key):
    return {name: value for name, value in document.items() if name != key}


def with_header(change):
    document = document_of(EVENT_TYPES[3])
    change(document["fields"][0])
    return document


def record(name, *members):
    return {"type": "record", "name": name, "fields": list(members)}


BROKEN = {
    "a map": (with_field({"type": "map", "values": "string"}), "no map"),
    "a float": (with_field("float"), "no float"),
    "a double": (with_field({"type": "double"}), "no float"),
    "a null": (with_field("null"), "null only"),
    "nulls in an array": (with_field({"type": "array", "items": "null"}), "null only"),
    "an empty record": (with_field(record("Empty")), "at least one field"),
    "a fixed of size zero": (with_field({"type": "fixed", "name": "Nothing", "size": 0}), "a size of at least 1"),
    "a fixed of size true": (with_field({"type": "fixed", "name": "Nothing", "size": True}), "a size of at least 1"),
    "a wide union": (with_field(["null", "int", "string"]), "a union of null and one other"),
    "a union without null": (with_field(["int", "string"]), "a union of null and one other"),
    "a union of one": (with_field(["int"]), "a union of null and one other"),
    "a union with null last": (with_field(["int", "null"]), "a union of null and one other"),
    "a union of nulls": (with_field(["null", "null"]), "a union of null and one other"),
    "a map in a union": (with_field(["null", {"type": "map", "values": "int"}]), "no map"),
    "recursion": (with_field(record("Tree", {"name": "below", "type": ["null", "Tree"]})), "no recursion"),
    "recursion in arrays": (
        with_field(record("Tree", {"name": "below", "type": {"type": "array", "items": "Tree"}})),
        "no recursion",
    ),
    "an unknown name": (with_field("Elsewhere"), "a type that is defined before"),
    "a name defined twice": (with_field({"type": "fixed", "name": "Hash", "size": 8}), "each name defined once"),
    "a name of Avro's": (with_field({"type": "fixed", "name": "string", "size": 8}), "each name defined once"),
    "another namespace": (
        with_field({"type": "fixed", "name": "Eight", "namespace": "x", "size": 8}),
        "no namespace but",
    ),
    "an error": (with_field({**record("Oops", {"name": "a", "type": "int"}), "type": "error"}), "a record"),
    "no symbols": (with_field({"type": "enum", "name": "Choice"}), "a valid Avro schema"),
    "no type": (with_field(None), "a type"),
    "a field without a name": (
        {**document_of(EVENT_TYPES[3]), "fields": [*document_of(EVENT_TYPES[3])["fields"], {"type": "int"}]},
        "a field with a name",
    ),
    "no ce_type": (without(document_of(EVENT_TYPES[0]), "ce_type"), "the type of the event"),
    "a strange ce_type": ({**document_of(EVENT_TYPES[0]), "ce_type": "tongban.case.x"}, "the type of the event"),
    "no namespace": (without(document_of(EVENT_TYPES[0]), "namespace"), "tongban"),
    "no header": ({**document_of(EVENT_TYPES[0]), "fields": document_of(EVENT_TYPES[0])["fields"][1:]}, "the header"),
    "a header of its own": (with_header(lambda first: first["type"]["fields"].pop()), "the header"),
    "a header by another name": (with_header(lambda first: first.update(name="head")), "the header"),
    "an array": ({"type": "array", "items": "string"}, "one record"),
    "a name": ("string", "one record"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_schema_that_breaks_a_rule_is_refused(name):
    document, expected = BROKEN[name]
    with pytest.raises(ContractError, match=expected):
        parse_event_schema(json.dumps(document).encode())


@pytest.mark.parametrize("data", [b"", b"{", b"\xff", b'{"a": 1, "a": 1}', b"[" * 100_000, b'{"type": NaN}'])
def test_bytes_that_are_no_json_are_refused(data):
    with pytest.raises(ContractError):
        parse_event_schema(data)


def test_the_documentation_of_the_header_may_be_another():
    def reword(first):
        first["doc"] = first["type"]["doc"] = first["type"]["fields"][0]["doc"] = "in other words"

    parse_event_schema(json.dumps(with_header(reword)).encode())


@pytest.mark.parametrize("depth", [17, 100, 300])
def test_a_deeply_nested_schema_is_refused_and_does_no_harm(depth):
    avro, attribute = "int", 0
    for _ in range(depth):
        avro, attribute = {"type": "array", "items": avro}, [attribute]
    with pytest.raises(ContractError, match="nested at most"):
        parse_event_schema(json.dumps(with_field(avro)).encode())
    parse_event_schema(json.dumps(with_field("int", note=attribute)).encode())


def test_attributes_nested_too_deeply_to_be_walked_are_refused():
    for depth in range(200, 1_200, 50):
        data = json.dumps(with_field("int", note="@")).replace('"@"', "[" * depth + "]" * depth).encode()
        try:
            parse_event_schema(data)
        except ContractError:
            continue
