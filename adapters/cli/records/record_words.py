"""What a record of the log says, in words: without verifying, and without ever failing on what others put there."""

from dataclasses import dataclass, field
from typing import Any

from tongban.contracts.content import record as content_record
from tongban.contracts.content.record import Tombstone
from tongban.contracts.notes.checkpoint import Start
from tongban.contracts.notes.log_note import CHECKPOINT_CONTENT_TYPE, START_CONTENT_TYPE, parse_log_note
from tongban.contracts.wire.cloud_event import parse_record
from tongban.contracts.wire.codec import decode
from tongban.contracts.wire.record import Record
from tongban.contracts.wire.registry_frame import frame_number
from tongban.contracts.wire.schema_store import shipped_schemas
from tongban.domain.errors import RefusedError
from tongban.domain.event import Event
from tongban.domain.law.table import LAWS


@dataclass(frozen=True, slots=True)
class Described:
    """A record: `kind` is event, checkpoint, start, content, tombstone, contract or unreadable; `details` by kind."""

    kind: str
    text: str
    details: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """As programs read it."""
        return {"kind": self.kind, **self.details}


def describe(record: Record) -> Described:
    """What the record says that it is."""
    try:
        return _described(record)
    except RefusedError as err:
        return Described("unreadable", f"unreadable: {err}", {"why": str(err), "size_bytes": len(record.value or b"")})


def event_in(record: Record) -> Event | None:
    """The event in a record, unverified; None if there is none that reads."""
    try:
        signed = parse_record(record)
        schema = shipped_schemas().by_fingerprint.get(signed.fingerprint)
        if schema is None:
            return None
        header, body = decode(schema, signed.body)
    except RefusedError:
        return None
    return Event(signed.hash, header, body)


def _described(record: Record) -> Described:
    headers = dict(record.headers)
    content_type = headers.get("content-type", b"")
    if content_type in (CHECKPOINT_CONTENT_TYPE.encode(), START_CONTENT_TYPE.encode()):
        return _note(record.value or b"")
    if "tb_type" in headers or (record.value is None and record.key is not None and b"/" in record.key):
        return _content(record)
    if not record.headers and record.key is not None and record.value is not None and len(record.key) == 64:
        name = record.key.decode("ascii", "replace")
        return Described("contract", f"contract {name[:16]}…, {len(record.value)} bytes", {"content_hash": name})
    return _event(record)


def _note(value: bytes) -> Described:
    said, _ = parse_log_note(value)
    incarnation = f"{said.incarnation.number}/{said.incarnation.random.hex()[:8]}"
    details: dict[str, Any] = {"origin": said.origin, "incarnation": said.incarnation.number}
    if isinstance(said, Start):
        return Described("start", f"开始 start of incarnation {incarnation}", details)
    details |= {"size": said.size, "leaves": len(said.leaves), "root": said.root.hex()}
    text = f"检查点 checkpoint of size {said.size} (+{len(said.leaves)}), incarnation {incarnation}"
    return Described("checkpoint", text, details)


def _content(record: Record) -> Described:
    parsed = content_record.parse_record(record)
    if isinstance(parsed, Tombstone):
        details = {"recipient": parsed.recipient, "commitment": parsed.commitment.hex()}
        return Described("tombstone", f"tombstone of content for {parsed.recipient}", details)
    sealed, _ = parsed
    details = {"sender": sealed.sender, "recipient": sealed.recipient, "commitment": sealed.commitment.hex()}
    text = (
        f"密封内容 content sealed by {sealed.sender} for {sealed.recipient}, commitment {sealed.commitment.hex()[:12]}"
    )
    return Described("content", text, details)


def _event(record: Record) -> Described:
    signed = parse_record(record)
    number = frame_number(record.value or b"", signed.body)
    schema = shipped_schemas().by_fingerprint.get(signed.fingerprint)
    if schema is None:
        details: dict[str, Any] = {
            "type": signed.ce_type,
            "event": signed.hash.hex(),
            "schema": signed.fingerprint.hex(),
            "schema_number": number,
        }
        return Described("event", f"{signed.ce_type} by a schema that this software does not have", details)
    header, body = decode(schema, signed.body)
    event = Event(signed.hash, header, body)
    law = LAWS.get(type(body))
    words = f"{law.zh} " if law is not None else ""
    details = {
        "type": event.type.name,
        "event": signed.hash.hex(),
        "region": header.region,
        "actor": header.actor.id,
        "case": str(header.case) if header.case else None,
        "stream": str(header.stream),
        "sequence": header.sequence,
        "occurred_at": header.occurred_at,
        "command": str(header.command),
        "schema_number": number,
    }
    where = f"case {str(header.case)[:8]} " if header.case else ""
    by = f"{header.region} {header.actor.id}"
    text = f"{words}{event.type.name} #{header.sequence} {where}by {by}, event {signed.hash.hex()[:12]}"
    return Described("event", text, details)
