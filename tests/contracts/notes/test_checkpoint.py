from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.contracts.notes.checkpoint import MAX_LEAVES, Checkpoint, Incarnation, Start
from tongban.contracts.notes.log_note import encode_checkpoint, encode_start, parse_log_note, verify_log_note
from tongban.contracts.notes.note import sign_note
from tongban.contracts.wire.signatures import ED25519, SigningKey
from tongban.domain.errors import MalformedError
from tongban.domain.header import Head, Under

KEY = SigningKey(ED25519, b"\x01" * 32)
OTHER = SigningKey(ED25519, b"\x02" * 32)
ORIGIN = "yangtze-delta/310000/tongban.310000.cases/7"
HEADS = Under(Head(12, b"\xaa" * 32), Head(345, b"\xbb" * 32))
INCARNATION = Incarnation(3, b"\xcc" * 16)
CHECKPOINT = Checkpoint(
    ORIGIN, 5, b"\xdd" * 32, 1_795_334_400_000_001, INCARNATION, HEADS, (b"\x01" * 32, b"\n" * 32, b"\x03" * 32)
)
START = Start(ORIGIN, INCARNATION, 1_795_334_400_000_001, HEADS)
WRITTEN = encode_checkpoint(CHECKPOINT, KEY)
STARTED = encode_start(START, KEY)

TEXT = f"""{ORIGIN}
5
3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d0=
time 2026-11-22T08:00:00.000001Z
incarnation 3/{"cc" * 16}
federation 12 {"aa" * 32}
region 345 {"bb" * 32}
"""
START_TEXT = f"""{ORIGIN}
start
time 2026-11-22T08:00:00.000001Z
incarnation 3/{"cc" * 16}
federation 12 {"aa" * 32}
region 345 {"bb" * 32}
"""


def test_a_checkpoint_is_a_note_that_people_can_read_and_its_leaves():
    assert sign_note(TEXT, ORIGIN, KEY) + b"\n" + b"".join(CHECKPOINT.leaves) == WRITTEN


def test_a_start_is_a_note_alone():
    assert sign_note(START_TEXT, ORIGIN, KEY) == STARTED


@pytest.mark.parametrize(("value", "said"), [(WRITTEN, CHECKPOINT), (STARTED, START)])
def test_what_was_written_reads_back_and_verifies(value, said):
    read, note = parse_log_note(value)
    assert read == said
    assert verify_log_note(note, ORIGIN, KEY.public_key)
    assert not verify_log_note(note, ORIGIN, OTHER.public_key)
    assert not verify_log_note(note, ORIGIN[:-1] + "8", KEY.public_key)


def test_a_checkpoint_without_leaves_reads_back():
    heartbeat = replace(CHECKPOINT, leaves=())
    assert parse_log_note(encode_checkpoint(heartbeat, KEY))[0] == heartbeat


def test_a_thousand_leaves_are_the_most():
    full = replace(CHECKPOINT, size=2_000, leaves=tuple(number.to_bytes(32, "big") for number in range(MAX_LEAVES)))
    assert parse_log_note(encode_checkpoint(full, KEY))[0] == full
    with pytest.raises(MalformedError, match="leaves"):
        encode_checkpoint(replace(full, leaves=(*full.leaves, bytes(32))), KEY)


def test_a_note_of_another_origin_does_not_verify_under_this_one():
    # Signed by the right key under the right key name, but speaking for another partition.
    note = parse_log_note(WRITTEN)[1]
    strayed = replace(note, text=note.text.replace("/7\n", "/8\n"))
    assert not verify_log_note(strayed, ORIGIN, KEY.public_key)
    with pytest.raises(MalformedError, match="not signed under its origin"):
        parse_log_note(sign_note(TEXT.replace("/7\n", "/8\n"), ORIGIN, KEY) + b"\n")


def test_a_witness_may_sign_too():
    with_witness = WRITTEN.replace(b"\n\n\x01", "\n— witness.example aGFzaHNpZw==\n\n\x01".encode())
    read, note = parse_log_note(with_witness)
    assert read == CHECKPOINT
    assert len(note.signatures) == 2
    assert verify_log_note(note, ORIGIN, KEY.public_key)


