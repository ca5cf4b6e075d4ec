import hashlib
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.domain.commitment import commit
from tongban.domain.errors import MalformedError

SALT = b"\x07" * 32
CASE = UUID("0f2a1d52-6c55-5b0e-9d3a-5d7f3d1c9a10")
STREAM = UUID("7b1b2c61-6a0c-5f6e-8f5e-1f0f6f0d2b11")


def test_a_commitment_is_keyed_blake2b_over_the_drawn_input():
    drawn = CASE.bytes + STREAM.bytes + (3).to_bytes(8, "big") + b"\x00\x00\x00\x04form" + b"\x00\x00\x00\x02\x02A"
    expected = hashlib.blake2b(drawn, key=SALT, person=b"tongban.content1", digest_size=32).digest()
    assert commit(SALT, CASE, STREAM, 3, "form", b"\x02A") == expected


PARTS = st.tuples(
    st.binary(min_size=32, max_size=32), st.uuids(), st.uuids(), st.integers(1, 2**63 - 1), st.text(), st.binary()
)


@given(PARTS, PARTS)
def test_different_parts_give_different_commitments(first, second):
    assert (commit(*first) == commit(*second)) == (first == second)


@given(st.text(min_size=1), st.binary(min_size=1), st.integers(0, 20))
def test_bytes_cannot_move_between_name_and_value(name, value, cut):
    joined = name.encode() + value
    moved = joined[:cut].decode(errors="ignore")
    rest = joined[len(moved.encode()) :]
    if (moved, rest) != (name, value):
        assert commit(SALT, CASE, STREAM, 3, moved, rest) != commit(SALT, CASE, STREAM, 3, name, value)


@pytest.mark.parametrize("salt", [b"", SALT[:-1], SALT + b"\x07"])
def test_a_salt_of_another_length_is_refused(salt):
    with pytest.raises(MalformedError, match="salt"):
        commit(salt, CASE, STREAM, 3, "form", b"")


@pytest.mark.parametrize("sequence", [-1, 0, 2**63])
def test_a_number_that_no_event_has_is_refused(sequence):
    with pytest.raises(MalformedError, match="impossible event"):
        commit(SALT, CASE, STREAM, sequence, "form", b"")


def test_a_name_that_is_not_text_is_refused():
    with pytest.raises(MalformedError, match="not text"):
        commit(SALT, CASE, STREAM, 3, "\ud800", b"")
