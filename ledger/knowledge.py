"""What this region knows when it judges: valid events by hash, registry states by head, schemas and contracts by hash.

Everything is looked up by the hashes that an event names, on any branch: a freeze changes the fold, never a verdict.
The caches follow from hashes, so nothing in them gets stale; what a rolled-back transaction or a set-aside act left
behind is dropped by `forget`. The newest heads of registries are the exception: they are kept for one transaction only,
in which nobody else can change them, and looked up again once an event of a registry was kept in it.

Not handled here: the rules (`tongban.domain.chain.verdict`), their order (`tongban.ledger.judge`), and what a matter says
(`tongban.ledger.matters`): no verdict depends on it.
"""

from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from tongban.contracts.faults import Fault
from tongban.contracts.genesis import Genesis
from tongban.contracts.wire.codec import decode
from tongban.contracts.wire.package import package_faults
from tongban.contracts.wire.schema_store import Schema, shipped_schemas
from tongban.contracts.wire.signed_event import SignedEvent
from tongban.domain.chain.link import Link, regions_named
from tongban.domain.chain.registries import FederationState, RegionState, evolve_federation, evolve_region
from tongban.domain.chain.verdict import Parked, Rejected
from tongban.domain.errors import StoreCorruptError
from tongban.domain.event import Event
from tongban.domain.events.catalogue import Body
from tongban.domain.events.event_type import EventType, StreamKind
from tongban.domain.events.values import PublicKey
from tongban.domain.header import Head, Header, Under
from tongban.domain.identifiers import FEDERATION, EventHash, RegionCode, federation_registry, region_registry
from tongban.ledger.kept import KeptEvent
from tongban.ledger.lru_cache import LruCache
from tongban.ledger.registry_states import RegistryStates
from tongban.ledger.store import Transaction

LINKS_KEPT = 4_096
"""Links kept in memory, about a kilobyte each: the newest are those that the next events name."""
EVENTS_KEPT = 2_048
"""Decoded events kept in memory, some kilobytes each: those of the cases that are being worked on."""
PACKAGES_KEPT = 1_024
"""What is wrong with each, mostly nothing."""
AUTHORITIES_KEPT = 4_096
"""Some hundred bytes each: officers, types of events and matters of the heads that are in use."""

State = TypeVar("State", FederationState, RegionState)


@dataclass(frozen=True, slots=True)
class Authority:
    """Who must have signed an event, and what is wrong with the act even so: rules A2 to A5 at the heads that it names."""

    key: PublicKey
    fault: Parked | Rejected | None


