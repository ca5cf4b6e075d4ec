"""The shared log on Kafka, through kafka-python.

Rules:

- Nothing is connected before it is used, so a log can be named while its brokers are down.
- Topics are made with every setting that matters written down, and one that exists otherwise is an error.
  `compression.type` is among them: a broker recompresses what a stranger sent in a codec that readers may lack.
- Whether a topic exists is asked of the cluster, never of a client's cache: a cached topic that was deleted would make
  kafka-python retry for ever. For a publish the answer holds for a moment, so that a checkpoint goes out behind its batch
  without another round trip; a publish that waits asks again.

Not handled here: reading (`tongban.adapters.kafka.reader`), publishing (`tongban.adapters.kafka.writer`), the settings
of the clients (`tongban.adapters.kafka.clients`), errors (`tongban.adapters.kafka.errors`).
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from tongban.adapters.kafka.acls import Right, allow, other_writers
from tongban.adapters.kafka.clients import KafkaConnection
from tongban.adapters.kafka.errors import ask, kafka_boundary
from tongban.adapters.kafka.library import kafka
from tongban.adapters.kafka.options import PUBLISH_TIMEOUT_SECONDS, REQUEST_TIMEOUT_SECONDS
from tongban.adapters.kafka.reader import KafkaLogReader
from tongban.adapters.kafka.writer import KafkaLogWriter
from tongban.domain.errors import (
    LogLoginRefusedError,
    LogUnavailableError,
    LogUntrustedError,
    TopicMismatchError,
    TopicMissingError,
)
from tongban.ledger.event_log import Retention, TopicInfo, TopicPartition, TopicSpec

CHECKED_SECONDS = 1.0
"""How long a publish relies on a partition that the cluster was asked for."""
DELETE_INTERVAL_SECONDS = 0.05
"""How often a deletion is looked for in the cluster, in seconds."""

KEPT: Mapping[Retention, Mapping[str, str]] = {
    "keep": {"cleanup.policy": "delete", "retention.ms": "-1", "retention.bytes": "-1"},
    "compact": {"cleanup.policy": "compact"},
}
"""What a topic must have for its retention to be what it says; compared with a topic that exists."""

_MISSING = kafka.errors.UnknownTopicOrPartitionError.errno
_EXISTS = kafka.errors.TopicAlreadyExistsError.errno


def topic_settings(spec: TopicSpec) -> dict[str, str]:
    """The settings that a topic of this spec is made with: names and values as Kafka writes them."""
    return {
        **KEPT[spec.retention],
        "compression.type": "lz4",
        "min.insync.replicas": str(max(1, spec.replication - 1)),
    }


class KafkaEventLog:
    """An `EventLog` on the cluster behind `bootstrap_servers` (`host:port` each). It connects when it is used.

    `security` holds kafka-python's `security_protocol`, `ssl_*` and `sasl_*` options. Besides the port's errors,
    methods raise `LogUnavailableError`, `LogDeniedError`, `LogLoginRefusedError`, `LogUntrustedError` and `SettingsError`.
    """

    def __init__(
        self,
        bootstrap_servers: Sequence[str],
        *,
        publish_timeout_seconds: float = PUBLISH_TIMEOUT_SECONDS,
        request_timeout_seconds: float = REQUEST_TIMEOUT_SECONDS,
        security: Mapping[str, Any] | None = None,
    ) -> None:
        self._connection = KafkaConnection(tuple(bootstrap_servers), request_timeout_seconds, dict(security or {}))
        self._publish_timeout_seconds = publish_timeout_seconds
        self._admin: Any = None
        self._checked: dict[TopicPartition, float] = {}
        self._closed = False

    def cluster_id(self) -> str:
        """The id that the cluster was formatted with."""
        return str(self._ask(self._connected().describe_cluster, "read the cluster id")["cluster_id"])

    def create_topics(self, specs: Sequence[TopicSpec]) -> Sequence[str]:
        """See the port. All that exist are compared first; returns when those made have leaders."""
        existing = self.topics()
        self._check_match([spec for spec in specs if spec.name in existing], existing)
        missing = [spec for spec in specs if spec.name not in existing]
        created = self._create(missing)
        if len(created) < len(missing):
            # Somebody else made one in between.
            self._check_match([spec for spec in missing if spec.name not in created], self.topics())
        return created

    def allow(self, principal: str, *, writes: Sequence[str], reads_prefix: str) -> tuple[Right, ...]:
        """Give rights: see `tongban.adapters.kafka.acls.allow`."""
        return allow(self._connected(), principal, writes=writes, reads_prefix=reads_prefix)

    def other_writers(self, principal: str, topics: Sequence[str]) -> tuple[Right, ...]:
        """Who else may write or change these topics."""
        return other_writers(self._connected(), principal, topics)

    def delete_topics(self, names: Sequence[str]) -> None:
        """See the port. Returns when the cluster no longer lists them."""
        admin = self._connected()
        present = [name for name in names if name in self.topics()]
        if not present:
            return
        self._checked.clear()
        with kafka_boundary(f"delete the topics {', '.join(present)}"):
            for topic in admin.delete_topics(present, raise_errors=False)["topics"]:
                if topic["error_code"] not in {0, _MISSING}:
                    raise kafka.errors.for_code(topic["error_code"])(topic["name"])
        deadline = time.monotonic() + self._connection.request_timeout_seconds
        while any(name in self.topics() for name in present):
            if time.monotonic() > deadline:
                raise LogUnavailableError(f"the topics {', '.join(present)} are still listed after their deletion")
            time.sleep(DELETE_INTERVAL_SECONDS)

    def topics(self) -> Mapping[str, TopicInfo]:
        """See the port. Kafka's internal topics are left out."""
        return {name: _info(topic) for name, topic in sorted(self._describe(None).items()) if not topic["is_internal"]}

    def reader(self, positions: Mapping[TopicPartition, int]) -> KafkaLogReader:
        """See the port."""
        self.check_places(positions)
        return KafkaLogReader(self._connection, positions, self.check_places)

    def writer(self) -> KafkaLogWriter:
        """See the port."""
        self._connected()
        return KafkaLogWriter(self._connection, self._check_anew, self._publish_timeout_seconds)

    def check_places(self, places: Iterable[TopicPartition]) -> None:
        """Ask the cluster for these partitions. Raises `TopicMissingError` for the first that is not there."""
        wanted = set(places)
        topics = self._describe(sorted({place.topic for place in wanted})) if wanted else {}
        for place in sorted(wanted):
            topic = topics.get(place.topic)
            if topic is None or place.partition not in {part["partition_index"] for part in topic["partitions"]}:
                raise TopicMissingError(f"no partition {place.partition} of a topic {place.topic}")

    def _check_anew(self, places: Iterable[TopicPartition]) -> None:
        """`check_places`, but for those that were found a moment ago."""
        now = time.monotonic()
        due = {place for place in places if now - self._checked.get(place, -CHECKED_SECONDS) >= CHECKED_SECONDS}
        self.check_places(due)
        self._checked |= dict.fromkeys(due, now)

    def close(self) -> None:
        """See the port. Readers and writers are closed by those who asked for them."""
        self._closed = True
        admin, self._admin = self._admin, None
        if admin is not None:
            with kafka_boundary("close the connection"):
                admin.close()

    def _connected(self) -> Any:
        if self._closed:
            raise LogUnavailableError("the log is closed")
        if self._admin is None:
            self._admin = self._connection.admin()
        return self._admin

    def _ask(self, question: Callable[[], Any], doing: str) -> Any:
        try:
            return ask(question, doing=doing, timeout_seconds=self._connection.request_timeout_seconds)
        except (LogUnavailableError, LogLoginRefusedError, LogUntrustedError):
            self._connection.look_for_refusal()  # which says who is refused, and where
            raise

    def _describe(self, names: Sequence[str] | None) -> dict[str, Any]:
        admin = self._connected()
        topics = {topic["name"]: topic for topic in self._ask(lambda: admin.describe_topics(names), "list topics")}
        with kafka_boundary("list topics"):
            for topic in topics.values():
                if topic["error_code"] not in {0, _MISSING}:
                    raise kafka.errors.for_code(topic["error_code"])(topic["name"])
        return {name: topic for name, topic in topics.items() if topic["error_code"] == 0}

    def _create(self, specs: Sequence[TopicSpec]) -> tuple[str, ...]:
        if not specs:
            return ()
        admin = self._connected()
        wanted = {
            spec.name: {
                "num_partitions": spec.partitions,
                "replication_factor": spec.replication,
                "configs": topic_settings(spec),
            }
            for spec in specs
        }
        with kafka_boundary(f"create the topics {', '.join(wanted)}"):
            answers = admin.create_topics(wanted, raise_errors=False)["topics"]
            for answer in answers:
                if answer["error_code"] not in {0, _EXISTS}:
                    raise kafka.errors.for_code(answer["error_code"])(f"{answer['name']}: {answer['error_message']}")
            admin.wait_for_topics(list(wanted), timeout_ms=int(self._connection.request_timeout_seconds * 1000))
        return tuple(answer["name"] for answer in answers if answer["error_code"] == 0)

    def _check_match(self, specs: Sequence[TopicSpec], existing: Mapping[str, TopicInfo]) -> None:
        if not specs:
            return
        admin = self._connected()
        resources = [kafka.admin.ConfigResource(kafka.admin.ConfigResourceType.TOPIC, spec.name) for spec in specs]
        settings = self._ask(
            lambda: admin.describe_configs(resources, config_filter="all")["topic"], "read the settings of topics"
        )
        for spec in specs:
            wanted = {"partitions": str(spec.partitions), **KEPT[spec.retention]}
            found = {name: settings[spec.name].get(name, {}).get("value") for name in KEPT[spec.retention]}
            found["partitions"] = str(existing[spec.name].partitions)
            _check_same(spec.name, wanted, found)


def _check_same(name: str, wanted: Mapping[str, str], found: Mapping[str, str | None]) -> None:
    different = [key for key in wanted if wanted[key] != found[key]]
    if different:
        raise TopicMismatchError(
            f"the topic {name} exists otherwise",
            expected=", ".join(f"{key}={wanted[key]}" for key in different),
            found=", ".join(f"{key}={found[key]}" for key in different),
            advice="set the topic's settings, or give a topic of another name",
        )


def _info(topic: Mapping[str, Any]) -> TopicInfo:
    return TopicInfo(str(topic["name"]), str(topic["topic_id"]), len(topic["partitions"]))
