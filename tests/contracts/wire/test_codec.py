"""An event's body has one encoding; any other bytes are refused, with a reason, and at no cost."""

import io
from dataclasses import replace
from uuid import UUID

import fastavro
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import strategies

from tongban.contracts.avro.reader import MAX_DATE_DAYS, MAX_TIME_MICROS
from tongban.contracts.malformed import MalformedRecordError
from tongban.contracts.wire.codec import MAX_BODY_BYTES, decode, decode_header, encode
from tongban.contracts.wire.schema_store import Schema, shipped_schemas
from tongban.domain.errors import ContractError
from tongban.domain.events.acceptance import Accepted
from tongban.domain.events.after_closing import Archived
from tongban.domain.events.assistance import Asked, HelpKind
from tongban.domain.events.catalogue import BY_BODY, EVENT_TYPES
from tongban.domain.events.decision import Closed, ClosureResult, Decided
from tongban.domain.events.handover import TakenOver
from tongban.domain.events.values import Commitment, Document
from tongban.domain.header import Actor, ActorKind, Head, Header, Under

HEADER = Header(
    case=UUID(int=1),
    stream=UUID(int=2),
    epoch=0,
    sequence=7,
    previous=b"\x01" * 32,
    command=UUID(int=3),
    region="310000",
    actor=Actor(ActorKind.OFFICER, "SH-0001", "window", "intake"),
    key=b"\x02" * 32,
    under=Under(Head(3, b"\x03" * 32), Head(5, b"\x04" * 32)),
    occurred_at=1_700_000_000_000_000,
    recorded_at=1_700_000_000_000_001,
    matter="310117002011",
    matter_version="1",
    causes=(b"\x05" * 32,),
)
DECIDED = Decided(granted=True, document=None, contents=(Commitment("form", b"\x06" * 32),))


def schema_of(body):
    return shipped_schemas().by_ce_type[BY_BODY[type(body)].ce_type]


def is_canonical_to_fastavro(schema, data):
    buffer = io.BytesIO()
    try:
        fastavro.schemaless_writer(buffer, schema.avro, fastavro.schemaless_reader(io.BytesIO(data), schema.avro, None))
    except Exception:
        return False
    return buffer.getvalue() == data


def reason_of(schema, data):
    with pytest.raises(MalformedRecordError) as caught:
        decode(schema, data)
    return caught.value.reason


def hold_to_account(schema, data):
    """Whatever the bytes are: refused with a reason, or the one encoding of what they say."""
    try:
        header, body = decode(schema, data)
    except MalformedRecordError as err:
        assert err.expected or err.found
        assert err.reason in {"too_large", "not_avro", "not_canonical", "out_of_range", "not_text"}
        if err.reason in {"not_avro", "not_canonical"}:
            assert not is_canonical_to_fastavro(schema, data)
    else:
        assert encode(header, body) == data
        assert is_canonical_to_fastavro(schema, data)


# Round trips -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("event_type", EVENT_TYPES, ids=lambda each: each.name)
def test_what_is_encoded_is_decoded(event_type):
    @given(strategies.events_of(event_type))
    def holds(event):
        data = encode(*event)
        schema = shipped_schemas().by_ce_type[event_type.ce_type]
        assert decode(schema, data) == event
        assert decode_header(data) == event[0]
        assert is_canonical_to_fastavro(schema, data)

    holds()


def test_decoding_gives_the_types_of_the_domain():
    header, body = decode(schema_of(DECIDED), encode(HEADER, DECIDED))
    assert (header, body) == (HEADER, DECIDED)
    assert type(header.case) is UUID
    assert type(header.actor.kind) is ActorKind
    assert type(header.causes) is tuple
    assert body.granted is True


def test_a_header_is_read_where_the_schema_is_not_known():
    assert decode_header(encode(HEADER, DECIDED) + b"whatever a later version says") == HEADER


# Other bytes -----------------------------------------------------------------------------------------------------------


@given(strategies.events, st.data())
def test_a_mutated_event_is_refused_or_the_one_encoding_of_what_it_says(event, data):
    raw = bytearray(encode(*event))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(raw) - 1))
        match data.draw(st.sampled_from(["set", "insert", "drop", "cut"])):
            case "set":
                raw[at] = data.draw(st.sampled_from([0, 1, 2, 3, 0x7F, 0x80, 0xFF]) | st.integers(0, 255))
            case "insert":
                raw[at:at] = data.draw(st.binary(min_size=1, max_size=10))
            case "drop" if len(raw) > 1:
                del raw[at]
            case _:
                del raw[at + 1 :]
    hold_to_account(schema_of(event[1]), bytes(raw))


