"""The log on each of its adapters."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ports.event_logs import EmbeddedHarness, KafkaHarness, LogHarness
from tongban.ledger.event_log import EventLog


@pytest.fixture(params=["embedded", pytest.param("kafka", marks=pytest.mark.kafka)])
def logs(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LogHarness]:
    """One log that a test may open several times."""
    embedded = request.param == "embedded"
    harness = EmbeddedHarness(tmp_path) if embedded else KafkaHarness(request.getfixturevalue("kafka_bootstrap"))
    yield harness
    harness.close()


@pytest.fixture
def log(logs: LogHarness) -> EventLog:
    return logs.open()
