"""The shared log on Kafka."""
