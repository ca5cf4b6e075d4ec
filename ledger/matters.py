"""The matters that this software can read, each parsed once: what acts, views and guides need of them.

    hash ─► bytes (`tongban.ledger.knowledge`) ─► parser ─► MatterContract, or MatterUnreadableError

A matter may be of a format that came after this software. Its events are in the chain all the same, since no verdict reads
a matter (docs/adr/0020). But its cases cannot be folded here until the software is renewed, and acts on them are refused.

Not handled here: rule A5, which looks at the outer shape of the bytes (`tongban.contracts.wire.package`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tongban.contracts.matter.contract import MatterContract, matter_from_package
from tongban.domain.chain.registries import FederationState
from tongban.domain.errors import ContractError, MatterUnreadableError
from tongban.domain.header import Header
from tongban.ledger.knowledge import Knowledge
from tongban.ledger.lru_cache import LruCache
from tongban.ledger.store import Transaction

MATTERS_KEPT = 256

MatterKey = tuple[str, str]
"""Catalogue code and version."""


@dataclass(frozen=True, slots=True)
class _Unreadable:
    """What the parser said; kept, so that each matter is tried once."""

    why: str


class Matters:
    """Matters by what is published, and by case."""

    def __init__(self, knowledge: Knowledge, parse: Callable[[bytes], MatterContract] = matter_from_package) -> None:
        self._knowledge = knowledge
        self._parse = parse
        self._parsed: LruCache[bytes, MatterContract | _Unreadable] = LruCache(MATTERS_KEPT)

    def published(self, tx: Transaction, code: str, version: str) -> MatterContract | None:
        """A version that the federation has published; None if it has not, or if its bytes are not here.

        Raises MatterUnreadableError.
        """
        return self._find(tx, self._knowledge.current_federation(tx), (code, version))

    def of_case(self, tx: Transaction, opening: Header) -> MatterContract | None:
        """The matter of a case, as published at the federation head that its opening names; None while it is not here.

        Raises MatterUnreadableError.
        """
        federation = self._knowledge.federation_at(tx, opening.under.federation)
        if not isinstance(federation, FederationState):
            return None
        return self._find(tx, federation, (opening.matter or "", opening.matter_version or ""))

    def readable(self, tx: Transaction) -> Mapping[MatterKey, MatterContract]:
        """All published matters that are here and that this software can read."""
        published = self._knowledge.current_federation(tx).matters
        found = {key: self._by_hash(tx, content_hash) for key, content_hash in published.items()}
        return {key: each for key, each in found.items() if isinstance(each, MatterContract)}

    def _find(self, tx: Transaction, federation: FederationState, key: MatterKey) -> MatterContract | None:
        content_hash = federation.matters.get(key)
        found = self._by_hash(tx, content_hash) if content_hash is not None else None
        if isinstance(found, _Unreadable):
            raise MatterUnreadableError(
                f"this software cannot read matter {'/'.join(key)}",
                expected="a format that it knows",
                found=found.why,
                advice="upgrade Tongban in this region, then repeat the command; nothing else is needed",
            )
        return found

    def _by_hash(self, tx: Transaction, content_hash: bytes) -> MatterContract | _Unreadable | None:
        return self._parsed.get(content_hash, lambda wanted: self._read(tx, wanted))

    def _read(self, tx: Transaction, content_hash: bytes) -> MatterContract | _Unreadable | None:
        package = tx.contents.contract(content_hash)
        if package is None:
            return None
        try:
            return self._parse(package)
        except ContractError as err:
            return _Unreadable(str(err))
