"""Encrypted connections to brokers: whom to trust, and the own certificate.

Rules:

- TLS 1.2 or later; the broker's certificate must be signed by the given authority (without one: by one that this system
  trusts) and made out for the host of the address.
- A socket whose handshake fails is closed at once (kafka-python would leave it to the garbage collector).

Not handled here: passwords (`tongban.adapters.kafka.options`), keys that are themselves encrypted.
"""

import ssl
from pathlib import Path

from tongban.domain.errors import SettingsError


class _Socket(ssl.SSLSocket):
    def do_handshake(self, block: bool = False) -> None:
        try:
            super().do_handshake(block)
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            raise
        except OSError:
            self.close()
            raise


def tls_context(cafile: str | Path | None, certfile: str | Path | None, keyfile: str | Path | None) -> ssl.SSLContext:
    """How a client encrypts and whom it trusts. Files are in PEM form. Raises SettingsError where they cannot be used."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # which checks certificate and host
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.sslsocket_class = _Socket
    try:
        if cafile is not None:
            context.load_verify_locations(cafile)
        else:
            context.load_default_certs()
        if certfile is not None:
            context.load_cert_chain(certfile, keyfile, password=_no_password)
    except OSError as err:
        raise SettingsError(
            "the certificates for Kafka cannot be used",
            expected="certificates, and the key that belongs to them, in PEM form without a password",
            found=f"{', '.join(str(path) for path in (cafile, certfile, keyfile) if path is not None)}: {err}",
        ) from err
    return context


def _no_password() -> str:
    # Else OpenSSL asks for one at the terminal.
    return ""
