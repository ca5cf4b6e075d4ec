"""The comparison can fail: what is altered is found, and only what differs by chance is made equal."""

import re
from pathlib import Path

import pytest

from tests.sameness.differences import differences
from tests.sameness.normalise import RULES, Folders, normalised
from tests.sameness.on_purpose import STORED, Entry, read_entries, sort_out, without_changelog

ROOT = Path(__file__).resolve().parents[2]
HERE, THERE = Folders("base/tree", "base/world"), Folders("head/tree", "head/world")
ONE, OTHER = "ab" * 32, "cd" * 32
NAME = "life/other ends/07 case show --json"
TEXT = 'exit code 0\n--- standard output\n{\n "phase_zh": "已收件",\n "head": "%s",\n "home": "%s/sh"\n}'


def compared(base, head, name=NAME):
    return [*differences(normalised({name: base}, HERE), normalised({name: head.replace("base/", "head/")}, THERE))]


def test_other_keys_and_folders_are_no_difference():
    assert not compared(TEXT % (ONE, "base/world"), TEXT % (OTHER, "head/world"))


@pytest.mark.parametrize(
    ("old", "new"),
    [("已收件", "已受理"), ("exit code 0", "exit code 1"), ("head", "top"), ("/sh", "/hf"), (ONE, ONE[:16])],
)
def test_whatever_is_altered_is_a_difference(old, new):
    text = TEXT % (ONE, "base/world")
    (found,) = compared(text, text.replace(old, new))
    assert found.name == NAME
    assert {line[0] for line in found.lines} == {"-", "+"}


def test_which_hash_is_equal_to_which_is_compared():
    assert not compared(f"{ONE} {OTHER} {ONE}", f"{OTHER} {ONE} {OTHER}")
    assert compared(f"{ONE} {OTHER} {ONE}", f"{OTHER} {ONE} {ONE}")
    assert compared(f"{ONE} {ONE[:12]}", f"{ONE} {OTHER[:12]}")


def test_codes_of_matters_and_times_are_compared_as_they_stand():
    assert compared("000199003000 1795335240000000", "000199003000 1795335240000001")
    assert compared("000199003000", "002099001000")


def test_hashes_outside_the_life_are_compared_as_they_stand():
    assert compared(ONE, OTHER, "demo embedded, seed 1/310000 views digest")


def test_a_text_that_one_side_lacks_is_a_difference():
    (found,) = differences({"a": "x"}, {"a": "x", "b": "y"})
    assert found.lines == ("-(there is nothing of this name)", "+y")


def test_each_rule_of_the_normalisation_has_a_reason_and_keeps_the_rest():
    assert all(rule.reason for rule in RULES)
    text = ' "seconds": {\n  "found": 1.25,\n  "audit": 0.5\n }'
    name = "demo embedded, seed 1/demo"
    assert not compared(text, text.replace("1.25", "3.5"), name)
    assert compared(text, text.replace("audit", "audited"), name)
    assert compared(text, text.replace("1.25", "3.5"), "demo embedded, seed 1/310000 audit")


# On purpose


def entry(where="other ends", line='phase_zh": "已受理'):
    return Entry(re.compile(where), re.compile(line), "the word for it")


def test_a_difference_on_purpose_is_not_held_against_a_commit():
    text = TEXT % (ONE, "base/world")
    found = compared(text, text.replace("已收件", "已受理"))
    gone = entry(line='^-.*phase_zh": "已收件')
    assert sort_out(found, [entry(), gone]).equal
    half = sort_out(found, [entry()])
    assert not half.equal
    assert [each.lines for each in half.unexplained] == [('- "phase_zh": "已收件",',)]


def test_an_entry_that_explains_nothing_is_stale():
    found = sort_out([], [entry()])
    assert not found.equal
    assert found.stale == (entry(),)
    text = TEXT % (ONE, "base/world")
    elsewhere = sort_out(compared(text, text.replace("已收件", "已受理")), [entry(where="help")])
    assert (len(elsewhere.unexplained), len(elsewhere.stale)) == (1, 1)


def test_each_entry_of_the_file_gives_a_reason_that_stands_in_the_changelog():
    entries = read_entries(STORED.read_text("utf-8"))
    assert not without_changelog(entries, (ROOT / "CHANGELOG.md").read_text("utf-8"))
    assert without_changelog([entry()], "nothing of the kind") == (entry(),)


def test_entries_are_read_from_toml():
    text = "[[difference]]\nwhere = '^life/'\nline = '^[+-]'\nreason = \"a reason\"\n"
    (found,) = read_entries(text)
    assert (found.where.pattern, found.line.pattern, found.reason) == ("^life/", "^[+-]", "a reason")
