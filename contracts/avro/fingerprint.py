"""The fingerprint of a schema: which text of the contract was signed.

    fingerprint = SHA-256( JCS( JSON of the .avsc file ) )

JCS is RFC 8785, the JSON Canonicalization Scheme, so white space and the order of keys do not count, and everything
else does. Avro's own Parsing Canonical Form would not do: it strips logical types, scales and defaults, so one
signature would cover two meanings.

Rules:

- The text is UTF-8 JSON in which no object has a key twice; a reader that keeps the first and one that keeps the last
  would see two schemas under one fingerprint.
- Numbers are those that RFC 8785 can write: no NaN, no infinity, no integer beyond 2**53 - 1.

Not handled here: whether the JSON is a schema, and whether it keeps the rules of contracts.
"""

from hashlib import sha256

from tongban.contracts.strict_json import canonical_json
from tongban.domain.errors import MalformedError


def fingerprint(schema_json: bytes | str) -> bytes:
    """The 32-byte fingerprint of a schema's JSON text. Raises MalformedError where the text is not strict JSON."""
    try:
        data = schema_json.encode() if isinstance(schema_json, str) else schema_json
        return sha256(canonical_json(data)).digest()
    except ValueError as err:
        raise MalformedError(
            "a schema has no canonical form", expected="strict JSON (RFC 8785)", found=str(err) or type(err).__name__
        ) from err
