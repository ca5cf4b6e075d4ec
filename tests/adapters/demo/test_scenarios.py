"""What is dealt: every kind of life, every step, in fixed proportions, and some cases left open."""

from collections import Counter

import pytest

from tongban.adapters.demo.parts import STEPS
from tongban.adapters.demo.scenarios import SCENARIOS, SHOWN, dealt
from tongban.adapters.demo.steps import Step
from tongban.adapters.demo.story import stories
from tongban.adapters.demo.world import DemoWorld
from tongban.contracts.matter.folders import shipped_matter
from tongban.domain.events.values import Handling

DEFAULT = 300


def test_the_shares_are_counts_of_three_hundred():
    assert sum(each.share for each in SCENARIOS) == DEFAULT
    assert Counter(dealt(DEFAULT)) == {each: each.share for each in SCENARIOS}


@pytest.mark.parametrize("cases", [1, 5, len(SCENARIOS), 24, 61, 299, 1000])
def test_any_number_of_cases_is_dealt_out(cases):
    scenarios = dealt(cases)
    assert len(scenarios) == cases
    assert scenarios[0] is SHOWN
    assert len(set(scenarios)) == min(cases, len(SCENARIOS))


def test_every_step_occurs_in_a_life():
    assert {step for each in SCENARIOS for step in each.steps} == set(Step) == set(STEPS)


def test_all_matters_and_ways_of_handling_occur():
    matters = {each.matter for each in SCENARIOS}
    assert len(matters) == 3
    assert {shipped_matter(each).rules.handlings[0] for each in matters} == set(Handling)


@pytest.mark.parametrize("seed", range(5))
def test_each_kind_is_lived_to_its_end_and_some_cases_stay_open_on_the_way(seed):
    told = stories(DemoWorld(seed), DEFAULT)
    assert {each.scenario for each in told if not each.left_open} == set(SCENARIOS)
    still_open = [each for each in told if each.left_open]
    assert len(still_open) == DEFAULT // 9
    assert len({len(each.steps) for each in still_open}) > 3


def test_a_cast_has_three_cities_or_two_where_the_case_stays_at_home():
    for each in stories(DemoWorld(1), DEFAULT):
        assert (each.receiving == each.deciding) == each.scenario.at_home
        assert each.other not in (each.receiving, each.deciding)


def test_the_seed_decides_who_applies_for_what():
    first, again, other = (stories(DemoWorld(seed), 30) for seed in (1, 1, 2))
    assert [each.form for each in first] == [each.form for each in again]
    assert [each.form for each in first] != [each.form for each in other]
