"""Appending own events: sign, judge as every reader will, keep, and give out the place in the log.

All in the caller's transaction, which holds the store's write lock: registry heads are read, the act is decided and
signed, and its number is given out without anything coming between (INTERLEAVINGS.md 9). The place in the log is
counted per partition here; a database's own sequence would have gaps and count partners' events too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from tongban.contracts.malformed import MalformedRecordError
from tongban.contracts.wire.cloud_event import event_key, partition_of
from tongban.contracts.wire.codec import encode
from tongban.contracts.wire.schema_store import Schema
from tongban.contracts.wire.signatures import SigningKey
from tongban.contracts.wire.signed_event import SignedEvent
from tongban.contracts.wire.signing_input import event_signing_input
from tongban.domain.chain.verdict import Parked, Rejected, Valid, Verdict
from tongban.domain.errors import NotAppendableError
from tongban.domain.event import Event
from tongban.domain.events.catalogue import BY_BODY, Body
from tongban.domain.events.event_type import StreamKind
from tongban.domain.header import Actor, Header
from tongban.domain.identifiers import CaseId, CommandId, EventHash, RegionCode, StreamId
from tongban.ledger.event_log import TopicPartition
from tongban.ledger.intake import Clock
from tongban.ledger.judge import Judge, Opened, floor_of
from tongban.ledger.knowledge import Knowledge
from tongban.ledger.store import Transaction
from tongban.ledger.topics import Topics


@dataclass(frozen=True, slots=True)
class Signatory:
    """By whom and when a command is carried out."""

    command: CommandId
    actor: Actor
    key: SigningKey
    occurred_at: int


@dataclass(frozen=True, slots=True)
class Draft:
    """An event before it has a header. `previous`: number and hash of the event it follows; None behind the genesis.

    The first event of a new epoch follows the takeover's head as number 0.
    """

    body: Body
    stream: StreamId
    previous: tuple[int, bytes] | None
    case: CaseId | None = None
    matter: str | None = None
    matter_version: str | None = None
    epoch: int = 0
    causes: tuple[EventHash, ...] = ()


class Appender:
    """Appends events of one region."""

    def __init__(self, region: RegionCode, knowledge: Knowledge, judge: Judge, topics: Topics, clock: Clock) -> None:
        self._region = region
        self._knowledge = knowledge
        self._judge = judge
        self._topics = topics
        self._clock = clock

    def check_free(self, tx: Transaction, streams: Sequence[UUID]) -> None:
        """Raise NotAppendableError where an own event of these streams, or of the own registry, is parked."""
        if tx.parking.own_parked([self._knowledge.registry_stream(self._region), *streams]):
            raise NotAppendableError(
                "an event of this region is waiting for what it rests on",
                expected="every own event of this stream and of the registry in the chain",
                found="a parked one",
                advice="see `tongban quarantine list --parked`; it goes on by itself when what it awaits arrives",
            )

    def append(self, tx: Transaction, draft: Draft, signature: Signatory) -> Event:
        """Sign, judge, keep. Raises NotAppendableError where any reader would not accept the event."""
        header = self._header(tx, draft, signature)
        schema = self._knowledge.allowed_schema(tx, header.under.federation, BY_BODY[type(draft.body)])
        body = _encoded(header, draft.body, schema)
        signing_input = event_signing_input(schema.ce_type, schema.fingerprint, body)
        signed = SignedEvent.of(schema.ce_type, schema.fingerprint, body, signature.key.sign(signing_input))
        event = Event(EventHash(signed.hash), header, draft.body)
        place = self._place(tx, event)
        judgement = self._judge.judge_event(tx, Opened(signed, event), floor_of(tx.logs.state(place)))
        if not isinstance(judgement.verdict, Valid) or judgement.link is None:
            raise _not_appendable(draft, judgement.verdict)
        tx.events.add(event, signed, judgement.link, own=True)
        tx.outbox.append(place, event.hash, signed.leaf, signature.command)
        if event.about is not None:
            tx.facts.mark_changed(event.about)
        self._knowledge.remember(judgement.link)
        self._knowledge.remember_event(event)
        return event

    def _header(self, tx: Transaction, draft: Draft, signature: Signatory) -> Header:
        number, previous = draft.previous or (0, self._knowledge.genesis_hash)
        return Header(
            case=draft.case,
            stream=draft.stream,
            epoch=draft.epoch,
            sequence=number + 1,
            previous=EventHash(previous),
            command=signature.command,
            region=self._region,
            actor=signature.actor,
            key=signature.key.key_id,
            under=self._knowledge.heads(tx, self._region),
            occurred_at=signature.occurred_at,
            recorded_at=self._clock(),
            matter=draft.matter,
            matter_version=draft.matter_version,
            causes=draft.causes,
        )

    def _place(self, tx: Transaction, event: Event) -> TopicPartition:
        if BY_BODY[type(event.body)].stream in (StreamKind.FEDERATION, StreamKind.REGION):
            return TopicPartition(self._topics.registry(self._region), 0)
        enrolled = self._knowledge.current_federation(tx).regions[self._region]
        partition = partition_of(event_key(event.header), enrolled.case_partitions)
        return TopicPartition(self._topics.cases(self._region), partition)


def _encoded(header: Header, body: Body, schema: Schema) -> bytes:
    newest = BY_BODY[type(body)].ce_type
    try:
        return encode(header, body, schema)
    except MalformedRecordError as err:
        if schema.ce_type == newest:
            raise
        raise NotAppendableError(
            f"{schema.ce_type}, the newest version that the federation allows, cannot say this",
            expected=f"{newest} allowed in the federation's registry",
            found=f"{schema.ce_type} only",
            advice=f"say it without what is new, or ask the federation to run `tongban federation allow {newest}`",
        ) from err


def _not_appendable(draft: Draft, verdict: Verdict) -> NotAppendableError:
    name = BY_BODY[type(draft.body)].name
    match verdict:
        case Rejected():
            return NotAppendableError(
                f"{name} breaks rule {verdict.rule} ({verdict.code})",
                expected=verdict.expected,
                found=verdict.found,
                advice="no city would accept it; change what the rule asks for",
            )
        case Parked():
            return NotAppendableError(
                f"{name} rests on something that is not here (rule {verdict.rule}, {verdict.code})",
                expected=f"{verdict.kind} {verdict.awaits.hex()}",
                found="nothing yet",
                advice="wait until the node has read the log up to there, then repeat the command",
            )
        case _:
            return NotAppendableError(f"{name} has no link")
