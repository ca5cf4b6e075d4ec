"""A federation of three cities written by hand: no store, no node, no chance, and no rule that says what must not be.

    world = World()                                  the base history: registries, starts, five cases
    event = world.event(HANGZHOU, Accepted(…), after=case)
    world.say(event)                                 its record, where it belongs; it is listed by the next checkpoint
    world.say(event, record=other, role=ACCUSED)     another record in its place: the leaf stays that of the event
    world.cover(HANGZHOU)                            a checkpoint in each partition that has something to list

Whoever uses it may lie: every field of a header, every byte of a body and every line of a note can be replaced.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cache

from tests.corpus.artefact import Expected, Placed, Role
from tests.corpus.crafted import plain_of, seal_with
from tests.corpus.keys import content_key, public, seed, signing_key, uuid
from tongban.contracts.content import record as content_record
from tongban.contracts.content.record import SealedContent
from tongban.contracts.content.value import ContentValue
from tongban.contracts.genesis import Genesis
from tongban.contracts.matter.contract import MatterContract
from tongban.contracts.matter.folders import shipped_matter
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
from tongban.contracts.wire.schema_store import Schema, shipped_schemas
from tongban.contracts.wire.signatures import SigningKey
from tongban.contracts.wire.signed_event import SignedEvent
from tongban.contracts.wire.signing_input import event_signing_input
from tongban.domain import identifiers as ids
from tongban.domain.chain.merkle import CompactRange
from tongban.domain.events import region as entries
from tongban.domain.events.case import Accepted, Offered, TakenIn, TakenOver
from tongban.domain.events.catalogue import BY_BODY, Body, StreamKind
from tongban.domain.events.federation import MatterPublished, RegionEnrolled
from tongban.domain.events.values import Commitment, Handling, Power, SubmittedForm, SubmittedMaterial
from tongban.domain.header import Actor, ActorKind, Head, Header, Under
from tongban.domain.identifiers import FEDERATION, EventHash, RegionCode
from tongban.domain.law.table import Act
from tongban.ledger.event_log import TopicPartition
from tongban.ledger.topics import Topics, origin

SHANGHAI, HANGZHOU, HEFEI = RegionCode("310000"), RegionCode("330100"), RegionCode("340100")
REGIONS = (SHANGHAI, HANGZHOU, HEFEI)
NAMES = {SHANGHAI: ("上海", "Shanghai"), HANGZHOU: ("杭州", "Hangzhou"), HEFEI: ("合肥", "Hefei")}
PARTITIONS = 2
MATTER, MATTER_VERSION = "000199003000", "1"
ALL_ACTS = tuple(Power(act) for act in Act if act not in (Act.FEDERATION_TAKEOVER, Act.ADOPT, Act.ANNUL))
"""All acts that there were when the base history was written; its bytes stay."""
START_US = 1_790_000_000_000_000
SECOND_US = 1_000_000
TOPICS = Topics()


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


@cache
def matter() -> MatterContract:
    """The matter of all cases here."""
    return shipped_matter(MATTER, MATTER_VERSION)


def required_materials() -> tuple[SubmittedMaterial, ...]:
    return tuple(SubmittedMaterial(each.code, SubmittedForm(each.form)) for each in matter().rules.required_materials)


class World:
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
        self._write_base()
        self.base = tuple(self.placed)
        self.placed.clear()

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

    # What stands behind ----------------------------------------------------------------------------------------------

    def go_on(self, *, accused: Iterable[TopicPartition], there: Expected | None = None) -> None:
        """Genuine acts of every region in every partition, and in the registries and contents that a record is in.

        `there`: what becomes of those in the partitions of the accused; accepted, where nothing else is said.
        """
        accused = set(accused)
        for code in (FEDERATION, *REGIONS):
            for place in self._own(code):
                expect = there if place in accused else None
                if place == self.registry(code):
                    if place in accused:
                        self._enter_good(code, expect)
                elif place == self.content(code):
                    if place in accused:
                        self._share_good(code)
                else:
                    self.say(self.opening(code, place.partition, by="approver"), role=Role.GOOD, expect=expect)
            self.cover(code)

    def _own(self, code: RegionCode) -> list[TopicPartition]:
        if code == FEDERATION:
            return [self.registry(code)]
        return [self.registry(code), self.content(code), *(self.cases(code, each) for each in range(PARTITIONS))]

    def _enter_good(self, code: RegionCode, expect: Expected | None) -> None:
        if code == FEDERATION:
            body = MatterPublished(MATTER, "2", matter().content_hash)
        else:
            body = entries.OrganizationRegistered("annex", "分中心", "annex", 3)
        entry = self.entry(code, body)
        if expect is None:
            self.enter(entry, role=Role.GOOD)
        else:
            self.say(entry, role=Role.GOOD, expect=expect)

    def _share_good(self, code: RegionCode) -> None:
        """A value sealed to the two others, and the event that commits to it."""
        others = [region for region in REGIONS if region != code]
        forged, value = self.opening_with_content(code, deciding=others[-1])
        for recipient in others:
            self.put(self.content(code), self.sealed_record(value, code, recipient), Role.GOOD)
        self.say(forged, role=Role.GOOD)

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

    # The base history ------------------------------------------------------------------------------------------------

    def _write_base(self) -> None:
        self._found()
        for code in REGIONS:
            self._appoint(code)
        self.taken_in = self._case(SHANGHAI, deciding=HEFEI)
        """Shanghai holds the pen."""
        self.offered = self._follow(self._case(SHANGHAI, deciding=HEFEI), SHANGHAI, Offered(HEFEI, None, None))
        """Shanghai offered it to Hefei, which has not answered."""
        offered = self._follow(self._case(SHANGHAI, deciding=HEFEI), SHANGHAI, Offered(HEFEI, None, None))
        taken_over = self._follow(offered, HEFEI, TakenOver())
        self.accepted = self._follow(taken_over, HEFEI, Accepted(20_717, None))
        """Hefei took it over and accepted it."""
        self.in_hangzhou = self._case(HANGZHOU)
        self.in_hefei = self._case(HEFEI)

    def _found(self) -> None:
        self.start(FEDERATION, 1)
        self.put(TopicPartition(TOPICS.contracts, 0), Record(matter().content_hash.hex().encode(), matter().package))
        self.enter(self.entry(FEDERATION, MatterPublished(MATTER, MATTER_VERSION, matter().content_hash)))
        for code in REGIONS:
            keys = public(signing_key(code, "authority")), public(signing_key(code, "ledger"))
            content = content_key(code, "content").public_key
            self.enter(self.entry(FEDERATION, RegionEnrolled(code, *NAMES[code], *keys, content, PARTITIONS)))
        self.cover(FEDERATION)

    def _appoint(self, code: RegionCode) -> None:
        def officer(name: str, post: str) -> entries.OfficerAppointed:
            key = public(signing_key(code, name))
            return entries.OfficerAppointed(f"{code}-{name}", f"示例 {name}", "hall", post, key)

        portal = public(signing_key(code, "portal"))
        former = signing_key(code, "former").key_id
        place = self.registry(code)
        self.put_start(place, said := self.start_of(place, 1))
        self.partitions[place].incarnation = said.incarnation
        self.partitions[place].key = self.ledger_key(code)
        for body in (
            entries.OrganizationRegistered("hall", "政务服务中心", "Service hall", 3),
            entries.PostCreated("window", "hall", "窗口", "window", ALL_ACTS),
            entries.PostCreated("desk", "hall", "导办台", "desk", (Power(Act.TAKE_IN),)),
            officer("handler", "window"),
            officer("approver", "window"),
            officer("clerk", "desk"),
            officer("former", "window"),
            entries.ChannelOpened(
                f"{code}-portal", entries.ChannelKind.PORTAL, "网上大厅", "portal", "hall", ALL_ACTS, portal
            ),
            entries.KeyRevoked(former, entries.RevocationReason.LEFT_POST),
        ):
            self.enter(self.entry(code, body))
        self.cover(code)
        for partition in range(PARTITIONS):
            place = self.cases(code, partition)
            self.put_start(place, said := self.start_of(place, 1))
            self.partitions[place].incarnation = said.incarnation
            self.partitions[place].key = self.ledger_key(code)

    def _case(self, code: RegionCode, *, deciding: RegionCode | None = None) -> Forged:
        forged = self.say(self.opening(code, deciding=deciding))
        self.cover(code)
        return forged

    def _follow(self, after: Forged, code: RegionCode, body: Body) -> Forged:
        forged = self.say(self.event(code, body, after=after))
        self.cover(code)
        return forged


def actor(code: RegionCode, by: str) -> Actor:
    """An officer or channel as the base history has it."""
    if by == "portal":
        return Actor(ActorKind.CHANNEL, f"{code}-portal", "hall")
    return Actor(ActorKind.OFFICER, f"{code}-{by}", "hall", "desk" if by == "clerk" else "window")


def schema_of(body: Body) -> Schema:
    """The schema of a body's version 1: this federation allows no newer one."""
    return shipped_schemas().by_ce_type[BY_BODY[type(body)].ce_types[0]]


def note_record(place: TopicPartition, value: bytes, content_type: str) -> Record:
    """A note as the relay publishes it."""
    return Record(place.topic.encode(), value, (("content-type", content_type.encode()),))
