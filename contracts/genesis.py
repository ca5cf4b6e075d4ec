"""The genesis file: the federation's name and key. The only thing that reaches a region outside the log.

Its hash, SHA-256 of the RFC 8785 form, is the predecessor of every stream's event 1, so nothing replays between
federations:

    {"federation": "yangtze-delta", "key": "<64 hex digits>", "suite": "ed25519"}
"""

import hashlib
import json
import re
from dataclasses import dataclass

import rfc8785

from tongban.contracts.strict_json import load_json
from tongban.contracts.wire.signatures import check_enrollable
from tongban.domain.errors import MalformedError
from tongban.domain.events.values import PublicKey
from tongban.domain.identifiers import GenesisHash

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_FIELDS = {"federation", "key", "suite"}


@dataclass(frozen=True, slots=True)
class Genesis:
    """A federation: `name` is in the origin of every log (lower-case letters, digits, hyphens)."""

    name: str
    key: PublicKey

    @property
    def hash(self) -> GenesisHash:
        """What every stream begins with, 32 bytes."""
        return GenesisHash(hashlib.sha256(self.canonical()).digest())

    def canonical(self) -> bytes:
        """The RFC 8785 form."""
        return rfc8785.dumps({"federation": self.name, "key": self.key.key.hex(), "suite": self.key.suite})

    def to_bytes(self) -> bytes:
        """The file as a person reads it."""
        return json.dumps(json.loads(self.canonical()), indent=2).encode() + b"\n"


def parse_genesis(data: bytes) -> Genesis:
    """Raises MalformedError, KeyRefusedError."""
    try:
        fields = load_json(data)
    except ValueError as err:
        raise MalformedError("not a genesis file", expected="JSON", found=str(err)) from err
    if not isinstance(fields, dict) or set(fields) != _FIELDS:
        raise MalformedError(
            "not a genesis file", expected=f"a JSON object with {sorted(_FIELDS)}", found=repr(data[:80])
        )
    name, key, suite = fields["federation"], fields["key"], fields["suite"]
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise MalformedError("a federation's name", expected=_NAME.pattern, found=repr(name))
    if not isinstance(key, str) or not re.fullmatch(r"[0-9a-f]{64}", key) or not isinstance(suite, str):
        raise MalformedError("a federation's key", expected="64 hex digits, and a suite", found=repr(key))
    check_enrollable(suite, bytes.fromhex(key))
    return Genesis(name, PublicKey(suite, bytes.fromhex(key)))
