"""A free text has one encoding, and anything else is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.contracts.content.free_text import MAX_TEXT_BYTES, decode_text, encode_text
from tongban.domain.errors import MalformedError


@given(st.text(st.characters(codec="utf-8"), max_size=200))
def test_a_text_comes_back(text):
    assert decode_text(encode_text(text)) == text


@given(st.binary(max_size=64))
def test_bytes_are_the_one_encoding_of_a_text_or_refused(data):
    try:
        text = decode_text(data)
    except MalformedError:
        return
    assert encode_text(text) == data


@pytest.mark.parametrize("text", ["x" * (MAX_TEXT_BYTES + 1), "\ud800"])
def test_a_text_that_is_too_long_or_none_is_refused(text):
    with pytest.raises(MalformedError):
        encode_text(text)
