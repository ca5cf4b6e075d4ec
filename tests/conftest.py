"""What all tests share."""

from tests.kafka.fixture import kafka_bootstrap
from tests.postgres.fixture import _own_server, postgres_database, postgres_server, postgres_url

__all__ = ["_own_server", "kafka_bootstrap", "postgres_database", "postgres_server", "postgres_url"]
