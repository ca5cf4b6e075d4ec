"""docs/asyncapi.yaml is current, valid by the official JSON Schema, and true of the records that cities write."""

import copy
import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from tests.cities import HEFEI, SHANGHAI, Cities
from tests.ledger.lives import FINISHED, live, take_in
from tongban.adapters.documents.asyncapi import as_json, document
from tongban.adapters.documents.asyncapi_messages import AVRO
from tongban.contracts.avro.fingerprint import fingerprint
from tongban.domain.events.catalogue import BY_CE_TYPE
from tongban.ledger.event_log import TopicPartition

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "asyncapi.yaml"
OFFICIAL = json.loads((Path(__file__).parent / "asyncapi-3.0.0.json").read_bytes())
VALIDATOR = jsonschema.Draft7Validator(OFFICIAL)


@pytest.fixture(scope="module")
def page():
    return yaml.safe_load(PAGE.read_text(encoding="utf-8"))


def resolved(page, value):
    """What a reference leads to: in this document, or a file beside it."""
    if "$ref" not in value:
        return value
    file, _, path = value["$ref"].partition("#")
    found = json.loads((PAGE.parent / file).read_bytes()) if file else page
    for part in path.strip("/").split("/") if path else ():
        found = found[part]
    return found


def references(value):
    match value:
        case {"$ref": str(reference)}:
            yield reference
        case dict():
            for each in value.values():
                yield from references(each)
        case list():
            for each in value:
                yield from references(each)


# The document ----------------------------------------------------------------------------------------------------------


def test_the_committed_document_is_the_one_that_is_generated():
    advice = "python -m tongban.adapters.documents.asyncapi > docs/asyncapi.yaml"
    assert PAGE.read_text(encoding="utf-8") == document(), advice


def test_it_is_valid_by_the_official_schema(page):
    assert [error.message for error in VALIDATOR.iter_errors(page)] == []
    assert page == as_json()


def test_it_is_valid_with_every_payload_written_out(page):
    whole = copy.deepcopy(page)
    payloads = [each["payload"] for each in whole["components"]["messages"].values()]
    avro = [each for each in payloads if each.get("schemaFormat") == AVRO]
    for payload in avro:
        payload["schema"] = resolved(page, payload["schema"])
        assert payload["schema"]["type"] == "record"
    assert len(avro) == len(BY_CE_TYPE) + 1
    assert [error.message for error in VALIDATOR.iter_errors(whole)] == []
    avro[0]["schema"]["fields"][0]["type"] = {"type": "record", "name": "WithoutFields"}
    assert not VALIDATOR.is_valid(whole)


@pytest.mark.parametrize(
    "broken",
    [
        lambda page: page.pop("info"),
        lambda page: page["channels"]["cases"].update(partitions=3),
        lambda page: page["operations"]["sendCases"].update(action="publish"),
        lambda page: page["channels"]["registry"]["bindings"]["kafka"].update(partitions="one"),
    ],
)
def test_the_official_schema_refuses_a_broken_one(page, broken):
    other = copy.deepcopy(page)
    broken(other)
    assert not VALIDATOR.is_valid(other)


def test_every_reference_leads_somewhere(page):
    found = set(references(page))
    assert found
    for reference in found:
        assert resolved(page, {"$ref": reference})


def test_every_event_type_stands_on_one_channel_with_its_fingerprint(page):
    placed = [each for channel in page["channels"].values() for each in channel["messages"]]
    assert {each for each in placed if placed.count(each) > 1} == {"checkpoint", "start"}
    assert set(placed) == page["components"]["messages"].keys()
    for ce_type in BY_CE_TYPE:
        message = page["components"]["messages"][ce_type]
        file = PAGE.parent / message["payload"]["schema"]["$ref"]
        assert message["headers"]["properties"]["ce_type"] == {"const": ce_type}
        named = message["headers"]["properties"]["ce_dataschema"]["const"]
        assert named == f"urn:tongban:avro:sha256:{fingerprint(file.read_bytes()).hex()}"


# The records -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    """All records of a federation in which a case was opened, handed over and closed, by topic."""
    cities = Cities(tmp_path_factory.mktemp("cities"), codes=(SHANGHAI, HEFEI))
    live(cities, take_in(cities), FINISHED)
    places = [
        TopicPartition(info.name, part) for info in cities.log.topics().values() for part in range(info.partitions)
    ]
    reader = cities.log.reader(dict.fromkeys(places, 0))
    found = [(each.place.topic, each.record) for each in reader.poll(timeout_seconds=0, limit=10_000)]
    reader.close()
    cities.close()
    return found


def test_the_records_of_each_topic_are_messages_of_its_channel(page, records):
    seen = set()
    for topic, record in records:
        name, channel = next(each for each in page["channels"].items() if is_topic_of(each[1], topic))
        headers = {key: value.decode() for key, value in record.headers}
        fitting = [
            each for each in channel["messages"] if fits(page, page["components"]["messages"][each], headers, record)
        ]
        assert len(fitting) == 1, (topic, headers)
        seen.add((name, fitting[0]))
    assert {name for name, _ in seen} == page["channels"].keys()
    assert {"checkpoint", "start", "content.sealed", "contract", "tongban.case.closed.v1"} <= {each for _, each in seen}


def is_topic_of(channel, topic):
    if "parameters" not in channel:
        return channel["address"] == topic
    return "federation" not in topic and re.fullmatch(
        re.escape(channel["address"]).replace(re.escape("{region}"), "[0-9]{6}"), topic
    )


def fits(page, message, headers, record):
    traits = [resolved(page, each) for each in message.get("traits", ())]
    schemas = [each["headers"] for each in (message, *traits) if "headers" in each]
    (key,) = [each["bindings"]["kafka"]["key"] for each in (message, *traits) if "bindings" in each]
    if message["payload"].get("type") == "null" and record.value is not None:
        return False
    if headers and not schemas:
        return False
    checked = [(schema, headers) for schema in schemas] + [(key, record.key.decode())]
    return all(jsonschema.Draft7Validator(schema).is_valid(value) for schema, value in checked)
