"""Where a site's schema registry is and how a program makes itself known to it, checked before it is asked.

Not handled here: where the values come from (`tongban.adapters.node.settings`).
"""

import ssl
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from tongban.domain.errors import SettingsError

TIMEOUT_SECONDS = 5.0
"""How long the registry may take to take a connection, and then for each answer. Nothing but its own work waits for it."""


@dataclass(frozen=True, slots=True)
class SchemaRegistryOptions:
    """`url`: its root, without a user; `username` and `password` go together; `cafile`: PEM."""

    url: str
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    cafile: Path | None = None
    timeout_seconds: float = TIMEOUT_SECONDS

    def __post_init__(self) -> None:
        """Raise SettingsError where they do not fit together."""
        _check_url(self.url)
        if (self.username is None) is not (self.password is None):
            raise SettingsError(
                "the schema registry's user and password go together",
                expected="schema_registry_username, and schema_registry_password_file or TONGBAN_SCHEMA_REGISTRY_PASSWORD",
                found="no password" if self.password is None else "no user",
            )
        if self.cafile is not None and not self.is_encrypted:
            raise SettingsError(
                "a certificate is given, and the schema registry's address is not encrypted",
                expected="https://…",
                found="http://…",
            )

    @property
    def is_encrypted(self) -> bool:
        """Whether it is reached over TLS."""
        return urlsplit(self.url).scheme == "https"

    def tls(self) -> ssl.SSLContext | None:
        """By `cafile`, else by the system's authorities; None for http. Raises SettingsError."""
        if not self.is_encrypted:
            return None
        try:
            return ssl.create_default_context(cafile=self.cafile)
        except (OSError, ssl.SSLError) as err:
            raise SettingsError(
                "schema_registry_cafile cannot be read", expected="certificates in PEM form", found=str(err)
            ) from err


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and not (parts.query or parts.fragment)
        _ = parts.port
    except ValueError:
        parts, good = urlsplit(""), False
    if parts.username is not None or parts.password is not None:
        # The address is not repeated: what comes before the @ may be a password.
        raise SettingsError(
            "a user in the address of the schema registry",
            expected="http(s)://host[:port][/path]",
            advice="give user and password in settings of their own",
        )
    if not good:
        raise SettingsError(
            "the address of the schema registry cannot be used",
            expected="http(s)://host[:port][/path]",
            found=repr(url),
        )
