from base64 import b64decode, b64encode
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.contracts.notes.note import MAX_NOTE_BYTES, MAX_SIGNATURES, key_hash, parse_note, sign_note, verify_note
from tongban.contracts.wire.signatures import ED25519, SigningKey
from tongban.domain.errors import MalformedError

NAME = "example.com/behind-the-sofa"
KEY = SigningKey(ED25519, b"\x01" * 32)
OTHER = SigningKey(ED25519, b"\x02" * 32)
TEXT = "办件\n\nsecond part\n"
NOTE = sign_note(TEXT, NAME, KEY)

# A note and its key as they stand in the tests of Go's golang.org/x/mod/sumdb/note.
GO_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
GO_KEY = b64decode("ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")[1:]
GO_NOTE = (
    f"{GO_TEXT}\n— PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
).encode()


def line(name=NAME, key_hash=b"hash", signature=b"signature"):
    return f"— {name} {b64encode(key_hash + signature).decode()}\n".encode()


def test_a_note_of_the_go_implementation_verifies():
    note = parse_note(GO_NOTE)
    assert note.text == GO_TEXT
    assert key_hash("PeterNeumann", GO_KEY).hex() == "c74f20a3"
    assert verify_note(note, "PeterNeumann", GO_KEY)


def test_what_is_signed_verifies_under_its_name_and_key_only():
    note = parse_note(NOTE)
    assert note.text == TEXT
    assert verify_note(note, NAME, KEY.public_key)
    assert not verify_note(note, NAME, OTHER.public_key)
    assert not verify_note(note, "example.com", KEY.public_key)


def test_a_changed_text_does_not_verify():
    assert not verify_note(parse_note(NOTE.replace(b"second", b"third ")), NAME, KEY.public_key)


def test_signatures_of_unknown_keys_say_nothing():
    unknown = line("witness.example")
    for data in (NOTE + unknown, NOTE.replace("\n\n—".encode(), b"\n\n" + unknown + "—".encode())):
        note = parse_note(data)
        assert len(note.signatures) == 2
        assert verify_note(note, NAME, KEY.public_key)


def test_a_signature_of_another_kind_under_the_same_name_is_passed_over():
    assert verify_note(parse_note(NOTE + line(NAME, b"\x00\x00\x00\x01", b"x" * 3000)), NAME, KEY.public_key)


def test_sixteen_signatures_are_read_and_seventeen_are_not():
    lines = [line(f"witness{number}.example") for number in range(MAX_SIGNATURES)]
    assert len(parse_note(b"text\n\n" + b"".join(lines)).signatures) == MAX_SIGNATURES
    with pytest.raises(MalformedError, match="too many signatures"):
        parse_note(b"text\n\n" + b"".join([*lines, line("one-more.example")]))


def test_a_note_beyond_the_bound_is_refused_before_it_is_read():
    with pytest.raises(MalformedError, match="too long"):
        parse_note(b"\xff" * (MAX_NOTE_BYTES + 1))


GOOD = line()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"text\n",
        b"text\n\n",
        b"\n" + GOOD,
        GOOD,
        b"text\n" + GOOD,
        b"text\n\n" + GOOD[:-1],
        b"text\n\n" + GOOD + b"\n",
        b"text\n\n" + GOOD + b"more\n",
        b"text\n\n" + GOOD + GOOD,
        b"te\txt\n\n" + GOOD,
        b"text\r\n\n" + GOOD,
        b"te\x00xt\n\n" + GOOD,
        b"te\xffxt\n\n" + GOOD,
        b"text\n\n" + GOOD.replace("— ".encode(), b"- "),
        b"text\n\n" + GOOD.replace("— ".encode(), "—".encode()),
        b"text\n\n" + GOOD.replace("— ".encode(), "—  ".encode()),
        b"text\n\n" + GOOD.replace(b"sofa ", b"sofa  "),
        b"text\n\n" + GOOD.replace(b"sofa ", b"so+fa "),
        b"text\n\n" + GOOD.replace(b"sofa ", "so\u3000fa ".encode()),
        b"text\n\n" + GOOD.replace(b"sofa ", "so\u0085fa ".encode()),
        b"text\n\n" + line(name=""),
        b"text\n\n" + line(signature=b""),
        "text\n\n— name aGFzaHM\n".encode(),
        "text\n\n— name aGFzaHN=\n".encode(),
        "text\n\n— name aGFzaHM==\n".encode(),
        "text\n\n— name aGFz-HM=\n".encode(),
        "text\n\n— name\n".encode(),
    ],
)
def test_a_note_in_any_other_form_is_malformed(data):
    with pytest.raises(MalformedError):
        parse_note(data)


@pytest.mark.parametrize(
    "text", ["", "no newline", "a\tb\n", "a\r\n", "\ud800\n", "a\n\n— x aGFzaHM=", "a" * MAX_NOTE_BYTES]
)
def test_a_text_that_no_reader_would_take_is_not_signed(text):
    with pytest.raises(MalformedError):
        sign_note(text, NAME, KEY)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "\ud800"])
def test_a_key_name_that_no_reader_would_take_is_not_used(name):
    with pytest.raises(MalformedError):
        sign_note(TEXT, name, KEY)


def test_a_note_can_be_signed_by_several_keys():
    note = parse_note(sign_note(TEXT, NAME, OTHER, KEY))
    assert len(note.signatures) == 2
    assert verify_note(note, NAME, KEY.public_key)
    assert verify_note(note, NAME, OTHER.public_key)
    with pytest.raises(MalformedError):
        sign_note(TEXT, NAME, KEY, KEY)


@given(st.text(st.characters(exclude_categories=["C"])).map(lambda text: text + "\n"))
def test_any_text_of_whole_lines_can_be_signed_and_read(text):
    note = parse_note(sign_note(text, NAME, KEY))
    assert note.text == text
    assert verify_note(note, NAME, KEY.public_key)


def mutated(data):
    return st.tuples(st.integers(0, len(data)), st.integers(0, 4), st.binary(max_size=4)).map(
        lambda change: data[: change[0]] + change[2] + data[change[0] + change[1] :]
    )


@given(
    st.binary(max_size=300) | mutated(NOTE) | mutated(GO_NOTE) | st.text(max_size=99).map(lambda t: t.encode() + NOTE)
)
def test_bytes_read_back_exactly_or_are_malformed(data):
    with suppress(MalformedError):
        assert parse_note(data).to_bytes() == data
