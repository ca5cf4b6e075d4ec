"""The tables hold together: acts, bodies, conditions, requirements."""

import re
from collections.abc import Iterator
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_type_hints

import pytest

from tongban.domain.events.case import ContributionKind
from tongban.domain.law.doing import ACT_OF
from tongban.domain.law.judging import CONDITIONS, JOINED_AS
from tongban.domain.law.table import PHASE_ZH, TABLE, Act, Phase
from tongban.domain.requirement import BY_CODE, REQUIREMENTS

STORIES = Path(__file__).parent


def test_every_act_has_a_row_an_event_and_its_conditions():
    assert set(TABLE) == set(CONDITIONS) == set(Act)
    assert sorted(ACT_OF.values()) == sorted(Act)
    assert set(JOINED_AS) == set(ContributionKind)
    assert set(PHASE_ZH) == set(Phase)


def test_every_phase_can_be_reached_by_an_act_unless_a_later_one_leads_there():
    reached = {row.to for row in TABLE.values()}
    assert set(Phase) - reached == {Phase.NONE, Phase.TERMINATED}


def _bodies(hint: Any) -> Iterator[Any]:
    for argument in get_args(hint):
        yield from get_args(argument) if isinstance(argument, UnionType) else (argument,)


@pytest.mark.parametrize(("act", "condition"), [(act, each) for act, row in CONDITIONS.items() for each in row])
def test_a_condition_reads_the_body_of_its_act(act, condition):
    body = next(body for body, of in ACT_OF.items() if of is act)
    takes = set(_bodies(list(get_type_hints(condition).values())[1]))
    assert body in takes or Any in takes


def test_codes_are_unique_and_every_requirement_says_what_to_do():
    assert len(BY_CODE) == len(REQUIREMENTS)
    assert all(each.en and each.zh and each.source and each.advice for each in REQUIREMENTS)


@pytest.mark.parametrize("code", sorted(BY_CODE))
def test_every_requirement_is_breached_in_a_story(code):
    told = "".join(path.read_text(encoding="utf-8") for path in STORIES.glob("test_*.py"))
    assert re.search(rf'\("{code}"\)', told)
