"""What all sections of a contract's YAML files are made of: the strict base, its texts and codes, and faults as reported.

- Strict: no unknown keys, no guessing of types. A code without quotes is a number: refused.
- A section says only what it is by itself. What must hold between sections is checked apart
  (`tongban.contracts.matter.checks`), so that one fault does not hide another.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints
from pydantic_core import ErrorDetails, PydanticCustomError

from tongban.contracts.faults import Fault, shown

CatalogCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{12}$")]
Version = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,3}$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=r"^\S(.*\S)?$")]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
RegionText = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]


class Model(BaseModel):
    """The base of every section: no unknown key, no guessed type, never changed."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class BilingualText(Model):
    """A text in Chinese and in English."""

    zh: Text
    en: Text


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
