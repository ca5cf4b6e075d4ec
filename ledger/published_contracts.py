"""The bytes of schemas and matters from the contracts topic, kept under their hash.

| key of the record                                                | kept                       |
|------------------------------------------------------------------|----------------------------|
| SHA-256 of its value                                              | the value                  |
| SHA-256 of the value's RFC 8785 form (the fingerprint of a schema) | that form                  |
| anything else                                                    | evidence (X2 `hash_differs`) |

So the bytes under a hash always have that hash: whichever records a city reads, in whatever order, it keeps the same bytes,
and a verdict that looks at them (rule A5) is the same everywhere.

Not handled here: what the bytes mean (`tongban.ledger.matters`).
"""

from hashlib import sha256

from tongban.contracts.strict_json import canonical_json
from tongban.ledger.event_log import LoggedRecord
from tongban.ledger.evidence import Reason
from tongban.ledger.intake import Intake, Tally
from tongban.ledger.store import Transaction


class PublishedContracts:
    """Takes in what the federation publishes."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake

    def take(self, tx: Transaction, tally: Tally, logged: LoggedRecord) -> None:
        """Keep a record of the contracts topic, and judge again what waited for its bytes."""
        value = logged.record.value
        if value is None:
            return
        named = _named(logged.record.key, value)
        if named is None:
            self._refuse(tx, tally, logged)
            return
        content_hash, data = named
        if tx.contents.contract(content_hash) is None:
            tx.contents.keep_contract(content_hash, data)
            self._intake.retry(tx, tally, awaits=content_hash)

    def _refuse(self, tx: Transaction, tally: Tally, logged: LoggedRecord) -> None:
        tally.rejected += 1
        expected = "the SHA-256 of the bytes, or of a schema's canonical form, as key"
        found = (logged.record.key or b"")[:64].decode("ascii", "replace")
        self._intake.keep_evidence(tx, "contract", logged, Reason("X2", "hash_differs", expected, found))


def _named(key: bytes | None, value: bytes) -> tuple[bytes, bytes] | None:
    """The hash that a key names, and the bytes that have it; None if the value does not give them."""
    if key == _key(value):
        return sha256(value).digest(), value
    try:
        canonical = canonical_json(value)
    except ValueError:
        return None
    return (sha256(canonical).digest(), canonical) if key == _key(canonical) else None


def _key(data: bytes) -> bytes:
    return sha256(data).hexdigest().encode()
