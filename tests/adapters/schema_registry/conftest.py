"""The registries of these tests, and the client on them."""

from pathlib import Path

import pytest

from tests.adapters.schema_registry.fake import FakeRegistry
from tests.adapters.schema_registry.go import build
from tests.adapters.schema_registry.rest import RestRegistry
from tongban.adapters.schema_registry.client import SchemaRegistry
from tongban.adapters.schema_registry.http import SchemaRegistryHttp
from tongban.adapters.schema_registry.options import SchemaRegistryOptions

SOURCE = Path(__file__).parent / "srfake"


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """franz-go's registry, built."""
    return build(SOURCE, tmp_path_factory.mktemp("srfake") / "srfake")


@pytest.fixture
def start_fake(program: Path):
    """Start franz-go's registry with options."""
    started = []

    def start(*options: str) -> FakeRegistry:
        started.append(FakeRegistry(program, *options))
        started[-1].start()
        return started[-1]

    yield start
    for each in started:
        each.stop()


@pytest.fixture
def rest():
    """The small registry, running."""
    registry = RestRegistry()
    registry.start()
    yield registry
    registry.stop()


@pytest.fixture
def connect():
    """A client of a registry: by its address and further options."""
    opened = []

    def to(url: str, **options) -> SchemaRegistry:
        opened.append(SchemaRegistryHttp(SchemaRegistryOptions(url, **options)))
        return SchemaRegistry(opened[-1])

    yield to
    for each in opened:
        each.close()