@given(strategies.events, strategies.event_types)
def test_an_event_read_by_the_schema_of_another_does_no_harm(event, event_type):
    hold_to_account(shipped_schemas().by_ce_type[event_type.ce_type], encode(*event))


@given(strategies.event_types, st.binary(max_size=400))
def test_any_bytes_are_refused_or_the_one_encoding_of_what_they_say(event_type, data):
    hold_to_account(shipped_schemas().by_ce_type[event_type.ce_type], data)


def test_every_shortened_event_is_refused():
    data = encode(HEADER, DECIDED)
    assert {reason_of(schema_of(DECIDED), data[:size]) for size in range(len(data))} == {"not_avro"}


def test_bytes_behind_an_event_are_refused():
    assert reason_of(schema_of(DECIDED), encode(HEADER, DECIDED) + b"\0") == "not_canonical"


def test_every_overlong_integer_is_refused():
    data = encode(HEADER, Closed(ClosureResult.GRANTED))
    assert data[-1] == 0
    assert reason_of(schema_of(Closed(ClosureResult.GRANTED)), data[:-1] + b"\x80\0") == "not_canonical"
    assert reason_of(schema_of(Closed(ClosureResult.GRANTED)), data[:-1] + b"\x80" * 9 + b"\0") == "not_canonical"
    assert reason_of(schema_of(Closed(ClosureResult.GRANTED)), data[:-1] + b"\x80" * 30) == "not_avro"
    assert reason_of(schema_of(Closed(ClosureResult.GRANTED)), b"\x82\0" + data[1:]) == "not_canonical"


CONTENTS = encode(HEADER, DECIDED)[: -1 - 38]  # an array of one item of 37 bytes: 02, the item, 00
ITEM = encode(HEADER, DECIDED)[-38:-1]

