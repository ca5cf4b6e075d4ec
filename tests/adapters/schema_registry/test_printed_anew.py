"""Released schemas stand in a form that a registry gives back: what Avro's Java library prints of them is the same JSON.

Confluent's registry keeps the text that this library (1.12.1 was tried, on every released schema) prints of what it parsed.
Key order and white space change, which count for nothing in the fingerprint. What else it changes is what is refused here.
"""

import json
from pathlib import Path

import pytest

FILES = sorted((Path(__file__).parents[3] / "contracts" / "data" / "schemas").glob("*.avsc"))
PRIMITIVES = {"null", "boolean", "int", "long", "float", "double", "bytes", "string"}
NAMED = {"record", "enum", "fixed"}
GOOD = {
    "type": "record", "name": "Case", "namespace": "tongban", "aliases": ["Older"],
    "fields": [
        {"name": "number", "type": "long", "default": 5, "aliases": ["count"]},
        {"name": "kind", "type": {"type": "enum", "name": "Kind", "symbols": ["a", "b"], "default": "a"}, "default": "b"},
        {"name": "at", "type": ["null", {"type": "long", "logicalType": "timestamp-micros"}], "default": None},
        {"name": "all", "type": {"type": "array", "items": "Kind"}, "default": []},
    ],
}  # fmt: skip


def changed_by_printing(part, path="", top=True):
    """The places of a schema that are printed otherwise than they stand."""
    match part:
        case list():
            for each in part:
                yield from changed_by_printing(each, path, top=False)
        case {"type": str(kind)} if kind in PRIMITIVES and len(part) == 1:
            yield f"{path}: a type written as an object"
        case dict():
            yield from changed_names(part, path, top=top)
            for name in ("fields", "items"):
                if name in part:
                    yield from changed_by_printing(part[name], f"{path}.{part.get('name', name)}", top=False)
            if not isinstance(part.get("type"), str):
                yield from changed_by_printing(part.get("type"), f"{path}.{part.get('name', '')}", top=False)


def changed_names(part, path, *, top):
    if "namespace" in part and not top:
        yield f"{path}: a namespace that follows from the one around it"
    if any("." in each for each in part.get("aliases", ())):
        yield f"{path}: an alias with its namespace"
    if part.get("aliases") == []:
        yield f"{path}: aliases, and none"
    if part.get("order") == "ascending":
        yield f"{path}: the order that holds anyway"
    if part.get("doc", "") is None:
        yield f"{path}: doc, and none"
    if isinstance(part["type"], str) and part["type"] in NAMED and "." in part["name"]:
        yield f"{path}: a namespace in a name"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_released_schema_comes_back_from_a_registry_as_it_went_there(file):
    assert list(changed_by_printing(json.loads(file.read_bytes()))) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"Older"', '"tongban.Older"'),
        ('"type": "long", "default"', '"type": {"type": "long"}, "default"'),
        ('["count"]', "[]"),
        ('"default": 5', '"default": 5, "order": "ascending"'),
        ('"name": "Kind"', '"name": "Kind", "namespace": "tongban"'),
        ('"name": "Kind"', '"name": "tongban.Kind"'),
        ('"name": "number"', '"name": "number", "doc": null'),
    ],
)
def test_what_is_printed_otherwise_is_noticed(old, new):
    text = json.dumps(GOOD)
    assert list(changed_by_printing(json.loads(text))) == []
    changed = text.replace(old, new)
    assert changed != text
    assert len(list(changed_by_printing(json.loads(changed)))) == 1
