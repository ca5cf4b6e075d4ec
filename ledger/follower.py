"""Following the shared log: which partitions this region reads, from where, and what becomes of each batch.

Positions are named by cluster id, topic id and partition, so a mirror or a re-created topic is read from its beginning;
duplicates fall away. The ids are looked at again whenever `refresh` is called. A topic that was replaced, or that ends
before the position, is reported by `replaced_topics`; one of the own region must still hold all that counted (docs/adr/0010).
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from tongban.domain.errors import PositionOutOfRangeError
from tongban.domain.identifiers import FEDERATION, RegionCode
from tongban.ledger.contents import SealedContents
from tongban.ledger.event_log import EventLog, LoggedRecord, LogReader, TopicInfo, TopicPartition
from tongban.ledger.intake import Clock, Intake, Tally
from tongban.ledger.judge import Judge
from tongban.ledger.kept import Position
from tongban.ledger.knowledge import Knowledge
from tongban.ledger.lost_records import check_nothing_lost
from tongban.ledger.note_reader import NoteReader
from tongban.ledger.note_watch import NoteWatch
from tongban.ledger.partition_reader import PartitionReader
from tongban.ledger.published_contracts import PublishedContracts
from tongban.ledger.store import LedgerStore, Transaction
from tongban.ledger.topics import Topics

BATCH_RECORDS = 2_000
"""Records taken in within one transaction: bounds memory, and what a crash repeats."""

REPLACED = "follower.replaced"
"""Topics that were read from their beginning again, with the time in microseconds, as JSON."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What taking records in needs."""

    knowledge: Knowledge
    judge: Judge
    intake: Intake
    contents: SealedContents
    contracts: PublishedContracts
    watch: NoteWatch
    clock: Clock


