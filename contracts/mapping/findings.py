"""What is found wrong with one record of an old system, in words with which the data's owner can correct it.

- An **error** keeps the record from becoming a form. A **warning** does not: the value is taken, and somebody should look.
- What a finding says in `expected` and `found` never repeats a value. The value is apart, in `value`, with `personal` beside
  it, so that a finding can be shown without it.
- Each has a code that programs may rely on; `meanings` says what it means and what to do.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from tongban.contracts.mapping.meanings import MEANINGS

VALUE_CHARACTERS = 60
"""How much of a value a finding keeps."""
_SHOWN_BITS = 256
"""Python refuses to write integers of more than some thousand digits."""


class Severity(StrEnum):
    """Whether a finding keeps the record from becoming a form."""

    ERROR = "error"
    WARNING = "warning"


class Flaw(NamedTuple):
    """What is wrong with a value, before its place is known. `expected` and `found` repeat no value."""

    code: str
    expected: str
    found: str
    severity: Severity = Severity.ERROR


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found. `field`: path in the form (`products.0.name`); `source`: where the value was read."""

    code: str
    expected: str
    found: str
    value: str = ""
    field: str = ""
    source: str = ""
    severity: Severity = Severity.ERROR
    personal: bool = False

    @property
    def is_error(self) -> bool:
        """Whether the record cannot become a form."""
        return self.severity is Severity.ERROR

    @property
    def advice(self) -> str:
        """What the data's owner can do."""
        meaning = MEANINGS[self.code]
        return f"{meaning.advice_zh} {meaning.advice_en}"

    def told(self, *, personal_too: bool = False) -> str:
        """What was found, with its value unless it is personal: `17 characters: '1151…'`."""
        if not self.value or (self.personal and not personal_too):
            return self.found
        return f"{self.found}: {self.value!r}"


def excerpt(value: object) -> str:
    """The beginning of a value, as a finding keeps it; nothing in it upsets a terminal or a file."""
    match value:
        case str():
            text = value
        case int() if value.bit_length() <= _SHOWN_BITS:
            text = str(value)
        case Decimal():
            text = str(value)
        case _:
            text = ""
    text = text[: VALUE_CHARACTERS - 1] + "…" if len(text) > VALUE_CHARACTERS else text
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
