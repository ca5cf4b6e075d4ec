"""The stored form of records: everything comes back, nothing else is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.adapters.store.records import decode_record, encode_record
from tongban.contracts.wire.record import Record
from tongban.domain.errors import StoreCorruptError

NAMES = st.text(st.characters(codec=None, exclude_categories=()), max_size=20)
RECORDS = st.builds(
    Record,
    key=st.none() | st.binary(max_size=40),
    value=st.none() | st.binary(max_size=40),
    headers=st.lists(st.tuples(NAMES, st.binary(max_size=20)), max_size=4).map(tuple),
)


@given(RECORDS)
def test_every_record_comes_back(record: Record) -> None:
    assert decode_record(encode_record(record)) == record


def test_the_form_is_as_drawn() -> None:
    record = Record(None, b"", (("n", b"ab"),))
    assert encode_record(record) == bytes.fromhex("00000000 00000001 00000001 00000002 6e 00000003 6162")


@given(RECORDS, st.data())
def test_what_was_cut_or_changed_is_refused_or_means_something_else(record: Record, data: st.DataObject) -> None:
    stored = bytearray(encode_record(record))
    at = data.draw(st.integers(0, len(stored) - 1))
    stored[at] ^= data.draw(st.integers(1, 255))
    try:
        read = decode_record(bytes(stored))
    except StoreCorruptError:
        return
    assert read != record
    assert encode_record(read) == bytes(stored)


@given(RECORDS)
def test_nothing_may_be_missing_or_stand_behind(record: Record) -> None:
    stored = encode_record(record)
    for broken in (stored[:-1], stored + b"\0", b""):
        with pytest.raises(StoreCorruptError):
            decode_record(broken)
