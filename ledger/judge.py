"""Judging one record: the numbered rules of `tongban.domain.chain.verdict`, in one fixed order.

    record → form (F1-F4) → ids (F5, F6) and federation → heads (A1) → key (A2, A3) → signature (S1)
           → matter and power (A5, A4) → epoch (C5) → predecessor and causes (C1, C2) → chain and pen (C3, C4, P1, P2)

A writer judges its own events by the same code before it keeps them. The verdict depends on the record, the floor of
its log, and what is known by hash: never on the order in which things arrived, and never on a clock.
"""

from dataclasses import dataclass

from tongban.contracts.wire.cloud_event import check_envelope, parse_record, partition_of
from tongban.contracts.wire.codec import decode, decode_header
from tongban.contracts.wire.record import Record
from tongban.contracts.wire.signed_event import SignedEvent
from tongban.domain.chain.authority import judge_power, signing_key
from tongban.domain.chain.link import Link, begins_epoch, judge_epoch, judge_ids, judge_link, link_after
from tongban.domain.chain.registries import FederationState, RegionState
from tongban.domain.chain.verdict import Awaited, Parked, Rejected, Valid, Verdict
from tongban.domain.errors import MalformedError
from tongban.domain.event import Event
from tongban.domain.events.event_type import StreamKind
from tongban.domain.header import Header
from tongban.domain.identifiers import EventHash
from tongban.ledger.event_log import TopicPartition
from tongban.ledger.kept import Leaf, LogState
from tongban.ledger.knowledge import Authority, Knowledge
from tongban.ledger.lru_cache import LruCache
from tongban.ledger.signature_checks import SignatureChecks
from tongban.ledger.store import Transaction
from tongban.ledger.topics import Topics

VALID = Valid()
OPENED_KEPT = 2_048
"""Events read and not listed yet, some kilobytes each: those of one batch."""


@dataclass(frozen=True, slots=True)
class Floor:
    """The greatest registry numbers that earlier leaves of the same log named (rule A1)."""

    federation: int = 0
    region: int = 0

    def raised_by(self, header: Header) -> "Floor":
        """The floor for the leaves behind this one."""
        federation, region = header.under.federation.number, header.under.region.number
        if federation <= self.federation and region <= self.region:
            return self
        return Floor(max(self.federation, federation), max(self.region, region))


def floor_of(kept: Leaf | LogState) -> Floor:
    """The floor under which a leaf was released, or that a partition's log has reached."""
    return Floor(kept.floor_federation, kept.floor_region)


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict, with the event and its link as far as the rules came."""

    verdict: Verdict
    event: Event | None = None
    signed: SignedEvent | None = None
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A record whose form was read: signed bytes and the event in them."""

    signed: SignedEvent
    event: Event


