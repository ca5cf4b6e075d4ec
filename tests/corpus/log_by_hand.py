"""A log of three cities written by hand: no store, no node, no chance, and no rule that says what must not be."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from tests.corpus.artefact import Expected, Placed, Role
from tests.corpus.crafted import plain_of, seal_with
from tests.corpus.federation import (
    MATTER,
    MATTER_VERSION,
    PARTITIONS,
    REGIONS,
    SECOND_US,
    START_US,
    TOPICS,
    actor,
    required_materials,
    schema_of,
)
from tests.corpus.keys import content_key, public, seed, signing_key, uuid
from tongban.contracts.content import record as content_record
from tongban.contracts.content.record import SealedContent
from tongban.contracts.content.value import ContentValue
from tongban.contracts.genesis import Genesis
from tongban.contracts.notes.checkpoint import Checkpoint, Incarnation, Start
from tongban.contracts.notes.log_note import (
    CHECKPOINT_CONTENT_TYPE,
    START_CONTENT_TYPE,
    encode_checkpoint,
    encode_start,
)
from tongban.contracts.wire.cloud_event import event_key, partition_of, to_record
from tongban.contracts.wire.codec import encode
from tongban.contracts.wire.record import Record
from tongban.contracts.wire.signatures import SigningKey
from tongban.contracts.wire.signed_event import SignedEvent
from tongban.contracts.wire.signing_input import event_signing_input
from tongban.domain import identifiers as ids
from tongban.domain.chain.merkle import CompactRange
from tongban.domain.events.catalogue import BY_BODY, Body
from tongban.domain.events.event_type import StreamKind
from tongban.domain.events.intake import TakenIn
from tongban.domain.events.values import Commitment, Handling
from tongban.domain.header import Actor, ActorKind, Head, Header, Under
from tongban.domain.identifiers import FEDERATION, EventHash, RegionCode
from tongban.ledger.event_log import TopicPartition
from tongban.ledger.topics import origin


@dataclass(frozen=True)
class Forged:
    """An event with its signed bytes: `header` is what the body says, or would say."""

    header: Header
    body: Body
    signed: SignedEvent

    @property
    def hash(self) -> EventHash:
        return self.signed.hash

    @property
    def record(self) -> Record:
        return to_record(self.signed, self.header)


@dataclass
class Partition:
    """One partition as its writer sees it."""

    edge: CompactRange = field(default_factory=CompactRange)
    listed: list[bytes] = field(default_factory=list)
    pending: list[bytes] = field(default_factory=list)
    incarnation: Incarnation | None = None
    key: SigningKey | None = None
    """The ledger key under the last note."""


class LogByHand:
    """All topics, in the order in which their records were written."""

    def __init__(self) -> None:
        self.genesis = Genesis("corpus-federation", public(signing_key(FEDERATION)))
        self.nothing = Head(0, self.genesis.hash)
        self.placed: list[Placed] = []
        self.partitions: defaultdict[TopicPartition, Partition] = defaultdict(Partition)
        self.heads: dict[RegionCode, list[Head]] = {code: [self.nothing] for code in (FEDERATION, *REGIONS)}
        """Every head that each registry had: `heads[code][n]` is number n."""
        self.registry_events: dict[RegionCode, list[Forged]] = defaultdict(list)
        self.ledger_keys: dict[RegionCode, SigningKey] = {}
        """Rotated in."""
        self.now = START_US
        self._commands = 0
        self._cases = 0

    # Where -----------------------------------------------------------------------------------------------------------

    def topics(self) -> dict[str, int]:
        """Every topic with its partitions."""
        found = {TOPICS.registry(FEDERATION): 1, TOPICS.contracts: 1}
        for code in REGIONS:
            found |= {TOPICS.registry(code): 1, TOPICS.cases(code): PARTITIONS, TOPICS.content(code): 1}
        return found

    def registry(self, code: RegionCode) -> TopicPartition:
        return TopicPartition(TOPICS.registry(code), 0)

    def cases(self, code: RegionCode, partition: int = 0) -> TopicPartition:
        return TopicPartition(TOPICS.cases(code), partition)

    def content(self, code: RegionCode) -> TopicPartition:
        return TopicPartition(TOPICS.content(code), 0)

    def place_of(self, forged: Forged) -> TopicPartition:
        """Where an event belongs, by its own word."""
        header = forged.header
        if BY_BODY[type(forged.body)].stream in (StreamKind.FEDERATION, StreamKind.REGION):
            return self.registry(header.region)
        return self.cases(header.region, partition_of(event_key(header), PARTITIONS))

    def put(
        self, place: TopicPartition, record: Record, role: Role = Role.SETTING, expect: Expected | None = None
    ) -> Record:
        """A record, as anybody who can write there may publish it."""
        self.placed.append(Placed(place, record, role, expect))
        return record

    # Events ----------------------------------------------------------------------------------------------------------

    def under(self, code: RegionCode) -> Under:
        """The newest heads."""
        return Under(self.heads[FEDERATION][-1], self.nothing if code == FEDERATION else self.heads[code][-1])

    def command(self) -> ids.CommandId:
        self._commands += 1
        return ids.CommandId(uuid("command", self._commands))

    def header(self, code: RegionCode, *, after: Forged | None = None, by: str = "handler", **changes) -> Header:
        """A header of an officer or channel of `code`, behind `after`; any field can be replaced."""
        self.now += SECOND_US
        command = self.command()
        case = after.header.case if after else ids.case_id(code, command)
        header = Header(
            case=case,
            stream=after.header.stream if after else ids.case_stream(case, 0),
            epoch=after.header.epoch if after else 0,
            sequence=after.header.sequence + 1 if after else 1,
            previous=EventHash(after.hash if after else self.genesis.hash),
            command=command,
            region=code,
            actor=actor(code, by),
            key=signing_key(code, by).key_id,
            under=self.under(code),
            occurred_at=self.now,
            recorded_at=self.now,
            matter=MATTER,
            matter_version=MATTER_VERSION,
        )
        return replace(header, **changes)

    def sign(self, header: Header, body: Body, data: bytes, key: SigningKey) -> Forged:
        """Any bytes as the body of an event, signed."""
        schema = schema_of(body)
        signature = key.sign(event_signing_input(schema.ce_type, schema.fingerprint, data))
        return Forged(header, body, SignedEvent.of(schema.ce_type, schema.fingerprint, data, signature))

    def event(
        self,
        code: RegionCode,
        body: Body,
        *,
        after: Forged | None = None,
        by: str = "handler",
        signer: SigningKey | None = None,
        **changes,
    ) -> Forged:
        """An event, signed by the key of `by`, or by another."""
        header = self.header(code, after=after, by=by, **changes)
        return self.sign(header, body, encode(header, body, schema_of(body)), signer or signing_key(code, by))

    def opening(self, code: RegionCode, partition: int = 0, *, deciding: RegionCode | None = None, **more) -> Forged:
        """Event 1 of a new case whose key falls into this partition."""
        materials = required_materials()
        body = more.pop("body", None) or TakenIn(Handling.REMOTE_INTAKE, deciding or code, materials, None, ())
        while True:
            self._cases += 1
            command = ids.CommandId(uuid("case", self._cases))
            case = ids.case_id(code, command)
            if partition_of(str(case).encode(), PARTITIONS) == partition:
                ours = {"command": command, "case": case, "stream": ids.case_stream(case, 0)}
                return self.event(code, body, **{**ours, **more})

    def entry(self, code: RegionCode, body: Body, *, signer: SigningKey | None = None, **changes) -> Forged:
        """An event of a registry behind its newest one; it moves the head only when it is said."""
        kind = ActorKind.FEDERATION if code == FEDERATION else ActorKind.AUTHORITY
        name = self.genesis.name if code == FEDERATION else code
        own = signing_key(FEDERATION) if code == FEDERATION else signing_key(code, "authority")
        federation = ids.federation_registry(self.genesis.hash)
        self.now += SECOND_US
        head = self.heads[code][-1]
        header = Header(
            case=None,
            stream=federation if code == FEDERATION else ids.region_registry(self.genesis.hash, code),
            epoch=0,
            sequence=head.number + 1,
            previous=EventHash(head.hash),
            command=self.command(),
            region=code,
            actor=Actor(kind, name),
            key=own.key_id,
            under=self.under(code),
            occurred_at=self.now,
            recorded_at=self.now,
            matter=None,
            matter_version=None,
        )
        header = replace(header, **changes)
        return self.sign(header, body, encode(header, body, schema_of(body)), signer or own)

    # What is said ----------------------------------------------------------------------------------------------------

    def say(
        self,
        forged: Forged,
        *,
        place: TopicPartition | None = None,
        record: Record | None = None,
        role: Role = Role.SETTING,
        expect: Expected | None = None,
    ) -> Forged:
        """Publish an event; the writer of that partition will list it."""
        place = place or self.place_of(forged)
        self.put(place, record or forged.record, role, expect)
        self.partitions[place].pending.append(forged.signed.leaf)
        return forged

    def enter(self, forged: Forged, **more) -> Forged:
        """Publish an event of a registry, and go on from it."""
        self.say(forged, **more)
        code = forged.header.region
        self.heads[code].append(Head(forged.header.sequence, forged.hash))
        self.registry_events[code].append(forged)
        return forged

    # Notes -----------------------------------------------------------------------------------------------------------

    def ledger_key(self, code: RegionCode) -> SigningKey:
        """The key with which a region signs its notes now."""
        if code == FEDERATION:
            return signing_key(FEDERATION)
        return self.ledger_keys.get(code) or signing_key(code, "ledger")

    def note_keys(self, place: TopicPartition) -> tuple[SigningKey, ...]:
        """The keys that sign the next note of a partition: two where the ledger key changes."""
        own = self.ledger_key(TOPICS.writer_of(place.topic))
        before = self.partitions[place].key
        return (own,) if before in (own, None) else (own, before)

    def checkpoint(self, place: TopicPartition, leaves: Iterable[bytes], **changes) -> Checkpoint:
        """The checkpoint that lists these leaves behind what was listed; any field can be replaced."""
        code = TOPICS.writer_of(place.topic)
        partition = self.partitions[place]
        leaves = tuple(leaves)
        edge = partition.edge.extend(leaves)
        self.now += SECOND_US
        said = Checkpoint(
            origin=origin(self.genesis.name, code, place),
            size=edge.size,
            root=edge.root(),
            time_us=self.now,
            incarnation=partition.incarnation,
            heads=self.under(code),
            leaves=leaves,
        )
        return replace(said, **changes)

    def put_checkpoint(
        self, place: TopicPartition, said: Checkpoint, *, keys: Iterable[SigningKey] = (), role: Role = Role.SETTING
    ) -> Record:
        """Publish a checkpoint; what it says does not become the writer's own view."""
        keys = tuple(keys) or self.note_keys(place)
        record = note_record(place, encode_checkpoint(said, *keys), CHECKPOINT_CONTENT_TYPE)
        self.put(place, record, role)
        return record

    def cover(self, code: RegionCode, *, heads: Under | None = None) -> None:
        """List what is pending in every partition of a region, the registry first."""
        mine = [place for place in self.partitions if TOPICS.writer_of(place.topic) == code]
        for place in sorted(mine, key=lambda each: (each.topic != TOPICS.registry(code), each)):
            self.cover_place(place, heads=heads)

    def cover_place(self, place: TopicPartition, *, heads: Under | None = None) -> None:
        partition = self.partitions[place]
        if not partition.pending:
            return
        said = self.checkpoint(place, partition.pending)
        said = replace(said, heads=heads or self._covered_heads(place, said.heads))
        self.put_checkpoint(place, said)
        partition.key = self.note_keys(place)[0]
        partition.edge = partition.edge.extend(partition.pending)
        partition.listed += partition.pending
        partition.pending.clear()

    def _covered_heads(self, place: TopicPartition, newest: Under) -> Under:
        """A registry's own checkpoint names the head before what it covers."""
        code = TOPICS.writer_of(place.topic)
        if place.topic != TOPICS.registry(code):
            return newest
        pending = [each for each in self.registry_events[code] if each.signed.leaf in self.partitions[place].pending]
        own = self.heads[code][pending[0].header.sequence - 1] if pending else self.heads[code][-1]
        return Under(own, newest.region) if code == FEDERATION else Under(newest.federation, own)

    def start_of(self, place: TopicPartition, number: int, **changes) -> Start:
        code = TOPICS.writer_of(place.topic)
        self.now += SECOND_US
        incarnation = Incarnation(number, uuid("incarnation", code, number).bytes)
        return replace(
            Start(origin(self.genesis.name, code, place), incarnation, self.now, self.under(code)), **changes
        )

    def put_start(
        self, place: TopicPartition, said: Start, *, keys: Iterable[SigningKey] = (), role: Role = Role.SETTING
    ) -> Record:
        """Publish a start; what it says does not become the writer's own view."""
        record = note_record(place, encode_start(said, *(tuple(keys) or self.note_keys(place))), START_CONTENT_TYPE)
        self.put(place, record, role)
        return record

    def start(self, code: RegionCode, number: int) -> None:
        """A writer of this region begins, in all its partitions; what was not covered is not its own any more."""
        places = [self.registry(code)]
        if code != FEDERATION:
            places += [self.cases(code, each) for each in range(PARTITIONS)]
        for place in places:
            said = self.start_of(place, number)
            self.put_start(place, said)
            self.partitions[place].key = self.note_keys(place)[0]
            self.partitions[place].incarnation = said.incarnation
            self.partitions[place].pending.clear()

    # Content ---------------------------------------------------------------------------------------------------------

    def opening_with_content(self, code: RegionCode, *, deciding: RegionCode) -> tuple[Forged, ContentValue]:
        """Event 1 of a case that commits to a form, with the form."""
        draft = self.opening(code, deciding=deciding, by="approver")
        header = draft.header
        value = ContentValue(seed("salt", header.case), header.case, header.stream, 1, "form", b"a form")
        body = replace(draft.body, contents=(Commitment("form", value.commitment),))
        return self.sign(header, body, encode(header, body, schema_of(body)), signing_key(code, "approver")), value

    def sealed_to(self, committed: ContentValue, region: RegionCode, /, **changes) -> bytes:
        """A value in a box for a region's eyes; `changes` are what the box says otherwise."""
        return seal_with(
            seed("ephemeral", committed.commitment, region), plain_of(replace(committed, **changes)), region
        )

    def sealed_record(
        self,
        value: ContentValue,
        sender: RegionCode,
        recipient: RegionCode,
        *,
        signer: SigningKey | None = None,
        **changes,
    ) -> Record:
        """A content record; any field can be replaced."""
        said = SealedContent(
            federation=self.genesis.hash,
            sender=sender,
            recipient=recipient,
            commitment=value.commitment,
            recipient_key=content_key(recipient, "content").key_id,
            box=self.sealed_to(value, recipient),
        )
        said = replace(said, **changes)
        key = signer or self.ledger_key(sender)
        return content_record.to_record(said, key.sign(content_record.signing_input(said)))


def note_record(place: TopicPartition, value: bytes, content_type: str = CHECKPOINT_CONTENT_TYPE) -> Record:
    """A note as the relay publishes it."""
    return Record(place.topic.encode(), value, (("content-type", content_type.encode()),))
