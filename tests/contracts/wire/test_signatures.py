import multiprocessing
import os
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha512

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.bindings import (
    crypto_core_ed25519_add,
    crypto_core_ed25519_is_valid_point,
    crypto_scalarmult_ed25519_base_noclamp,
    crypto_sign_open,
)
from nacl.exceptions import BadSignatureError

from tongban.contracts.wire.signatures import ED25519, SigningKey, check_enrollable, key_id, verify, verify_many
from tongban.domain.errors import KeyRefusedError

KEY = SigningKey(ED25519, b"\x01" * 32)
MESSAGE = b"accepted"
SIGNATURE = KEY.sign(MESSAGE)
GROUP_ORDER = 2**252 + 27742317777372353535851937790883648493

SMALL_ORDER = [
    bytes.fromhex(point)
    for point in (
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    )
]


def test_a_signature_is_the_one_of_rfc_8032():
    # RFC 8032, section 7.1, test 2
    key = SigningKey(ED25519, bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"))
    assert key.public_key.hex() == "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
    assert key.sign(b"\x72").hex() == (
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=300))
def test_what_a_key_signs_verifies(seed, message):
    key = SigningKey(ED25519, seed)
    check_enrollable(key.suite, key.public_key)
    assert verify(ED25519, key.public_key, message, key.sign(message))


@given(st.integers(0, 511))
def test_no_bit_of_a_signature_can_be_changed(bit):
    changed = bytearray(SIGNATURE)
    changed[bit // 8] ^= 1 << bit % 8
    assert not verify(ED25519, KEY.public_key, MESSAGE, bytes(changed))


def test_the_other_form_of_s_is_refused():
    s = int.from_bytes(SIGNATURE[32:], "little") + GROUP_ORDER
    assert not verify(ED25519, KEY.public_key, MESSAGE, SIGNATURE[:32] + s.to_bytes(32, "little"))


@given(st.text(), st.binary(), st.binary(), st.binary())
def test_arbitrary_bytes_are_answered_with_no(suite, public_key, message, signature):
    assert not verify(suite, public_key, message, signature)
    assert not verify(ED25519, public_key, message, signature)


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=64, max_size=64))
def test_arbitrary_keys_and_signatures_of_the_right_length_are_answered_with_no(public_key, signature):
    assert not verify(ED25519, public_key, MESSAGE, signature)


@pytest.mark.parametrize("length", [0, 63, 65])
def test_a_signature_of_another_length_is_refused(length):
    assert not verify(ED25519, KEY.public_key, MESSAGE, (SIGNATURE + b"\x00")[:length])


def test_bytes_cannot_move_between_signature_and_message():
    assert not verify(ED25519, KEY.public_key, MESSAGE[1:], SIGNATURE + MESSAGE[:1])
    assert not verify(ED25519, KEY.public_key, SIGNATURE[-1:] + MESSAGE, SIGNATURE[:-1])


def test_an_unknown_suite_verifies_nothing():
    assert not verify("sm2", KEY.public_key, MESSAGE, SIGNATURE)
    assert not verify("ED25519", KEY.public_key, MESSAGE, SIGNATURE)


@pytest.mark.parametrize("public_key", SMALL_ORDER, ids=bytes.hex)
def test_a_key_of_small_order_verifies_nothing_and_is_not_enrolled(public_key):
    # With A of small order and S = 0, R = A's multiple would pass the bare equation for some messages.
    for r in SMALL_ORDER:
        assert not any(verify(ED25519, public_key, bytes([n]), r + bytes(32)) for n in range(8))
    with pytest.raises(KeyRefusedError):
        check_enrollable(ED25519, public_key)


@pytest.mark.parametrize("part", SMALL_ORDER[1:], ids=bytes.hex)
def test_a_key_with_a_small_order_part_is_not_enrolled(part):
    mixed = crypto_core_ed25519_add(KEY.public_key, part)
    assert not crypto_core_ed25519_is_valid_point(mixed)
    with pytest.raises(KeyRefusedError):
        check_enrollable(ED25519, mixed)


