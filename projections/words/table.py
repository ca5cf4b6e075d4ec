"""The words of all chapters in one table. It refuses to be imported while an act or a member of an enumeration has none."""

from collections.abc import Callable, Iterable
from typing import Any, get_args

from tongban.domain.events.catalogue import ActBody
from tongban.projections.words import (
    acceptance,
    after_closing,
    assistance,
    correction,
    decision,
    delivery,
    ending,
    handover,
    intake,
    takeover,
)
from tongban.projections.words.chapter import Chapter, Terms
from tongban.projections.words.phrase import Words
from tongban.projections.words.setting import Setting

CHAPTERS: tuple[Chapter, ...] = (
    intake.CHAPTER,
    handover.CHAPTER,
    takeover.CHAPTER,
    correction.CHAPTER,
    acceptance.CHAPTER,
    ending.CHAPTER,
    assistance.CHAPTER,
    decision.CHAPTER,
    delivery.CHAPTER,
    after_closing.CHAPTER,
)

Sayings = dict[type[Any], Callable[[Any, Setting], Words]]


def sayings_of(chapters: Iterable[Chapter], bodies: Iterable[type[Any]]) -> Sayings:
    """What each of these bodies says. Raises TypeError unless each stands in exactly one chapter."""
    every = [saying for chapter in chapters for saying in chapter.sayings]
    sayings: Sayings = {saying.body: saying.words for saying in every}
    if (wrong := sayings.keys() ^ set(bodies)) or len(sayings) < len(every):
        raise TypeError(
            f"each act has words in one chapter: {sorted(each.__name__ for each in wrong) or 'one has two'}"
        )
    return sayings


def terms_of(chapters: Iterable[Chapter]) -> Terms:
    """The words of all enumerations. Raises TypeError where a member has none."""
    terms = {kind: words for chapter in chapters for kind, words in chapter.terms.items()}
    without = sorted(f"{kind.__name__}.{each}" for kind, words in terms.items() for each in kind if each not in words)
    if without:
        raise TypeError(f"no words for {', '.join(without)}")
    return terms


SAYINGS: Sayings = sayings_of(CHAPTERS, get_args(ActBody))
"""By the body of an act."""
TERMS: Terms = terms_of(CHAPTERS)
"""By enumeration: members of two of them may be equal as text."""
