"""The digest of a view: one canonical form, sensitive to every field, indifferent to order."""

import json
from dataclasses import dataclass, fields, replace
from hashlib import sha256

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from tests.domain import case_files as told_as
from tests.projections.registers import told
from tongban.projections.digest import digest, digest_of, line
from tongban.projections.timeline import TIMELINE, timeline_rows
from tongban.projections.tracker import TRACKER, tracker_rows
from tongban.projections.view import View


@dataclass(frozen=True, slots=True)
class Note:
    case: str
    number: int
    text: str | None = None
    said: bool = False


NOTES = View("notes", 1, Note, ("case", "number"))
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
NOTE = st.builds(Note, TEXT, st.integers(-(2**53) + 1, 2**53 - 1), st.none() | TEXT, st.booleans())
SOME = (Note("b", 2, "乙"), Note("a", 10, None, True), Note("a", 9, '"\\\n\x01\u2028/<é'))


def test_the_form_is_json_lines_that_anybody_can_write():
    lines = [
        b'["notes",1,["case","number","text","said"]]\n',
        b'["a",9,"\\"\\\\\\n\\u0001\xe2\x80\xa8/<\xc3\xa9",false]\n',
        b'["a",10,null,true]\n',
        '["b",2,"乙",false]\n'.encode(),
    ]
    assert digest_of(NOTES, SOME) == sha256(b"".join(lines)).digest()


@given(NOTE)
def test_each_line_is_as_rfc_8785_has_it(note):
    assert line(NOTES, NOTES.cells(note)) == rfc8785.dumps(list(NOTES.cells(note))) + b"\n"


@given(st.lists(NOTE, unique_by=lambda note: (note.case, note.number)), st.randoms(use_true_random=False))
def test_the_order_in_which_rows_come_does_not_matter(notes, random):
    shuffled = list(notes)
    random.shuffle(shuffled)
    assert digest_of(NOTES, shuffled) == digest_of(NOTES, notes)


def test_numbers_beyond_what_json_numbers_hold_stand_in_plain_digits():
    assert line(NOTES, ("a", 2**63 - 1, None, False)) == b'["a",9223372036854775807,null,false]\n'


def test_many_rows_are_hashed_as_they_come():
    rows = ((f"{number:06}", number, None, False) for number in range(10_000))
    whole = line(NOTES, None) + b"".join(line(NOTES, (f"{n:06}", n, None, False)) for n in range(10_000))
    assert digest(NOTES, rows) == sha256(whole).digest()


@pytest.mark.parametrize("rows", [(SOME[0], SOME[1]), (SOME[1], SOME[1])], ids=["falling", "twice"])
def test_rows_that_do_not_rise_are_refused(rows):
    with pytest.raises(ValueError, match="does not come after"):
        digest(NOTES, map(NOTES.cells, rows))


def test_another_version_of_a_view_has_another_digest():
    assert digest_of(View("notes", 2, Note, ("case", "number")), SOME) != digest_of(NOTES, SOME)


def test_two_views_of_the_same_rows_have_different_digests():
    assert digest_of(View("memos", 1, Note, ("case", "number")), SOME) != digest_of(NOTES, SOME)


@pytest.mark.parametrize("view", [TRACKER, TIMELINE], ids=lambda view: view.name)
def test_every_field_of_a_row_counts(view):
    history = told(*told_as.DECIDED)
    (row, *_) = tracker_rows(history) if view is TRACKER else timeline_rows(history)
    seen = {digest_of(view, [row])}
    for field in fields(row):
        seen.add(digest_of(view, [replace(row, **{field.name: other_than(getattr(row, field.name))})]))
    assert len(seen) == len(fields(row)) + 1


def other_than(value):
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case str():
            return value + "?"
        case _:
            return "?"


def test_findings_stand_as_json():
    rows = timeline_rows(told(*told_as.HANDED_OVER, told_as.closed(), told_as.archived()))
    assert [json.loads(row.findings) for row in rows[-2:]] == [["wrong_phase"], ["wrong_phase"]]


def test_a_row_with_a_field_that_no_database_keeps_is_no_view():
    @dataclass(frozen=True)
    class Measured:
        value: float

    with pytest.raises(TypeError, match="value"):
        View("measured", 1, Measured, ("value",))
