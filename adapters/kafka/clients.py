"""How kafka-python's three clients are made, and closed whatever state they are in. All their settings are here.

Rules:

- A client whose construction fails leaves no thread and no socket behind (kafka-python would: its constructors start a
  thread before they connect, and `close` does nothing on a client that was not finished).
- No client ever lets a topic be created on the way.

Not handled here: what the clients are used for; why a broker refuses a connection (`tongban.adapters.kafka.connecting`).
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from tongban.adapters.kafka.batches import tolerate
from tongban.adapters.kafka.connecting import DIRECT, net_client
from tongban.adapters.kafka.errors import kafka_boundary
from tongban.adapters.kafka.library import kafka
from tongban.adapters.kafka.options import REQUEST_TIMEOUT_SECONDS
from tongban.domain.errors import LogUnavailableError

MAX_RECORD_BYTES = 1_048_576
"""The largest record that is sent, in bytes, before compression and with its overhead: kafka-python's own default, just
below Kafka's default bound of 1,048,588 bytes for a batch."""

BATCH_BYTES = 512 * 1024
"""The size of a batch, in bytes before compression. An idempotent producer has one batch per partition on its way, so
kafka-python's 16 KiB would mean a round trip for every few dozen records."""

FETCH_BYTES = 4 * 1024 * 1024
"""What a broker returns per partition and fetch, in bytes. A single larger batch is still returned."""

NEVER_MS = 2**31 - 1
"""A producer that gave a record up would never send to that partition again, so it never does; `publish` does."""

CLOSE_SECONDS = 5.0
"""How long a client may take to close in order, in seconds."""


@dataclass(frozen=True, slots=True)
class KafkaConnection:
    """Where the brokers are (`host:port` each) and how to reach them; times in seconds.

    `security` is given to every client as it is: kafka-python's `security_protocol`, `ssl_*` and `sasl_*` options.
    """

    bootstrap_servers: tuple[str, ...]
    request_timeout_seconds: float = REQUEST_TIMEOUT_SECONDS
    security: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def _common(self) -> dict[str, Any]:
        milliseconds = int(self.request_timeout_seconds * 1000)
        return {
            "bootstrap_servers": list(self.bootstrap_servers),
            "bootstrap_timeout_ms": milliseconds,
            "request_timeout_ms": milliseconds,
            # The default is 30 s: a broker that is back would stay unnoticed for that long.
            "reconnect_backoff_max_ms": 1000,
            "proxy_url": DIRECT,
            **self.security,
        }

    def admin(self) -> Any:
        """A `KafkaAdminClient`; it may be used by several threads."""
        return _made(kafka.KafkaAdminClient, self._common())

    def look_for_refusal(self) -> None:
        """Where brokers ask who comes: raises why they do not let this program in, if that is so and they answer."""
        if self.security.get("security_protocol", "PLAINTEXT") != "PLAINTEXT":
            with suppress(LogUnavailableError):
                self.admin().close()

    def producer(self, *, block_seconds: float) -> Any:
        """An idempotent `KafkaProducer` that never gives a record up; its `send` waits for metadata at most so long."""
        return _made(
            kafka.KafkaProducer,
            self._common()
            | {
                "acks": "all",
                "enable_idempotence": True,
                "compression_type": "lz4",
                "delivery_timeout_ms": NEVER_MS,
                "batch_size": BATCH_BYTES,
                "max_request_size": MAX_RECORD_BYTES,
                "max_block_ms": int(block_seconds * 1000),
                "allow_auto_create_topics": False,
                "metrics_enabled": False,
            },
        )

    def consumer(self) -> Any:
        """A `KafkaConsumer` without a group, which reads nothing until it is given positions, and then everything from there."""
        return tolerate(
            _made(
                kafka.KafkaConsumer,
                self._common()
                | {
                    "group_id": None,
                    "enable_auto_commit": False,
                    "auto_offset_reset": "none",
                    "isolation_level": "read_uncommitted",
                    "check_crcs": True,
                    "max_partition_fetch_bytes": FETCH_BYTES,
                    "allow_auto_create_topics": False,
                    "metrics_enabled": False,
                },
            )
        )


def close_producer(producer: Any, *, in_order: bool) -> None:
    """Close a producer: `in_order` lets what is on its way arrive, otherwise it is dropped. Never raises."""
    if not in_order:
        producer._sender.force_close()
    try:
        producer.close(timeout=CLOSE_SECONDS)
    except (kafka.errors.KafkaError, RuntimeError):
        # `close` gives up before it stops the thread when records are still on their way. The thread is a daemon, and
        # ends when its request does; marked as closed, the producer is not closed again by its finalizer.
        producer._sender.force_close()
        producer._closed = True


def _made(client: Callable[..., Any], options: Mapping[str, Any]) -> Any:
    begun: list[Any] = []

    def begin(**inner: Any) -> Any:
        begun.append(net_client(**inner))
        return begun[-1]

    with kafka_boundary(_connecting(options)):
        try:
            return client(kafka_client=begin, **options)
        except BaseException:
            for unfinished in begun:
                with suppress(kafka.errors.KafkaError, RuntimeError):
                    unfinished.close()
            raise


def _connecting(options: Mapping[str, Any]) -> str:
    brokers = ", ".join(options["bootstrap_servers"])
    if "sasl_plain_username" not in options:
        return f"connect to {brokers}"
    return f"connect to {brokers} as {options['sasl_plain_username']} with {options['sasl_mechanism']}"
