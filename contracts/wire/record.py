"""A record of a topic: what two programs exchange over the log, before anybody looks at what it means."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Record:
    """Key, value and headers, each as bytes; a null value is a tombstone. Headers keep their order and repeats."""

    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()
