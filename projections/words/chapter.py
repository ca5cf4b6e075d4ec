"""What a chapter of words holds: for each of its acts a function from body to words, and the words of its enumerations.

    CHAPTER = Chapter(
        sayings=(says(Decided, _decided), says(Closed, _closed)),
        terms={ClosureResult: RESULTS},
    )

The chapters are gathered and held to be complete in `tongban.projections.words.table`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from tongban.projections.words.phrase import Words
from tongban.projections.words.setting import Setting

BodyT = TypeVar("BodyT")

Terms = Mapping[type[StrEnum], Mapping[Any, Words]]
"""Words by enumeration and member. Two enumerations may have members that are equal as text, so no map by member alone."""


@dataclass(frozen=True, slots=True)
class Saying:
    """How the acts with one kind of body are put into words. Made by `says`, which holds the two to each other."""

    body: type[Any]
    words: Callable[[Any, Setting], Words]


@dataclass(frozen=True, slots=True)
class Chapter:
    """The words of one chapter of the life cycle."""

    sayings: tuple[Saying, ...]
    terms: Terms = field(default_factory=dict)


def says(body: type[BodyT], words: Callable[[BodyT, Setting], Words]) -> Saying:
    """`words` for acts with this body: the type check refuses a function for another one."""
    return Saying(body, words)
