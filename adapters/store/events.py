"""Valid events: in the library's table where their number is free, else beside it as rivals.

Orders are the same in every region, whatever arrived first: by number, then by hash. Which of two rivals has its place in
`stored_events` depends on arrival, and nothing but `head` asks.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from eventsourcing.persistence import StoredEvent

from tongban.adapters.store.kept_events import KEPT, kept, link_values, stored
from tongban.adapters.store.session import AMONG, Session, SqlValue, among, as_uuid
from tongban.contracts.wire.signed_event import SignedEvent
from tongban.domain.chain.link import Link
from tongban.domain.errors import StoreCorruptError
from tongban.domain.event import Event
from tongban.domain.header import Header
from tongban.domain.identifiers import FEDERATION
from tongban.ledger.kept import KeptEvent

CASES_PER_PAGE = 1_000

GET = KEPT + "WHERE links.hash = :hash"
KEPT_AMONG = KEPT + f"WHERE links.hash IN {AMONG}"
CASE = KEPT + (
    "WHERE case_id = :case_id ORDER BY CASE WHEN stream = case_id THEN 0 ELSE 1 END, stream, sequence, links.hash"
)
REGISTRIES = KEPT + (
    f"WHERE case_id IS NULL OR region = '{FEDERATION}'"
    f" ORDER BY CASE WHEN region = '{FEDERATION}' THEN 0 ELSE 1 END, region, stream, sequence, links.hash"
)
"""A takeover has the case that it is about; all that the federation writes is in its registry."""
OF_COMMAND = KEPT + "WHERE command = :command AND region = :region ORDER BY links.id"
UNCOVERED_FROM = KEPT + (
    "WHERE stream = :stream AND sequence >= :sequence AND own + 0 = 1 AND covered_at IS NULL"
    " ORDER BY sequence, links.hash"
)
"""`own + 0`, so that nobody thinks of `links_own_leaf`."""
FIRST_CASES = "SELECT DISTINCT case_id FROM links WHERE case_id IS NOT NULL ORDER BY case_id LIMIT :limit"
NEXT_CASES = "SELECT DISTINCT case_id FROM links WHERE case_id > :after ORDER BY case_id LIMIT :limit"
HEAD = "SELECT sequence, hash FROM links WHERE stream = :stream AND rival = 0 ORDER BY sequence DESC LIMIT 1"
SUCCESSORS = "SELECT hash FROM links WHERE previous = :previous AND stream = :stream ORDER BY id"
COUNT = "SELECT COUNT(*) FROM links"
COVER = "UPDATE links SET covered_at = :covered_at WHERE hash = :hash AND covered_at IS NULL"

PLACES = f"SELECT id, stream, sequence, previous, hash FROM links WHERE stream IN {AMONG} AND sequence >= :least"
ADD_LINK = """
    INSERT INTO links (hash, leaf, stream, sequence, previous, case_id, region, ce_type, command, own, holder,
                       offered_to, covered_at, rival)
    VALUES (:hash, :leaf, :stream, :sequence, :previous, :case_id, :region, :ce_type, :command, :own, :holder,
            :offered_to, :covered_at, :rival)
"""
ADD_RIVAL = "INSERT INTO rivals (hash, topic, state) VALUES (:hash, :topic, :state)"

REMOVE_LINK = """
    DELETE FROM links WHERE hash = :hash AND own = 1 AND covered_at IS NULL RETURNING stream, sequence, rival
