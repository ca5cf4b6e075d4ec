"""Between an event and its rows: the library's stored event, the link beside it, and back.

    stored_events   originator_id = stream, originator_version = sequence, topic and state as `SignedEvent` gives them
    rivals          hash, topic, state: events whose number in their stream was taken when they came
    links           one row for each of both: what judging others asks for, and the leaf that covers hash and signature

What is read back must still have its hash and its leaf, or the store is corrupt: a flipped bit of body or signature
never leaves it.
"""

from typing import Any

from eventsourcing.persistence import StoredEvent

from tongban.adapters.store.session import SqlValue
from tongban.contracts.wire.signed_event import SignedEvent
from tongban.domain.chain.link import Link
from tongban.domain.chain.pen import PenState
from tongban.domain.errors import MalformedError, StoreCorruptError
from tongban.domain.event import Event
from tongban.domain.identifiers import FEDERATION, RegionCode
from tongban.ledger.kept import KeptEvent

TABLES = (
    """
    CREATE TABLE links (
        id {arrival}, hash {blob} NOT NULL UNIQUE, leaf {blob} NOT NULL, stream {uuid} NOT NULL,
        sequence {integer} NOT NULL, previous {blob} NOT NULL, case_id {uuid}, region {text} NOT NULL,
        ce_type {text} NOT NULL, command {uuid} NOT NULL, own {integer} NOT NULL, rival {integer} NOT NULL,
        holder {text} NOT NULL, offered_to {text}, covered_at {integer}
    ) {rows}
    """,
    "CREATE INDEX links_stream ON links (stream, sequence, rival)",
    "CREATE INDEX links_previous ON links (previous, stream)",
    "CREATE INDEX links_case ON links (case_id)",
    f"CREATE INDEX links_federation ON links (region) WHERE region = '{FEDERATION}'",
    "CREATE INDEX links_command ON links (command)",
    "CREATE INDEX links_own_leaf ON links (leaf) WHERE own = 1",
    "CREATE TABLE rivals (hash {blob} PRIMARY KEY, topic {text} NOT NULL, state {blob} NOT NULL) {clustered}",
)

KEPT = """
    SELECT links.hash, links.leaf, COALESCE(stored_events.topic, rivals.topic),
           COALESCE(stored_events.state, rivals.state), holder, offered_to, covered_at, own
    FROM links
    LEFT JOIN stored_events ON rival = 0 AND originator_id = stream AND originator_version = sequence
    LEFT JOIN rivals ON rival = 1 AND rivals.hash = links.hash
"""
"""The beginning of every query whose rows `kept` takes."""


def stored(link: Link, signed: SignedEvent) -> StoredEvent:
    """The event as the library's recorders take it."""
    return StoredEvent(link.header.stream, link.header.sequence, signed.topic, signed.state)


def link_values(event: Event, link: Link, signed: SignedEvent, *, own: bool, rival: bool) -> dict[str, SqlValue]:
    """The event's row in `links`, but for `id`. A takeover has the `case_id` of its case, to be read with it."""
    header = link.header
    return {
        "hash": link.hash,
        "leaf": signed.leaf,
        "stream": header.stream,
        "sequence": header.sequence,
        "previous": header.previous,
        "case_id": event.about,
        "region": header.region,
        "ce_type": signed.ce_type,
        "command": header.command,
        "own": int(own),
        "rival": int(rival),
        "holder": link.pen.holder,
        "offered_to": link.pen.offered_to,
        "covered_at": event.covered_at,
    }


def kept(row: tuple[Any, ...]) -> KeptEvent:
    """The event of a row of `KEPT`. Raises StoreCorruptError unless hash and leaf are those that it was kept under."""
    event_hash, leaf, topic, state, holder, offered_to, covered_at, own = row
    pen = PenState(RegionCode(holder), RegionCode(offered_to) if offered_to is not None else None)
    return KeptEvent(signed(event_hash, leaf, topic, state), pen, covered_at, bool(own))


def signed(event_hash: bytes, leaf: bytes, topic: object, state: object) -> SignedEvent:
    """The signed event kept under this hash and leaf. Raises StoreCorruptError unless it has both."""
    if not isinstance(topic, str) or not isinstance(state, bytes):
        found = f"{type(topic).__name__} and {type(state).__name__}"
        raise StoreCorruptError("a kept event has no text and bytes", expected=event_hash.hex(), found=found)
    try:
        read = SignedEvent.from_stored(topic, state)
    except MalformedError as err:
        raise StoreCorruptError("a kept event is out of form", expected=event_hash.hex(), found=str(err)) from err
    if read.hash != event_hash or read.leaf != leaf:
        raise StoreCorruptError(
            "a kept event is not what was kept",
            expected=event_hash.hex(),
            found=f"{read.hash.hex()}, leaf {read.leaf.hex()}",
        )
    return read
