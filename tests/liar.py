"""A region that lies: it signs and publishes what its own ledger would refuse. The keys are genuine, the acts are not."""

import hashlib
from dataclasses import replace

from tests.cities import Cities
from tongban.contracts.notes.log_note import CHECKPOINT_CONTENT_TYPE
from tongban.contracts.wire.codec import encode
from tongban.contracts.wire.record import Record
from tongban.contracts.wire.schema_store import shipped_schemas
from tongban.contracts.wire.signed_event import SignedEvent
from tongban.contracts.wire.signing_input import event_signing_input
from tongban.domain.chain.link import link_after
from tongban.domain.event import Event
from tongban.domain.events.catalogue import BY_BODY
from tongban.domain.header import Actor, ActorKind, Header
from tongban.domain.identifiers import CommandId, EventHash, RegionCode
from tongban.ledger.event_log import TopicPartition


def header_for(cities: Cities, code: RegionCode, like: Header, by: str = "handler", **changes) -> Header:
    """A header by an officer of `code` that goes on behind the event that `like` belongs to."""
    node = cities.nodes[code]
    with node.store.reading() as tx:
        registry = node.knowledge.current_region(tx, code)
        key, signer = next((k, s) for k, s in registry.signers.items() if s.id == f"{code}-{by}")
        under = node.knowledge.heads(tx, code)
    header = replace(
        like,
        sequence=like.sequence + 1,
        command=CommandId(cities.uuid()),
        region=code,
        actor=Actor(ActorKind(signer.kind), signer.id, signer.organization, signer.post),
        key=key,
        under=under,
        occurred_at=cities.now,
        recorded_at=cities.now,
        causes=(),
    )
    return replace(header, **changes)


def sign(cities: Cities, code: RegionCode, header: Header, body) -> tuple[SignedEvent, Event]:
    """The event as its officer's key signs it."""
    schema = shipped_schemas().by_ce_type[BY_BODY[type(body)].ce_type]
    data = encode(header, body)
    signature = (
        cities.keyrings[code]
        .get_signing(header.key)
        .sign(event_signing_input(schema.ce_type, schema.fingerprint, data))
    )
    signed = SignedEvent.of(schema.ce_type, schema.fingerprint, data, signature)
    return signed, Event(EventHash(signed.hash), header, body)


def publish_lie(cities: Cities, code: RegionCode, header: Header, body) -> Event:
    """Keep an event without judging it, and let the region's own relay publish and list it."""
    node = cities.nodes[code]
    signed, event = sign(cities, code, header, body)
    with node.store.transaction() as tx:
        place = node.acts._appender._place(tx, event)
        previous = node.knowledge.link(tx, header.previous)
        tx.events.add(event, signed, link_after(event, previous), own=True)
        tx.outbox.append(place, event.hash, signed.leaf, header.command)
    return event


def publish_lie_on(cities: Cities, code: RegionCode, before: Event, body) -> Event:
    """A lie behind an event that this region need not have read yet."""
    return publish_lie(cities, code, header_for(cities, code, before.header, previous=before.hash), body)


def publish_listed(cities: Cities, code: RegionCode, place: TopicPartition, record: Record, leaf: bytes) -> None:
    """Have a region publish any record in its topic, and list any leaf, as if both were its own."""
    node = cities.nodes[code]
    with node.store.reading() as tx:
        checkpoint = node._relay._checkpoint(tx, place, [leaf])
    node.writer.written.add(hashlib.sha256(checkpoint).digest())
    headers = (("content-type", CHECKPOINT_CONTENT_TYPE.encode()),)
    writer = cities.log.writer()
    writer.publish([(place, record), (place, Record(place.topic.encode(), checkpoint, headers))])
    writer.close()
