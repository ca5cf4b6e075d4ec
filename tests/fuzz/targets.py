"""What is fuzzed: every parser that meets bytes from a topic, as functions of bytes.

A target raises nothing: what a parser refuses by an error of its own (`RefusedError`) is an answer. What it takes must
give the same bytes again, so that a fuzzer also finds two forms of one thing.

Seeds are the records of the corpus, genuine and not: a fuzzer that starts from nothing would never get past a header.
"""

import random
from collections.abc import Callable, Iterator
from functools import cache
from uuid import UUID

from tests.corpus.artefact import CASES, from_json
from tests.corpus.federation import HEFEI
from tests.corpus.history import base
from tests.corpus.keys import content_key
from tongban.contracts.content import record as content_record
from tongban.contracts.content.record import SealedContent, Tombstone
from tongban.contracts.content.value import open_value
from tongban.contracts.notes.log_note import parse_log_note
from tongban.contracts.notes.note import parse_note
from tongban.contracts.wire import codec
from tongban.contracts.wire.cloud_event import check_envelope, parse_record, to_record
from tongban.contracts.wire.record import Record
from tongban.contracts.wire.schema_store import shipped_schemas
from tongban.domain.errors import RefusedError

MAX_HEADERS = 64
TOO_LONG_FOR_A_SEED = 20_000

# A record as one string of bytes ------------------------------------------------------------------------------------------
#
#     | number of headers, 1 | { | n, 1 | name, n | m, 2 | value, m | } ... | k, 1 | key, k | value |
#
# Any bytes give a record, so that no mutation is lost on the frame.


def pack(record: Record) -> bytes:
    """A record with short names, as bytes."""
    parts = [bytes([len(record.headers)])]
    for name, value in record.headers:
        parts += [bytes([len(name)]), name.encode(), len(value).to_bytes(2, "big"), value]
    key = record.key or b""
    return b"".join([*parts, bytes([len(key)]), key, record.value or b""])


def unpack(data: bytes) -> Record:
    """The record in any bytes."""
    at = 0

    def take(size: int) -> bytes:
        nonlocal at
        at += size
        return data[at - size : at]

    def number(size: int) -> int:
        return int.from_bytes(take(size), "big")

    headers = []
    for _ in range(min(number(1), MAX_HEADERS)):
        name = take(number(1)).decode("utf-8", "replace")
        headers.append((name, take(number(2))))
    key = take(number(1))
    return Record(key or None, data[at:] or None, tuple(headers))


# Targets --------------------------------------------------------------------------------------------------------------------


def fuzz_event_record(data: bytes) -> None:
    """Rules F1 to F4: record, schema, body, envelope."""
    record = unpack(data)
    try:
        signed = parse_record(record)
        schema = shipped_schemas().find(signed.ce_type, signed.fingerprint)
        if schema is None:
            return
        header, body = codec.decode(schema, signed.body)
        assert codec.encode(header, body, schema) == signed.body, "two encodings of one event"
        check_envelope(record, header, signed)
    except RefusedError:
        return
    ours = to_record(signed, header)
    assert (ours.key, signed.body) == (record.key, ours.value)


def fuzz_event_body(data: bytes) -> None:
    """The body alone, under each schema in turn: the first byte says which."""
    schemas = tuple(shipped_schemas().by_ce_type.values())
    schema = schemas[data[0] % len(schemas)] if data else schemas[0]
    try:
        header, body = codec.decode(schema, data[1:])
    except RefusedError:
        return
    assert codec.encode(header, body, schema) == data[1:], "two encodings of one event"
    assert codec.decode_header(data[1:]) == header


def fuzz_header(data: bytes) -> None:
    """The header of an event whose schema is not here."""
    try:
        codec.decode_header(data)
    except RefusedError:
        return


def fuzz_note(data: bytes) -> None:
    """Any signed note."""
    try:
        note = parse_note(data)
    except RefusedError:
        return
    assert note.to_bytes() == data, "two forms of one note"


def fuzz_log_note(data: bytes) -> None:
    """A checkpoint with its leaves, or a start."""
    try:
        said, note = parse_log_note(data)
    except RefusedError:
        return
    leaves = getattr(said, "leaves", None)
    tail = b"" if leaves is None else b"\n" + b"".join(leaves)
    assert note.to_bytes() + tail == data, "two forms of one log note"


