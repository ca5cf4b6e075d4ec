"""Reading from Kafka.

Rules:

- Partitions and positions are given, never a group's: `assign` and `seek`, no commits.
- A position before the start of the log goes on at the start (somebody deleted records; the caller notices the gap). A
  position behind the end is an error: what was read there is gone, or the topic is another one.
- A header whose value is null, which other programs can write, is read as an empty one.
- Bytes that are no record are handed out as evidence (`tongban.adapters.kafka.batches`). A partition that is damaged is
  left alone; when nothing else comes, `poll` says where it is. A new reader tries it again.

Not handled here: a topic that is deleted or made again while it is read. kafka-python waits, or reads on in the new
topic, without an error; a caller that reads for long looks at `topics()` from time to time.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from tongban.adapters.kafka.batches import DamagedBatchError
from tongban.adapters.kafka.clients import KafkaConnection
from tongban.adapters.kafka.errors import kafka_boundary
from tongban.adapters.kafka.library import kafka
from tongban.contracts.wire.record import Record
from tongban.domain.errors import (
    LogUnavailableError,
    PositionOutOfRangeError,
    RecordUnreadableError,
    TopicMissingError,
)
from tongban.ledger.event_log import LoggedRecord, TopicPartition


class KafkaLogReader:
    """A `LogReader` over one consumer without a group. `check_places` raises `TopicMissingError`."""

    def __init__(
        self,
        connection: KafkaConnection,
        positions: Mapping[TopicPartition, int],
        check_places: Callable[[Iterable[TopicPartition]], None],
    ) -> None:
        self._places = frozenset(positions)
        self._check_places = check_places
        self._timeout_ms = int(connection.request_timeout_seconds * 1000)
        self._closed = False
        self._damaged: dict[TopicPartition, str] = {}
        self._consumer = connection.consumer()
        try:
            self._consumer.assign([kafka.TopicPartition(*place) for place in sorted(positions)])
            for place, offset in positions.items():
                self.seek(place, offset)
        except BaseException:
            self.close()
            raise

    def poll(self, *, timeout_seconds: float, limit: int) -> Sequence[LoggedRecord]:
        """See the port. Raises `PositionOutOfRangeError` and `RecordUnreadableError`. A broker that is down is no
        error here, only no records.
        """
        self._check_open()
        deadline = time.monotonic() + timeout_seconds
        with kafka_boundary("read the log"):
            while True:
                left_ms = max(0, int((deadline - time.monotonic()) * 1000))
                try:
                    batches = self._consumer.poll(timeout_ms=left_ms, max_records=limit)
                except kafka.errors.OffsetOutOfRangeError as err:
                    self._go_on_at_start(err)
                except DamagedBatchError as err:
                    self._consumer.pause(err.partition)
                    self._damaged[TopicPartition(*err.partition)] = str(err)
                else:
                    self._check_whole(batches)
                    return [_logged(record) for batch in batches.values() for record in batch]

    def seek(self, place: TopicPartition, offset: int) -> None:
        """See the port. Raises `PositionOutOfRangeError` for a negative offset."""
        self._check_assigned([place])
        if offset < 0:
            raise PositionOutOfRangeError(f"no record has the offset {offset}")
        self._consumer.seek(kafka.TopicPartition(*place), offset)

    def pause(self, places: Iterable[TopicPartition]) -> None:
        """See the port."""
        self._consumer.pause(*self._check_assigned(places))

    def resume(self, places: Iterable[TopicPartition]) -> None:
        """See the port."""
        self._consumer.resume(*self._check_assigned(places))

    def ends(self) -> Mapping[TopicPartition, int]:
        """See the port. Raises `TopicMissingError` and `LogUnavailableError`."""
        self._check_open()
        self._check_places(self._places)
        partitions = [kafka.TopicPartition(*place) for place in sorted(self._places)]
        found = self._asked(self._consumer.end_offsets, partitions)
        return {TopicPartition(*partition): int(offset) for partition, offset in found.items()}

    def close(self) -> None:
        """See the port."""
        if not self._closed:
            self._closed = True
            with kafka_boundary("close the reader"):
                self._consumer.close(autocommit=False)

    def _check_open(self) -> None:
        if self._closed:
            raise LogUnavailableError("the reader is closed")

    def _check_whole(self, batches: Mapping[Any, Any]) -> None:
        """Say what is damaged when there is nothing else to hand out."""
        if self._damaged and not batches:
            raise RecordUnreadableError(
                f"the log is damaged in {len(self._damaged)} partition(s), which stand still",
                found="; ".join(self._damaged.values()),
                advice="have the broker's disk checked, or its partition made anew from another broker's copy",
            )

    def _check_assigned(self, places: Iterable[TopicPartition]) -> list[Any]:
        wanted = list(places)
        for place in wanted:
            if place not in self._places:
                raise TopicMissingError(f"the reader was not given {place.topic}/{place.partition}")
        return [kafka.TopicPartition(*place) for place in wanted]

    def _asked(self, offsets: Callable[..., Mapping[Any, int]], partitions: list[Any]) -> Mapping[Any, int]:
        """The ends or starts of partitions. Where a topic is just being made, kafka-python stumbles over an empty answer."""
        with kafka_boundary("read the ends of the log"):
            try:
                return offsets(partitions, timeout_ms=self._timeout_ms)
            except KeyError as err:
                raise LogUnavailableError("the log does not say where a partition ends", found=str(err)) from err

    def _go_on_at_start(self, err: Exception) -> None:
        positions: Mapping[Any, int] = err.args[0]
        starts = self._asked(self._consumer.beginning_offsets, list(positions))
        for partition, position in positions.items():
            if position > starts[partition]:
                raise PositionOutOfRangeError(
                    f"{partition.topic}/{partition.partition} ends before the position", found=str(position)
                ) from err
            self._consumer.seek(partition, starts[partition])


def _logged(record: Any) -> LoggedRecord:
    headers = tuple((name, value or b"") for name, value in record.headers)
    return LoggedRecord(
        TopicPartition(record.topic, record.partition),
        record.offset,
        Record(record.key, record.value, headers),
        record.timestamp,
    )
