"""The table of words: complete, or not to be imported."""

from typing import get_args

import pytest

from tongban.domain.events.catalogue import ActBody
from tongban.domain.events.decision import Closed, ClosureResult
from tongban.projections.words import decision, ending
from tongban.projections.words.chapter import Chapter, says
from tongban.projections.words.phrase import Words
from tongban.projections.words.table import CHAPTERS, sayings_of, terms_of


def test_an_act_without_words_is_refused():
    with pytest.raises(TypeError, match="Withdrawn"):
        sayings_of([each for each in CHAPTERS if each is not ending.CHAPTER], get_args(ActBody))


def test_words_of_what_is_no_act_are_refused():
    with pytest.raises(TypeError, match="int"):
        sayings_of([*CHAPTERS, Chapter((says(int, lambda body, setting: Words("", "")),))], get_args(ActBody))


def test_an_act_with_words_in_two_chapters_is_refused():
    with pytest.raises(TypeError, match="one has two"):
        sayings_of([*CHAPTERS, ending.CHAPTER], get_args(ActBody))


def test_a_member_of_an_enumeration_without_words_is_refused():
    granted = {ClosureResult.GRANTED: decision.RESULTS[ClosureResult.GRANTED]}
    chapter = Chapter((says(Closed, lambda body, setting: granted[body.result]),), {ClosureResult: granted})
    with pytest.raises(TypeError, match=r"ClosureResult\.refused"):
        terms_of([chapter])