"""
REMOVE_STORED = "DELETE FROM stored_events WHERE originator_id = :stream AND originator_version = :sequence"
REMOVE_RIVAL = "DELETE FROM rivals WHERE hash = :hash RETURNING topic, state"
FIRST_RIVAL = "SELECT hash FROM links WHERE stream = :stream AND sequence = :sequence AND rival = 1 ORDER BY id LIMIT 1"
PROMOTE_LINK = "UPDATE links SET rival = 0 WHERE hash = :hash"


class SqlEvents:
    """The port's `Events`."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._ahead: dict[bytes, KeptEvent | None] = {}
        # What was looked at ahead: the hashes of all events at a place, and those that follow a predecessor in a stream.
        self._at: dict[tuple[UUID, int], set[bytes]] = {}
        self._following: dict[tuple[bytes, UUID], list[bytes]] = {}
        self._added: dict[bytes, _Added] = {}
        self._covered: list[dict[str, SqlValue]] = []

    def look_ahead(self, events: Collection[Event]) -> None:
        """See the port."""
        hashes = [event.hash for event in events]
        self._ahead |= dict.fromkeys(hashes)
        self._ahead |= {each.signed.hash: each for each in map(kept, among(self._session, KEPT_AMONG, hashes))}
        following: dict[tuple[bytes, UUID], list[bytes]] = {
            (event.header.previous, event.header.stream): [] for event in events
        }
        for stream, previous, event_hash in self._look_at([event.header for event in events]):
            if (previous, stream) in following:
                following[previous, stream].append(event_hash)
        self._following |= following

    def get(self, event_hash: bytes) -> KeptEvent | None:
        """See the port."""
        if event_hash in self._ahead:
            return self._ahead[event_hash]
        row = self._session.row(GET, hash=event_hash)
        return kept(row) if row is not None else None

    def case(self, case: UUID) -> Sequence[KeptEvent]:
        """See the port. The stream of epoch 0 comes first."""
        return tuple(map(kept, self._session.rows(CASE, case_id=case)))

    def cases(self) -> Iterator[UUID]:
        """See the port. Read in pages, so that the transaction may be used for other things meanwhile."""
        page = self._session.rows(FIRST_CASES, limit=CASES_PER_PAGE)
        while page:
            yield from (as_uuid(case) for (case,) in page)
            page = self._session.rows(NEXT_CASES, after=as_uuid(page[-1][0]), limit=CASES_PER_PAGE)

    def registries(self) -> Sequence[KeptEvent]:
        """See the port. The federation's registry first, then the regions'; within each stream by number."""
        return tuple(map(kept, self._session.rows(REGISTRIES)))

    def head(self, stream: UUID) -> tuple[int, bytes] | None:
        """See the port."""
        row = self._session.row(HEAD, stream=stream)
        return (row[0], row[1]) if row is not None else None

    def successors(self, previous: bytes, stream: UUID) -> Sequence[bytes]:
        """See the port. In the order in which they came."""
        if (previous, stream) in self._following:
            return tuple(self._following[previous, stream])
        return tuple(row[0] for row in self._session.rows(SUCCESSORS, previous=previous, stream=stream))

    def of_command(self, command: UUID, region: str) -> Sequence[KeptEvent]:
        """See the port."""
        return tuple(map(kept, self._session.rows(OF_COMMAND, command=command, region=region)))

    def add(self, event: Event, signed: SignedEvent, link: Link, *, own: bool) -> None:
        """See the port. An event that is kept already stays as it is."""
        self._ahead.pop(link.hash, None)
        self._following.pop((link.header.previous, link.header.stream), None)
        self._added.setdefault(link.hash, _Added(event, link, signed, own))
        self._session.due(self._write)

    def cover(self, event_hash: bytes, covered_at: int) -> None:
        """See the port."""
        self._ahead.pop(event_hash, None)
        self._covered.append({"hash": event_hash, "covered_at": covered_at})
        self._session.due(self._write)

    def uncovered_from(self, stream: UUID, sequence: int) -> Sequence[KeptEvent]:
        """See the port."""
        return tuple(map(kept, self._session.rows(UNCOVERED_FROM, stream=stream, sequence=sequence)))

    def remove(self, event_hash: bytes) -> None:
        """See the port. What is covered, or another's, stays. The first rival takes the place that becomes free."""
        for ahead in (self._ahead, self._at, self._following):
            ahead.clear()
        row = self._session.row(REMOVE_LINK, hash=event_hash)
        if row is None:
            return
        stream, sequence, rival = as_uuid(row[0]), row[1], row[2]
        if rival:
            self._session.row(REMOVE_RIVAL, hash=event_hash)
        else:
            self._session.run(REMOVE_STORED, stream=stream, sequence=sequence)
            self._promote_rival(stream, sequence)

    def count(self) -> int:
        """See the port."""
        row = self._session.row(COUNT)
        return int(row[0]) if row is not None else 0

    def _promote_rival(self, stream: UUID, sequence: int) -> None:
        found = self._session.row(FIRST_RIVAL, stream=stream, sequence=sequence)
        if found is None:
            return
        bytes_of = self._session.row(REMOVE_RIVAL, hash=found[0])
        if bytes_of is None:
            raise StoreCorruptError("a rival has no bytes", expected=found[0].hex(), found="nothing")
        self._session.run(PROMOTE_LINK, hash=found[0])
        self._session.insert_events([StoredEvent(stream, sequence, *bytes_of)])

    def _look_at(self, headers: Sequence[Header]) -> list[tuple[UUID, bytes, bytes]]:
        """Look which events are at the places of these; stream, predecessor and hash in the order of arrival."""
        if not headers:
            return []
        self._session.write_due()  # what is added is judged by what was looked at before, whole
        self._at |= {(header.stream, header.sequence): set() for header in headers}
        streams, least = {header.stream for header in headers}, min(header.sequence for header in headers)
        found: list[tuple[UUID, bytes, bytes]] = []
        for _, stream_id, sequence, previous, event_hash in sorted(among(self._session, PLACES, streams, least=least)):
            stream = as_uuid(stream_id)
            if (stream, sequence) in self._at:
                self._at[stream, sequence].add(event_hash)
                found.append((stream, previous, event_hash))
        return found

    def _write(self) -> None:
        added, self._added = self._added, {}
        covered, self._covered = self._covered, []
        if added:
            self._write_added(added)
        if covered:
            self._session.run_many(COVER, covered)

    def _write_added(self, added: Mapping[bytes, "_Added"]) -> None:
        """Whose number is taken, now or by one that came just before, becomes a rival."""
        headers = [each.link.header for each in added.values()]
        self._look_at([header for header in headers if (header.stream, header.sequence) not in self._at])
        links: list[dict[str, SqlValue]] = []
        events: list[StoredEvent] = []
        rivals: list[dict[str, SqlValue]] = []
        for event_hash, each in added.items():
            at_place = self._at[each.link.header.stream, each.link.header.sequence]
            if event_hash in at_place:
                continue
            is_rival = bool(at_place)
            at_place.add(event_hash)
            links.append(link_values(each.event, each.link, each.signed, own=each.own, rival=is_rival))
            if is_rival:
                rivals.append({"hash": event_hash, "topic": each.signed.topic, "state": each.signed.state})
            else:
                events.append(stored(each.link, each.signed))
        self._session.run_many(ADD_LINK, links)
        self._session.insert_events(events)
        self._session.run_many(ADD_RIVAL, rivals)


@dataclass(frozen=True, slots=True)
class _Added:
    """An event that was added and not written yet."""

    event: Event
    link: Link
    signed: SignedEvent
    own: bool
