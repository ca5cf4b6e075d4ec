import json
import multiprocessing
import time
from hashlib import sha256

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_encrypt
from nacl.pwhash import argon2id

from tongban.adapters.keys import keystore_file
from tongban.adapters.keys.keystore import Keystore
from tongban.contracts.content.sealing import ContentKey
from tongban.contracts.wire.signatures import ED25519, SigningKey
from tongban.domain.errors import (
    ExposedFileError,
    KeyNotHeldError,
    KeystoreCorruptError,
    KeystoreError,
    WrongPassphraseError,
)

PASSPHRASE = "长江三角洲 correct horse"
CHEAP = {"operations": argon2id.OPSLIMIT_MIN, "memory_bytes": argon2id.MEMLIMIT_MIN}
OFFICER = SigningKey(ED25519, b"\x01" * 32)
LEDGER = SigningKey(ED25519, b"\x02" * 32)
CONTENT = ContentKey(b"\x03" * 32)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "keys.tongban"
    keystore = Keystore.create(path, PASSPHRASE, **CHEAP)
    keystore.add("officer-1", OFFICER)
    keystore.add("content-2026", CONTENT)
    keystore.save()
    return path


def rewritten(path, header=None, ciphertext=None):
    """Replace parts of the file and mend its checksum, as one would who wants it to pass for whole."""
    line, _, rest = path.read_bytes()[:-32].partition(b"\n")
    content = (line if header is None else header(line)) + b"\n" + (rest if ciphertext is None else ciphertext(rest))
    path.write_bytes(content + sha256(content).digest())


def with_header(**changes):
    def change(line):
        header = json.loads(line)
        for name, value in changes.items():
            (header["kdf"] if name in header["kdf"] else header)[name] = value
        return json.dumps(header, separators=(",", ":"), sort_keys=True).encode()

    return change


def test_saved_keys_are_found_by_name_and_by_key_id(path):
    keystore = Keystore.open(path, PASSPHRASE)
    assert keystore.names() == ("content-2026", "officer-1")
    assert keystore.get_signing("officer-1") == keystore.get_signing(OFFICER.key_id) == OFFICER
    assert keystore.get_content("content-2026") == keystore.get_content(CONTENT.key_id) == CONTENT


@pytest.mark.parametrize("wanted", ["officer-2", "content-2026", LEDGER.key_id, CONTENT.key_id])
def test_a_key_that_is_not_held_is_named_with_what_is(path, wanted):
    with pytest.raises(KeyNotHeldError, match="content-2026, officer-1"):
        Keystore.open(path, PASSPHRASE).get_signing(wanted)


def test_a_key_that_was_added_but_not_saved_is_not_on_disk(path):
    Keystore.open(path, PASSPHRASE).add("ledger", LEDGER)
    assert "ledger" not in Keystore.open(path, PASSPHRASE).names()


def test_the_file_is_private_and_shows_neither_names_nor_seeds(path):
    data = path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    assert not any(hidden in data for hidden in (OFFICER.seed, OFFICER.seed.hex().encode(), b"officer-1"))


def test_every_save_draws_a_new_nonce(path):
    first = path.read_bytes()
    Keystore.open(path, PASSPHRASE).save()
    assert json.loads(first.partition(b"\n")[0])["nonce"] != json.loads(path.read_bytes().partition(b"\n")[0])["nonce"]


def test_a_wrong_passphrase_is_told_from_damage(path):
    with pytest.raises(WrongPassphraseError) as refused:
        Keystore.open(path, PASSPHRASE + "x")
    assert refused.value.code == "keystore_passphrase"
    assert refused.value.advice


def test_a_passphrase_is_the_same_however_the_keyboard_writes_it(tmp_path):
    Keystore.create(tmp_path / "keys", "caf\u00e9", **CHEAP)
    assert Keystore.open(tmp_path / "keys", "cafe\u0301").names() == ()


def test_a_keystore_needs_a_passphrase(tmp_path):
    with pytest.raises(KeystoreError, match="passphrase"):
        Keystore.create(tmp_path / "keys", "", **CHEAP)


def test_a_keystore_is_not_created_over_another_file(path):
    with pytest.raises(KeystoreError, match="already"):
        Keystore.create(path, PASSPHRASE, **CHEAP)
    assert Keystore.open(path, PASSPHRASE).names()


def test_a_missing_keystore_is_named(tmp_path):
    with pytest.raises(KeystoreError, match="there is no keystore at"):
        Keystore.open(tmp_path / "keys", PASSPHRASE)


