"""A site's schema registry (Confluent's REST API), as far as Tongban uses it.

| what we do                                            | call                                    |
|-------------------------------------------------------|-----------------------------------------|
| register a schema; again: the same number             | `POST /subjects/{subject}/versions`     |
| ask for the number of a schema                        | `POST /subjects/{subject}`              |
| ask for the schema of a number                        | `GET /schemas/ids/{number}`             |
| say, ask how versions of a subject must fit together  | `PUT`, `GET /config/{subject}`          |

- A subject is the full name of the record (RecordNameStrategy), whatever topic it is on; the versions of an event's
  body are versions of its subject. No schema refers to another.
- The `.avsc` goes there as it is. A registry may print it anew, with other white space and another order of keys; both
  count for nothing in the fingerprint (`tongban.contracts.avro.fingerprint`). Whatever else it changes makes another schema.
- **No number is taken on the registry's word**: `confirm` asks for its schema and compares the fingerprint. So a registry
  that was put back, cleared or tampered with gives no wrong frame.

Not handled here: which schemas there are (`tongban.adapters.schema_registry.publishing`), and when the registry is asked
(`tongban.adapters.schema_registry.watch`).
"""

from collections.abc import Collection
from typing import Any, Protocol
from urllib.parse import quote

from tongban.contracts.avro.fingerprint import fingerprint
from tongban.contracts.wire.registry_frame import MAX_NUMBER
from tongban.contracts.wire.schema_store import Schema
from tongban.domain.errors import (
    MalformedError,
    SchemaDiffersError,
    SchemaRegistryRefusedError,
    SchemaRegistryUnavailableError,
)


class JsonCalls(Protocol):
    """What `SchemaRegistryHttp` does."""

    def call(
        self, method: str, path: str, body: dict[str, Any] | None = None, *, lacking: Collection[int] = ()
    ) -> dict[str, Any] | None:
        """The JSON object that answers; None for what the registry does not have, or for a status in `lacking`."""


def subject_of(schema: Schema) -> str:
    """The subject under which a schema is registered: `tongban.CaseAccepted`."""
    return f"{schema.document['namespace']}.{schema.document['name']}"


class SchemaRegistry:
    """The calls above. Each raises SchemaRegistryUnavailableError and SchemaRegistryRefusedError."""

    def __init__(self, http: JsonCalls) -> None:
        self._http = http

    def register(self, schema: Schema) -> int:
        """Register a schema, if it is not there yet; its number, confirmed. Raises SchemaDiffersError too."""
        path = f"/subjects/{_quoted(schema)}/versions"
        answer = self._http.call("POST", path, {"schema": schema.json.decode()})
        if answer is None:
            raise SchemaRegistryRefusedError(
                f"the schema registry does not take schemas: POST {path}",
                expected="the number of the schema",
                found="not found",
                advice="see whether the subject was deleted, and whether schema_registry names the root of the API",
            )
        number = _number(answer, path)
        self.confirm(schema, number)
        return number

    def find(self, schema: Schema) -> int | None:
        """The number of a schema, confirmed; None where it is not registered. Raises SchemaDiffersError too."""
        path = f"/subjects/{_quoted(schema)}"
        answer = self._http.call("POST", path, {"schema": schema.json.decode()})
        if answer is None:
            return None
        number = _number(answer, path)
        self.confirm(schema, number)
        return number

    def confirm(self, schema: Schema, number: int) -> None:
        """Raise SchemaDiffersError unless the registry has this very schema under this number."""
        found = self.fingerprint_at(number)
        if found != schema.fingerprint.hex():
            raise SchemaDiffersError(
                f"the schema registry has another schema under number {number}, said to be {schema.ce_type}",
                expected=f"fingerprint {schema.fingerprint.hex()}",
                found=f"fingerprint {found}" if found else "no schema",
                advice="events of this type go out without a frame; ask the registry's operator what became of it",
            )

    def fingerprint_at(self, number: int) -> str | None:
        """The fingerprint of the schema with this number, hex; None if there is none; a reason where it has none."""
        path = f"/schemas/ids/{number}"
        answer = self._http.call("GET", path)
        if answer is None:
            return None
        text = answer.get("schema")
        if not isinstance(text, str):
            raise _no_registry(path, "schema")
        try:
            return fingerprint(text).hex()
        except MalformedError as err:
            return f"none: {err.found}"

    def require_compatibility(self, subject: str, level: str) -> bool:
        """Let the registry hold new versions of a subject to this level; False where it does not know how to."""
        path = f"/config/{quote(subject, safe='')}"
        return self._http.call("PUT", path, {"compatibility": level}, lacking=_NO_LEVELS) is not None

    def compatibility(self, subject: str) -> str | None:
        """The level to which a subject is held, its own or the registry's; None where the registry does not say."""
        path = f"/config/{quote(subject, safe='')}?defaultToGlobal=true"
        answer = self._http.call("GET", path, lacking=_NO_LEVELS)
        level = None if answer is None else answer.get("compatibilityLevel")
        return level if isinstance(level, str) else None


_NO_LEVELS = (404, 405, 422, 501)
"""Answers of a registry without levels, without them for a subject, or without the level that is asked for."""


def _quoted(schema: Schema) -> str:
    return quote(subject_of(schema), safe="")


def _number(answer: dict[str, Any], path: str) -> int:
    number = answer.get("id")
    if type(number) is not int or not 1 <= number <= MAX_NUMBER:
        raise _no_registry(path, "id")
    return number


def _no_registry(path: str, name: str) -> SchemaRegistryUnavailableError:
    return SchemaRegistryUnavailableError(
        f"what answers is no schema registry: {path}",
        expected=f"a JSON object with {name!r}",
        found="one without",
        advice="see whether schema_registry names the root of the registry's API",
    )
