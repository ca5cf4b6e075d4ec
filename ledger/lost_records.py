"""Whether an own topic that was made again, or is read from another cluster, still holds what counted in it.

A mirror does, at other offsets; a topic that was deleted and made again does not. Read from its beginning to its end, it
must list again every leaf that counted, in order, and have a record of each. Cities that read the old topic have lost
nothing; one that begins now would never see those acts, and no auditor could. So the region's writer does not go on as
if nothing had happened: docs/adr/0010.

Not handled here: topics of other regions, which are theirs to look after; content, of which no list is kept.
"""

from collections.abc import Iterator

from tongban.contracts.notes.checkpoint import Checkpoint
from tongban.contracts.notes.log_note import CHECKPOINT_CONTENT_TYPE, parse_log_note
from tongban.contracts.wire.cloud_event import parse_record
from tongban.contracts.wire.record import Record
from tongban.domain.errors import LogUnavailableError, MalformedError, RecordsLostError
from tongban.ledger.event_log import EventLog, TopicPartition
from tongban.ledger.store import Transaction

BATCH_RECORDS = 2_000
POLL_SECONDS, IDLE_POLLS = 0.5, 120
"""How long one poll waits, and after how many without a record a log that says there is more is unavailable."""


def check_nothing_lost(tx: Transaction, log: EventLog, place: TopicPartition) -> None:
    """Read an own partition as it is now; raise RecordsLostError unless all that counted is in it."""
    size = tx.logs.state(place).log.size
    if not size:
        return
    listed, missing = 0, {leaf.hash for leaf in tx.logs.leaves(place, 0, size)}
    for record in _records(log, place):
        if ("content-type", CHECKPOINT_CONTENT_TYPE.encode()) in record.headers:
            listed = _listed_with(tx, place, record, listed)
        else:
            missing.discard(_leaf(record))
    if listed < size or missing:
        raise RecordsLostError(
            f"{place.topic}/{place.partition} was made again, cut short or mirrored in part: it lacks what counted in it",
            expected=f"{size} leaves listed, each with its record",
            found=f"{listed} listed, {len(missing)} without a record",
            advice="put the topic's records back from a mirror or a copy of the brokers' disks, then start again",
        )


def _records(log: EventLog, place: TopicPartition) -> Iterator[Record]:
    reader = log.reader({place: 0})
    try:
        end, at, idle = reader.ends()[place], 0, 0
        while at < end:
            batch = reader.poll(timeout_seconds=POLL_SECONDS, limit=BATCH_RECORDS)
            yield from (logged.record for logged in batch)
            at, idle = (batch[-1].offset + 1, 0) if batch else (at, idle + 1)
            if idle > IDLE_POLLS:
                raise LogUnavailableError(f"{place.topic}/{place.partition} does not hand out what it says it holds")
    finally:
        reader.close()


def _listed_with(tx: Transaction, place: TopicPartition, record: Record, listed: int) -> int:
    """How many leaves are listed with this checkpoint, if it says what counted."""
    try:
        said, _ = parse_log_note(record.value or b"")
    except MalformedError:
        return listed
    if not isinstance(said, Checkpoint):
        return listed
    first = said.size - len(said.leaves)
    if first > listed or said.size <= listed:
        return listed
    counted = tuple(leaf.hash for leaf in tx.logs.leaves(place, first, said.size))
    return said.size if counted == said.leaves else listed


def _leaf(record: Record) -> bytes | None:
    try:
        return parse_record(record).leaf
    except MalformedError:
        return None
