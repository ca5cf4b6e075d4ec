"""What a fetch from Kafka brings, taken apart so that no bytes of a stranger stop the records behind them.

Rules:

- A record that kafka-python can't read in a whole batch (its checksum is right: every reader gets these bytes) becomes a
  record with the header `unreadable` and the raw bytes as its value. Ingest keeps it in quarantine and goes on.
- A batch whose checksum is wrong, or whose compression this program can't undo, is damage on the way or on one broker's
  disk, or a fault of this installation: another reader may see more. Nothing of it is passed over: `DamagedBatchError`.

kafka-python takes batches apart in a class of its fetcher; it is replaced for one consumer, not for the process.

Not handled here: what the reader does with a damaged partition (`tongban.adapters.kafka.reader`).
"""

import zlib
from collections.abc import Iterator
from typing import Any

from tongban.adapters.kafka.library import kafka

UNREADABLE = "unreadable"
"""The header of a record that is made of bytes which are no record; its value says why."""

_records: Any = kafka.record.default_records
_Batch: Any = _records.DefaultRecordBatch
_Fetched: Any = kafka.consumer.fetcher.Fetcher.PartitionRecords

_BROKEN_COMPRESSION = (RuntimeError, ValueError, EOFError, OSError, zlib.error)


class DamagedBatchError(kafka.errors.CorruptRecordError):  # type: ignore[misc]
    """A batch at `offset` of `partition` (a kafka-python TopicPartition) that must not be passed over."""

    def __init__(self, partition: Any, offset: int, reason: str) -> None:
        super().__init__(f"{partition.topic}/{partition.partition} at offset {offset}: {reason}")
        self.partition = partition
        self.offset = offset


class TolerantBatch(_Batch):  # type: ignore[misc]
    """A batch in which a record that can't be read is handed out as its bytes."""

    _pos: int
    _next_record_index: int
    _num_records: int

    def __init__(self, buffer: Any) -> None:
        super().__init__(buffer)
        self._broken = ""

    def __iter__(self) -> Iterator[Any]:
        try:
            super().__iter__()
        except _BROKEN_COMPRESSION as err:
            self._broken = f"the batch does not decompress: {err}"
        return self

    def __next__(self) -> Any:
        if self._broken:
            return self._rest(self._broken)
        if self._next_record_index >= self._num_records:
            raise StopIteration  # bytes behind the last record say nothing
        start = self._pos
        try:
            return super().__next__()
        except kafka.errors.CorruptRecordError as err:
            return self._unreadable(start, str(err))

    def _unreadable(self, start: int, reason: str) -> Any:
        """The bytes of one record, where its length says how many they are; else all that is left."""
        try:
            length, begin = _records.decode_varint(self._buffer, start)
            _, at = _records.decode_varint(self._buffer, begin)  # attributes
            _, at = _records.decode_varint(self._buffer, at)  # timestamp
            delta, at = _records.decode_varint(self._buffer, at)
        except (ValueError, IndexError):
            return self._rest(reason)
        end = begin + length
        if not at <= end <= len(self._buffer) or not self._next_record_index <= delta <= self.last_offset_delta:
            return self._rest(reason)
        self._pos = end
        self._next_record_index += 1
        return self._evidence(self.base_offset + delta, bytes(self._buffer[start:end]), reason)

    def _rest(self, reason: str) -> Any:
        if self._next_record_index >= self._num_records:
            raise StopIteration
        rest = bytes(self._buffer[self._pos :])
        self._pos, self._next_record_index = len(self._buffer), self._num_records
        return self._evidence(self.last_offset, rest, reason)

    def _evidence(self, offset: int, data: bytes, reason: str) -> Any:
        headers = [(UNREADABLE, reason.encode("utf-8", "backslashreplace"))]
        return _records.DefaultRecord(len(data), offset, self.first_timestamp, self.timestamp_type, None, data, headers)


class TolerantFetch(_Fetched):  # type: ignore[misc]
    """What was fetched of one partition."""

    def _unpack_records(self, tp: Any, records: Any, *deserializers: Any) -> Iterator[Any]:
        try:
            yield from super()._unpack_records(tp, _Batches(records), *deserializers)
        except kafka.errors.KafkaError as err:
            # Otherwise kafka-python would ask this exhausted generator for ever.
            self.drain()
            raise DamagedBatchError(tp, self.next_fetch_offset, f"{type(err).__name__}: {err}") from err


class _Batches:
    """kafka-python's batches of a fetch, those of today's format made tolerant."""

    def __init__(self, records: Any) -> None:
        self._records = records

    def next_batch(self) -> Any:
        batch = self._records.next_batch()
        return TolerantBatch(batch._buffer) if isinstance(batch, _Batch) else batch


def tolerate(consumer: Any) -> Any:
    """Have this consumer hand out what it can't read; the consumer."""
    consumer._fetcher.PartitionRecords = TolerantFetch
    return consumer
