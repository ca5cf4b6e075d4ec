"""The id of a public key: SHA-256 over the suite's name, a zero byte and the key, so that the suite is signed too."""

import hashlib

from tongban.domain.events.values import PublicKey
from tongban.domain.identifiers import KeyId


def key_id(public: PublicKey) -> KeyId:
    """32 bytes."""
    return KeyId(hashlib.sha256(public.suite.encode() + b"\x00" + public.key).digest())
