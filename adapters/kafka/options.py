"""How a program identifies itself to the brokers, checked before any of them is asked.

| protocol       | encrypted | who it is          |
|----------------|-----------|--------------------|
| PLAINTEXT      | no        | nobody             |
| SSL            | yes       | by its certificate |
| SASL_PLAINTEXT | no        | by its password    |
| SASL_SSL       | yes       | by its password    |

Not handled here: where the values come from (`tongban.adapters.node.settings`).
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from tongban.adapters.kafka.tls import tls_context
from tongban.domain.errors import SettingsError

Protocol = Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]
Mechanism = Literal["SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"]

PUBLISH_TIMEOUT_SECONDS = 120.0
"""How long a publish may take before its outcome is taken for unknown, in seconds: longer than a leader's election."""
REQUEST_TIMEOUT_SECONDS = 30.0
"""How long a broker may take to answer, in seconds."""


@dataclass(frozen=True, slots=True)
class KafkaOptions:
    """Options of the connection to Kafka. An own certificate needs both `ssl_certfile` and `ssl_keyfile`."""

    security_protocol: Protocol = "PLAINTEXT"
    sasl_mechanism: Mechanism = "SCRAM-SHA-512"
    sasl_username: str | None = None
    sasl_password: str | None = field(default=None, repr=False)
    ssl_cafile: Path | None = None
    ssl_certfile: Path | None = None
    ssl_keyfile: Path | None = None
    publish_timeout_seconds: float = PUBLISH_TIMEOUT_SECONDS
    request_timeout_seconds: float = REQUEST_TIMEOUT_SECONDS

    def security(self) -> dict[str, Any]:
        """kafka-python's options. Raises SettingsError where they do not fit together."""
        options: dict[str, Any] = {"security_protocol": self.security_protocol}
        if self.security_protocol.startswith("SASL_"):
            if not self.sasl_username or not self.sasl_password:
                raise SettingsError(
                    f"the protocol {self.security_protocol} needs a user and a password",
                    expected="kafka_sasl_username, and kafka_sasl_password_file or TONGBAN_KAFKA_SASL_PASSWORD",
                    found="no user" if not self.sasl_username else "no password",
                )
            options |= {
                "sasl_mechanism": self.sasl_mechanism,
                "sasl_plain_username": self.sasl_username,
                "sasl_plain_password": self.sasl_password,
            }
        elif self.sasl_username or self.sasl_password:
            raise SettingsError(
                f"a user or password is given, and the protocol {self.security_protocol} sends neither",
                expected="kafka_security_protocol SASL_SSL (or SASL_PLAINTEXT in a network of one's own)",
                found=self.security_protocol,
            )
        return options | self._certificates()

    def _certificates(self) -> dict[str, str]:
        files = {"ssl_cafile": self.ssl_cafile, "ssl_certfile": self.ssl_certfile, "ssl_keyfile": self.ssl_keyfile}
        given = {name: str(path) for name, path in files.items() if path is not None}
        if not given:
            return {}
        if not self.security_protocol.endswith("SSL"):
            found = self.security_protocol
            raise SettingsError(
                "certificates are given, and the connection is not encrypted", expected="SSL", found=found
            )
        if ("ssl_certfile" in given) is not ("ssl_keyfile" in given):
            wanted = "kafka_ssl_certfile and kafka_ssl_keyfile"
            raise SettingsError("a certificate of one's own needs its key", expected=wanted, found=", ".join(given))
        for name, path in given.items():
            if not Path(path).is_file():
                raise SettingsError(f"kafka_{name} names no file", expected="a file in PEM form", found=path)
        tls_context(self.ssl_cafile, self.ssl_certfile, self.ssl_keyfile)  # whether they can be used
        return given