DAMAGED = {
    "two blocks": (CONTENTS + b"\x02" + ITEM + b"\x02" + ITEM + b"\0", "not_canonical"),
    "a block with its size": (CONTENTS + b"\x01" + bytes([2 * 37]) + ITEM + b"\0", "not_canonical"),
    "the least negative count": (CONTENTS + b"\xff" * 9 + b"\x01\0", "not_canonical"),
    "a count of 2**62": (CONTENTS + b"\x80" * 9 + b"\x01", "not_avro"),
    "a count of 2**40": (CONTENTS + b"\x80\x80\x80\x80\x80\x40" + ITEM * 3, "not_avro"),
    "a count one too high": (CONTENTS + b"\x04" + ITEM + b"\0", "not_avro"),
    "a length of 2**62": (CONTENTS + b"\x02" + b"\x80" * 9 + b"\x01" + ITEM, "not_avro"),
    "a negative length": (CONTENTS + b"\x02\x01" + ITEM, "not_avro"),
    "the least negative length": (CONTENTS + b"\x02" + b"\xff" * 9 + b"\x01" + ITEM, "not_avro"),
    "an integer of 65 bits": (CONTENTS + b"\xff" * 9 + b"\x03", "not_avro"),
    "a lone surrogate": (CONTENTS + b"\x02\x08f\xed\xa0\x80" + ITEM[5:] + b"\0", "not_text"),
    "half a character": (CONTENTS + b"\x02\x08for\xe5" + ITEM[5:] + b"\0", "not_text"),
    "an overlong NUL": (CONTENTS + b"\x02\x08fo\xc0\x80" + ITEM[5:] + b"\0", "not_text"),
    "a NUL": (CONTENTS + b"\x02\x08fo\0m" + ITEM[5:] + b"\0", "not_text"),
    "a boolean of 2": (CONTENTS[:-2] + b"\x02\0\0", "not_canonical"),
    "a boolean of 255": (CONTENTS[:-2] + b"\xff\0\0", "not_canonical"),
    "a third branch": (CONTENTS[:-1] + b"\x04\0", "not_avro"),
    "a negative branch": (CONTENTS[:-1] + b"\x01\0", "not_avro"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_damage_is_refused_by_its_name(name):
    data, reason = DAMAGED[name]
    assert reason_of(schema_of(DECIDED), data) == reason
    hold_to_account(schema_of(DECIDED), data)


@pytest.mark.parametrize(
    "symbol", [b"\x04", b"\x01", b"\x03", b"\xff\xff\xff\xff\x0f", b"\xfe" + b"\xff" * 8 + b"\x01"]
)
def test_a_symbol_that_the_enum_lacks_is_refused(symbol):
    closed = Closed(ClosureResult.REFUSED)
    assert reason_of(schema_of(closed), encode(HEADER, closed)[:-1] + symbol) == "not_avro"


def zigzag(number):
    return fastavro_bytes("long", number)


def fastavro_bytes(avro_type, value):
    buffer = io.BytesIO()
    fastavro.schemaless_writer(buffer, avro_type, value)
    return buffer.getvalue()


@pytest.mark.parametrize("years", [2**31, -(2**31) - 1, 2**62, -(2**63)])
def test_an_integer_beyond_32_bits_is_refused(years):
    archived = Archived("A", 30)
    data = encode(HEADER, archived)
    assert data.endswith(b"\x3c")
    assert reason_of(schema_of(archived), data[:-1] + zigzag(years)) == "out_of_range"


@pytest.mark.parametrize("days", [-1, MAX_DATE_DAYS + 1, 2**31 - 1, 2**40])
def test_a_date_that_no_calendar_has_is_refused(days):
    accepted = Accepted(0, None)
    data = encode(HEADER, accepted)
    assert data.endswith(b"\0\0")
    assert reason_of(schema_of(accepted), data[:-2] + zigzag(days) + b"\0") == "out_of_range"


@pytest.mark.parametrize("occurred_at", [-1, MAX_TIME_MICROS + 1, 2**63 - 1, -(2**63)])
def test_a_time_that_cannot_be_written_in_rfc_3339_is_refused(occurred_at):
    old, new = zigzag(HEADER.occurred_at), zigzag(occurred_at)
    data = encode(HEADER, DECIDED)
    assert data.count(old) == 1
    assert reason_of(schema_of(DECIDED), data.replace(old, new)) == "out_of_range"
    with pytest.raises(MalformedRecordError):
        encode(replace(HEADER, occurred_at=occurred_at), DECIDED)


def test_a_body_of_64_kib_is_taken_and_one_byte_more_is_not():
    spare = MAX_BODY_BYTES - len(encode(HEADER, Archived("A" * 60_000, None)))
    largest = Archived("A" * (60_000 + spare), None)
    data = encode(HEADER, largest)
    assert len(data) == MAX_BODY_BYTES
    assert decode(schema_of(largest), data) == (HEADER, largest)
    assert reason_of(schema_of(largest), data + b"\0") == "too_large"
    with pytest.raises(MalformedRecordError) as caught:
        encode(HEADER, Archived(largest.archive_number + "A", None))
    assert caught.value.reason == "too_large"


# What cannot be encoded ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "body"),
    [
        (replace(HEADER, epoch=0.5), DECIDED),
        (replace(HEADER, epoch=2**31), DECIDED),
        (replace(HEADER, sequence=2**63), DECIDED),
        (replace(HEADER, sequence="7"), DECIDED),
        (replace(HEADER, stream=None), DECIDED),
        (replace(HEADER, stream="00000000-0000-0000-0000-000000000002"), DECIDED),
        (replace(HEADER, previous=b"short"), DECIDED),
        (replace(HEADER, region=None), DECIDED),
        (replace(HEADER, region="31\0"), DECIDED),
        (replace(HEADER, region="\ud800"), DECIDED),
        (replace(HEADER, region=310000), DECIDED),
        (replace(HEADER, causes=None), DECIDED),
        (replace(HEADER, causes=[b"\x05" * 32]), DECIDED),
        (replace(HEADER, under=None), DECIDED),
        (replace(HEADER, actor=replace(HEADER.actor, kind="king")), DECIDED),
        (HEADER, Decided("no", None, ())),
        (HEADER, Decided(True, Document("notice", 5), ())),
        (HEADER, Asked("310000", None, HelpKind.OPINION, None, "name", ())),
        (HEADER, Archived("A", "permanently")),
        (HEADER, HEADER),
        (HEADER, None),
        (None, TakenOver()),
    ],
)
def test_a_value_of_another_type_is_not_encoded(header, body):
    with pytest.raises(MalformedRecordError) as caught:
        encode(header, body)
    assert caught.value.reason in {"not_encodable", "out_of_range", "not_text"}


def test_a_schema_of_a_type_that_this_version_lacks_is_told_from_bad_bytes():
    known = schema_of(DECIDED)
    later = Schema("tongban.case.decided.v2", b"\x09" * 32, known.json, known.document, known.avro)
    with pytest.raises(ContractError, match=r"tongban\.case\.decided\.v2"):
        decode(later, encode(HEADER, DECIDED))
