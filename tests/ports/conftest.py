"""Each port on each of its adapters."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.ports.event_logs import EmbeddedHarness, KafkaHarness, LogHarness
from tests.ports.lives import url_of
from tests.ports.stores import ADAPTERS, MARKS, StoreHarness
from tongban.adapters.store.postgres_store import PostgresLedgerStore
from tongban.adapters.views.sql_views import Views
from tongban.ledger.event_log import EventLog
from tongban.ledger.store import LedgerStore


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


@pytest.fixture(params=[pytest.param(name, marks=MARKS.get(name, ())) for name in sorted(ADAPTERS)])
def stores(request: pytest.FixtureRequest) -> Iterator[StoreHarness]:
    harness = ADAPTERS[request.param](request)
    yield harness
    harness.close()


@pytest.fixture
def store(stores: StoreHarness) -> LedgerStore:
    return stores.open()


@pytest.fixture
def postgres_store(postgres_url: str) -> Iterator[PostgresLedgerStore]:
    """A store in PostgreSQL that waits for nobody long."""
    with closing(PostgresLedgerStore(postgres_url, durable=False, busy_seconds=0.2)) as opened:
        yield opened


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest) -> str:
    """The address of views that are not there yet."""
    if request.param == "sqlite":
        return url_of(request.getfixturevalue("path"))
    return request.getfixturevalue("postgres_url")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "views.sqlite"


@pytest.fixture
def views(url: str) -> Iterator[Views]:
    with closing(Views(url)) as opened:
        opened.create()
        yield opened
