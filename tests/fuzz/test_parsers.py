"""Every parser of bytes from a topic, on mutated records of the corpus and on bytes that hypothesis draws."""

import os
import random
import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.targets import TARGETS, mutated, pack, seeds, unpack
from tongban.contracts.avro.reader import MAX_DATE_DAYS
from tongban.contracts.notes.checkpoint import MAX_LEAVES
from tongban.contracts.notes.note import MAX_NOTE_BYTES
from tongban.contracts.wire import codec
from tongban.contracts.wire.codec import MAX_BODY_BYTES
from tongban.contracts.wire.record import Record
from tongban.contracts.wire.schema_store import shipped_schemas
from tongban.domain.errors import RefusedError

MUTATIONS = int(os.environ.get("TONGBAN_FUZZ_MUTATIONS", "6000"))
"""For each target; a few seconds. More by hand, or with `fuzz_records.py`."""
SEED = int(os.environ.get("TONGBAN_FUZZ_SEED", "1"))
PEAK_BYTES = 4 << 20
"""What one input may cost: a few times the largest body (64 KiB) as Python values."""

targets = pytest.mark.parametrize("name", TARGETS)


@targets
def test_every_seed_is_answered(name):
    assert len(seeds(name)) >= 5
    for seed in seeds(name):
        TARGETS[name](seed)


@targets
def test_a_mutated_seed_is_answered(name):
    rng = random.Random(f"{name} {SEED}")
    target, start = TARGETS[name], seeds(name)
    kept = list(start[:50])
    for _ in range(MUTATIONS):
        data = mutated(rng.choice(start if rng.random() < 0.7 else kept), rng)
        try:
            target(data)
        except Exception as err:
            pytest.fail(f"{name} is broken by {data.hex()}: {err!r}")
        kept[rng.randrange(len(kept))] = data[:4096]


@targets
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_drawn_bytes_are_answered(name, data):
    start = data.draw(st.sampled_from(seeds(name)))
    at = data.draw(st.integers(0, len(start)))
    end = data.draw(st.integers(at, min(len(start), at + 40)))
    TARGETS[name](start[:at] + data.draw(st.binary(max_size=60)) + start[end:])


@targets
@given(data=st.binary(max_size=400))
def test_bytes_that_mean_nothing_are_answered(name, data):
    TARGETS[name](data)


@targets
def test_memory_is_bounded_whatever_an_input_promises(name):
    rng = random.Random(f"memory {name} {SEED}")
    target, start = TARGETS[name], seeds(name)
    for _ in range(120):
        data = mutated(rng.choice(start), rng)
        assert peak(lambda data=data: target(data)) < PEAK_BYTES + 16 * len(data), data.hex()


def peak(call) -> int:
    """The most bytes that a call holds at one time."""
    call()  # what is made once, as a compiled reader, is no cost of the input
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


# Inputs that promise more than they hold ----------------------------------------------------------------------------------


def varint(number: int) -> bytes:
    bits, encoded = number << 1, bytearray()
    while bits > 0x7F:
        encoded.append(bits & 0x7F | 0x80)
        bits >>= 7
    return bytes([*encoded, bits])


def header_bytes() -> bytes:
    """The header of a genuine event whose last field is an empty array."""
    body = next(each for each in seeds("event-body") if _is_taken_over(each))
    return body[1:]


def _is_taken_over(seed: bytes) -> bool:
    names = list(shipped_schemas().by_ce_type)
    if names[seed[0] % len(names)] != "tongban.case.taken_over.v1":
        return False
    try:
        codec.decode(shipped_schemas().by_ce_type["tongban.case.taken_over.v1"], seed[1:])
    except RefusedError:
        return False
    return True


@pytest.mark.parametrize("count", [4_000_000, 2**31, 2**62], ids=["millions", "billions", "beyond"])
def test_an_array_that_promises_items_costs_nothing(count):
    data = header_bytes()[:-1] + varint(count) + b"\0"
    schema = shipped_schemas().by_ce_type["tongban.case.taken_over.v1"]

    def decode():
        with pytest.raises(RefusedError):
            codec.decode(schema, data)

    assert peak(decode) < 200_000


@pytest.mark.parametrize("size", [2**20, 2**40, 2**62], ids=["mega", "tera", "beyond"])
def test_a_text_that_promises_bytes_costs_nothing(size):
    schema = shipped_schemas().by_ce_type["tongban.case.archived.v1"]
    data = header_bytes() + varint(size) + b"x"

    def decode():
        with pytest.raises(RefusedError):
            codec.decode(schema, data)

    assert peak(decode) < 200_000


def test_an_array_as_long_as_a_body_may_be_costs_a_small_multiple_of_it():
    schema = shipped_schemas().by_ce_type["tongban.case.correction_noticed.v1"]
    start = header_bytes()
    room = MAX_BODY_BYTES - len(start) - 8
    data = start + varint(room) + b"\0" * room + b"\0" * 4

    def decode():
        items = codec.decode(schema, data)[1].items
        assert len(items) == room

    assert peak(decode) < PEAK_BYTES


@pytest.mark.parametrize(
    "byte", [b"\n", b"a", "—".encode(), b"\n\xe2\x80\x94 a b"], ids=["lines", "text", "dashes", "signatures"]
)
@pytest.mark.parametrize("name", ["note", "log-note"])
def test_an_endless_note_costs_a_small_multiple_of_it(name, byte):
    data = byte * ((MAX_NOTE_BYTES + 100) // len(byte))
    assert peak(lambda: TARGETS[name](data)) < PEAK_BYTES
    shorter = data[: MAX_NOTE_BYTES - 100]
    assert peak(lambda: TARGETS[name](shorter)) < 16 * PEAK_BYTES


def test_more_leaves_than_a_checkpoint_lists_are_not_looked_at():
    note = next(each for each in seeds("log-note") if b"\n\n\xe2" in each and each.endswith(b"\n") is False)
    data = note + bytes(32) * (MAX_LEAVES + 1)
    assert peak(lambda: TARGETS["log-note"](data)) < PEAK_BYTES + len(data)


def test_a_record_is_packed_and_unpacked():
    for seed in seeds("event-record"):
        record = unpack(seed)
        assert pack(record) == seed
    assert unpack(b"") == Record(None, None, ())
    assert MAX_DATE_DAYS < 2**31
