"""The frames in a log, compared with the registry: which number was used for which schema.

A number that was right when its record was made may name another schema by now (a registry that was cleared, or put back).
Nothing in Tongban follows from it; programs that look schemas up by number would read such a record wrongly.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from tongban.adapters.schema_registry.client import SchemaRegistry
from tongban.contracts.wire.cloud_event import parse_record
from tongban.contracts.wire.registry_frame import frame_number
from tongban.domain.errors import MalformedError
from tongban.ledger.event_log import LoggedRecord, TopicPartition


@dataclass(slots=True)
class FrameUse:
    """Events with one number and one schema (fingerprint, hex): how many, and where the first is."""

    number: int
    ce_type: str
    fingerprint: str
    place: TopicPartition
    offset: int
    events: int = 0


def frames_in(records: Iterable[LoggedRecord]) -> tuple[FrameUse, ...]:
    """What frames say; records without one, and what is no event, are passed over."""
    uses: dict[tuple[int, bytes], FrameUse] = {}
    for logged in records:
        try:
            signed = parse_record(logged.record)
        except MalformedError:
            continue
        number = frame_number(logged.record.value or b"", signed.body)
        if number is not None:
            key = (number, signed.fingerprint)
            if key not in uses:
                uses[key] = FrameUse(number, signed.ce_type, signed.fingerprint.hex(), logged.place, logged.offset)
            uses[key].events += 1
    return tuple(uses.values())


def wrong_frames(registry: SchemaRegistry, uses: Iterable[FrameUse]) -> tuple[tuple[FrameUse, str], ...]:
    """Those whose number is another schema's, with what the registry has. Raises SchemaRegistryUnavailableError."""
    found = ((use, registry.fingerprint_at(use.number) or "no schema") for use in uses)
    return tuple((use, fingerprint) for use, fingerprint in found if fingerprint != use.fingerprint)
