"""Encrypted connections to a real broker: who cannot show that it is the one, or is not known there, is told clearly."""

from contextlib import closing
from dataclasses import replace

import pytest

from tests.adapters.kafka.broker import ADMIN
from tests.adapters.kafka.certificates import found_authority
from tests.adapters.kafka.conftest import PASSWORDS, Secured
from tests.ports.event_logs import read
from tongban.adapters.kafka.log import KafkaEventLog
from tongban.adapters.kafka.options import KafkaOptions
from tongban.contracts.wire.record import Record
from tongban.domain.errors import LogLoginRefusedError, LogUntrustedError, SettingsError
from tongban.ledger.event_log import TopicPartition, TopicSpec

# The broker of test_authorization, so its worker too.
pytestmark = [pytest.mark.kafka, pytest.mark.slow, pytest.mark.xdist_group("kafka-secured")]

WRONG = "a wrong password"
PATIENCE_SECONDS = 120
"""For an answer that should come at once: who gives this long up is not told clearly."""


def log_of(secured: Secured, options: KafkaOptions, *, host: str = "localhost") -> KafkaEventLog:
    address = f"{host}:{secured.broker.port}"
    return KafkaEventLog([address], request_timeout_seconds=PATIENCE_SECONDS, security=options.security())


def test_topics_are_made_written_and_read_over_an_encrypted_connection(secured: Secured) -> None:
    place, record = TopicPartition("encrypted", 0), Record(b"key", b"value")
    with closing(log_of(secured, secured.options(ADMIN))) as log:
        assert log.create_topics([TopicSpec(place.topic, 1, "keep")]) == (place.topic,)
        with closing(log.writer()) as writer, closing(log.reader({place: 0})) as reader:
            writer.publish([(place, record)])
            assert [logged.record.value for logged in read(reader, 1)] == [record.value]


def test_a_broker_that_another_authority_vouches_for_is_not_trusted(secured: Secured, tmp_path) -> None:
    options = secured.options(ADMIN, ssl_cafile=found_authority(tmp_path / "another"))
    with closing(log_of(secured, options)) as log, pytest.raises(LogUntrustedError, match="verify failed") as refused:
        log.topics()
    assert "kafka_ssl_cafile" in refused.value.advice


def test_a_broker_with_another_name_is_not_trusted(secured: Secured) -> None:
    log = log_of(secured, secured.options(ADMIN), host="127.0.0.1")
    with closing(log), pytest.raises(LogUntrustedError, match=r"not valid for '127\.0\.0\.1'") as refused:
        log.topics()
    assert "a host for which they are made out" in refused.value.advice


@pytest.mark.parametrize(
    ("user", "password", "mechanism"),
    [("sh", WRONG, "SCRAM-SHA-512"), ("nobody", WRONG, "SCRAM-SHA-512"), ("sh", PASSWORDS["sh"], "PLAIN")],
    ids=["password", "user", "mechanism"],
)
def test_a_login_that_is_refused_names_user_and_mechanism_and_never_the_password(
    secured: Secured, user: str, password: str, mechanism: str
) -> None:
    options = secured.options(user, sasl_password=password, sasl_mechanism=mechanism)
    with closing(log_of(secured, options)) as log, pytest.raises(LogLoginRefusedError) as refused:
        log.topics()
    assert f"as {user} with {mechanism}" in str(refused.value)
    assert password not in f"{refused.value} {refused.value.advice} {log!r} {log._connection!r} {options!r}"


@pytest.mark.parametrize("client", ["reader", "writer"])
def test_a_password_that_was_changed_meanwhile_is_named_by_every_client(secured: Secured, client: str) -> None:
    place = TopicPartition("changed", 0)
    with closing(log_of(secured, secured.options(ADMIN))) as log:
        log.create_topics([TopicSpec(place.topic, 1, "keep")])
        log._connection = replace(log._connection, security=secured.options(ADMIN, sasl_password=WRONG).security())
        with pytest.raises(LogLoginRefusedError):
            log.reader({place: 0}) if client == "reader" else log.writer()


def test_certificates_that_are_none_are_named_before_any_broker_is_asked(secured: Secured, tmp_path) -> None:
    spoiled = tmp_path / "ca.pem"
    spoiled.write_text("-----BEGIN CERTIFICATE-----\nno\n-----END CERTIFICATE-----\n")
    with pytest.raises(SettingsError, match=r"ca\.pem"):
        secured.options(ADMIN, ssl_cafile=spoiled).security()
    with pytest.raises(SettingsError, match="cannot be used"):
        secured.options(ADMIN, ssl_certfile=secured.authority, ssl_keyfile=secured.authority).security()
