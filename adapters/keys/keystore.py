"""The keystore of a region: its secret keys, in one file, under one passphrase.

Rules:

- Keys are added, never changed: a name belongs to one key for ever. So two processes that add at the same time
  cannot undo each other: `save` locks `<path>.lock`, reads what is there, adds its own and replaces the file.
- The passphrase is not kept; the key derived from it is, as long as the keystore is open.
- A file that other users of the machine could read is refused.

Not handled here: the form of the file (`tongban.adapters.keys.keystore_file`), which public keys are enrolled (the
registries), and changing a passphrase.
"""

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from tongban.adapters.keys.keystore_file import Kdf, SealedKeys, SecretKey
from tongban.adapters.private_files import PRIVATE_MODE, write_private
from tongban.contracts.content.sealing import ContentKey
from tongban.contracts.wire.signatures import SigningKey
from tongban.domain.errors import KeyNotHeldError, KeystoreError

DEFAULT_OPERATIONS = 3
DEFAULT_MEMORY_BYTES = 128 * 1024 * 1024
"""With three operations about 0.2 s: expensive for somebody who guesses, cheap for a command."""

_Kind = TypeVar("_Kind", SigningKey, ContentKey)


class Keystore:
    """An open keystore. `add` is kept by `save`; two open ones of the same file may save in any order."""

    def __init__(self, path: Path, kdf: Kdf, key: bytes, keys: Mapping[str, SecretKey]) -> None:
        self.path = path
        self._kdf = kdf
        self._key = key
        self._keys = dict(keys)
        self._added: dict[str, SecretKey] = {}

    @classmethod
    def create(
        cls,
        path: Path,
        passphrase: str,
        *,
        operations: int = DEFAULT_OPERATIONS,
        memory_bytes: int = DEFAULT_MEMORY_BYTES,
    ) -> "Keystore":
        """A new, empty keystore, saved. Raises KeystoreError if the file exists or the passphrase is empty."""
        if not passphrase:
            raise KeystoreError("a keystore needs a passphrase", expected="at least one character", found="none")
        kdf = Kdf.with_new_salt(operations, memory_bytes)
        keystore = cls(path, kdf, kdf.derive(passphrase), {})
        with _locked(path):
            if path.exists():
                raise KeystoreError(
                    f"there is a file at {path} already",
                    expected="a path for a new keystore",
                    advice="Open it, or choose another path.",
                )
            keystore._write()
        return keystore

    @classmethod
    def open(cls, path: Path, passphrase: str) -> "Keystore":
        """The keystore in a file. Raises ExposedFileError, or an error of the KeystoreError family."""
        sealed = SealedKeys.read(path)
        key = sealed.kdf.derive(passphrase)
        return cls(path, sealed.kdf, key, sealed.unseal(key))

    def names(self) -> tuple[str, ...]:
        """The names of all keys, sorted."""
        return tuple(sorted(self._keys))

    def add(self, name: str, key: SecretKey) -> None:
        """Keep a key under a name, on disk from the next `save` on. Raises KeystoreError if the name is taken."""
        if not name or not name.isprintable():
            raise KeystoreError("a key needs a name", expected="printable characters", found=ascii(name))
        self._keys = _joined(self._keys, {name: key})
        self._added[name] = key

    def get_signing(self, name_or_key_id: str | bytes) -> SigningKey:
        """The signing key by name (text) or key id (bytes). Raises KeyNotHeldError."""
        return self._find(name_or_key_id, SigningKey)

    def get_content(self, name_or_key_id: str | bytes) -> ContentKey:
        """The content key by name (text) or key id (bytes). Raises KeyNotHeldError."""
        return self._find(name_or_key_id, ContentKey)

    def save(self) -> None:
        """Write what was added, beside what other processes saved since; on return the keys survive a crash."""
        with _locked(self.path):
            sealed = SealedKeys.read(self.path)
            if sealed.kdf != self._kdf:
                raise KeystoreError(
                    f"the keystore at {self.path} was made anew since it was opened",
                    advice="Open it again, then add the keys.",
                )
            self._keys = _joined(sealed.unseal(self._key), self._added)
            self._write()
        self._added.clear()

    def _write(self) -> None:
        sealed = SealedKeys.seal(self.path, self._kdf, self._key, self._keys)
        try:
            write_private(self.path, sealed.to_bytes())
        except OSError as err:
            raise KeystoreError(
                f"the keystore at {self.path} cannot be written",
                found=str(err),
                advice="What was saved before is untouched; make room or correct the rights, then save again.",
            ) from err

    def _find(self, name_or_key_id: str | bytes, kind: type[_Kind]) -> _Kind:
        if isinstance(name_or_key_id, str):
            found = self._keys.get(name_or_key_id)
        else:
            found = next((key for key in self._keys.values() if key.key_id == name_or_key_id), None)
        if not isinstance(found, kind):
            shown = name_or_key_id if isinstance(name_or_key_id, str) else name_or_key_id.hex()
            raise KeyNotHeldError(
                f"the keystore at {self.path} does not hold {shown!r}",
                expected=f"the name or id of a {kind.__name__}",
                found=", ".join(self.names()) or "no keys at all",
                advice="Choose one of the names, or add the key to this keystore.",
            )
        return found


def _joined(kept: Mapping[str, SecretKey], added: Mapping[str, SecretKey]) -> dict[str, SecretKey]:
    for name, key in added.items():
        if kept.get(name, key) != key:
            raise KeystoreError(
                f"the name {name!r} belongs to another key",
                expected="a free name",
                advice="Keys are never replaced; choose another name.",
            )
    return {**kept, **added}


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the lock of a keystore. The lock file stays: removing it would let two processes lock different files."""
    try:
        descriptor = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE_MODE)
    except OSError as err:
        raise KeystoreError(f"the folder of {path} cannot be written", found=str(err)) from err
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
