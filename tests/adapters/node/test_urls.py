import warnings
from contextlib import closing
from pathlib import Path

import pytest

from tongban.adapters.embedded.log import EmbeddedEventLog
from tongban.adapters.kafka.log import KafkaEventLog
from tongban.adapters.node.urls import open_log
from tongban.domain.errors import LogUnavailableError, RefusedError, SettingsError


def test_three_slashes_name_a_relative_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with closing(open_log("sqlite:///log.sqlite")) as log:
        assert isinstance(log, EmbeddedEventLog)
    assert (tmp_path / "log.sqlite").exists()


def test_four_slashes_name_an_absolute_file(tmp_path: Path) -> None:
    path = tmp_path / "a log.sqlite"
    with closing(open_log(f"sqlite:///{path}")):
        assert path.exists()


@pytest.mark.parametrize("url", ["kafka://broker:9092", "kafka://10.0.0.1:9092,b.example:9093", "kafka://[::1]:9092"])
def test_a_kafka_log_is_named_without_asking_its_brokers(url: str) -> None:
    with closing(open_log(url)) as log:
        assert isinstance(log, KafkaEventLog)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "log.sqlite",
        "/var/log.sqlite",
        "sqlite:log.sqlite",
        "sqlite://",
        "sqlite:///",
        "sqlite:///folder/",
        "sqlite://log.sqlite",
        "sqlite://host/log.sqlite",
        "postgresql://host/log",
        "KAFKA://broker:9092",
        "kafka://",
        "kafka://broker",
        "kafka://broker:",
        "kafka://broker:0",
        "kafka://broker:65536",
        "kafka://broker:9092,",
        "kafka://broker:9092, other:9092",
        "kafka://broker:9092/topic",
        "kafka://broker:9092?acks=0",
        "kafka://:9092",
        "kafka://user:secret@broker:9092",
    ],
)
def test_an_address_in_neither_form_is_refused(url: str) -> None:
    with pytest.raises(SettingsError) as refused:
        open_log(url)
    assert isinstance(refused.value, RefusedError)
    assert refused.value.code == "settings"
    assert "kafka://host:port" in refused.value.expected


def test_a_password_in_an_address_is_not_repeated() -> None:
    with pytest.raises(SettingsError) as refused:
        open_log("kafka://user:secret@broker:9092")
    assert "secret" not in str(refused.value)


def test_a_file_in_a_folder_that_is_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError):
        open_log(f"sqlite:///{tmp_path}/missing/log.sqlite")


def test_a_broker_that_nobody_runs_is_unavailable_and_leaves_nothing_behind() -> None:
    with warnings.catch_warnings(), closing(KafkaEventLog(["127.0.0.1:1"], request_timeout_seconds=0.3)) as log:
        warnings.simplefilter("error")
        with pytest.raises(LogUnavailableError):
            log.topics()