def test_a_keystore_in_a_missing_folder_cannot_be_created(tmp_path):
    with pytest.raises(KeystoreError, match="cannot be written"):
        Keystore.create(tmp_path / "none" / "keys", PASSPHRASE, **CHEAP)


def test_a_folder_is_no_keystore(tmp_path):
    tmp_path.chmod(0o700)
    with pytest.raises(KeystoreError, match="cannot be read"):
        Keystore.open(tmp_path, PASSPHRASE)


def test_a_keystore_open_to_others_is_refused(path):
    path.chmod(0o640)
    with pytest.raises(ExposedFileError):
        Keystore.open(path, PASSPHRASE)


def test_a_name_belongs_to_one_key_for_good(path):
    keystore = Keystore.open(path, PASSPHRASE)
    keystore.add("officer-1", OFFICER)
    with pytest.raises(KeystoreError, match="belongs to another key"):
        keystore.add("officer-1", LEDGER)


@pytest.mark.parametrize("name", ["", "a\nb", "\ud800"])
def test_a_name_must_be_printable(path, name):
    with pytest.raises(KeystoreError, match="needs a name"):
        Keystore.open(path, PASSPHRASE).add(name, LEDGER)


def test_two_open_keystores_lose_nothing_of_each_other(path):
    first, second = Keystore.open(path, PASSPHRASE), Keystore.open(path, PASSPHRASE)
    first.add("first", LEDGER)
    second.add("second", SigningKey(ED25519, b"\x05" * 32))
    first.save()
    second.save()
    assert Keystore.open(path, PASSPHRASE).names() == ("content-2026", "first", "officer-1", "second")
    assert second.get_signing("first") == LEDGER


def test_a_name_that_another_process_took_is_refused_and_nothing_is_overwritten(path):
    first, second = Keystore.open(path, PASSPHRASE), Keystore.open(path, PASSPHRASE)
    first.add("ledger", LEDGER)
    second.add("ledger", OFFICER)
    first.save()
    with pytest.raises(KeystoreError, match="belongs to another key"):
        second.save()
    assert Keystore.open(path, PASSPHRASE).get_signing("ledger") == LEDGER


def add_some(path, process):
    for number in range(5):
        keystore = Keystore.open(path, PASSPHRASE)
        keystore.add(f"officer-{process}-{number}", SigningKey.generate())
        keystore.save()


def test_processes_that_add_at_the_same_time_lose_nothing(path):
    fork = multiprocessing.get_context("fork")
    processes = [fork.Process(target=add_some, args=(path, process)) for process in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0] * 4
    assert len(Keystore.open(path, PASSPHRASE).names()) == 22


def test_a_keystore_made_anew_is_not_written_over(path):
    keystore = Keystore.open(path, PASSPHRASE)
    path.unlink()
    Keystore.create(path, PASSPHRASE, **CHEAP)
    keystore.add("ledger", LEDGER)
    with pytest.raises(KeystoreError, match="made anew"):
        keystore.save()


def test_a_save_that_fails_leaves_the_old_file_and_can_be_repeated(path, monkeypatch):
    def fail(*_):
        raise OSError("no space left on device")

    keystore = Keystore.open(path, PASSPHRASE)
    keystore.add("ledger", LEDGER)
    before = path.read_bytes()
    with monkeypatch.context() as patched:
        patched.setattr("os.fsync", fail)
        with pytest.raises(KeystoreError, match="no space left"):
            keystore.save()
    assert path.read_bytes() == before
    keystore.save()
    assert "ledger" in Keystore.open(path, PASSPHRASE).names()