class Follower:
    """Reads for one region. Used by one thread."""

    def __init__(self, region: RegionCode, store: LedgerStore, log: EventLog, topics: Topics, parts: Parts) -> None:
        self._region = region
        self._store = store
        self._log = log
        self._topics = topics
        self._parts = parts
        self._reader: LogReader | None = None
        self._infos: dict[str, TopicInfo] = {}
        self._cluster_id = ""
        self._offsets: dict[TopicPartition, int] = {}
        self._awaiting: dict[TopicPartition, int] = {}

    @property
    def awaiting(self) -> Mapping[TopicPartition, int]:
        """Partitions that wait before a note or content whose registry heads are not here, with their offsets."""
        return dict(self._awaiting)

    @property
    def partitions(self) -> int:
        """How many partitions are followed."""
        return len(self._offsets)

    def next_offset(self, place: TopicPartition) -> int:
        """Where reading of a partition goes on."""
        return self._offsets.get(place, 0)

    def refresh(self) -> None:
        """Look again which topics there are, and follow those that concern this region."""
        infos = dict(self._log.topics())
        cluster_id = self._log.cluster_id()
        with self._store.reading() as tx:
            wanted = [infos[name] for name in self._wanted(tx) if name in infos]
            known = [self._infos.get(info.name) for info in wanted]
            if self._reader is not None and known == wanted and cluster_id == self._cluster_id:
                return
            topics = {info.name: info for info in wanted}
            places = [TopicPartition(info.name, each) for info in wanted for each in range(info.partitions)]
            ids = {place: (cluster_id, topics[place.topic].topic_id) for place in places}
            kept = {place: position for place in places if (position := tx.logs.position(place)) is not None}
            replaced = [place for place, it in kept.items() if (it.cluster_id, it.topic_id) != ids[place]]
            self._check_own(tx, replaced)
        # After this line the topics are followed under their new ids; before it, the next refresh tries again.
        self._cluster_id, self._infos = cluster_id, topics
        self._offsets = {place: kept[place].next_offset if place in kept else 0 for place in places}
        self._begin_again(replaced)

    def step(self, *, timeout_seconds: float) -> Tally:
        """Take in one batch: all of it in one transaction, or nothing."""
        tally = Tally()
        reader = self._reader or self._reopen()
        try:
            records = reader.poll(timeout_seconds=timeout_seconds, limit=BATCH_RECORDS)
        except PositionOutOfRangeError:
            self._find_cut_short(reader)
            return tally
        if not records:
            return tally
        moved: dict[TopicPartition, int] = {}
        try:
            with self._store.transaction() as tx:
                for place, batch in _by_place(records, self._topics):
                    moved[place] = self._take(tx, tally, place, batch)
                    tx.logs.move(place, Position(self._cluster_id, self._infos[place.topic].topic_id, moved[place]))
                for region in tally.rotated:
                    self._parts.contents.retry_of(tx, tally, region)
        except BaseException:
            self._parts.knowledge.forget()
            self._parts.watch.read_rolled_back()
            reader.close()
            self._reader = None
            raise
        self._parts.watch.read_durably()
        self._offsets.update(moved)
        self._settle(reader, tally)
        return tally

    def behind(self, places: Iterable[TopicPartition] | None = None) -> Mapping[TopicPartition, int]:
        """How many offsets each partition (of these) is behind the log's end, as asked of the log now."""
        reader = self._reader or self._reopen()
        wanted = set(self._offsets) if places is None else set(places)
        ends = reader.ends()
        return {place: ends[place] - self.next_offset(place) for place in wanted if place in ends}

    def close(self) -> None:
        """Release the reader."""
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    # Where -----------------------------------------------------------------------------------------------------------

    def _wanted(self, tx: Transaction) -> Sequence[str]:
        names = [self._topics.registry(FEDERATION)]
        if self._region == FEDERATION:
            return names
        regions = sorted({*self._parts.knowledge.current_federation(tx).regions, self._region})
        names.append(self._topics.contracts)
        for region in regions:
            names += [self._topics.registry(region), self._topics.content(region), self._topics.cases(region)]
        return names

    def _check_own(self, tx: Transaction, places: Iterable[TopicPartition]) -> None:
        """Raise RecordsLostError where a partition that this region writes lacks what counted in it."""
        for place in places:
            if self._topics.writer_of(place.topic) == self._region and tx.logs.state(place).log.size:
                check_nothing_lost(tx, self._log, place)

    def _find_cut_short(self, reader: LogReader) -> None:
        """Some topic ends before the position: it is another one by now, or it lost its end. Begin again in it."""
        self.refresh()
        if self._reader is not reader:
            return
        ends = reader.ends()
        cut = [place for place, offset in self._offsets.items() if offset > ends.get(place, offset)]
        with self._store.reading() as tx:
            self._check_own(tx, cut)
        self._begin_again(cut)

    def _begin_again(self, places: Sequence[TopicPartition]) -> None:
        """Read these from their beginning, and remember across restarts that it was so; a new reader."""
        if places:
            now = self._parts.clock()
            with self._store.transaction() as tx:
                for place in places:
                    tx.logs.move(place, Position(self._cluster_id, self._infos[place.topic].topic_id, 0))
                tx.facts.set(REPLACED, json.dumps(replaced_topics(tx) | {place.topic: now for place in places}))
            self._offsets |= dict.fromkeys(places, 0)
        self._awaiting.clear()
        self._reopen()

    def _reopen(self) -> LogReader:
        self.close()
        self._reader = self._log.reader(self._offsets)
        if self._awaiting:
            self._reader.pause(self._awaiting)
        return self._reader

    def _settle(self, reader: LogReader, tally: Tally) -> None:
        """Partitions that wait for a registry are paused; when a registry went on, all of them try again."""
        for place in tally.awaiting_heads:
            self._awaiting[place] = self._offsets[place]
            reader.seek(place, self._offsets[place])
            reader.pause([place])
        if tally.registries_advanced and self._awaiting:
            self._awaiting.clear()
            self._reopen()  # seen: kafka-python hands out nothing more of a partition sought, paused and resumed

    # What ------------------------------------------------------------------------------------------------------------

    def _take(self, tx: Transaction, tally: Tally, place: TopicPartition, batch: Sequence[LoggedRecord]) -> int:
        """Take a partition's records in; where to go on."""
        behind = batch[-1].offset + 1
        if place.topic == self._topics.contracts:
            self._take_contracts(tx, tally, batch)
            return behind
        writer = self._topics.writer_of(place.topic)
        assert writer is not None, "only topics of the federation are followed"
        if place.topic == self._topics.content(writer):
            return self._take_contents(tx, tally, place, batch)
        parts = self._parts
        watch = parts.watch if writer == self._region else None
        notes = NoteReader(place, writer, parts.knowledge, watch)
        stopped_at = PartitionReader(tx, tally, notes, parts.judge, parts.intake).take(batch)
        return behind if stopped_at is None else stopped_at

    def _take_contracts(self, tx: Transaction, tally: Tally, batch: Sequence[LoggedRecord]) -> None:
        for logged in batch:
            self._parts.contracts.take(tx, tally, logged)

    def _take_contents(
        self, tx: Transaction, tally: Tally, place: TopicPartition, batch: Sequence[LoggedRecord]
    ) -> int:
        for logged in batch:
            if not self._parts.contents.take(tx, tally, logged):
                tally.awaiting_heads.add(place)
                return logged.offset
        return batch[-1].offset + 1


def replaced_topics(tx: Transaction) -> dict[str, int]:
    """Topics that were made again, cut short, or read from another cluster; each with the time (microseconds UTC)."""
    replaced: dict[str, int] = json.loads(tx.facts.get(REPLACED) or "{}")
    return replaced


def _by_place(
    records: Sequence[LoggedRecord], topics: Topics
) -> Iterable[tuple[TopicPartition, Sequence[LoggedRecord]]]:
    """The records of each partition, registries first: what others rest on."""
    registries = topics.registry(FEDERATION)
    ordered = sorted(records, key=lambda each: (each.place.topic != registries, _kind(each.place), each.place))
    return [(place, list(batch)) for place, batch in groupby(ordered, key=lambda each: each.place)]


def _kind(place: TopicPartition) -> int:
    return ("contracts", "registry", "content", "cases").index(place.topic.rpartition(".")[2])
