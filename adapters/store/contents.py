"""Sealed personal content, and public contracts."""

from collections.abc import Sequence

from tongban.adapters.store.records import decode_record, encode_record
from tongban.adapters.store.session import Session
from tongban.contracts.wire.record import Record
from tongban.ledger.kept import OutgoingContent

TABLES = (
    """
    CREATE TABLE outgoing_contents (
        id {lasting}, event {blob} NOT NULL, topic {text} NOT NULL, record {blob} NOT NULL
    ) {rows}
    """,
    "CREATE INDEX outgoing_contents_event ON outgoing_contents (event)",
    "CREATE TABLE contents (commitment {blob} PRIMARY KEY, record {blob} NOT NULL) {rows}",
    "CREATE TABLE contracts (hash {blob} PRIMARY KEY, data {blob} NOT NULL) {rows}",
)

ENQUEUE = "INSERT INTO outgoing_contents (event, topic, record) VALUES (:event, :topic, :record)"
OUTGOING = "SELECT topic, record FROM outgoing_contents WHERE event = :event ORDER BY id"
SENT = "DELETE FROM outgoing_contents WHERE event = :event"
KEEP = """
    INSERT INTO contents (commitment, record) VALUES (:commitment, :record)
    ON CONFLICT (commitment) DO UPDATE SET record = excluded.record
"""
GET = "SELECT record FROM contents WHERE commitment = :commitment"
KEEP_CONTRACT = "INSERT INTO contracts (hash, data) VALUES (:hash, :data) ON CONFLICT (hash) DO NOTHING"
CONTRACT = "SELECT data FROM contracts WHERE hash = :hash"


class SqlContents:
    """The port's `Contents`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def enqueue(self, content: OutgoingContent) -> None:
        """See the port."""
        self._session.run(ENQUEUE, event=content.event, topic=content.topic, record=encode_record(content.record))

    def outgoing(self, event_hashes: Sequence[bytes]) -> Sequence[OutgoingContent]:
        """See the port. In the order of the events given, then in that of `enqueue`."""
        return tuple(
            OutgoingContent(event_hash, topic, decode_record(record))
            for event_hash in event_hashes
            for topic, record in self._session.rows(OUTGOING, event=event_hash)
        )

    def sent(self, event_hash: bytes) -> None:
        """See the port."""
        self._session.run(SENT, event=event_hash)

    def keep(self, commitment: bytes, record: Record) -> None:
        """See the port. A newer record of the same commitment takes the place of the older, as on the topic."""
        self._session.run(KEEP, commitment=commitment, record=encode_record(record))

    def get(self, commitment: bytes) -> Record | None:
        """See the port."""
        row = self._session.row(GET, commitment=commitment)
        return decode_record(row[0]) if row is not None else None

    def keep_contract(self, content_hash: bytes, data: bytes) -> None:
        """See the port. Whether the data has this hash is the caller's to check."""
        self._session.run(KEEP_CONTRACT, hash=content_hash, data=data)

    def contract(self, content_hash: bytes) -> bytes | None:
        """See the port."""
        row = self._session.row(CONTRACT, hash=content_hash)
        return bytes(row[0]) if row is not None else None
