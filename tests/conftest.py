"""What all tests share."""

from tests.kafka.fixture import kafka_bootstrap

__all__ = ["kafka_bootstrap"]
