"""After a case has ended: the archive (归档)."""

from dataclasses import dataclass

from tongban.domain.events.event_type import BY_OFFICER, Act, EventType, Pen, StreamKind


@dataclass(frozen=True, slots=True)
class Archived:
    """归档. `retention_years`: null where kept permanently."""

    archive_number: str
    retention_years: int | None


ARCHIVED = EventType("case.archived", Archived, StreamKind.CASE, Act.ARCHIVE, BY_OFFICER, Pen.KEEPS)

TYPES = (ARCHIVED,)