class Knowledge:
    """The caches of one process over its region's store."""

    def __init__(self, genesis: Genesis) -> None:
        self.genesis = genesis
        self.genesis_hash = genesis.hash
        self.nothing = Head(0, self.genesis_hash)
        """The head of a registry before its first event."""
        self._schemas = shipped_schemas()
        self._links: LruCache[bytes, Link] = LruCache(LINKS_KEPT)
        self._events: LruCache[bytes, tuple[Header, Body]] = LruCache(EVENTS_KEPT)
        self.authorities: LruCache[tuple[object, ...], Authority] = LruCache(AUTHORITIES_KEPT)
        """By all that the judge looks at; heads by their hashes, so nothing gets stale but by a rollback."""
        self._heads: dict[RegionCode, Head] = {}
        self._heads_in: Transaction | None = None
        self._package_faults: LruCache[bytes, tuple[Fault, ...]] = LruCache(PACKAGES_KEPT)
        self._federation = RegistryStates(FederationState(self.nothing), evolve_federation)
        self._regions = RegistryStates(RegionState(self.nothing), evolve_region)

    def forget(self) -> None:
        """After a rollback: nothing that was read in it may be relied on."""
        self._links.clear()
        self.authorities.clear()
        self._package_faults.clear()
        self._forget_heads()
        self._federation.forget()
        self._regions.forget()

    # Events and what they rest on -----------------------------------------------------------------------------------

    def schema(self, fingerprint: bytes) -> Schema | None:
        """The event schema with this fingerprint; None if this software does not have it."""
        return self._schemas.by_fingerprint.get(fingerprint)

    def allowed_schema(self, tx: Transaction, head: Head, event_type: EventType[Any]) -> Schema:
        """By which schema a type is written under this head: the newest that the federation allows; version 1 always."""
        first, *newer = (self._schemas.by_ce_type[ce_type] for ce_type in event_type.ce_types)
        if newer:
            federation = _at_hand(self.federation_at(tx, head))
            allowed = (each for each in newer if federation.schemas.get(each.ce_type) == each.fingerprint)
            first = max(allowed, default=first, key=newer.index)
        return first

    def event(self, kept: KeptEvent) -> Event:
        """The event behind what is kept. Raises StoreCorruptError where its schema is unknown."""
        return self.event_of(kept.signed, kept.covered_at)

    def event_of(self, signed: SignedEvent, covered_at: int | None = None) -> Event:
        """The event behind signed bytes that were judged valid."""
        header, body = self._decode(signed)
        return Event(EventHash(signed.hash), header, body, covered_at)

    def remember_event(self, event: Event) -> None:
        """An event that was just made here."""
        self._events.put(event.hash, (event.header, event.body))

    def _decode(self, signed: SignedEvent) -> tuple[Header, Body]:
        schema = self.schema(signed.fingerprint)
        if schema is None:
            raise StoreCorruptError("a kept event has a schema that is not here", found=signed.fingerprint.hex())
        return decode(schema, signed.body)

    def case(self, tx: Transaction, case: UUID) -> tuple[Event, ...]:
        """All valid events of a case that is being worked on: decoded once. Who reads many cases once uses `event`."""
        return tuple(self._remembered(kept) for kept in tx.events.case(case))

    def _remembered(self, kept: KeptEvent) -> Event:
        decoded = self._events.get(kept.signed.hash, lambda _: self._decode(kept.signed))
        assert decoded is not None, "decoding gives an event or raises"
        header, body = decoded
        return Event(EventHash(kept.signed.hash), header, body, kept.covered_at)

    def link(self, tx: Transaction, event_hash: bytes) -> Link | None:
        """The link of a valid event; None if it is not here."""
        return self._links.get(event_hash, lambda wanted: self._load_link(tx, wanted))

    def remember(self, link: Link) -> None:
        """A link that was just kept."""
        self._links.put(link.hash, link)
        if link.type.stream in (StreamKind.FEDERATION, StreamKind.REGION):
            self._forget_heads()

    def _load_link(self, tx: Transaction, event_hash: bytes) -> Link | None:
        kept = tx.events.get(event_hash)
        if kept is None:
            return None
        event = self.event(kept)
        return Link(event.hash, event.header, event.type, kept.pen, regions_named(event))

    # Registries ------------------------------------------------------------------------------------------------------

    def registry_stream(self, region: RegionCode) -> UUID:
        """The stream of a registry."""
        if region == FEDERATION:
            return federation_registry(self.genesis_hash)
        return region_registry(self.genesis_hash, region)

    def federation_at(self, tx: Transaction, head: Head) -> FederationState | Parked | Rejected:
        """The federation's registry at a head (rule A1)."""
        return self._federation.at(head, FEDERATION, lambda wanted: self._registry_event(tx, wanted))

    def region_at(self, tx: Transaction, region: RegionCode, head: Head) -> RegionState | Parked | Rejected:
        """A region's registry at a head (rule A1); the federation has none but its empty state."""
        return self._regions.at(head, region, lambda wanted: self._registry_event(tx, wanted))

    def _registry_event(self, tx: Transaction, event_hash: bytes) -> Event | None:
        kept = tx.events.get(event_hash)
        event = self.event(kept) if kept is not None else None
        return event if event is not None and event.type.stream in (StreamKind.FEDERATION, StreamKind.REGION) else None

    def heads(self, tx: Transaction, region: RegionCode) -> Under:
        """The newest heads known here: the federation's, and `region`'s own."""
        return Under(self._head(tx, FEDERATION), self.nothing if region == FEDERATION else self._head(tx, region))

    def _head(self, tx: Transaction, region: RegionCode) -> Head:
        if tx is not self._heads_in:
            self._forget_heads()
            self._heads_in = tx
        head = self._heads.get(region)
        if head is None:
            newest = tx.events.head(self.registry_stream(region))
            head = self._heads[region] = Head(*newest) if newest is not None else self.nothing
        return head

    def _forget_heads(self) -> None:
        self._heads.clear()
        self._heads_in = None

    def current_federation(self, tx: Transaction) -> FederationState:
        """The federation's registry as it is known here now."""
        return _at_hand(self.federation_at(tx, self._head(tx, FEDERATION)))

    def current_region(self, tx: Transaction, region: RegionCode) -> RegionState:
        """A region's registry as it is known here now."""
        return _at_hand(self.region_at(tx, region, self._head(tx, region)))

    # Contracts -------------------------------------------------------------------------------------------------------

    def package_faults(self, tx: Transaction, content_hash: bytes) -> tuple[Fault, ...] | None:
        """What keeps the bytes with this hash from having a package's outer shape; None while they are not here."""
        return self._package_faults.get(content_hash, lambda wanted: _load_faults(tx, wanted))


def _load_faults(tx: Transaction, content_hash: bytes) -> tuple[Fault, ...] | None:
    package = tx.contents.contract(content_hash)
    return package_faults(package) if package is not None else None


def _at_hand(state: State | Parked | Rejected) -> State:
    if isinstance(state, Parked | Rejected):
        raise StoreCorruptError("a registry's own head is not in the store", found=str(state))
    return state
