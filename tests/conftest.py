"""What all tests share."""

from tests.kafka.fixture import kafka_bootstrap
from tests.postgres.fixture import postgres_database, postgres_server, postgres_url

__all__ = ["kafka_bootstrap", "postgres_database", "postgres_server", "postgres_url"]
