from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.contracts.content.sealing import ContentKey, check_content_key, pad, seal, unpad, unseal
from tongban.domain.errors import KeyRefusedError, MalformedError, SealedToOtherError

KEY = ContentKey(b"\x01" * 32)
OTHER = ContentKey(b"\x02" * 32)
SMALL_ORDER = bytes(32)


@given(st.binary(max_size=2_000))
def test_what_is_sealed_to_a_key_opens_with_it(plaintext):
    assert unseal(KEY, seal(KEY.public_key, plaintext)) == plaintext


def test_sealing_twice_gives_two_boxes():
    assert seal(KEY.public_key, b"form") != seal(KEY.public_key, b"form")


def test_a_box_sealed_to_another_key_says_so():
    with pytest.raises(SealedToOtherError) as refused:
        unseal(OTHER, seal(KEY.public_key, b"form"))
    assert refused.value.code == "content_sealed_to_other"
    assert refused.value.advice


@given(st.integers(0, 51 * 8 - 1))
def test_a_box_with_a_changed_bit_does_not_give_other_content(bit):
    box = bytearray(seal(KEY.public_key, b"doc"))
    box[bit // 8] ^= 1 << bit % 8
    with pytest.raises(SealedToOtherError):
        unseal(KEY, bytes(box))


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_refused_as_malformed(box):
    with pytest.raises(MalformedError):
        unseal(KEY, box)


@pytest.mark.parametrize("public_key", [b"", KEY.public_key[:-1], KEY.public_key + b"\x00", SMALL_ORDER])
def test_nothing_is_sealed_to_a_bad_key(public_key):
    with pytest.raises(KeyRefusedError):
        seal(public_key, b"form")
    with pytest.raises(KeyRefusedError):
        check_content_key(public_key)


def test_a_good_content_key_passes():
    check_content_key(KEY.public_key)


def test_a_content_key_is_the_one_of_rfc_7748():
    # RFC 7748, section 6.1
    key = ContentKey(bytes.fromhex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"))
    assert key.public_key.hex() == "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"


def test_a_content_key_never_shows_its_seed():
    key = ContentKey(b"SECRETSECRETSECRETSECRETSECRETSE")
    assert "SECRET" not in repr(key)
    assert key.seed.hex() not in repr(key)


def test_a_content_key_of_another_length_cannot_be_made():
    with pytest.raises(KeyRefusedError):
        ContentKey(bytes(31))


@given(st.binary(max_size=600), st.integers(1, 300))
def test_padding_hides_the_length_and_comes_off(value, block):
    padded = pad(value, block)
    assert len(padded) % block == 0
    assert 0 < len(padded) - len(value) <= block
    assert unpad(padded, block) == value


@given(
    st.binary(max_size=64) | st.binary(max_size=40).map(lambda value: value + b"\x80" + bytes(9)), st.integers(1, 16)
)
def test_padding_comes_off_in_one_way_only(padded, block):
    with suppress(MalformedError):
        assert pad(unpad(padded, block), block) == padded


@pytest.mark.parametrize(
    "padded", [b"", bytes(16), b"\x80" + bytes(16), b"a" * 16, b"\x80" + bytes(31), b"\x80" + bytes(14)]
)
def test_bytes_that_pad_never_gives_are_refused(padded):
    with pytest.raises(MalformedError):
        unpad(padded, 16)
