"""Choices, yes and no, numbers with their unit, and moments."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from tongban.desk.kinds.kind import JsonSchema, Kind, text_of
from tongban.domain.errors import MalformedError
from tongban.projections.words.table import TERMS

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Option:
    """One of the members of an enumeration, with what a person reads."""

    value: StrEnum
    zh: str
    en: str


class Choice(Kind[StrEnum]):
    """One member of an enumeration."""

    zh, en = "选项", "choice"

    def __init__(self, members: type[StrEnum]) -> None:
        self.members = members

    @property
    def makes(self) -> Any:
        """See `Kind`."""
        return self.members

    @property
    def options(self) -> tuple[Option, ...]:
        """What can be chosen, in the enumeration's order."""
        return tuple(Option(each, *TERMS[self.members][each]) for each in self.members)

    @property
    def json_schema(self) -> JsonSchema:
        """See `Kind`. Each member is a constant with its titles."""
        return {"oneOf": [{"const": each.value.value, "title": f"{each.zh} {each.en}"} for each in self.options]}

    def read_text(self, text: str) -> StrEnum:
        """See `Kind`."""
        if text not in {each.value for each in self.members}:
            raise MalformedError(f"no {self.members.__name__} {text!r}", expected=", ".join(self.members), found=text)
        return self.members(text)

    def read_json(self, value: object) -> StrEnum:
        """See `Kind`."""
        return self.read_text(text_of(value, self.en))

    def as_json(self, value: StrEnum) -> str:
        """See `Kind`."""
        return value.value


class YesNo(Kind[bool]):
    """Yes or no. `yes`, `no`: what the two are called where they are words of their own, as grant and refuse."""

    zh, en = "是否", "yes or no"

    def __init__(self, yes: str = "", no: str = "") -> None:
        self.yes = yes
        self.no = no

    @property
    def makes(self) -> Any:
        """See `Kind`."""
        return bool

    @property
    def json_schema(self) -> JsonSchema:
        """See `Kind`."""
        return {"type": "boolean"}

    def read_text(self, text: str) -> bool:
        """See `Kind`."""
        known = {"true": True, "false": False} | ({self.yes: True, self.no: False} if self.yes else {})
        if text not in known:
            raise MalformedError(self.en, expected=" or ".join(known), found=repr(text))
        return known[text]

    def read_json(self, value: object) -> bool:
        """See `Kind`."""
        if not isinstance(value, bool):
            raise MalformedError(self.en, expected="true or false", found=type(value).__name__)
        return value

    def as_json(self, value: bool) -> bool:
        """See `Kind`."""
        return value


class Unit(StrEnum):
    """Of what a number says how many there are."""

    WORKDAYS = "workdays"
    MINUTES = "minutes"
    YEARS = "years"


class Count(Kind[int]):
    """How many of a unit: at least one."""

    zh, en = "数量", "number"
    least = 1

    def __init__(self, unit: Unit) -> None:
        self.unit = unit

    @property
    def makes(self) -> Any:
        """See `Kind`."""
        return int

    @property
    def json_schema(self) -> JsonSchema:
        """See `Kind`."""
        return {"type": "integer", "minimum": self.least, "x-unit": self.unit.value}

    def read_text(self, text: str) -> int:
        """See `Kind`."""
        if not (text.isascii() and text.isdigit()):
            raise MalformedError(f"a number of {self.unit}", expected="digits", found=repr(text))
        return self.read_json(int(text))

    def read_json(self, value: object) -> int:
        """See `Kind`."""
        if isinstance(value, bool) or not isinstance(value, int) or value < self.least:
            raise MalformedError(f"a number of {self.unit}", expected=f"at least {self.least}", found=repr(value))
        return value

    def as_json(self, value: int) -> int:
        """See `Kind`."""
        return value


class Moment(Kind[int]):
    """A moment: ISO 8601 with its offset; microseconds UTC in the command."""

    zh, en = "时间", "moment"

    @property
    def makes(self) -> Any:
        """See `Kind`."""
        return int

    @property
    def json_schema(self) -> JsonSchema:
        """See `Kind`."""
        return {"type": "string", "format": "date-time"}

    def read_text(self, text: str) -> int:
        """See `Kind`."""
        return parse_moment(text)

    def read_json(self, value: object) -> int:
        """See `Kind`."""
        return parse_moment(text_of(value, self.en))

    def as_json(self, value: int) -> str:
        """See `Kind`."""
        return (EPOCH + timedelta(microseconds=value)).isoformat().replace("+00:00", "Z")


def parse_moment(text: str) -> int:
    """A moment in ISO 8601 as microseconds UTC. Raises MalformedError unless it says its offset."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as err:
        raise MalformedError("a moment", expected="ISO 8601, as 2026-11-22T09:30:00+08:00", found=repr(text)) from err
    if moment.tzinfo is None:
        raise MalformedError("a moment without its offset", expected="as 2026-11-22T09:30:00+08:00", found=repr(text))
    delta = moment - EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds
