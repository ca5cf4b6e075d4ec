"""What all sections of a contract's YAML files are made of: the strict base, its texts and codes, and told faults.

- Strict: no unknown keys, no guessing of types. A code without quotes is a number: refused.
- A section says only what it is by itself. What must hold between sections stands in `tongban.contracts.matter.checks`,
  so that one fault does not hide another.
"""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import ErrorDetails, PydanticCustomError

from tongban.contracts.faults import Fault, shown
from tongban.domain.law.rules import Limit, LimitUnit

CatalogCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{12}$")]
Version = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,3}$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=r"^\S(.*\S)?$")]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
RegionText = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]

EXAMPLE_MAIN_ITEMS = range(99_000, 100_000)
"""Main items (主项, digits 5 to 9 of a catalog code) that Tongban keeps for examples: no source names any of them."""


class Model(BaseModel):
    """The base of every section: no unknown key, no guessed type, never changed."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class BilingualText(Model):
    """A text in Chinese and in English."""

    zh: Text
    en: Text


class LimitEntry(Model):
    """A length of time: `{value: 20, unit: workdays}`."""

    value: Annotated[int, Field(ge=1, le=10_000)]
    unit: LimitUnit

    def to_rule(self) -> Limit:
        """As the domain has it."""
        return Limit(self.value, self.unit)

    def is_longer_than(self, other: "LimitEntry") -> bool:
        """Whether both count the same and this one is longer; days and minutes are not compared."""
        return self.unit == other.unit and self.value > other.value


class LawfulLimit(LimitEntry):
    """A limit with its basis (依据). Without one it is a default of the contract, and never shown as law."""

    basis: BilingualText | None = None


class Side(StrEnum):
    """Which region does something: where the application is handed in (收件地), or where it is decided (办理地)."""

    RECEIVING = "receiving"
    DECIDING = "deciding"


class Coded(Model):
    """An entry of a list that others refer to by its code."""

    code: Name
    name: BilingualText


FAULT: Literal["matter_fault"] = "matter_fault"
"""The type of the pydantic errors that carry our own expected and found."""


def model_fault(expected: str, found: str) -> PydanticCustomError:
    """What a validator raises, in the words of a fault."""
    return PydanticCustomError(FAULT, "{expected}; found {found}", {"expected": expected, "found": found})


def as_fault(file: str, error: ErrorDetails, prefix: str = "") -> Fault:
    """A pydantic error as a fault."""
    path = ".".join(part for part in (prefix, *map(str, error["loc"])) if part)
    match error["type"]:
        case "matter_fault":
            return Fault(file, path, error["ctx"]["expected"], error["ctx"]["found"])
        case "missing":
            return Fault(file, path, "a value", "nothing")
        case "extra_forbidden":
            return Fault(file, path, "no such key", shown(error["input"]))
        case _:
            return Fault(file, path, error["msg"].removeprefix("Input should be "), shown(error["input"]))