def fuzz_content_record(data: bytes) -> None:
    """A sealed value on its way."""
    record = unpack(data)
    try:
        parsed = content_record.parse_record(record)
    except RefusedError:
        return
    if isinstance(parsed, Tombstone):
        assert content_record.tombstone_record(parsed).key == record.key
        return
    sealed, signature = parsed
    ours = content_record.to_record(sealed, signature)
    assert (ours.key, ours.value) == (record.key, record.value), "two forms of one content record"


def fuzz_box(data: bytes) -> None:
    """What a recipient finds in a record: a box that anybody may have made."""
    try:
        open_value(content_key(HEFEI, "content"), data, bytes(32))
    except RefusedError:
        return


Target = Callable[[bytes], None]
TARGETS: dict[str, Target] = {
    "event-record": fuzz_event_record,
    "event-body": fuzz_event_body,
    "header": fuzz_header,
    "note": fuzz_note,
    "log-note": fuzz_log_note,
    "content-record": fuzz_content_record,
    "box": fuzz_box,
}

# Seeds ----------------------------------------------------------------------------------------------------------------------


@cache
def seeds(name: str) -> tuple[bytes, ...]:
    """Inputs to begin with: what the corpus holds of this kind, each once."""
    return tuple(sorted({seed for seed in _seeds(name) if len(seed) <= TOO_LONG_FOR_A_SEED}))


def _seeds(name: str) -> Iterator[bytes]:
    for topic, record in _records():
        kind = topic.rpartition(".")[2]
        is_note = any(value.startswith(b"application/vnd.tongban.") for _, value in record.headers)
        value = record.value or b""
        match name:
            case "event-record" if kind in ("cases", "registry") and not is_note:
                yield pack(record)
            case "content-record" if kind == "content":
                yield pack(record)
            case "event-body" if kind in ("cases", "registry") and not is_note:
                yield bytes([_schema_number(record)]) + value
            case "header" if kind in ("cases", "registry") and not is_note:
                yield value
            case "note" if is_note:
                yield value.partition(b"\n\n")[0] + b"\n\n" + value.partition(b"\n\n")[2].partition(b"\n")[0] + b"\n"
            case "log-note" if is_note:
                yield value
            case "box" if kind == "content":
                yield from _box(record)


def _records() -> Iterator[tuple[str, Record]]:
    for each in base()[0]:
        yield each.place.topic, each.record
    for path in sorted(CASES.glob("*.json")):
        for each in from_json(path.read_text(encoding="utf-8")).records:
            if len(each.record.value or b"") <= TOO_LONG_FOR_A_SEED and len(each.record.headers) < MAX_HEADERS:
                yield each.place.topic, each.record


def _schema_number(record: Record) -> int:
    types = list(shipped_schemas().by_ce_type)
    kind = dict(record.headers).get("ce_type", b"").decode("ascii", "replace")
    return types.index(kind) if kind in types else 0


def _box(record: Record) -> Iterator[bytes]:
    try:
        parsed = content_record.parse_record(record)
    except RefusedError:
        return
    if not isinstance(parsed, Tombstone):
        sealed: SealedContent = parsed[0]
        yield sealed.box


# Mutations ------------------------------------------------------------------------------------------------------------------

INTERESTING = (
    b"\x00", b"\x01", b"\x02", b"\x7f", b"\x80", b"\xff", b"\n", b"\n\n", b" ", b"\xe2\x80\x94 ", b"\xed\xa0\x80",
    b"\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01", b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", b"\x80\xa4\xe8\x03",
    b"\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01", UUID(int=0).bytes, b"9223372036854775808", b"99999999999999999999",
)  # fmt: skip


def mutated(data: bytes, rng: random.Random) -> bytes:
    """The same bytes after a few small accidents."""
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        at = rng.randrange(len(changed) + 1)
        match rng.randrange(6):
            case 0 if at < len(changed):
                changed[at] ^= 1 << rng.randrange(8)
            case 1:
                changed[at:at] = rng.choice(INTERESTING)
            case 2:
                value = rng.choice(INTERESTING)
                changed[at : at + len(value)] = value
            case 3:
                del changed[at : at + rng.choice((1, 1, 2, 8, 64))]
            case 4:
                size = rng.choice((1, 4, 16, 64))
                changed[at:at] = changed[at : at + size]
            case _:
                del changed[at : len(changed) if rng.random() < 0.3 else at + 1]
    return bytes(changed)