class Judge:
    """The rules, over what a region knows."""

    def __init__(self, knowledge: Knowledge, topics: Topics) -> None:
        self._knowledge = knowledge
        self._topics = topics
        self.signatures = SignatureChecks()
        self._opened: LruCache[bytes, Opened] = LruCache(OPENED_KEPT)

    def parse(self, record: Record) -> SignedEvent | Rejected:
        """The signed bytes in a record (rule F1): enough to know its leaf."""
        try:
            return parse_record(record)
        except MalformedError as err:
            return _malformed("F1", err)

    def open(self, signed: SignedEvent) -> Opened | Parked | Rejected:
        """The event in signed bytes (rules F2, F3)."""
        schema = self._knowledge.schema(signed.fingerprint)
        if schema is None:
            return Parked("F2", "schema_awaited", Awaited.CONTENT, signed.fingerprint)
        if schema.ce_type != signed.ce_type:
            return Rejected("F1", "type_schema", schema.ce_type, signed.ce_type)
        try:
            header, body = decode(schema, signed.body)
        except MalformedError as err:
            return _malformed("F3", err)
        return Opened(signed, Event(EventHash(signed.hash), header, body))

    def remember(self, leaf: bytes, opened: Opened) -> None:
        """Keep for a while what was opened; a leaf says all of it."""
        self._opened.put(leaf, opened)

    def recall(self, leaf: bytes) -> Opened | None:
        """What was opened under this leaf, if it is still remembered; once."""
        return self._opened.pop(leaf)

    def header_of(self, record: Record) -> Header | None:
        """The header in a record, whatever else is wrong with it or unknown here; None where there is none to read.

        Every schema begins with the same header, so this does not depend on which schemas are known.
        """
        signed = self.parse(record)
        if isinstance(signed, Rejected):
            return None
        try:
            return decode_header(signed.body)
        except MalformedError:
            return None

    def judge_record(self, tx: Transaction, place: TopicPartition, record: Record, floor: Floor) -> Judgement:
        """All rules, on a record as it is in the log."""
        signed = self.parse(record)
        opened = signed if isinstance(signed, Rejected) else self.open(signed)
        return self.judge_opened(tx, place, record, opened, floor)

    def judge_opened(
        self, tx: Transaction, place: TopicPartition, record: Record, opened: Opened | Parked | Rejected, floor: Floor
    ) -> Judgement:
        """All rules behind form, on a record whose form was read."""
        if not isinstance(opened, Opened):
            return Judgement(opened)
        fault = self.judge_envelope(tx, place, record, opened)
        if fault is not None:
            return Judgement(fault, opened.event, opened.signed)
        return self.judge_event(tx, opened, floor)

    def judge_event(self, tx: Transaction, opened: Opened, floor: Floor) -> Judgement:
        """All rules but those on the record around the event."""
        signed, event = opened.signed, opened.event
        verdict: Verdict | None = judge_ids(event, self._knowledge.genesis_hash) or _judge_floor(event.header, floor)
        verdict = verdict or self._judge_authority(tx, opened)
        if verdict is not None:
            return Judgement(verdict, event, signed)
        return self._judge_chain(tx, opened)

    # Form ------------------------------------------------------------------------------------------------------------

    def judge_envelope(self, tx: Transaction, place: TopicPartition, record: Record, opened: Opened) -> Rejected | None:
        """Rule F4: the record around an event, and its place, agree with the event."""
        header = opened.event.header
        try:
            check_envelope(record, header, opened.signed)
        except MalformedError as err:
            return _malformed("F4", err)
        registry = opened.event.type.stream in (StreamKind.FEDERATION, StreamKind.REGION)
        topic = self._topics.registry(header.region) if registry else self._topics.cases(header.region)
        if place.topic != topic:
            return Rejected("F4", "topic", topic, place.topic)
        if registry:
            return None
        federation = self._knowledge.federation_at(tx, header.under.federation)
        if not isinstance(federation, FederationState) or record.key is None:
            return None  # rule A1 says so
        enrolled = federation.regions.get(header.region)
        if enrolled is None:
            return None  # rule A2 says so
        partition = partition_of(record.key, enrolled.case_partitions)
        return (
            None if place.partition == partition else Rejected("F4", "partition", str(partition), str(place.partition))
        )

    # Authority -------------------------------------------------------------------------------------------------------

    def _judge_authority(self, tx: Transaction, opened: Opened) -> Parked | Rejected | None:
        authority = self._authority(tx, opened.event)
        if not isinstance(authority, Authority):
            return authority
        if not self.signatures.check(opened.signed, authority.key):
            wanted = f"a signature by key {opened.event.header.key.hex()[:16]}"
            return Rejected("S1", "signature", wanted, "one that does not verify")
        return authority.fault

    def _authority(self, tx: Transaction, event: Event) -> Authority | Parked | Rejected:
        """Looked up once for each officer, type of event and matter under the same heads: all that it depends on."""
        header = event.header
        under, actor = header.under, header.actor
        asked = (
            under.federation.number, under.federation.hash, under.region.number, under.region.hash, header.region,
            header.key, actor.kind, actor.id, actor.organization, actor.post, event.type.ce_type, header.matter,
            header.matter_version,
        )  # fmt: skip
        known = self._knowledge.authorities.get(asked, lambda _: None)
        if known is not None:
            return known
        authority = self._look_up_authority(tx, event)
        if isinstance(authority, Authority) and not isinstance(authority.fault, Parked):
            self._knowledge.authorities.put(asked, authority)
        return authority

    def _look_up_authority(self, tx: Transaction, event: Event) -> Authority | Parked | Rejected:
        header, event_type = event.header, event.type
        federation = self._knowledge.federation_at(tx, header.under.federation)
        if not isinstance(federation, FederationState):
            return federation
        region = self._knowledge.region_at(tx, header.region, header.under.region)
        if not isinstance(region, RegionState):
            return region
        key = signing_key(header, event_type, federation, region, self._knowledge.genesis.key)
        if isinstance(key, Rejected):
            return key
        fault = judge_power(header, event_type, federation, region) or self._judge_matter(tx, header, federation)
        return Authority(key, fault)

    def _judge_matter(self, tx: Transaction, header: Header, federation: FederationState) -> Parked | Rejected | None:
        if header.matter is None:
            return None
        content_hash = federation.matters[(header.matter, header.matter_version or "")]
        faults = self._knowledge.package_faults(tx, content_hash)
        if faults is None:
            return Parked("A5", "matter_awaited", Awaited.CONTENT, content_hash)
        if faults:
            return Rejected("A5", "matter_invalid", "a matter's bundle", str(faults[0])[:200])
        return None  # what the files say is not read: a verdict must not depend on the version of this software

    # Chain -----------------------------------------------------------------------------------------------------------

    def _judge_chain(self, tx: Transaction, opened: Opened) -> Judgement:
        event, signed = opened.event, opened.signed
        header = event.header
        federation = self._knowledge.federation_at(tx, header.under.federation)
        assert isinstance(federation, FederationState), "judged before"
        early = judge_epoch(event, federation)
        if early is not None:
            return Judgement(early, event, signed)
        previous = None
        if header.sequence > 1 or begins_epoch(event):
            previous = self._knowledge.link(tx, header.previous)
            if previous is None:
                return Judgement(_await("C1", "predecessor_awaited", header.previous), event, signed)
        causes: dict[bytes, Link] = {}
        for cause in header.causes:
            link = self._knowledge.link(tx, cause)
            if link is None:
                return Judgement(_await("C2", "cause_awaited", cause), event, signed)
            causes[cause] = link
        fault = judge_link(event, previous, causes, federation)
        if fault is not None:
            return Judgement(fault, event, signed)
        return Judgement(VALID, event, signed, link_after(event, previous))


def _judge_floor(header: Header, floor: Floor) -> Rejected | None:
    under = header.under
    if under.federation.number < floor.federation or under.region.number < floor.region:
        wanted = f"heads from {floor.federation} and {floor.region} on"
        return Rejected("A1", "under_back", wanted, f"{under.federation.number} and {under.region.number}")
    return None


def _await(rule: str, code: str, event_hash: bytes) -> Parked:
    return Parked(rule, code, Awaited.EVENT, event_hash)


def _malformed(rule: str, err: MalformedError) -> Rejected:
    return Rejected(rule, getattr(err, "reason", err.code), err.expected or err.message, err.found)
