"""Where the passphrase of a keystore comes from: an option, the environment, a private file, or a prompt on a terminal.

Never from the command line itself: other users of the machine could read it there.
"""

import sys
from collections.abc import Callable
from pathlib import Path

import typer

from tongban.adapters.cli.command import Call
from tongban.adapters.keys.keystore import Keystore
from tongban.adapters.node.home import KEYSTORE_FILE
from tongban.adapters.node.settings import Settings, load_settings
from tongban.contracts.content.sealing import ContentKey
from tongban.contracts.wire.signatures import SigningKey
from tongban.domain.errors import KeystoreError
from tongban.domain.identifiers import KeyId

_SOURCES = "--passphrase-file, TONGBAN_PASSPHRASE, TONGBAN_PASSPHRASE_FILE, or an answer at a terminal"


def settings_of(call: Call) -> Settings:
    """The settings of the home, the command line's first. Raises SettingsError."""
    overrides = {"passphrase": None, "passphrase_file": call.passphrase_file} if call.passphrase_file else {}
    return load_settings(call.home, overrides)


def passphrase(settings: Settings) -> str:
    """The passphrase of a home. Raises KeystoreError where nothing gives it, ExposedFileError, SettingsError."""
    return _first(settings.secret(), lambda: typer.prompt("Passphrase of the keystore", hide_input=True, err=True))


def new_passphrase(passphrase_file: Path | None) -> str:
    """The passphrase for a new keystore, asked for twice at a terminal. Raises as above."""
    given = Settings.passphrase_of_new_home(passphrase_file)
    return _first(
        given,
        lambda: typer.prompt("Passphrase of the new keystore", hide_input=True, confirmation_prompt=True, err=True),
    )


def _first(given: str | None, ask: Callable[[], str]) -> str:
    if given is not None:
        return given
    if not sys.stdin.isatty():
        raise KeystoreError(
            "the keystore needs its passphrase",
            expected=_SOURCES,
            found="none of them",
            advice="put it into a file that only you can read, and name it with --passphrase-file",
        )
    return ask()


class KeysOnDemand:
    """The keys of a home, opened when the first one is asked for: for commands that only look."""

    def __init__(self, home: Path, settings: Settings) -> None:
        self._home = home
        self._settings = settings
        self._keystore: Keystore | None = None

    def get_signing(self, key_id: KeyId, /) -> SigningKey:
        """See the port."""
        return self._opened().get_signing(key_id)

    def get_content(self, key_id: KeyId, /) -> ContentKey:
        """See the port."""
        return self._opened().get_content(key_id)

    def _opened(self) -> Keystore:
        if self._keystore is None:
            self._keystore = Keystore.open(self._home / KEYSTORE_FILE, passphrase(self._settings))
        return self._keystore
