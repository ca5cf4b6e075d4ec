"""The port to a region's own store: everything durable that the ledger needs, in transactions.

Rules of the port (one suite, `tests/ports/test_store_*.py`, runs on every adapter):

- `transaction()` takes the store's write lock before it yields (SQLite: BEGIN IMMEDIATE), commits when the block ends,
  and rolls back when it raises. What one block reads, no other writer changes before it ends.
- `reading()` sees one state of the store and changes nothing.
- What a block wrote it sees itself. An adapter may gather writes and send them later in the block, so the error of one may
  come with a later call or at the end of the block.
- After a commit of unknown outcome the caller reads before it tries again: what a command did is found by its id.
- Events are kept byte for byte as signed; `stored_events` is the eventsourcing library's own table.

Tables, in the order in which a record passes them:

| table      | holds                                                                                              |
|------------|----------------------------------------------------------------------------------------------------|
| positions  | how far each partition was read, by cluster and topic id                                             |
| logs       | what counted in each partition: edge, incarnation, heads, how far released                            |
| held       | event records that no counting checkpoint has listed yet                                              |
| edges      | the Merkle tree of each partition at every size that a checkpoint counted with                       |
| leaves     | the listed leaves of each partition, with the time at which each was covered                          |
| parked     | records that wait for something                                                                       |
| quarantine | what was rejected, void, stray or contradictory, with the raw bytes: evidence                         |
| events     | valid events (`stored_events`, `rivals`) and their links for judging others                           |
| places     | own events in the order in which the relay publishes them                                            |
| set_aside  | own acts that the log did not take, for their officer to repeat                                       |
| contents   | sealed content: own to be published, and what others sealed to this region                            |
| contracts  | schemas and matters by SHA-256                                                                        |
| facts      | single values: the writer's incarnation, whether it is ready                                          |
| changes    | cases whose views are older than their events                                                         |
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Protocol
from uuid import UUID

from tongban.contracts.wire.record import Record
from tongban.contracts.wire.signed_event import SignedEvent
from tongban.domain.chain.link import Link
from tongban.domain.chain.merkle import CompactRange
from tongban.domain.event import Event
from tongban.ledger.event_log import TopicPartition
from tongban.ledger.kept import (
    Evidence,
    HeldRecord,
    KeptEvent,
    Leaf,
    LogState,
    OutgoingContent,
    OwnPlace,
    ParkedRecord,
    Position,
    SetAside,
)


class Events(Protocol):
    """Valid events."""

    def look_ahead(self, events: Collection[Event]) -> None:
        """Look at once for these events, and for what follows their predecessors: asked for one by one later in this
        transaction, the answers are the same, but quick.
        """

    def get(self, event_hash: bytes) -> KeptEvent | None:
        """The event with this hash."""

    def case(self, case: UUID) -> Sequence[KeptEvent]:
        """All valid events of a case: its own streams and its assistance streams, rivals too, each stream by number."""

    def cases(self) -> Iterator[UUID]:
        """The ids of all cases."""

    def registries(self) -> Sequence[KeptEvent]:
        """All valid registry events, each after its predecessor."""

    def head(self, stream: UUID) -> tuple[int, bytes] | None:
        """Number and hash of the newest event of a stream, rivals left out; None if it is empty."""

    def successors(self, previous: bytes, stream: UUID) -> Sequence[bytes]:
        """Hashes of the valid events of `stream` whose predecessor this is."""

    def of_command(self, command: UUID, region: str) -> Sequence[KeptEvent]:
        """What a command of this region did, in order."""

    def add(self, event: Event, signed: SignedEvent, link: Link, *, own: bool) -> None:
        """Keep a valid event; beside a rival where its number is taken."""

    def cover(self, event_hash: bytes, covered_at: int) -> None:
        """Note the checkpoint time of an event that had none."""

    def uncovered_from(self, stream: UUID, sequence: int) -> Sequence[KeptEvent]:
        """Own events of a stream from this number on that no checkpoint covers, by number."""

    def remove(self, event_hash: bytes) -> None:
        """Take an uncovered own event out (it is set aside in the same transaction)."""

    def count(self) -> int:
        """How many valid events there are."""


class Logs(Protocol):
    """Partitions as they are read."""

    def look_ahead(self, place: TopicPartition, leaves: Collection[bytes]) -> None:
        """Look at once whether these leaves are listed (see `Events.look_ahead`)."""

    def position(self, place: TopicPartition) -> Position | None:
        """Where reading goes on."""

    def move(self, place: TopicPartition, position: Position) -> None:
        """Keep where reading goes on."""

    def state(self, place: TopicPartition) -> LogState:
        """What counted; the empty log for a partition never seen."""

    def keep(self, place: TopicPartition, state: LogState) -> None:
        """Keep what counted."""

    def keep_edge(self, place: TopicPartition, edge: CompactRange) -> None:
        """Keep the tree that a checkpoint counted with, under its size."""

    def edge_at(self, place: TopicPartition, size: int) -> CompactRange | None:
        """The tree of this size; None if no checkpoint counted with it."""

    def list_leaves(self, leaves: Sequence[Leaf]) -> None:
        """Append listed leaves."""

    def leaf_at(self, place: TopicPartition, index: int) -> Leaf | None:
        """The leaf with this index."""

    def leaves(self, place: TopicPartition, start: int, stop: int) -> Sequence[Leaf]:
        """Leaves `start` to `stop - 1`."""

    def find_leaf(self, place: TopicPartition, leaf: bytes) -> Leaf | None:
        """The listed leaf with this hash (the first, where it is listed twice)."""

    def judged(self, leaf: Leaf) -> None:
        """Keep the floors under which a leaf was judged."""

    def hold(self, place: TopicPartition, offset: int, leaf: bytes, record: Record) -> None:
        """Keep an event record until it is listed."""

    def held(self, place: TopicPartition, *leaves: bytes) -> Sequence[HeldRecord]:
        """Records with any of these leaves, oldest first."""

    def unlisted(self, place: TopicPartition) -> Sequence[HeldRecord]:
        """Records held that are not marked as strays, in order."""

    def mark_strays(self, place: TopicPartition) -> None:
        """A start counted: what is held and unlisted now is a stray (it may still be listed later)."""

    def drop_held(self, place: TopicPartition, leaf: bytes) -> None:
        """Forget the records with this leaf."""

    def waiting(self) -> Sequence[tuple[TopicPartition, Leaf]]:
        """Partitions whose next leaf has no record."""

    def places(self) -> Sequence[TopicPartition]:
        """All partitions that have a state."""


class Parking(Protocol):
    """Records that wait, and records that are evidence."""

    def look_ahead(self, awaited: Collection[bytes]) -> None:
        """Look at once whether anything waits for these (see `Events.look_ahead`)."""

    def park(
        self,
        leaf: Leaf,
        offset: int,
        record: Record,
        *,
        own: bool,
        rule: str,
        code: str,
        kind: str,
        awaits: bytes,
        stream: UUID | None,
    ) -> None:
        """Keep a record until `awaits` arrives."""

    def parked(self, *, awaits: bytes | None = None) -> Sequence[ParkedRecord]:
        """What waits, oldest first; for `awaits` only, if given."""

    def unpark(self, parked_id: int) -> None:
        """Forget a parked record that was judged anew."""

    def own_parked(self, streams: Sequence[UUID]) -> bool:
        """Whether an own event of one of these streams is parked."""

    def quarantine(
        self,
        kind: str,
        place: TopicPartition,
        offset: int,
        record: Record,
        *,
        rule: str,
        code: str,
        expected: str,
        found: str,
        leaf: Leaf | None,
        noted_at: int,
    ) -> None:
        """Keep evidence; the same record at the same offset is kept once."""

    def evidence(self, *, kind: str | None = None, evidence_id: int | None = None) -> Sequence[Evidence]:
        """What is kept, oldest first."""

    def release_evidence(self, evidence_id: int) -> None:
        """Forget evidence that was judged anew and is valid."""


class Outbox(Protocol):
    """Own events on their way to the log."""

    def append(self, place: TopicPartition, event_hash: bytes, leaf: bytes, command: UUID) -> int:
        """Give out the next number of this partition."""

    def uncovered(self, place: TopicPartition, limit: int) -> Sequence[OwnPlace]:
        """Own events that no checkpoint covers, in order."""

    def covered(self, event_hash: bytes) -> None:
        """The event was read back as covered."""

    def is_uncovered(self, event_hash: bytes) -> bool:
        """Whether this is an own event that waits to be covered."""

    def hash_of(self, leaf: bytes) -> bytes | None:
        """The own event with this leaf."""

    def partitions(self) -> Sequence[TopicPartition]:
        """Partitions with uncovered events."""

    def remove(self, event_hash: bytes) -> None:
        """Take out an event that is set aside."""

    def set_aside(self, aside: SetAside) -> None:
        """Keep an own act that the log did not take."""

    def aside(self) -> Sequence[SetAside]:
        """What was set aside, oldest first."""


class Contents(Protocol):
    """Sealed personal content, and public contracts."""

    def enqueue(self, content: OutgoingContent) -> None:
        """Publish before its event."""

    def outgoing(self, event_hashes: Sequence[bytes]) -> Sequence[OutgoingContent]:
        """What these events wait for."""

    def sent(self, event_hash: bytes) -> None:
        """Acknowledged by the log."""

    def keep(self, commitment: bytes, record: Record) -> None:
        """Keep what was sealed to this region."""

    def get(self, commitment: bytes) -> Record | None:
        """The sealed record of a commitment; None while it is awaited."""

    def keep_contract(self, content_hash: bytes, data: bytes) -> None:
        """Keep the bytes with this hash: a schema in its RFC 8785 form, or the package of a matter."""

    def contract(self, content_hash: bytes) -> bytes | None:
        """The bytes with this hash; None while they are not here."""


class Facts(Protocol):
    """Single values and marks."""

    def get(self, name: str) -> str | None:
        """A fact; None if unknown."""

    def set(self, name: str, value: str) -> None:
        """Keep a fact."""

    def mark_changed(self, case: UUID) -> None:
        """The views of this case are older than its events."""

    def changed(self, limit: int) -> Sequence[tuple[UUID, int]]:
        """Cases to project, each with the stamp of its newest mark."""

    def projected(self, case: UUID, stamp: int) -> None:
        """Forget the mark, unless it is newer than `stamp`."""

    def newest_stamp(self) -> int:
        """The stamp of the newest mark that was ever set; 0 before the first. It never goes back."""


class Transaction(Protocol):
    """One transaction, by concept."""

    events: Events
    logs: Logs
    parking: Parking
    outbox: Outbox
    contents: Contents
    facts: Facts


class LedgerStore(Protocol):
    """A region's own store."""

    def transaction(self) -> AbstractContextManager[Transaction]:
        """Read and write, alone."""

    def reading(self) -> AbstractContextManager[Transaction]:
        """Read one state."""

    def writer_lock(self) -> AbstractContextManager[bool]:
        """Try to be the store's one writer process; yields whether it is. Released when the block ends or the process dies."""

    def close(self) -> None:
        """Release what the store holds; a second call does nothing."""
