"""Names and words in the views: as the registers had them then, and nothing in them that hides."""

import inspect
import sys
from dataclasses import replace
from enum import StrEnum
from typing import get_args

import pytest
from hypothesis import given, settings
from pyrsistent import pmap

from tests.domain import case_files as told_as
from tests.domain.case_files import HEFEI, SHANGHAI, officer
from tests.domain.law.test_properties import cases
from tests.projections.registers import FEDERATION, KEY, NAMES, REGIONS, seen, signed, told
from tongban.domain.events import acceptance, handover, values
from tongban.domain.events.after_closing import Archived
from tongban.domain.events.catalogue import ActBody
from tongban.domain.events.intake import TakenIn
from tongban.domain.events.region import ChannelKind, ChannelOpened
from tongban.domain.header import Actor, ActorKind
from tongban.domain.identifiers import RegionCode
from tongban.projections.names import ActorNames, RegistryNames
from tongban.projections.shown import CHANGE_CHARACTERS, shown
from tongban.projections.timeline import timeline_rows
from tongban.projections.words.table import TERMS as WORDS

OPENING = signed(told(told_as.taken_in()).events)[0].header
NOT_SAID = {"SubmittedForm"}


def said_in(module):
    """The enumerations that the events of a chapter may say."""
    defined = [kind for _, kind in inspect.getmembers(module, inspect.isclass) if kind.__module__ == module.__name__]
    return [kind for kind in defined if issubclass(kind, StrEnum) and kind.__name__ not in NOT_SAID]


CHAPTERS = {sys.modules[body.__module__] for body in get_args(ActBody)}
SAYING = sorted(filter(said_in, {*CHAPTERS, values}), key=lambda module: module.__name__)


@pytest.mark.parametrize("module", SAYING, ids=lambda module: module.__name__)
def test_every_word_that_an_event_can_say_has_a_translation(module):
    for kind in said_in(module):
        assert list(WORDS[kind]) == list(kind)


def test_the_chapters_say_what_they_always_said():
    assert sum(len(said_in(module)) for module in SAYING) >= 13


def test_equal_words_of_two_enumerations_are_not_mixed_up():
    declined = WORDS[handover.DeclineReason][handover.DeclineReason.NOT_COMPETENT]
    assert declined != WORDS[acceptance.NonAcceptance][acceptance.NonAcceptance.NOT_COMPETENT]


def test_names_are_those_of_the_heads_that_the_event_names():
    asked = []
    names = RegistryNames(
        lambda head: asked.append(head) or FEDERATION,
        lambda region, head: asked.append((region, head)) or REGIONS[region],
    )
    names.of(OPENING)
    assert asked == [OPENING.under.federation, (SHANGHAI, OPENING.under.region)]


def test_what_a_register_does_not_know_is_shown_by_its_id():
    header = replace(OPENING, actor=Actor(ActorKind.OFFICER, "nobody", "nowhere", "none"), region=HEFEI, key=b"?")
    assert NAMES.of(header) == ActorNames("合肥", "Hefei", "nowhere", "nowhere", "none", "none", "nobody")
    assert NAMES.region(header, RegionCode("999999")).zh == "999999"


def test_a_channel_has_a_name_and_no_post():
    desk = f"{SHANGHAI}-desk"
    opened = ChannelOpened("web", ChannelKind.PORTAL, "一网通办", "Portal", desk, (), KEY)
    state = replace(REGIONS[SHANGHAI], channels=pmap({"web": opened}))
    names = RegistryNames(lambda head: FEDERATION, lambda region, head: state)
    found = names.of(replace(OPENING, actor=Actor(ActorKind.CHANNEL, "web", desk)))
    assert (found.channel_zh, found.channel_en, found.person, found.post_zh) == ("一网通办", "Portal", None, None)


def test_a_channel_stands_in_the_timeline_beside_no_officer():
    portal = told_as.Person(SHANGHAI, Actor(ActorKind.CHANNEL, "web", f"{SHANGHAI}-desk"))
    row = timeline_rows(told(told_as.applied(by=portal)))[0]
    assert (row.channel, row.channel_zh, row.officer, row.officer_name, row.post) == ("web", "web", None, None, None)


@pytest.mark.parametrize("hidden", ["\x00", "\n", "\x7f", "\x9b", "\u200b", "\u202e", "\u2066", "\ufeff"])
def test_characters_that_hide_or_reorder_are_replaced(hidden):
    assert shown(f"A{hidden}1") == "A\ufffd1"


def test_ordinary_text_stays_as_it_is():
    for text in ("", "A-1", "上海市（示例）", "é 𠮷 ー"):
        assert shown(text) == text


def test_what_a_foreign_city_wrote_is_cut_and_cleaned():
    archived = told_as.Step(Archived("x\x00" * 5_000, None), officer(HEFEI))
    row = timeline_rows(told(*told_as.CLOSED, told_as.delivered(), archived))[-1]
    assert len(row.change_zh) <= CHANGE_CHARACTERS
    assert "\x00" not in row.change_zh + row.change_en
    assert row.change_zh.endswith("…")


def test_a_day_that_no_calendar_has_is_shown_as_it_was_written():
    odd = told_as.Step(acceptance.Accepted(2**31 - 1, None), told_as.HANDLER)
    assert timeline_rows(told(*told_as.HANDED_OVER, odd))[-1].change_en.endswith("accepted as of 2147483647")


def test_a_deciding_region_that_does_not_exist_is_shown_and_breaks_nothing():
    body = TakenIn(values.Handling.REMOTE_INTAKE, RegionCode("\u202e<b>"), (), None, ())
    row = timeline_rows(told(told_as.Step(body, told_as.WINDOW)))[0]
    assert "\ufffd<b>" in row.change_zh


@settings(max_examples=100, deadline=None)
@given(cases().filter(lambda case: bool(case.events)))
def test_every_act_says_something_in_both_languages(history):
    for row in timeline_rows(seen(signed(history.events), history.rules)):
        assert row.change_zh
        assert row.change_en
