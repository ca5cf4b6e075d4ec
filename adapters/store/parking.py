"""Records that wait, and records that are evidence.

Texts of evidence may repeat what strangers wrote. What no database takes in text, NUL and lone surrogates, is written
as an escape, so that a bad record is kept like any other.
"""

import hashlib
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from tongban.adapters.store.records import decode_record, encode_record
from tongban.adapters.store.session import AMONG, Session, among, as_uuid
from tongban.contracts.wire.record import Record
from tongban.domain.errors import StoreCorruptError
from tongban.ledger.event_log import TopicPartition
from tongban.ledger.kept import Evidence, Leaf, ParkedRecord

TABLES = (
    """
    CREATE TABLE parked (
        id {lasting}, topic {text} NOT NULL, partition {integer} NOT NULL, leaf_index {integer} NOT NULL,
        leaf {blob} NOT NULL, covered_at {integer} NOT NULL, floor_federation {integer} NOT NULL,
        floor_region {integer} NOT NULL, log_offset {integer} NOT NULL, record {blob} NOT NULL, own {integer} NOT NULL,
        rule {text} NOT NULL, code {text} NOT NULL, kind {text} NOT NULL, awaits {blob} NOT NULL, stream {uuid}
    ) {rows}
    """,
    "CREATE INDEX parked_awaits ON parked (awaits)",
    "CREATE INDEX parked_own ON parked (stream) WHERE own = 1",
    """
    CREATE TABLE quarantine (
        id {lasting}, kind {text} NOT NULL, topic {text} NOT NULL, partition {integer} NOT NULL,
        log_offset {integer} NOT NULL, digest {blob} NOT NULL, record {blob} NOT NULL, rule {text} NOT NULL,
        code {text} NOT NULL, expected {text} NOT NULL, found {text} NOT NULL, leaf_index {integer}, leaf {blob},
        covered_at {integer}, floor_federation {integer}, floor_region {integer}, noted_at {integer} NOT NULL,
        UNIQUE (digest, kind, topic, partition, log_offset)
    ) {rows}
    """,
)

PARK = """
    INSERT INTO parked (topic, partition, leaf_index, leaf, covered_at, floor_federation, floor_region, log_offset,
                        record, own, rule, code, kind, awaits, stream)
    VALUES (:topic, :partition, :leaf_index, :leaf, :covered_at, :floor_federation, :floor_region, :log_offset,
            :record, :own, :rule, :code, :kind, :awaits, :stream)
"""
ALL_PARKED = """
    SELECT id, topic, partition, leaf_index, leaf, covered_at, floor_federation, floor_region, log_offset, record, own,
           rule, code, kind, awaits, stream
    FROM parked
"""
PARKED = ALL_PARKED + "ORDER BY id"
PARKED_FOR = ALL_PARKED + "WHERE awaits = :awaits ORDER BY id"
AWAITED = f"SELECT DISTINCT awaits FROM parked WHERE awaits IN {AMONG}"
UNPARK = "DELETE FROM parked WHERE id = :id"
OWN_STREAMS = "SELECT DISTINCT stream FROM parked WHERE own = 1"

QUARANTINE = """
    INSERT INTO quarantine (kind, topic, partition, log_offset, digest, record, rule, code, expected, found,
                            leaf_index, leaf, covered_at, floor_federation, floor_region, noted_at)
    VALUES (:kind, :topic, :partition, :log_offset, :digest, :record, :rule, :code, :expected, :found,
            :leaf_index, :leaf, :covered_at, :floor_federation, :floor_region, :noted_at)
    ON CONFLICT (digest, kind, topic, partition, log_offset) DO NOTHING
"""
ALL_EVIDENCE = """
    SELECT id, kind, topic, partition, log_offset, rule, code, expected, found, digest, record,
           leaf_index, leaf, covered_at, floor_federation, floor_region, noted_at
    FROM quarantine
"""
EVIDENCE = ALL_EVIDENCE + "ORDER BY id"
EVIDENCE_OF_KIND = ALL_EVIDENCE + "WHERE kind = :kind ORDER BY id"
EVIDENCE_BY_ID = ALL_EVIDENCE + "WHERE id = :id"
RELEASE = "DELETE FROM quarantine WHERE id = :id"