@pytest.mark.parametrize(
    ("found", "instead"),
    [
        (ORIGIN, "310000/tongban.310000.cases/7"),
        (ORIGIN, f"x/{ORIGIN}"),
        (ORIGIN, ORIGIN.replace("/7", "/07")),
        (ORIGIN, ORIGIN.replace("/7", "/-1")),
        (ORIGIN, ORIGIN.replace("yangtze-delta", "")),
        (ORIGIN, "x" * 512 + ORIGIN),
        ("\n5\n", "\n05\n"),
        ("\n5\n", "\n+5\n"),
        ("\n5\n", "\n٥\n"),
        ("\n5\n", "\n-5\n"),
        ("\n5\n", "\n9223372036854775808\n"),
        ("\n5\n", "\n\n"),
        ("\n5\n", "\n2\n"),  # fewer than the leaves behind it
        ("\n5\n", "\nstart\n"),
        ("3d0=", "3d1="),  # bits that nobody reads
        ("3d0=", "3d0"),
        ("3d0=\n", "3d0=\n\n"),
        ("time ", "time  "),
        ("time 2026-11-22", "time 2026-02-29"),
        ("T08:00:00", "T24:00:00"),
        ("T08:00:00", "T08:00:60"),
        ("T08:", "t08:"),
        (".000001Z", "Z"),
        (".000001Z", ".000001+00:00"),
        (".000001Z", ".0000010Z"),
        ("incarnation 3/", "incarnation 03/"),
        ("incarnation 3/", "incarnation 0/"),
        ("cc" * 16, "CC" * 16),
        ("cc" * 16, "cc" * 15),
        ("federation 12 ", "federation 012 "),
        ("aa" * 32, "AA" * 32),
        ("federation 12 ", "region 12 "),
        ("region 345", "region 9223372036854775808"),
        ("bb" * 32 + "\n", "bb" * 32 + "\nwitness yes\n"),
        ("region 345 " + "bb" * 32 + "\n", ""),
    ],
)
def test_a_signed_text_in_any_other_form_is_malformed(found, instead):
    assert TEXT.count(found) == 1
    text = TEXT.replace(found, instead)
    name = text.partition("\n")[0] if text.startswith("x") else ORIGIN
    with pytest.raises(MalformedError):
        parse_log_note(sign_note(text, name, KEY) + b"\n" + b"".join(CHECKPOINT.leaves))


@pytest.mark.parametrize(
    "value",
    [
        b"",
        sign_note(TEXT, ORIGIN, KEY),
        WRITTEN[:-1],
        WRITTEN + b"\x00",
        STARTED + b"\n",
        STARTED + b"\n" + bytes(32),
        b"\n" + STARTED,
        sign_note(ORIGIN + "\n", ORIGIN, KEY),
        sign_note("start\n", ORIGIN, KEY),
        sign_note("\n", ORIGIN, KEY),
    ],
)
def test_a_record_in_any_other_form_is_malformed(value):
    with pytest.raises(MalformedError):
        parse_log_note(value)


@pytest.mark.parametrize(
    "change",
    [
        {"origin": "yangtze delta/310000/t/0"},
        {"size": -1},
        {"size": 2},
        {"size": 2**63},
        {"root": bytes(31)},
        {"time_us": 2**62},
        {"time_us": -(2**62)},
        {"incarnation": Incarnation(0, bytes(16))},
        {"incarnation": Incarnation(1, bytes(15))},
        {"heads": Under(Head(-1, bytes(32)), Head(0, bytes(32)))},
        {"heads": Under(Head(0, bytes(32)), Head(0, bytes(33)))},
        {"leaves": (bytes(31), bytes(33))},
    ],
)
def test_what_no_reader_would_take_is_not_written(change):
    with pytest.raises(MalformedError):
        encode_checkpoint(replace(CHECKPOINT, **change), KEY)
    if not change.keys() & {"size", "root", "leaves"}:
        with pytest.raises(MalformedError):
            encode_start(replace(START, **change), KEY)


NUMBERS = st.integers(0, 2**63 - 1)
HASHES = st.binary(min_size=32, max_size=32)
HEAD = st.builds(Head, NUMBERS, HASHES)
SAID = {
    "origin": st.just(ORIGIN),
    "time_us": st.integers(0, 253_402_300_799_999_999),
    "incarnation": st.builds(Incarnation, st.integers(1, 2**63 - 1), st.binary(min_size=16, max_size=16)),
    "heads": st.builds(Under, HEAD, HEAD),
}


@given(
    st.builds(
        Checkpoint,
        size=st.integers(9, 2**63 - 1),
        root=HASHES,
        leaves=st.lists(HASHES | st.just(b"\n" * 32), max_size=9).map(tuple),
        **SAID,
    )
)
def test_any_checkpoint_reads_back(checkpoint):
    assert parse_log_note(encode_checkpoint(checkpoint, KEY))[0] == checkpoint


@given(st.builds(Start, **SAID))
def test_any_start_reads_back(start):
    assert parse_log_note(encode_start(start, KEY))[0] == start


def mutated(data):
    return st.tuples(st.integers(0, len(data)), st.integers(0, 4), st.binary(max_size=4)).map(
        lambda change: data[: change[0]] + change[2] + data[change[0] + change[1] :]
    )


@given(st.binary(max_size=300) | mutated(WRITTEN) | mutated(STARTED))
def test_bytes_read_back_exactly_or_are_malformed(value):
    try:
        said, note = parse_log_note(value)
    except MalformedError:
        return
    tail = b"\n" + b"".join(said.leaves) if isinstance(said, Checkpoint) else b""
    assert note.to_bytes() + tail == value