@pytest.mark.parametrize("cut", [0, 1, 31, 32, 33, 60, 150, -1])
def test_a_file_that_was_cut_short_is_corrupt(path, cut):
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(KeystoreCorruptError):
        Keystore.open(path, PASSPHRASE)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_flipped_bit_is_corrupt(path, data):
    whole = path.read_bytes()
    bit = data.draw(st.integers(0, len(whole) * 8 - 1))
    flipped = bytearray(whole)
    flipped[bit // 8] ^= 1 << bit % 8
    path.write_bytes(bytes(flipped))
    try:
        with pytest.raises(KeystoreCorruptError):
            Keystore.open(path, PASSPHRASE)
    finally:
        path.write_bytes(whole)


def test_a_larger_file_than_any_keystore_is_refused(path, monkeypatch):
    monkeypatch.setattr(keystore_file, "MAX_FILE_BYTES", 100)
    with pytest.raises(KeystoreCorruptError, match="at most 100 bytes"):
        Keystore.open(path, PASSPHRASE)


def test_another_version_says_so(path):
    rewritten(path, with_header(version=2))
    with pytest.raises(KeystoreError, match="another version; expected 1; found 2"):
        Keystore.open(path, PASSPHRASE)


@pytest.mark.parametrize(
    "costs",
    [
        {"memory_bytes": 2**50},
        {"memory_bytes": 0},
        {"memory_bytes": -1},
        {"operations": 0},
        {"operations": 10**9},
        {"operations": True},
        {"operations": "3"},
    ],
)
def test_absurd_costs_are_refused_before_they_are_paid(path, costs):
    rewritten(path, with_header(**costs))
    begun = time.monotonic()
    with pytest.raises(KeystoreError, match="out of bounds"):
        Keystore.open(path, PASSPHRASE)
    assert time.monotonic() - begun < 5
    with pytest.raises(KeystoreError, match="out of bounds"):
        Keystore.create(path.with_name("new"), PASSPHRASE, **(CHEAP | costs))


def test_the_header_is_authenticated(path):
    rewritten(path, with_header(operations=argon2id.OPSLIMIT_MIN + 1))
    with pytest.raises(WrongPassphraseError):
        Keystore.open(path, PASSPHRASE)


@pytest.mark.parametrize(
    "header",
    [
        lambda line: b"",
        lambda line: b"[]",
        lambda line: b"{}",
        lambda line: b'{"version":1}',
        lambda line: b'{"kdf":[],"nonce":"","version":1}',
        lambda line: line + b" ",
        lambda line: line.replace(b'"version":1', b'"version":1,"version":1'),
        lambda line: line.replace(b'"version":1', b'"version":1,"more":1'),
        lambda line: line.replace(b'"version":1', b'"version":1.0'),
        lambda line: line.replace(b"argon2id", b"argon2i"),
        lambda line: line.replace(b'"nonce":"', b'"nonce":"00'),
        lambda line: line.replace(b'"salt":"', b'"salt":"0'),
        lambda line: line.replace(b'"salt":"', b'"salt":"zz'),
        lambda line: line + b"x" * 2000,
        lambda line: b"\xff" + line,
    ],
)
def test_a_header_in_any_other_form_is_corrupt(path, header):
    rewritten(path, header)
    with pytest.raises(KeystoreCorruptError):
        Keystore.open(path, PASSPHRASE)


def test_a_ciphertext_too_short_for_its_tag_is_corrupt(path):
    rewritten(path, ciphertext=lambda ciphertext: ciphertext[:15])
    with pytest.raises(KeystoreCorruptError):
        Keystore.open(path, PASSPHRASE)


@pytest.mark.parametrize(
    "secrets",
    [
        [],
        {"a": None},
        {"a": {"kind": "signing"}},
        {"a": {"kind": "signing", "seed": "00", "suite": "ed25519"}},
        {"a": {"kind": "signing", "seed": "zz" * 32, "suite": "ed25519"}},
        {"a": {"kind": "signing", "seed": "00" * 32, "suite": "sm2"}},
        {"a": {"kind": "content", "seed": "00" * 32, "suite": "ed25519"}},
        {"a": {"kind": "other", "seed": "00" * 32, "suite": "ed25519"}},
        {"a": {"kind": "content", "seed": 7, "suite": "x25519"}},
    ],
)
def test_keys_in_any_other_form_are_corrupt(path, secrets):
    sealed = keystore_file.SealedKeys.read(path)
    key, header = sealed.kdf.derive(PASSPHRASE), path.read_bytes().partition(b"\n")[0] + b"\n"
    plaintext = json.dumps(secrets).encode()
    forged = crypto_aead_xchacha20poly1305_ietf_encrypt(plaintext, header, sealed.nonce, key)
    rewritten(path, ciphertext=lambda _: forged)
    with pytest.raises(KeystoreCorruptError, match="keys in the form"):
        Keystore.open(path, PASSPHRASE)


def test_an_open_keystore_shows_no_secrets(path):
    keystore = Keystore.open(path, PASSPHRASE)
    assert OFFICER.seed.hex() not in repr(keystore) + repr(vars(keystore))
    assert repr(OFFICER.seed) not in repr(vars(keystore))
