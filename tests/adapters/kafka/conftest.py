"""One broker that encrypts, knows who asks and allows only what is allowed, for all tests of one worker."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.adapters.kafka.broker import ADMIN, KafkaBroker, why_unavailable
from tests.adapters.kafka.certificates import found_authority, keystore, why_no_certificates
from tests.adapters.kafka.fixture import require_kafka
from tongban.adapters.kafka.options import KafkaOptions

PASSWORDS = {ADMIN: "of the brokers", "federation": "of the federation", "sh": "of Shanghai", "hf": "of Hefei"}


@dataclass(frozen=True)
class Secured:
    """A broker on SASL_SSL with SCRAM-SHA-512; `authority` is the certificate that its users trust."""

    broker: KafkaBroker
    authority: Path

    def options(self, user: str, **other) -> KafkaOptions:
        """How a user of `PASSWORDS` connects."""
        given = {"sasl_username": user, "sasl_password": PASSWORDS.get(user), "ssl_cafile": self.authority}
        return KafkaOptions("SASL_SSL", **(given | other))


@pytest.fixture(scope="session")
def secured(tmp_path_factory) -> Iterator[Secured]:
    require_kafka(why_unavailable() or why_no_certificates())
    authority = found_authority(tmp_path_factory.mktemp("certificates") / "authority")
    own = keystore(authority, "broker", "DNS:localhost")
    with KafkaBroker(users=PASSWORDS, keystore=(own, authority)) as broker:
        yield Secured(broker, authority)
