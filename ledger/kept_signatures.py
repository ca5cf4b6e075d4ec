"""Signatures of kept events, verified once more: against the key that the registries name at the heads that the event names.

For a reader that does not trust the store to hold what was judged. Not handled here: the other rules (an audit repeats them).
"""

from tongban.contracts.wire.signatures import verify
from tongban.domain.chain.authority import signing_key
from tongban.domain.errors import StoreCorruptError
from tongban.domain.event import Event
from tongban.domain.events.values import PublicKey
from tongban.domain.header import Actor
from tongban.domain.identifiers import RegionCode
from tongban.ledger.kept import KeptEvent
from tongban.ledger.knowledge import Knowledge
from tongban.ledger.lru_cache import LruCache
from tongban.ledger.registry_states import state_at_hand
from tongban.ledger.store import Transaction

KEYS_KEPT = 4_096
"""Keys remembered under the registry states that name them, some hundred bytes each."""

KeyPlace = tuple[bytes, bytes, RegionCode, bytes, Actor, str]
"""All that the key of an event depends on: both heads, region, key, actor and type."""


class KeptSignatures:
    """Verifies signatures over what a region knows. Used by one thread."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._keys: LruCache[KeyPlace, PublicKey] = LruCache(KEYS_KEPT)

    def check(self, tx: Transaction, kept: KeptEvent, event: Event) -> None:
        """Raise StoreCorruptError where the signature of this event does not verify, or its key had no authority."""
        key, signed = self._key(tx, event), kept.signed
        if not verify(key.suite, key.key, signed.signing_input, signed.signature):
            raise StoreCorruptError("a kept event's signature does not verify", found=event.hash.hex())

    def _key(self, tx: Transaction, event: Event) -> PublicKey:
        header, under = event.header, event.header.under
        place = (under.federation.hash, under.region.hash, header.region, header.key, header.actor, event.type.name)
        key = self._keys.get(place, lambda _: self._look_up(tx, event))
        assert key is not None, "looking up gives a key or raises"
        return key

    def _look_up(self, tx: Transaction, event: Event) -> PublicKey:
        header, knowledge = event.header, self._knowledge
        federation = state_at_hand(knowledge.federation_at(tx, header.under.federation))
        region = state_at_hand(knowledge.region_at(tx, header.region, header.under.region))
        key = signing_key(header, event.type, federation, region, knowledge.genesis.key)
        if not isinstance(key, PublicKey):
            raise StoreCorruptError("a kept event was signed without authority", expected=key.expected, found=key.found)
        return key
