"""Settings for servers: where they come from, what is refused, and that no secret is ever shown."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.adapters.kafka.certificates import found_authority
from tongban.adapters.kafka.options import KafkaOptions
from tongban.adapters.node.settings import KafkaSettings, load_settings, write_settings
from tongban.adapters.node.urls import open_log
from tongban.adapters.schema_registry.options import SchemaRegistryOptions
from tongban.domain.errors import ExposedFileError, SettingsError

HOME = {
    "region": "310000",
    "log": "kafka://broker-1:9092,broker-2:9092",
    "store": "postgresql://tongban:a%20pass:w@rd@db:5432/tongban?schema=sh&sslpassword=hush&connect_timeout=3",
    "views": "sqlite:///views.sqlite",
}
SECRET = "the brokers' password"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in KafkaSettings.model_fields:
        monkeypatch.delenv(f"TONGBAN_{name.upper()}", raising=False)
    write_settings(tmp_path, HOME)
    return tmp_path


def test_without_a_word_on_it_the_brokers_are_spoken_with_in_the_clear(home: Path) -> None:
    assert load_settings(home).kafka().security() == {"security_protocol": "PLAINTEXT"}


def test_the_file_says_how_and_the_environment_the_secret(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ca = found_authority(home / "authority")
    write_settings(home, HOME | {"kafka_security_protocol": "SASL_SSL", "kafka_ssl_cafile": str(ca)})
    monkeypatch.setenv("TONGBAN_KAFKA_SASL_USERNAME", "sh")
    monkeypatch.setenv("TONGBAN_KAFKA_SASL_PASSWORD", SECRET)
    monkeypatch.setenv("TONGBAN_KAFKA_PUBLISH_TIMEOUT_SECONDS", "7.5")
    options = load_settings(home).kafka()
    assert options.security() == {
        "security_protocol": "SASL_SSL",
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": "sh",
        "sasl_plain_password": SECRET,
        "ssl_cafile": str(ca),
    }
    assert options.publish_timeout_seconds == 7.5
    assert SECRET not in repr(options)
    open_log(HOME["log"], options).close()


def test_the_secret_may_stand_in_a_private_file(home: Path) -> None:
    path = home / "password"
    path.write_text(SECRET + "\n")
    path.chmod(0o644)
    told = {"kafka_security_protocol": "SASL_PLAINTEXT", "kafka_sasl_username": "sh"}
    write_settings(home, HOME | told | {"kafka_sasl_password_file": str(path)})
    with pytest.raises(ExposedFileError):
        load_settings(home).kafka()
    path.chmod(0o600)
    assert load_settings(home).kafka().sasl_password == SECRET


@pytest.mark.parametrize("name", ["kafka_sasl_password", "passphrase", "schema_registry_password"])
def test_a_secret_in_the_settings_file_is_refused_and_not_repeated(home: Path, name: str) -> None:
    write_settings(home, HOME | {name: SECRET})
    with pytest.raises(SettingsError, match=f"a secret stands in .*{name}") as refused:
        load_settings(home)
    assert SECRET not in str(refused.value)


def test_a_wrong_setting_does_not_repeat_a_secret(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGBAN_KAFKA_SECURITY_PROTOCOL", "TELEPATHY")
    monkeypatch.setenv("TONGBAN_KAFKA_SASL_PASSWORD", SECRET)
    for load in (lambda: load_settings(home), KafkaSettings.kafka_of_new_home):
        with pytest.raises(SettingsError, match="kafka_security_protocol") as refused:
            load()
        assert SECRET not in str(refused.value)


def test_before_there_is_a_home_the_environment_says_it(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGBAN_KAFKA_SECURITY_PROTOCOL", "SASL_PLAINTEXT")
    monkeypatch.setenv("TONGBAN_KAFKA_SASL_USERNAME", "admin")
    monkeypatch.setenv("TONGBAN_KAFKA_SASL_PASSWORD", SECRET)
    assert KafkaSettings.kafka_of_new_home() == KafkaOptions(
        "SASL_PLAINTEXT", sasl_username="admin", sasl_password=SECRET
    )


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (KafkaOptions("SASL_SSL"), "no user"),
        (KafkaOptions("SASL_SSL", sasl_username="sh"), "no password"),
        (KafkaOptions("SSL", sasl_username="sh"), "sends neither"),
        (KafkaOptions(sasl_password="x"), "sends neither"),
        (KafkaOptions(ssl_cafile=Path(__file__)), "not encrypted"),
        (KafkaOptions("SSL", ssl_certfile=Path(__file__)), "needs its key"),
        (KafkaOptions("SSL", ssl_cafile=Path("nowhere.pem")), "names no file"),
    ],
)
def test_options_that_do_not_fit_are_refused_before_a_broker_is_asked(options: KafkaOptions, why: str) -> None:
    with pytest.raises(SettingsError, match=why):
        open_log("kafka://broker:9092", options)


def test_what_is_shown_of_settings_holds_no_secret(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGBAN_KAFKA_SASL_PASSWORD", SECRET)
    monkeypatch.setenv("TONGBAN_PASSPHRASE", SECRET)
    settings = load_settings(home)
    shown = settings.model_dump(mode="json")
    assert "kafka_sasl_password" not in shown
    assert shown["store"] == "postgresql://tongban:***@db:5432/tongban?schema=sh&sslpassword=***&connect_timeout=3"
    assert (shown["log"], settings.store) == (HOME["log"], HOME["store"])
    for text in (json.dumps(shown), repr(settings), str(settings)):
        assert not {part for part in (SECRET, "w@rd", "hush") if part in text}


# The schema registry ---------------------------------------------------------------------------------------------------


def test_without_a_word_on_it_there_is_no_schema_registry(home: Path) -> None:
    assert load_settings(home).schema_registry_options() is None


def test_the_registrys_password_comes_from_the_environment_or_a_private_file(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = home / "registry.password"
    path.write_text(SECRET + "\n")
    path.chmod(0o600)
    told = {"schema_registry": "https://registry:8081", "schema_registry_username": "sh"}
    write_settings(home, HOME | told | {"schema_registry_password_file": str(path)})
    options = load_settings(home).schema_registry_options()
    assert options == SchemaRegistryOptions("https://registry:8081", "sh", SECRET)
    write_settings(home, HOME | told)
    monkeypatch.setenv("TONGBAN_SCHEMA_REGISTRY_PASSWORD", SECRET)
    settings = load_settings(home)
    assert settings.schema_registry_options() == options
    for text in (repr(options), repr(settings), json.dumps(settings.model_dump(mode="json"))):
        assert SECRET not in text


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"url": "registry:8081"}, "address"),
        ({"url": "ftp://registry"}, "address"),
        ({"url": "http://"}, "address"),
        ({"url": "http://registry:port"}, "address"),
        ({"url": "http://registry?a=b"}, "address"),
        ({"url": f"http://sh:{SECRET.replace(' ', '')}@registry"}, "a user in the address"),
        ({"url": "http://registry", "username": "sh"}, "no password"),
        ({"url": "http://registry", "password": "x"}, "no user"),
        ({"url": "http://registry", "cafile": Path(__file__)}, "not encrypted"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_before_it_is_asked(options: dict[str, Any], why: str) -> None:
    with pytest.raises(SettingsError, match=why) as refused:
        SchemaRegistryOptions(**options)
    assert SECRET.replace(" ", "") not in str(refused.value)


def test_a_file_of_authorities_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    for name in ("ca.pem", "nowhere.pem"):
        with pytest.raises(SettingsError, match="schema_registry_cafile"):
            SchemaRegistryOptions("https://registry", cafile=tmp_path / name).tls()
