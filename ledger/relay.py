"""The relay: brings own events to the log, one checkpoint at a time in each partition.

    contents ─► acknowledged ─► events ─► acknowledged ─► checkpoint ─► read back: counted, or void and made anew

| crash or failure                       | what goes on                                                                  |
|----------------------------------------|-------------------------------------------------------------------------------|
| between contents and events            | contents are published again; compaction keeps the newest                      |
| between events and checkpoint          | a new start; the events are published again and listed                         |
| after the checkpoint, before read-back | read back at the next start                                                    |
| a publish of unknown outcome           | a new producer, then read to the end, before anything else is published there |

Its cursor is what was read back as counted, never one kept in the store. An event is published only after every own
event of another partition that it names was read back as covered (INTERLEAVINGS.md 7, 8). A batch never divides a
command (19).
"""

import hashlib
from collections.abc import Callable, Sequence
from functools import cache

from tongban.contracts.notes.checkpoint import MAX_LEAVES, Checkpoint
from tongban.contracts.notes.log_note import CHECKPOINT_CONTENT_TYPE, encode_checkpoint
from tongban.contracts.wire.cloud_event import to_record
from tongban.contracts.wire.record import Record
from tongban.domain.errors import StoreCorruptError
from tongban.domain.event import Event
from tongban.ledger.event_log import EventLog, LogWriter, TopicPartition
from tongban.ledger.intake import Clock
from tongban.ledger.kept import KeptEvent, OwnPlace
from tongban.ledger.knowledge import Knowledge
from tongban.ledger.schema_numbers import SchemaNumbers
from tongban.ledger.store import LedgerStore, Transaction
from tongban.ledger.topics import origin
from tongban.ledger.writer import Writer


