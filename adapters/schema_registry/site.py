"""A site's schema registry as a region's node uses it: the port's numbers, kept in the region's store.

The numbers outlive a restart, so that records have their frame while the registry is down. They are kept with the
registry's address (another registry has other numbers), and are as many as the schemas of this version at most.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from types import MappingProxyType

from tongban.adapters.schema_registry.client import SchemaRegistry
from tongban.adapters.schema_registry.options import SchemaRegistryOptions
from tongban.adapters.schema_registry.publishing import released_schemas
from tongban.adapters.schema_registry.watch import Found, SchemaWatch, WatchPace
from tongban.contracts.wire.registry_frame import MAX_NUMBER
from tongban.ledger.store import LedgerStore

KEPT_NUMBERS = "schema_registry.numbers"
"""The fact in the store: `{"url": …, "numbers": {fingerprint, hex: number}}`."""


class SchemaSite:
    """Implements the port `SchemaNumbers`. Used by the node's thread; only the watch has one of its own."""

    def __init__(self, store: LedgerStore, options: SchemaRegistryOptions, pace: WatchPace | None = None) -> None:
        self._store = store
        self._options = options
        self._pace = pace
        self._wanted = {schema.fingerprint: schema for schema in released_schemas()}
        self._numbers = self._load()
        self._watch: SchemaWatch | None = None
        self._settled: Found | None = None

    def number_of(self, fingerprint: bytes) -> int | None:
        """See the port."""
        return self._numbers.get(fingerprint)

    @property
    def troubles(self) -> tuple[str, ...]:
        """What is wrong with the registry, as far as the watch knows; empty without a watch."""
        return self._watch.found.troubles if self._watch is not None else ()

    @contextmanager
    def connected(self) -> Iterator[SchemaRegistry]:
        """The registry, to be asked. Raises SettingsError."""
        # Here, because every command would begin later with the HTTP library, and few ask the registry.
        from tongban.adapters.schema_registry.http import SchemaRegistryHttp  # noqa: PLC0415

        with closing(SchemaRegistryHttp(self._options)) as http:
            yield SchemaRegistry(http)

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Learn numbers beside whatever is done meanwhile; `settle` takes them over. Raises SettingsError."""
        with self.connected() as registry:
            self._watch = SchemaWatch(registry, tuple(self._wanted.values()), self._numbers, self._pace)
            try:
                self._watch.start()
                yield
            finally:
                self._watch.close()
                self._watch = None

    def settle(self) -> None:
        """Use and keep what the watch has found since."""
        if self._watch is not None and self._watch.found is not self._settled:
            self._settled = self._watch.found
            self.keep(self._settled.numbers)

    def keep(self, numbers: Mapping[bytes, int]) -> None:
        """Use these numbers from now on, and keep them in the store if they are new."""
        numbers = {each: number for each, number in numbers.items() if each in self._wanted}
        if numbers == self._numbers:
            return
        told = {each.hex(): number for each, number in numbers.items()}
        with self._store.transaction() as tx:
            tx.facts.set(KEPT_NUMBERS, json.dumps({"url": self._options.url, "numbers": told}, sort_keys=True))
        self._numbers = MappingProxyType(numbers)

    def _load(self) -> Mapping[bytes, int]:
        with self._store.reading() as tx:
            kept = json.loads(tx.facts.get(KEPT_NUMBERS) or "{}")
        if kept.get("url") != self._options.url:
            return MappingProxyType({})
        numbers = {bytes.fromhex(each): number for each, number in kept["numbers"].items()}
        return MappingProxyType(
            {each: number for each, number in numbers.items() if each in self._wanted and 1 <= number <= MAX_NUMBER}
        )
