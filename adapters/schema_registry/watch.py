"""Learning the numbers of schemas from a site's registry, in a thread of its own: nothing else ever waits for it.

    known numbers ─► each is confirmed; one that is not known is asked for ─► found: numbers, and what is wrong

| the registry                                  | the number                              | looks again              |
|-----------------------------------------------|-----------------------------------------|--------------------------|
| has the schema under the number               | is used                                 | after `AGAIN_SECONDS`    |
| has it under another number by now            | the new one is used, and it is reported | after `TROUBLED_SECONDS` |
| has another schema under it                   | is not used any more                    | after `TROUBLED_SECONDS` |
| does not have the schema                      | none: somebody has to publish it        | after `TROUBLED_SECONDS` |
| does not answer, or refuses to                | stays as it is known                    | each time later          |
"""

import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import MappingProxyType

from tongban.adapters.schema_registry.client import SchemaRegistry
from tongban.contracts.wire.schema_store import Schema
from tongban.domain.errors import SchemaDiffersError, TongbanError

AGAIN_SECONDS = 3_600.0
TROUBLED_SECONDS = 60.0
FIRST_DELAY_SECONDS, LONGEST_DELAY_SECONDS = 1.0, 300.0
CLOSING_SECONDS = 1.0
"""How long a stop waits for a call that is under way; then it is left alone."""


@dataclass(frozen=True, slots=True)
class Found:
    """What is known: numbers by fingerprint, and the troubles with their codes, in words."""

    numbers: Mapping[bytes, int]
    troubles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WatchPace:
    """How long the watch waits, in seconds."""

    again: float = AGAIN_SECONDS
    troubled: float = TROUBLED_SECONDS
    first_delay: float = FIRST_DELAY_SECONDS


@dataclass(slots=True)
class _Look:
    """One look at the registry."""

    numbers: dict[bytes, int]
    troubles: list[str] = field(default_factory=list)


class SchemaWatch:
    """Asks one registry about some schemas until it is closed."""

    def __init__(
        self,
        registry: SchemaRegistry,
        schemas: Sequence[Schema],
        known: Mapping[bytes, int],
        pace: WatchPace | None = None,
    ) -> None:
        self._registry = registry
        self._schemas = schemas
        self._pace = pace or WatchPace()
        self._found = Found(MappingProxyType(dict(known)))
        self._failures = 0
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="schema-registry", daemon=True)

    @property
    def found(self) -> Found:
        """What is known now. A new value each time something changes; safe to read from any thread."""
        return self._found

    def start(self) -> None:
        """Begin to ask."""
        self._thread.start()

    def close(self) -> None:
        """Stop asking."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join(CLOSING_SECONDS)

    def _run(self) -> None:
        while not self._closing.is_set():
            self._closing.wait(self._look())

    def _look(self) -> float:
        """Ask for every schema; how long to wait before the next look."""
        look = _Look(dict(self._found.numbers))
        try:
            for schema in self._schemas:
                if self._closing.is_set():
                    return 0.0
                self._look_at(look, schema)
        except Exception as err:  # whatever it is, the node goes on; it is reported, and tried again
            code = err.code if isinstance(err, TongbanError) else type(err).__name__
            look.troubles.append(f"{code}: {err}")
            self._found = Found(MappingProxyType(look.numbers), tuple(look.troubles))
            delay = min(LONGEST_DELAY_SECONDS, self._pace.first_delay * 2.0**self._failures)
            self._failures = min(self._failures + 1, 16)
            return delay
        self._failures = 0
        self._found = Found(MappingProxyType(look.numbers), tuple(look.troubles))
        return self._pace.troubled if look.troubles else self._pace.again

    def _look_at(self, look: _Look, schema: Schema) -> None:
        try:
            known = look.numbers.get(schema.fingerprint)
            if known is not None and self._is_confirmed(look, schema, known):
                return
            look.numbers.pop(schema.fingerprint, None)
            number = self._registry.find(schema)
            if number is None:
                look.troubles.append(f"{schema.ce_type} is not registered: run `tongban schemas publish`")
            else:
                look.numbers[schema.fingerprint] = number
        except SchemaDiffersError as err:
            look.troubles.append(f"{err.code}: {err}")

    def _is_confirmed(self, look: _Look, schema: Schema, known: int) -> bool:
        with suppress(SchemaDiffersError):
            self._registry.confirm(schema, known)
            return True
        look.troubles.append(f"{SchemaDiffersError.code}: {schema.ce_type} is not number {known} any more")
        return False
