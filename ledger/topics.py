"""The names of topics, and which partition and log a key belongs to.

| topic                           | holds                                    |               |
|---------------------------------|------------------------------------------|---------------|
| `<prefix>.<region>.cases`       | events of cases and assistance streams   | kept for ever |
| `<prefix>.<region>.registry`    | the region's registry, one partition     | kept for ever |
| `<prefix>.<region>.content`     | sealed personal content                  | compacted     |
| `<prefix>.federation.registry`  | the federation's registry, one partition | kept for ever |
| `<prefix>.federation.contracts` | schemas and matters by their SHA-256     | compacted     |
"""

import re
from dataclasses import dataclass

from tongban.domain.identifiers import FEDERATION, RegionCode
from tongban.ledger.event_log import TopicPartition, TopicSpec


@dataclass(frozen=True, slots=True)
class Topics:
    """Topic names under one prefix (Kafka allows letters, digits, `.`, `_`, `-`)."""

    prefix: str = "tongban"

    def cases(self, region: RegionCode) -> str:
        """Events of cases and assistance streams that this region writes."""
        return f"{self.prefix}.{region}.cases"

    def registry(self, region: RegionCode) -> str:
        """The registry of a region, or of the federation."""
        return f"{self.prefix}.{region}.registry"

    def content(self, region: RegionCode) -> str:
        """Personal content that this region seals to others."""
        return f"{self.prefix}.{region}.content"

    @property
    def contracts(self) -> str:
        """Schemas and matters as bytes."""
        return f"{self.prefix}.{FEDERATION}.contracts"

    def writer_of(self, topic: str) -> RegionCode | None:
        """The region that alone writes this topic; None for a topic of another program."""
        match = re.fullmatch(rf"{re.escape(self.prefix)}\.([a-z0-9]+)\.(cases|registry|content|contracts)", topic)
        return RegionCode(match[1]) if match else None

    def specs(self, region: RegionCode, *, case_partitions: int, replication: int = 1) -> tuple[TopicSpec, ...]:
        """The topics that a region (or the federation) writes, with their settings."""
        registry = TopicSpec(self.registry(region), 1, "keep", replication)
        if region == FEDERATION:
            return registry, TopicSpec(self.contracts, 1, "compact", replication)
        return (
            registry,
            TopicSpec(self.cases(region), case_partitions, "keep", replication),
            TopicSpec(self.content(region), 1, "compact", replication),
        )


def origin(federation: str, region: RegionCode, place: TopicPartition) -> str:
    """The origin line of a partition's checkpoints: `<federation>/<region>/<topic>/<partition>`."""
    return f"{federation}/{region}/{place.topic}/{place.partition}"
