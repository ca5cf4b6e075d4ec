"""Verification of signatures, ahead of judgement and in batches, so that both cores work on it.

The key that must have signed follows from registry states, which earlier records of the same batch may change. But an
event names its key by a hash, and a hash names one key for ever: so a signature can be checked before it is known
whether that key was allowed to sign.
"""

from collections.abc import Iterable

from tongban.contracts.wire.signatures import verify, verify_many
from tongban.contracts.wire.signed_event import SignedEvent
from tongban.domain.events.values import PublicKey
from tongban.domain.identifiers import KeyId
from tongban.domain.keys import key_id
from tongban.ledger.lru_cache import LruCache

RESULTS_KEPT = 8_192
"""Results kept until judgement asks: more than the records of one batch."""


class SignatureChecks:
    """Checks each signature once."""

    def __init__(self) -> None:
        self._keys: dict[KeyId, PublicKey] = {}
        self._valid: LruCache[tuple[bytes, bytes, bytes], bool] = LruCache(RESULTS_KEPT)

    def ahead(self, items: Iterable[tuple[SignedEvent, KeyId]]) -> None:
        """Check those whose key was met before."""
        known = [(signed, self._keys[key]) for signed, key in items if key in self._keys]
        results = verify_many([(key.suite, key.key, signed.signing_input, signed.signature) for signed, key in known])
        for (signed, key), valid in zip(known, results, strict=True):
            self._valid.put((signed.hash, signed.signature, key.key), valid)

    def check(self, signed: SignedEvent, key: PublicKey) -> bool:
        """Whether `key` signed this event."""
        self._keys[key_id(key)] = key
        known = self._valid.pop((signed.hash, signed.signature, key.key))
        return verify(key.suite, key.key, signed.signing_input, signed.signature) if known is None else known
