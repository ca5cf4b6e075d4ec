"""The demo's time and chance: whatever is drawn follows from the seed and its label alone."""

from datetime import date
from itertools import pairwise

from tongban.adapters.demo.world import DemoWorld, day_of, hours_of


def test_what_is_drawn_does_not_depend_on_what_was_drawn_before():
    one, other = DemoWorld(1), DemoWorld(1)
    other.uuid("something else")
    other.entropy(100)
    one.turn_to("a", 1)
    other.turn_to("a", 1)
    assert one.entropy(32) == other.entropy(32)
    assert one.uuid("x") == other.uuid("x") != one.uuid("y")
    assert one.signing_key("k").seed == other.signing_key("k").seed != DemoWorld(2).signing_key("k").seed


def test_rounds_are_half_days_of_working_days_behind_each_other():
    rounds = [hours_of(number) for number in range(40)]
    assert all(begins < ends for begins, ends in rounds)
    assert all(before[1] < after[0] for before, after in pairwise(rounds))
    assert all(day_of(number).weekday() < 5 for number in range(40))
    assert (day_of(0), day_of(9), day_of(10)) == (date(2026, 3, 2), date(2026, 3, 6), date(2026, 3, 9))