class SqlParking:
    """The port's `Parking`."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._not_awaited: set[bytes] = set()

    def look_ahead(self, awaited: Collection[bytes]) -> None:
        """See the port."""
        self._not_awaited |= set(awaited).difference(key for (key,) in among(self._session, AWAITED, awaited))

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
        """See the port."""
        self._not_awaited.discard(awaits)
        self._session.run(
            PARK,
            topic=leaf.place.topic,
            partition=leaf.place.partition,
            leaf_index=leaf.index,
            leaf=leaf.hash,
            covered_at=leaf.covered_at,
            floor_federation=leaf.floor_federation,
            floor_region=leaf.floor_region,
            log_offset=offset,
            record=encode_record(record),
            own=int(own),
            rule=rule,
            code=code,
            kind=kind,
            awaits=awaits,
            stream=stream,
        )

    def parked(self, *, awaits: bytes | None = None) -> Sequence[ParkedRecord]:
        """See the port."""
        if awaits in self._not_awaited:
            return ()
        found = self._session.rows(PARKED) if awaits is None else self._session.rows(PARKED_FOR, awaits=awaits)
        return tuple(map(_parked, found))

    def unpark(self, parked_id: int) -> None:
        """See the port."""
        self._session.run(UNPARK, id=parked_id)

    def own_parked(self, streams: Sequence[UUID]) -> bool:
        """See the port. An own event that cannot be read yet may be of any stream."""
        found = [row[0] for row in self._session.rows(OWN_STREAMS)]
        return any(stream is None or as_uuid(stream) in streams for stream in found)

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
        """See the port. Once for each kind: a stray may be listed later, and be rejected then."""
        stored = encode_record(record)
        self._session.run(
            QUARANTINE,
            kind=kind,
            topic=place.topic,
            partition=place.partition,
            log_offset=offset,
            digest=hashlib.sha256(stored).digest(),
            record=stored,
            rule=rule,
            code=code,
            expected=_plain(expected),
            found=_plain(found),
            leaf_index=leaf.index if leaf else None,
            leaf=leaf.hash if leaf else None,
            covered_at=leaf.covered_at if leaf else None,
            floor_federation=leaf.floor_federation if leaf else None,
            floor_region=leaf.floor_region if leaf else None,
            noted_at=noted_at,
        )

    def evidence(self, *, kind: str | None = None, evidence_id: int | None = None) -> Sequence[Evidence]:
        """See the port. Raises StoreCorruptError where a record is not what was kept."""
        if evidence_id is not None:
            found = tuple(map(_evidence, self._session.rows(EVIDENCE_BY_ID, id=evidence_id)))
            return tuple(each for each in found if kind in (None, each.kind))
        if kind is not None:
            return tuple(map(_evidence, self._session.rows(EVIDENCE_OF_KIND, kind=kind)))
        return tuple(map(_evidence, self._session.rows(EVIDENCE)))

    def release_evidence(self, evidence_id: int) -> None:
        """See the port."""
        self._session.run(RELEASE, id=evidence_id)


def _plain(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")


def _parked(row: tuple[Any, ...]) -> ParkedRecord:
    parked_id, topic, partition, *leaf, offset, record, own, rule, code, kind, awaits, stream = row
    listed = Leaf(TopicPartition(topic, partition), *leaf)
    stream_id = as_uuid(stream) if stream is not None else None
    return ParkedRecord(
        parked_id, listed, offset, decode_record(record), bool(own), rule, code, kind, awaits, stream_id
    )


def _evidence(row: tuple[Any, ...]) -> Evidence:
    evidence_id, kind, topic, partition, offset, rule, code, expected, found, digest, record, *leaf, noted_at = row
    if hashlib.sha256(record).digest() != digest:
        raise StoreCorruptError("a record kept as evidence is not what was kept", found=f"evidence {evidence_id}")
    place = TopicPartition(topic, partition)
    listed = Leaf(place, *leaf) if leaf[0] is not None else None
    return Evidence(
        evidence_id, kind, place, offset, rule, code, expected, found, decode_record(record), listed, noted_at
    )
