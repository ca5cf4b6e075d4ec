"""The floor of appending: the eventsourcing library's own `Application.save`, unsigned, on SQLite, durable alike."""

import base64
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event


class PlainCase(Aggregate):
    """An aggregate whose events carry a text: as many bytes as a signed event's body, and nothing to check."""

    @event("Acted")
    def act(self, body: str) -> None:
        """One more event."""
        self.body = body


class Library:
    """The library over a file of its own. Its SQLite is `synchronous=FULL` with a write-ahead log, as our store is."""

    def __init__(self, path: Path) -> None:
        self._app: Application[UUID] = Application(
            {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(path)}
        )

    def save(self, bodies: Sequence[bytes], *, at_once: bool) -> None:
        """Append a case of these bodies: in one transaction, or each in one of its own."""
        case = PlainCase()
        for body in bodies[1:]:
            if not at_once:
                self._app.save(case)
            case.act(base64.b64encode(body).decode())
        self._app.save(case)

    def replay(self) -> int:
        """Read all events back and fold them; how many there were."""
        count = 0
        for each in {UUID(str(one.originator_id)) for one in self._app.recorder.select_notifications(1, 1 << 31)}:
            case: PlainCase = self._app.repository.get(each)
            count += case.version
        return count

    def close(self) -> None:
        """Release the file."""
        self._app.close()
