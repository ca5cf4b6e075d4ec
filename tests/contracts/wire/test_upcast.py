"""An event of an older version: verifiable byte for byte, read as the newest, and as Avro's own rules read it."""

import io
import json
from dataclasses import fields, replace
from pathlib import Path

import fastavro
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import strategies

from tongban.contracts.avro.compiler import ReaderCompiler
from tongban.contracts.avro.reader import read_whole
from tongban.contracts.compatibility.modes import Mode, breaks
from tongban.contracts.compatibility.types import parse_type
from tongban.contracts.malformed import MalformedRecordError
from tongban.contracts.wire.codec import decode, encode
from tongban.contracts.wire.schema_store import shipped_schemas
from tongban.contracts.wire.signatures import ED25519, SigningKey, verify
from tongban.contracts.wire.signed_event import SignedEvent
from tongban.contracts.wire.upcast import compile_upcast
from tongban.domain.errors import ContractError
from tongban.domain.events.assistance import AnswerUnit, Asked, HelpKind
from tongban.domain.events.catalogue import EVENT_TYPES, newer_versions
from tongban.domain.events.delivery import Delivered, DeliveryMethod
from tongban.domain.events.values import Power

STORED = json.loads((Path(__file__).parents[2] / "golden" / "events.json").read_text("utf-8"))
BY_CE_TYPE = shipped_schemas().by_ce_type
EVOLVED = [each for each in EVENT_TYPES if each.version > 1]
OLDER = [(each, ce_type) for each in EVOLVED for ce_type in each.ce_types[:-1]]
older = pytest.mark.parametrize(("event_type", "ce_type"), OLDER, ids=[ce_type for _, ce_type in OLDER])


def golden(ce_type):
    """Signed bytes of a golden vector, and the public key of who signed them."""
    vector = STORED[ce_type]
    parts = (bytes.fromhex(vector["gives"][name]) for name in ("fingerprint", "avro", "signature"))
    key = SigningKey(ED25519, bytes.fromhex(vector["seed"]))
    return SignedEvent.of(ce_type, *parts), key.public_key


def sayable(header, body):
    """The event without what only the newest version can say."""
    match body:
        case Asked(answer_within=within):
            limit = None if within is None else within % 2**31
            return header, replace(body, answer_within=limit, answer_unit=AnswerUnit.WORKDAYS)
        case Delivered():
            return header, replace(body, received_at=header.occurred_at)


def plain_of(schema, data):
    return fastavro.schemaless_reader(io.BytesIO(data), schema.avro, None)


def test_an_event_was_evolved_with_a_default_an_alias_and_a_promoted_type():
    assert set(newer_versions()) == {"tongban.case.asked.v2", "tongban.case.delivered.v2"}
    said = json.dumps(dict(BY_CE_TYPE["tongban.case.asked.v2"].document))
    assert '"aliases": ["answer_within_workdays"]' in said
    assert '"default": "workdays"' in said


@pytest.mark.parametrize("event_type", EVOLVED, ids=lambda each: each.name)
def test_each_version_reads_what_every_one_before_it_wrote(event_type):
    versions = [parse_type(BY_CE_TYPE[ce_type].document) for ce_type in event_type.ce_types]
    for number, version in enumerate(versions):
        assert breaks(Mode.BACKWARD_TRANSITIVE, version, versions[:number], strict=True) == ()


@older
def test_an_old_event_is_verified_as_it_was_signed_and_written_again_to_the_same_bytes(event_type, ce_type):
    signed, public_key = golden(ce_type)
    assert verify(ED25519, public_key, signed.signing_input, signed.signature)
    schema = BY_CE_TYPE[ce_type]
    header, body = decode(schema, signed.body)
    assert type(body) is event_type.body
    assert encode(header, body, schema) == signed.body


@older
def test_an_old_event_is_read_as_avro_resolves_it_but_for_what_the_header_says(event_type, ce_type):
    reader, writer = BY_CE_TYPE[event_type.ce_type], BY_CE_TYPE[ce_type]
    from_header = {each["name"] for each in reader.document["fields"] if "upcast" in each}

    @given(strategies.events_of(event_type))
    def holds(event):
        event = sayable(*event)
        data = encode(*event, writer)
        resolved = fastavro.schemaless_reader(io.BytesIO(data), writer.avro, reader.avro)
        ours = plain_of(reader, encode(*decode(writer, data)))
        for name in from_header:
            assert (resolved.pop(name), ours.pop(name)) == (None, event[0].occurred_at)
        assert ours == resolved

    holds()


