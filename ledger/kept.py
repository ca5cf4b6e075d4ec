"""What a store keeps, as it hands it out: values, by the tables of `tongban.ledger.store`."""

from dataclasses import dataclass
from uuid import UUID

from tongban.contracts.wire.record import Record
from tongban.contracts.wire.signed_event import SignedEvent
from tongban.domain.chain.pen import PenState
from tongban.ledger.event_log import TopicPartition
from tongban.ledger.partition_log import PartitionLog


@dataclass(frozen=True, slots=True)
class KeptEvent:
    """A valid event as kept: signed bytes, the pen after it, and when it was covered (microseconds; None: not yet)."""

    signed: SignedEvent
    pen: PenState
    covered_at: int | None
    own: bool


@dataclass(frozen=True, slots=True)
class Position:
    """How far a partition was read. Another cluster or topic id means: begin at 0."""

    cluster_id: str
    topic_id: str
    next_offset: int


@dataclass(frozen=True, slots=True)
class LogState:
    """A partition's log as this region knows it. `floor`: greatest registry numbers of all leaves released."""

    log: PartitionLog
    released: int
    floor_federation: int
    floor_region: int


@dataclass(frozen=True, slots=True)
class Leaf:
    """A listed leaf of a partition. `floor_*` are set when it is released and judged."""

    place: TopicPartition
    index: int
    hash: bytes
    covered_at: int
    floor_federation: int = 0
    floor_region: int = 0


@dataclass(frozen=True, slots=True)
class Listed:
    """A record of a listed leaf, and its offset."""

    leaf: Leaf
    offset: int
    record: Record

    @property
    def place(self) -> TopicPartition:
        """The partition that holds it."""
        return self.leaf.place


@dataclass(frozen=True, slots=True)
class HeldRecord:
    """An event record as read, waiting to be listed."""

    id: int
    place: TopicPartition
    offset: int
    leaf: bytes
    record: Record


@dataclass(frozen=True, slots=True)
class ParkedRecord:
    """A listed record that waits for `awaits`."""

    id: int
    leaf: Leaf
    offset: int
    record: Record
    own: bool
    rule: str
    code: str
    kind: str
    awaits: bytes
    stream: UUID | None

    @property
    def listed(self) -> Listed:
        """The record as it was listed."""
        return Listed(self.leaf, self.offset, self.record)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Something that did not count, kept with its raw bytes. `kind`: rejected, stray, void, equivocation, content,
    contract."""

    id: int
    kind: str
    place: TopicPartition
    offset: int
    rule: str
    code: str
    expected: str
    found: str
    record: Record
    leaf: Leaf | None
    noted_at: int


@dataclass(frozen=True, slots=True)
class OwnPlace:
    """An own event's place in the order of its partition. `command` groups what must not be divided."""

    place: TopicPartition
    number: int
    hash: bytes
    leaf: bytes
    command: UUID
    covered: bool


@dataclass(frozen=True, slots=True)
class SetAside:
    """An own act that the log did not take: what, why, and its bytes."""

    hash: bytes
    signed: SignedEvent
    code: str
    noted_at: int


@dataclass(frozen=True, slots=True)
class OutgoingContent:
    """A sealed value to publish before the event that commits to it."""

    event: bytes
    topic: str
    record: Record
