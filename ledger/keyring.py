"""The port to a region's private keys, found by the id under which the registries know them."""

from typing import Protocol

from tongban.contracts.content.sealing import ContentKey
from tongban.contracts.wire.signatures import SigningKey
from tongban.domain.identifiers import KeyId


class Keyring(Protocol):
    """Private keys. Both methods raise KeystoreError where there is no such key here."""

    def get_signing(self, key_id: KeyId, /) -> SigningKey:
        """A signing key: an officer's, a channel's, the ledger's or the authority's."""

    def get_content(self, key_id: KeyId, /) -> ContentKey:
        """An X25519 key, which opens what was sealed to it."""