def test_a_reader_of_version_1_would_take_a_limit_in_minutes_for_none_and_no_mode_would_tell():
    """Why older software parks what it does not know, and does not read it forward (ADR 0015)."""
    older, newest = BY_CE_TYPE["tongban.case.asked.v1"], BY_CE_TYPE["tongban.case.asked.v2"]
    types = parse_type(older.document), parse_type(newest.document)
    assert breaks(Mode.FULL_TRANSITIVE, types[1], [types[0]], strict=True) == ()
    data = golden(newest.ce_type)[0].body
    assert plain_of(newest, data)["answer_unit"] == "minutes"
    misread = fastavro.schemaless_reader(io.BytesIO(data), newest.avro, older.avro)
    assert misread["answer_within_workdays"] is None


def test_a_limit_of_version_1_counts_working_days():
    signed, _ = golden("tongban.case.asked.v1")
    _, body = decode(BY_CE_TYPE[signed.ce_type], signed.body)
    assert (body.answer_within, body.answer_unit) == (3, AnswerUnit.WORKDAYS)


def test_a_delivery_of_version_1_was_received_when_it_was_done():
    signed, _ = golden("tongban.case.delivered.v1")
    header, body = decode(BY_CE_TYPE[signed.ce_type], signed.body)
    assert body.received_at == header.occurred_at


@pytest.mark.parametrize(
    ("ce_type", "body"),
    [
        ("tongban.case.asked.v1", Asked("340100", None, HelpKind.OPINION, 30, (), (), AnswerUnit.MINUTES)),
        ("tongban.case.asked.v1", Asked("340100", None, HelpKind.OPINION, 2**31, (), ())),
        ("tongban.case.delivered.v1", Delivered(DeliveryMethod.WINDOW, None, 5)),
        ("tongban.case.delivered.v1", Delivered(DeliveryMethod.WINDOW, None, None)),
    ],
)
def test_what_an_older_version_cannot_say_is_not_written_by_it(ce_type, body):
    header, _ = decode(BY_CE_TYPE["tongban.case.asked.v1"], golden("tongban.case.asked.v1")[0].body)
    with pytest.raises(MalformedRecordError) as caught:
        encode(header, body, BY_CE_TYPE[ce_type])
    assert caught.value.reason in {"not_encodable", "out_of_range"}
    newest = encode(header, body)
    assert decode(BY_CE_TYPE[ce_type.replace("v1", "v2")], newest) == (header, body)


@given(st.binary(max_size=300))
def test_any_bytes_under_an_older_schema_are_refused_or_the_one_encoding_of_what_they_say(data):
    for _, ce_type in OLDER:
        schema = BY_CE_TYPE[ce_type]
        whole = golden(ce_type)[0].body[: len(golden(ce_type)[0].body) - len(data) % 40] + data
        try:
            header, body = decode(schema, whole)
        except MalformedRecordError:
            continue
        assert encode(header, body, schema) == whole


# The rules of a plan ---------------------------------------------------------------------------------------------------


def compiled(older_fields, newest_fields, body=Power):
    return compile_upcast(ReaderCompiler(), older_fields, newest_fields, body)


ACT, MATTER = {"name": "act", "type": "string"}, {"name": "matter", "type": ["null", "string"], "default": None}


def test_fields_in_another_order_come_into_their_places():
    reader = compiled([{"name": "matter", "type": "string"}, ACT], [ACT, MATTER]).reader
    assert read_whole(reader, b"\x02m\x02a") == Power("a", "m")


def test_a_renamed_field_is_written_under_its_older_name():
    renamed = {"name": "act", "aliases": ["power"], "type": "string"}
    plan = compiled([{"name": "power", "type": "string"}], [renamed, MATTER])
    assert plan.older_names == {"act": "power"}
    assert read_whole(plan.reader, b"\x02a") == Power("a", None)


@pytest.mark.parametrize(
    ("older_fields", "newest_fields", "why"),
    [
        ([ACT], [ACT, {"name": "matter", "type": "string"}], "no default"),
        ([ACT, {"name": "place", "type": "string"}], [ACT, MATTER], "drops fields"),
        ([{"name": "act", "type": "int"}], [ACT, MATTER], "does not fit"),
        ([ACT], [ACT, {**MATTER, "default": 5}], "default does not fit"),
        ([ACT], [ACT, {**MATTER, "upcast": "header.nothing"}], "names no source"),
        ([ACT], [ACT, {**MATTER, "upcast": "body.act"}], "names no source"),
    ],
)
def test_a_plan_that_would_guess_is_refused(older_fields, newest_fields, why):
    with pytest.raises(ContractError, match=why):
        compiled(older_fields, newest_fields)


def test_a_class_says_what_its_newest_schema_says():
    for event_type in EVOLVED:
        names = [each["name"] for each in BY_CE_TYPE[event_type.ce_type].document["fields"][1:]]
        assert names == [each.name for each in fields(event_type.body)]
