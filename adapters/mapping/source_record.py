"""One record of a source file, or what was found where one should be; and the bounds that all readers keep."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tongban.contracts.mapping.findings import Finding, excerpt

RECORD_MAX_CHARACTERS = 1024 * 1024
"""The largest record that is read; a form has at most 64 KiB. A larger one is reported and passed over."""
TOKEN_MAX_CHARACTERS = 4 * RECORD_MAX_CHARACTERS
"""How much a parser may swallow without giving anything back, as after a quote that is never closed."""
DEPTH_MAX = 32
"""How deep values may nest in a record."""
NESTING_MAX = 1_000
"""How deep a document may nest at all; a deeper one is not read on."""


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """Record `number` (the first is 1), at `place`. `value` is None where it could not be read."""

    number: int
    place: str
    value: Mapping[str, Any] | None
    findings: tuple[Finding, ...] = ()


def broken(expected: str, found: str) -> Finding:
    """A record that cannot be read; what comes behind can."""
    return Finding("record_broken", expected, found)


def file_broken(expected: str, found: str, value: str = "") -> Finding:
    """A file that cannot be read on. `value` may be anything in the file, so it is taken to be personal."""
    return Finding("file_broken", expected, found, excerpt(value), personal=bool(value))


def endless() -> Finding:
    """A parser swallowed more than it may; reading ends here."""
    expected = f"{TOKEN_MAX_CHARACTERS} 个字符内结束的值 a value that ends within {TOKEN_MAX_CHARACTERS} characters"
    return file_broken(expected, "未结束 one that does not")


_BOUNDS = (
    f"至多 {RECORD_MAX_CHARACTERS} 个字符、{DEPTH_MAX} 层 "
    f"at most {RECORD_MAX_CHARACTERS} characters, {DEPTH_MAX} levels"
)


def too_large() -> Finding:
    """A record larger than any that is read."""
    return Finding("record_too_large", _BOUNDS, "更多 more")
