"""Single values, and which cases' views are older than their events.

A stamp comes from a counter that outlives the marks: a stamp that was given out once is never given to a newer mark.
"""

from collections.abc import Sequence
from uuid import UUID

from tongban.adapters.store.session import Session, as_uuid

TABLES = (
    "CREATE TABLE facts (name {text} PRIMARY KEY, value {text} NOT NULL) {clustered}",
    "CREATE TABLE changes (case_id {uuid} PRIMARY KEY, stamp {integer} NOT NULL) {clustered}",
    "CREATE INDEX changes_stamp ON changes (stamp)",
    "CREATE TABLE change_counter (one {integer} PRIMARY KEY, newest {integer} NOT NULL) {clustered}",
    "INSERT INTO change_counter (one, newest) VALUES (1, 0)",
)

GET = "SELECT value FROM facts WHERE name = :name"
SET = "INSERT INTO facts (name, value) VALUES (:name, :value) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
NEXT_STAMPS = "UPDATE change_counter SET newest = newest + :count RETURNING newest"
MARK = """
    INSERT INTO changes (case_id, stamp) VALUES (:case_id, :stamp)
    ON CONFLICT (case_id) DO UPDATE SET stamp = excluded.stamp
"""
CHANGED = "SELECT case_id, stamp FROM changes ORDER BY stamp LIMIT :limit"
NEWEST_STAMP = "SELECT newest FROM change_counter"
PROJECTED = "DELETE FROM changes WHERE case_id = :case_id AND stamp = :stamp"


class SqlFacts:
    """The port's `Facts`."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._marked: dict[UUID, None] = {}

    def get(self, name: str) -> str | None:
        """See the port."""
        row = self._session.row(GET, name=name)
        return str(row[0]) if row is not None else None

    def set(self, name: str, value: str) -> None:
        """See the port."""
        self._session.run(SET, name=name, value=value)

    def mark_changed(self, case: UUID) -> None:
        """See the port."""
        self._marked.pop(case, None)  # of two marks the later one counts
        self._marked[case] = None
        self._session.due(self._write)

    def changed(self, limit: int) -> Sequence[tuple[UUID, int]]:
        """See the port. The longest unmarked first."""
        return tuple((as_uuid(case), stamp) for case, stamp in self._session.rows(CHANGED, limit=limit))

    def projected(self, case: UUID, stamp: int) -> None:
        """See the port."""
        self._session.run(PROJECTED, case_id=case, stamp=stamp)

    def newest_stamp(self) -> int:
        """See the port."""
        row = self._session.row(NEWEST_STAMP)
        return int(row[0]) if row is not None else 0

    def _write(self) -> None:
        marked, self._marked = self._marked, {}
        ((newest,),) = self._session.rows(NEXT_STAMPS, count=len(marked))
        stamps = range(newest - len(marked) + 1, newest + 1)
        self._session.run_many(
            MARK, [{"case_id": case, "stamp": stamp} for case, stamp in zip(marked, stamps, strict=True)]
        )