class Relay:
    """Publishes what one started writer has kept."""

    def __init__(
        self,
        store: LedgerStore,
        log: EventLog,
        knowledge: Knowledge,
        writer: Writer,
        clock: Clock,
        schema_numbers: SchemaNumbers,
    ) -> None:
        self._store = store
        self._log = log
        self._knowledge = knowledge
        self._writer = writer
        self._clock = clock
        self._schema_numbers = schema_numbers
        self._producer: LogWriter | None = None
        self._in_flight: dict[TopicPartition, bytes] = {}
        self._doubtful: set[TopicPartition] = set()
        """Partitions of a publish that failed: how far they reach now is asked before anything else goes out."""
        self._read_to: dict[TopicPartition, int] = {}
        """The offset to which such a partition must be read back before it is published to."""

    def step(self, next_offset: Callable[[TopicPartition], int]) -> bool:
        """Publish one batch in every partition that is free; whether anything was published."""
        self._settle_doubts()
        with self._store.reading() as tx:
            places = [place for place in tx.outbox.partitions() if self._is_free(place, next_offset)]
            batches = [(place, self._batch(tx, place)) for place in places]
        ready = [(place, batch) for place, batch in batches if batch]
        for place, batch in ready:
            self._publish(place, batch)
        return bool(ready)

    def repeat_missing(self) -> int:
        """Publish again what a counting checkpoint lists and the log has no record of (INTERLEAVINGS.md 29)."""
        with self._store.reading() as tx:
            found = [(place, tx.outbox.hash_of(leaf.hash)) for place, leaf in tx.logs.waiting()]
            kept = [(place, tx.events.get(each)) for place, each in found if each is not None]
            records = [(place, self._record(it, self._knowledge.event(it))) for place, it in kept if it]
        if records:
            self.publish(records)
        return len(records)

    def publish(self, items: Sequence[tuple[TopicPartition, Record]]) -> None:
        """Publish anything of this region's; after a failure nothing goes out there before all of it is read back."""
        try:
            self._producer = self._producer or self._log.writer()
            self._producer.publish(items)
        except BaseException:
            self._doubtful |= {place for place, _ in items}
            self.close()
            raise

    def close(self) -> None:
        """Release the producer."""
        if self._producer is not None:
            self._producer.close()
            self._producer = None

    # One batch -------------------------------------------------------------------------------------------------------

    def _is_free(self, place: TopicPartition, next_offset: Callable[[TopicPartition], int]) -> bool:
        if next_offset(place) < self._read_to.get(place, 0):
            return False
        if self._read_to.pop(place, None) is not None:
            self._in_flight.pop(place, None)
        in_flight = self._in_flight.get(place)
        if in_flight is None or in_flight in self._writer.read_back:
            self._in_flight.pop(place, None)
            return True
        return False

    def _batch(self, tx: Transaction, place: TopicPartition) -> list[tuple[OwnPlace, KeptEvent, Event]]:
        waiting = tx.outbox.uncovered(place, MAX_LEAVES + 1)
        whole = _whole_commands(waiting)
        batch: list[tuple[OwnPlace, KeptEvent, Event]] = []
        here: set[bytes] = set()
        uncovered = cache(tx.outbox.is_uncovered)  # many events name the same heads
        tx.logs.look_ahead(place, [own.leaf for own in whole])
        for own in whole:
            if tx.logs.find_leaf(place, own.leaf) is not None:
                continue  # listed already; it waits for its record (`repeat_missing`)
            kept = tx.events.get(own.hash)
            if kept is None:
                raise StoreCorruptError("an own event has a place in the log but is not kept", found=own.hash.hex())
            event = self._knowledge.event(kept)
            if any(uncovered(each) for each in _named(event) - here):
                return _without_command(batch, own)
            here.add(own.hash)
            batch.append((own, kept, event))
        return batch

    def _publish(self, place: TopicPartition, batch: list[tuple[OwnPlace, KeptEvent, Event]]) -> None:
        hashes = [own.hash for own, _, _ in batch]
        with self._store.reading() as tx:
            contents = tx.contents.outgoing(hashes)
            checkpoint = self._checkpoint(tx, place, [own.leaf for own, _, _ in batch])
        if contents:
            self.publish([(TopicPartition(content.topic, 0), content.record) for content in contents])
            with self._store.transaction() as tx:
                for event in {content.event for content in contents}:
                    tx.contents.sent(event)
        self.publish([(place, self._record(kept, event)) for _, kept, event in batch])
        digest = hashlib.sha256(checkpoint).digest()
        self._writer.written.add(digest)
        self._in_flight[place] = digest
        headers = (("content-type", CHECKPOINT_CONTENT_TYPE.encode()),)
        self.publish([(place, Record(place.topic.encode(), checkpoint, headers))])

    def _record(self, kept: KeptEvent, event: Event) -> Record:
        """With the frame of the site's schema registry, if the schema's number is known now; nothing waits for it."""
        return to_record(kept.signed, event.header, self._schema_numbers.number_of(kept.signed.fingerprint))

    def _checkpoint(self, tx: Transaction, place: TopicPartition, leaves: Sequence[bytes]) -> bytes:
        assert self._writer.incarnation is not None, "only a started writer publishes"
        edge = tx.logs.state(place).log.edge.extend(leaves)
        heads = self._writer.covered_heads(tx)
        checkpoint = Checkpoint(
            origin=origin(self._writer.genesis.name, self._writer.region, place),
            size=edge.size,
            root=edge.root(),
            time_us=self._clock(),
            incarnation=self._writer.incarnation,
            heads=heads,
            leaves=tuple(leaves),
        )
        return encode_checkpoint(checkpoint, *self._writer.note_keys(tx, place, heads))

    # What went wrong -------------------------------------------------------------------------------------------------

    def _settle_doubts(self) -> None:
        if not self._doubtful:
            return
        reader = self._log.reader(dict.fromkeys(self._doubtful, 0))
        try:
            self._read_to.update(reader.ends())
        finally:
            reader.close()
        self._doubtful.clear()


def _named(event: Event) -> set[bytes]:
    """What an event rests on."""
    header = event.header
    return {header.under.region.hash, header.under.federation.hash, header.previous, *header.causes}


def _whole_commands(waiting: Sequence[OwnPlace]) -> Sequence[OwnPlace]:
    """At most MAX_LEAVES events, the last command whole."""
    if len(waiting) <= MAX_LEAVES:
        return waiting
    cut = MAX_LEAVES
    while cut and waiting[cut - 1].command == waiting[cut].command:
        cut -= 1
    return waiting[:cut]


def _without_command(
    batch: list[tuple[OwnPlace, KeptEvent, Event]], stop: OwnPlace
) -> list[tuple[OwnPlace, KeptEvent, Event]]:
    """The batch before the command that cannot go out yet."""
    return [each for each in batch if each[0].command != stop.command]
