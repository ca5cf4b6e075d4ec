"""The client against franz-go's in-memory registry, over HTTP."""

import base64

import pytest

from tongban.adapters.schema_registry.client import subject_of
from tongban.adapters.schema_registry.publishing import State, check, publish, released_schemas
from tongban.contracts.releases.gate import COMPATIBILITY
from tongban.contracts.wire.schema_store import shipped_schemas
from tongban.domain.errors import SchemaRegistryRefusedError, SchemaRegistryUnavailableError

pytestmark = pytest.mark.xdist_group("schema-registry")  # built once

ACCEPTED = shipped_schemas().by_ce_type["tongban.case.accepted.v1"]


def test_each_released_schema_is_registered_under_the_name_of_its_record(start_fake, connect):
    registry = connect(start_fake().url)
    assert {each.state for each in check(registry)} == {State.MISSING}
    first = tuple(publish(registry))
    assert {each.state for each in first} == {State.REGISTERED}
    assert len({each.number for each in first}) == len(released_schemas()) == len(first)
    again = tuple(publish(registry))
    assert {each.state for each in again} == {State.SAME}
    assert [each.number for each in again] == [each.number for each in first]
    compared = tuple(check(registry))
    assert all(each.is_well and each.state is State.SAME for each in compared)
    assert {each.compatibility for each in compared} == {COMPATIBILITY}
    assert subject_of(ACCEPTED) == "tongban.CaseAccepted"
    assert registry.find(ACCEPTED) == next(each.number for each in first if each.schema == ACCEPTED)


def test_a_schema_is_found_by_its_number_and_a_number_without_one_gives_none(start_fake, connect):
    registry = connect(start_fake().url)
    number = registry.register(ACCEPTED)
    assert registry.fingerprint_at(number) == ACCEPTED.fingerprint.hex()
    assert registry.fingerprint_at(number + 1) is None


def test_a_user_and_a_password_are_sent_and_a_wrong_one_is_refused(start_fake, connect):
    right = base64.b64encode(b"hefei:open sesame").decode()
    url = start_fake("-auth", f"Basic {right}").url
    assert connect(url, username="hefei", password="open sesame").find(ACCEPTED) is None
    with pytest.raises(SchemaRegistryRefusedError, match="403"):
        connect(url, username="hefei", password="close sesame").find(ACCEPTED)
    with pytest.raises(SchemaRegistryRefusedError, match="401") as refused:
        connect(url).find(ACCEPTED)
    assert "schema_registry_username" in refused.value.advice


def test_an_encrypted_registry_is_believed_by_its_authority_alone(start_fake, connect, tmp_path):
    fake = start_fake("-tls")
    ca = tmp_path / "ca.pem"
    ca.write_text(fake.ca)
    assert connect(fake.url, cafile=ca).find(ACCEPTED) is None
    with pytest.raises(SchemaRegistryUnavailableError, match="CERTIFICATE_VERIFY_FAILED"):
        connect(fake.url).find(ACCEPTED)


def test_a_registry_that_forgot_everything_says_so(start_fake, connect):
    fake = start_fake()
    registry = connect(fake.url)
    registry.register(ACCEPTED)
    fake.stop()
    with pytest.raises(SchemaRegistryUnavailableError) as away:
        registry.find(ACCEPTED)
    assert away.value.code == "schema_registry_unavailable"
    fake.start()
    assert registry.find(ACCEPTED) is None
