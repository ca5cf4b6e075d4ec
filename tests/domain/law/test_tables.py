"""The tables hold together: acts, bodies, commands, conditions, requirements."""

import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_type_hints

import pytest

from tests.domain.case_files import HANDED_OVER, HANDLER, HEFEI, RULES, SHANGHAI
from tests.domain.gwt import history
from tongban.domain.events.acceptance import Accepted
from tongban.domain.events.assistance import ContributionKind
from tongban.domain.events.catalogue import BY_BODY
from tongban.domain.events.ending import Withdrawn
from tongban.domain.events.event_type import Act
from tongban.domain.events.handover import Declined, Offered, TakenOver
from tongban.domain.header import Actor, ActorKind
from tongban.domain.law.acceptance import ACCEPT
from tongban.domain.law.act import Who, says
from tongban.domain.law.assistance import JOINED_AS
from tongban.domain.law.doing import Doing
from tongban.domain.law.handover import Offer
from tongban.domain.law.judging import breaches
from tongban.domain.law.phase import PHASE_ZH, Phase
from tongban.domain.law.table import BY_ACT, BY_CODE, BY_COMMAND, CHAPTERS, LAWS, REQUIREMENTS
from tongban.domain.law.takeover import FEDERATION_TAKEOVER
from tongban.domain.requirement import Requirement

STORIES = Path(__file__).parent


def test_every_act_has_a_law_an_event_and_a_command():
    assert set(BY_ACT) == set(Act)
    assert {law.event for law in LAWS.values()} == {each for each in BY_BODY.values() if each.act is not None}
    assert set(LAWS.values()) - set(BY_COMMAND.values()) == {FEDERATION_TAKEOVER}
    assert set(JOINED_AS) == set(ContributionKind)
    assert set(PHASE_ZH) == set(Phase)


def test_chapters_follow_the_rows_of_a_cases_life():
    numbers = [law.number for chapter in CHAPTERS for law in chapter.laws]
    assert numbers == sorted(numbers)
    assert list(LAWS.values()) == [law for chapter in CHAPTERS for law in chapter.laws]


def test_every_phase_can_be_reached_by_an_act_unless_a_later_one_leads_there():
    reached = {law.to for law in LAWS.values()}
    assert set(Phase) - reached == {Phase.NONE, Phase.TERMINATED}


def _bodies(hint: Any) -> Iterator[Any]:
    for argument in get_args(hint):
        yield from get_args(argument) if isinstance(argument, UnionType) else (argument,)


@pytest.mark.parametrize(
    ("body", "function"),
    [(body, each) for body, law in LAWS.items() for each in (*law.conditions, law.effect)],
)
def test_a_condition_and_an_effect_read_the_body_of_their_act(body, function):
    takes = set(_bodies(list(get_type_hints(function).values())[1]))
    assert body in takes or Any in takes


@pytest.mark.parametrize("body", [TakenOver, Declined, Withdrawn])
def test_a_command_does_not_say_a_body_of_other_fields(body):
    assert says(Offer, Offered).command is Offer
    with pytest.raises(TypeError, match="Offer does not say what"):
        says(Offer, body)


def test_codes_are_unique_and_every_requirement_says_what_to_do():
    assert len(BY_CODE) == len(REQUIREMENTS)
    assert all(each.en and each.zh and each.source and each.advice for each in REQUIREMENTS)


@pytest.mark.parametrize("code", sorted(BY_CODE))
def test_every_requirement_is_breached_in_a_story(code):
    told = "".join(path.read_text(encoding="utf-8") for path in STORIES.glob("test_*.py"))
    assert re.search(rf'\("{code}"\)', told)


def test_each_requirement_of_a_chapter_is_listed_there():
    listed = set(REQUIREMENTS)
    for module in {sys.modules[law.made_by.command.__module__] for law in LAWS.values() if law.made_by is not None}:
        assert {each for each in vars(module).values() if isinstance(each, Requirement)} <= listed


def test_what_time_brings_about_is_said_by_the_ledger_key_of_the_deciding_region():
    law = replace(ACCEPT, who=Who.LEDGER)
    state = history(*HANDED_OVER).state
    by_hand = Doing(HEFEI, HANDLER.actor, Accepted(20_000, None), 0)
    by_ledger = replace(by_hand, actor=Actor(ActorKind.LEDGER, "340100"))
    elsewhere = replace(by_ledger, region=SHANGHAI)
    assert [each.code for each in breaches(law, state, by_hand, RULES)] == ["not_deciding"]
    assert [each.code for each in breaches(law, state, elsewhere, RULES)] == ["not_deciding"]
    assert breaches(law, state, by_ledger, RULES) == ()