@pytest.mark.parametrize("part", SMALL_ORDER[1:], ids=bytes.hex)
def test_a_key_with_a_small_order_part_verifies_nothing_even_what_libsodium_takes(part):
    public = crypto_core_ed25519_add(KEY.public_key, part)
    signature = next(found for n in range(256) if libsodium_takes(found := by_mixed_order_key(KEY, public, n), public))
    assert not verify(ED25519, public, MESSAGE, signature)
    assert verify_many([(ED25519, public, MESSAGE, signature)]) == [False]


def by_mixed_order_key(key, public, n):
    """A signature as RFC 8032 makes it, under the public key with the small-order part in it; it fits for one n in 8."""
    digest = sha512(key.seed).digest()
    a = int.from_bytes(digest[:32], "little") & ((1 << 254) - 8) | (1 << 254)
    r = int.from_bytes(sha512(digest[32:] + bytes([n]) + MESSAGE).digest(), "little") % GROUP_ORDER
    big_r = crypto_scalarmult_ed25519_base_noclamp(r.to_bytes(32, "little"))
    k = int.from_bytes(sha512(big_r + public + MESSAGE).digest(), "little")
    return big_r + ((r + k * a) % GROUP_ORDER).to_bytes(32, "little")


def libsodium_takes(signature, public):
    try:
        crypto_sign_open(signature + MESSAGE, public)
    except BadSignatureError:
        return False
    return True


@pytest.mark.parametrize("y", [2**255 - 19, 2**255 - 18, 2**255 - 16, 2**255 - 1])
def test_a_key_that_is_not_canonical_is_not_enrolled(y):
    with pytest.raises(KeyRefusedError):
        check_enrollable(ED25519, y.to_bytes(32, "little"))


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_key_of_another_length_is_not_enrolled(length):
    with pytest.raises(KeyRefusedError, match=f"found {length} bytes"):
        check_enrollable(ED25519, (KEY.public_key + b"\x00")[:length])


def test_a_key_of_an_unknown_suite_is_not_enrolled():
    with pytest.raises(KeyRefusedError):
        check_enrollable("sm2", KEY.public_key)


def test_the_key_id_covers_the_suite():
    assert key_id("ed25519", KEY.public_key) == KEY.key_id
    assert key_id("x25519", KEY.public_key) != KEY.key_id
    assert len(KEY.key_id) == 32


def test_a_signing_key_never_shows_its_seed():
    key = SigningKey(ED25519, b"SECRETSECRETSECRETSECRETSECRETSE")
    key.sign(b"")
    assert "SECRET" not in repr(key) + str(key)
    assert key.seed.hex() not in repr(key)


@pytest.mark.parametrize(("suite", "seed"), [("sm2", b"\x01" * 32), (ED25519, b"\x01" * 31)])
def test_a_signing_key_out_of_form_cannot_be_made(suite, seed):
    with pytest.raises(KeyRefusedError):
        SigningKey(suite, seed)


def test_generated_keys_differ():
    assert SigningKey.generate() != SigningKey.generate()


@pytest.mark.parametrize("count", [0, 1, 32, 33, 500])
def test_verify_many_answers_in_order(count):
    good = (ED25519, KEY.public_key, MESSAGE, SIGNATURE)
    bad = (ED25519, KEY.public_key, MESSAGE, bytes(64))
    items = [bad if number % 7 == 3 else good for number in range(count)]
    assert verify_many(items) == [verify(*item) for item in items]


def test_verify_many_serves_several_threads_at_once():
    items = [(ED25519, KEY.public_key, MESSAGE, SIGNATURE)] * 200
    with ThreadPoolExecutor(4) as threads:
        assert all(all(answers) for answers in threads.map(verify_many, [items] * 8))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_verify_many_works_in_a_forked_child():
    items = [(ED25519, KEY.public_key, MESSAGE, SIGNATURE)] * 200
    assert all(verify_many(items))
    with multiprocessing.get_context("fork").Pool(1) as child:
        assert all(child.apply_async(verify_many, (items,)).get(timeout=60))
