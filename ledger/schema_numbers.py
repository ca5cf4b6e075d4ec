"""The port to the numbers that schemas have in a site's schema registry, for the frame before an event's body.

The relay asks for each record that it makes, so an adapter answers from memory: it asks nobody, waits for nothing and
raises nothing. A number that is not known means a record without a frame; every reader of Tongban takes both.
"""

from typing import Protocol


class SchemaNumbers(Protocol):
    """What is known of the site's registry now."""

    def number_of(self, fingerprint: bytes) -> int | None:
        """The number under which the registry has the schema with this fingerprint (32 bytes); None: not known."""


class NoRegistry:
    """A site without a schema registry: records have no frame."""

    def number_of(self, fingerprint: bytes) -> int | None:
        """None."""


NO_REGISTRY = NoRegistry()
