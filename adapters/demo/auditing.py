"""The audits at the end of the demo: of the log as it is, and of a copy in which one bit of one event was changed.

The copy is an embedded log in a folder of its own, whatever log it was taken from.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from tongban.adapters.embedded.log import EmbeddedEventLog
from tongban.adapters.store.sqlite_store import SqliteLedgerStore
from tongban.contracts.genesis import Genesis
from tongban.contracts.wire.record import Record
from tongban.domain.errors import LogUnavailableError
from tongban.ledger.audit import AuditFault, AuditReport, run_audit
from tongban.ledger.event_log import EventLog, LoggedRecord, TopicInfo, TopicPartition, TopicSpec
from tongban.ledger.intake import Clock
from tongban.ledger.topics import Topics

READ_RECORDS = 2_000
IDLE_SECONDS = 0.1
IDLE_POLLS = 300
"""Empty polls in a row, after which a log that says there is more is taken for unavailable."""
EVENT_ID = "ce_id"

Progress = Callable[[int, int], None]
Change = Callable[[LoggedRecord], Record]


@dataclass(frozen=True, slots=True)
class Subject:
    """What is audited: a federation's log, and what else an auditor knows of the federation."""

    log: EventLog
    genesis: Genesis
    topics: Topics
    clock: Clock


@dataclass(frozen=True, slots=True)
class Tampering:
    """What was changed in the copy, and what the audit of it says. `found`: the fault that names the event changed."""

    event: str
    place: TopicPartition
    byte: int
    size_bytes: int
    report: AuditReport
    found: AuditFault | None

    @property
    def noticed(self) -> bool:
        """Whether the audit failed, and named the very event."""
        return not self.report.ok and self.found is not None


def audit(subject: Subject, progress: Progress) -> AuditReport:
    """Read the whole log anew with nothing but the genesis file, and say what is wrong with it."""
    with closing(SqliteLedgerStore.temporary()) as scratch:
        return run_audit(
            subject.log, subject.genesis, subject.topics, scratch=scratch, clock=subject.clock, progress=progress
        )


def tamper(subject: Subject, rng: Random, progress: Progress) -> Tampering:
    """Copy the log with one bit of one event changed, and audit the copy."""
    chosen = _choose(subject.log, subject.topics, rng)
    value = chosen.record.value or b""
    byte, bit = rng.randrange(len(value)), rng.randrange(8)
    event = _event_id(chosen.record)

    def change(logged: LoggedRecord) -> Record:
        record = logged.record
        if (logged.place, logged.offset) != (chosen.place, chosen.offset):
            return record
        return Record(record.key, _flipped(value, byte, bit), record.headers)

    with (
        TemporaryDirectory(prefix="tongban-") as folder,
        closing(mirror(subject.log, subject.topics, Path(folder) / "log.sqlite", change)) as copy,
    ):
        report = audit(replace(subject, log=copy), progress)
    named = [fault for fault in report.faults if fault.event == event]
    return Tampering(event, chosen.place, byte, len(value), report, named[0] if named else None)


def mirror(
    log: EventLog, topics: Topics, path: Path, change: Change = lambda logged: logged.record
) -> EmbeddedEventLog:
    """A copy of all records of a federation's topics, in their order, in a new embedded log at `path`."""
    infos = _infos(log, topics)
    copy = EmbeddedEventLog(path, durable=False)
    copy.create_topics(_specs(infos, topics))
    with closing(copy.writer()) as writer:
        for batch in _batches(log, infos):
            writer.publish([(logged.place, change(logged)) for logged in batch])
    return copy


def _infos(log: EventLog, topics: Topics) -> Mapping[str, TopicInfo]:
    return {name: info for name, info in log.topics().items() if topics.writer_of(name) is not None}


def _specs(infos: Mapping[str, TopicInfo], topics: Topics) -> list[TopicSpec]:
    writers = {topics.writer_of(name): name for name in sorted(infos)}
    specs: list[TopicSpec] = []
    for writer in writers:
        assert writer is not None, "only topics of the federation are copied"
        cases = infos.get(topics.cases(writer))
        specs += topics.specs(writer, case_partitions=cases.partitions if cases is not None else 1)
    return [spec for spec in specs if spec.name in infos]


def _batches(log: EventLog, infos: Mapping[str, TopicInfo]) -> Iterator[list[LoggedRecord]]:
    """All records behind each other, up to the ends that the log has now."""
    places = [TopicPartition(info.name, partition) for info in infos.values() for partition in range(info.partitions)]
    with closing(log.reader(dict.fromkeys(places, 0))) as reader:
        ends = dict(reader.ends())
        missing = {place for place in places if ends[place] > 0}
        idle = 0
        while missing:
            batch = list(reader.poll(timeout_seconds=IDLE_SECONDS, limit=READ_RECORDS))
            idle = 0 if batch else idle + 1
            if idle > IDLE_POLLS:
                raise LogUnavailableError("the log does not hand out what it says it holds", found=str(sorted(missing)))
            missing -= {logged.place for logged in batch if logged.offset + 1 >= ends[logged.place]}
            yield batch


def _choose(log: EventLog, topics: Topics, rng: Random) -> LoggedRecord:
    """An event of a case: the same one on every log of the same run."""
    events = (
        logged
        for batch in _batches(log, _infos(log, topics))
        for logged in batch
        if logged.place.topic.endswith(".cases") and _event_id(logged.record)
    )
    return rng.choice(sorted(events, key=lambda logged: _event_id(logged.record)))


def _event_id(record: Record) -> str:
    return next((value.decode() for name, value in record.headers if name == EVENT_ID), "")


def _flipped(value: bytes, byte: int, bit: int) -> bytes:
    return value[:byte] + bytes([value[byte] ^ (1 << bit)]) + value[byte + 1 :]
