"""Publishing to Kafka.

Rules:

- Before anything is sent, topics are asked for and sizes are compared: an error from there means that nothing was
  written.
- While an acknowledgement is awaited for long, topics are asked for again: kafka-python would wait for a deleted one.
- From the first record sent to the last acknowledged, any failure leaves the outcome open, except when the broker
  rejected every record. Either way the producer is finished: kafka-python's idempotent producer never sends again to
  a partition on which it gave up, so the caller closes this writer, reads back and asks for a new one.

Not handled here: the settings of the producer (`tongban.adapters.kafka.clients`).
"""

import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any

from tongban.adapters.kafka.clients import MAX_RECORD_BYTES, KafkaConnection, close_producer
from tongban.adapters.kafka.errors import FOREIGN, mapped, rejected
from tongban.adapters.kafka.library import kafka
from tongban.contracts.wire.record import Record
from tongban.domain.errors import (
    LogUnavailableError,
    MalformedError,
    PublishOutcomeUnknownError,
    RecordTooLargeError,
    TongbanError,
    TopicMissingError,
)
from tongban.ledger.event_log import TopicPartition

_BATCH = kafka.record.default_records.DefaultRecordBatchBuilder

# ValueError: a partition that this producer has not heard of yet.
_UNKNOWN_OUTCOME: tuple[type[Exception], ...] = (*FOREIGN, ValueError, TopicMissingError)

CheckPlaces = Callable[[Iterable[TopicPartition]], None]

PATIENCE_SECONDS = 5.0
"""How long an acknowledgement may take before topics are asked for again."""


class KafkaLogWriter:
    """A `LogWriter` over one idempotent producer; `publish` gives up after `timeout_seconds`."""

    def __init__(self, connection: KafkaConnection, check_places: CheckPlaces, timeout_seconds: float) -> None:
        self._producer = connection.producer(block_seconds=timeout_seconds)
        self._check_places = check_places
        self._timeout_seconds = timeout_seconds
        self._failed = False
        self._closed = False

    def publish(self, items: Sequence[tuple[TopicPartition, Record]]) -> None:
        """See the port. Also raises `MalformedError` for a record that no broker takes, and `LogUnavailableError`
        (nothing written) when the cluster does not answer at the start.
        """
        self._check_usable()
        for place, record in items:
            _check_record(place, record)
        self._check_places(place for place, _ in items)
        deadline = time.monotonic() + self._timeout_seconds
        futures: list[Any] = []
        # From here on an interruption of any kind leaves the outcome open.
        self._failed = True
        try:
            for place, record in items:
                futures.append(self._send(place, record))
            for future in futures:
                self._wait_for(future, deadline, items)
        except _UNKNOWN_OUTCOME as err:
            raise self._failure(err, futures, len(items)) from err
        self._failed = False

    def close(self) -> None:
        """See the port. After a failure nothing more is sent; what a broker has in its buffers may still arrive."""
        if not self._closed:
            self._closed = True
            close_producer(self._producer, in_order=not self._failed)

    def _check_usable(self) -> None:
        if self._closed:
            raise LogUnavailableError("the writer is closed")
        if self._failed:
            raise PublishOutcomeUnknownError("an earlier publish of this writer failed", advice="close, read back")

    def _send(self, place: TopicPartition, record: Record) -> Any:
        return self._producer.send(
            place.topic,
            key=record.key,
            value=record.value,
            headers=list(record.headers),
            partition=place.partition,
        )

    def _wait_for(self, future: Any, deadline: float, items: Sequence[tuple[TopicPartition, Record]]) -> None:
        while True:
            left = max(0.0, deadline - time.monotonic())
            try:
                future.get(timeout=min(left, PATIENCE_SECONDS))
            except kafka.errors.KafkaTimeoutError:
                if future.is_done or left <= PATIENCE_SECONDS:
                    raise
                with suppress(LogUnavailableError):
                    self._check_places(place for place, _ in items)
            else:
                return

    def _failure(self, err: Exception, futures: Sequence[Any], expected: int) -> TongbanError:
        errors = [future.exception for future in futures if future.is_done and future.failed()]
        if len(errors) == expected and all(map(rejected, errors)):
            return mapped(err, "publish")
        return PublishOutcomeUnknownError(
            f"{expected} records were sent, and not all acknowledged",
            found=f"{type(err).__name__}: {err}",
            advice="close the writer, read back",
        )


def _check_record(place: TopicPartition, record: Record) -> None:
    if record.key is None and record.value is None:
        raise MalformedError(f"a record for {place.topic}/{place.partition} with neither key nor value")
    size_bytes = _BATCH.estimate_size_in_bytes(record.key, record.value, record.headers)
    if size_bytes > MAX_RECORD_BYTES:
        raise RecordTooLargeError(
            f"a record for {place.topic}/{place.partition} is too large",
            expected=f"at most {MAX_RECORD_BYTES} bytes",
            found=f"{size_bytes} bytes",
        )
