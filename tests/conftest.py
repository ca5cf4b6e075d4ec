"""What all tests share."""

import pytest

from tests.adapters.kafka.fixture import kafka_bootstrap
from tests.adapters.postgres.fixture import (
    _own_server,
    postgres_database,
    postgres_server,
    postgres_storage,
    postgres_url,
)
from tests.storage import SqliteStorage, Storage

__all__ = ["_own_server", "kafka_bootstrap", "postgres_database", "postgres_server", "postgres_storage", "postgres_url"]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def storage(request, tmp_path) -> Storage:
    """Where the cities of a test keep their stores: the test runs once on each kind. `Cities` closes it."""
    if request.param == "sqlite":
        return SqliteStorage(tmp_path)
    return request.getfixturevalue("postgres_storage")()
