"""The rows of a case follow from the set of its events: neither their order of arrival nor the city matters."""

from dataclasses import replace
from hashlib import sha256

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain import case_files as told_as
from tests.domain.case_files import HEFEI, RULES, SHANGHAI
from tests.domain.gwt import History, hash_of
from tests.domain.law.test_properties import cases
from tests.projections.registers import NAMES, seen, signed, told
from tongban.domain.event import Event
from tongban.domain.identifiers import CaseId, CommandId
from tongban.domain.law.evolve import fold
from tongban.projections.case_history import case_history
from tongban.projections.digest import digest_of
from tongban.projections.timeline import TIMELINE, timeline_rows
from tongban.projections.tracker import TRACKER, tracker_rows


def rival_of(event: Event) -> Event:
    """Another event of the same region at the same place."""
    header = replace(event.header, command=CommandId(type(event.header.command)(int=event.header.command.int + 1000)))
    return replace(event, header=header, hash=hash_of(header, event.body))


@st.composite
def disputed(draw: st.DrawFn) -> tuple[History, tuple[Event, ...]]:
    """A case in which anything may have been done, some of it twice; and its events in another order."""
    case = draw(cases().filter(lambda case: bool(case.events)))
    rivals = draw(st.lists(st.sampled_from(case.events), max_size=2, unique_by=lambda event: event.hash))
    events = signed((*case.events, *map(rival_of, rivals)))
    return replace(case, events=events), tuple(draw(st.permutations(events)))


@settings(max_examples=150, deadline=None)
@given(disputed())
def test_any_order_of_arrival_gives_the_same_rows_and_digests(pair):
    case, arrived = pair
    known, other = seen(case.events, case.rules), seen(arrived, case.rules)
    assert tracker_rows(other) == tracker_rows(known)
    assert timeline_rows(other) == timeline_rows(known)
    assert digest_of(TIMELINE, reversed(timeline_rows(other))) == digest_of(TIMELINE, timeline_rows(known))


@settings(max_examples=150, deadline=None)
@given(disputed())
def test_views_fold_as_the_domain_does(pair):
    case, arrived = pair
    assert seen(arrived, case.rules).state == fold(case.events, case.rules)


@settings(max_examples=150, deadline=None)
@given(disputed())
def test_each_case_has_one_row_and_each_event_one_place(pair):
    case, arrived = pair
    history = seen(arrived, case.rules)
    (row,) = tracker_rows(history)
    rows = timeline_rows(history)
    assert [each.position for each in rows] == list(range(1, len(case.events) + 1))
    assert {each.event for each in rows} == {event.hash.hex() for event in case.events}
    assert (row.events, row.aside) == (len(rows), sum(not each.standing for each in rows))
    assert row.findings == sum(len(each.findings.split(",")) for each in rows if each.findings != "[]")


def test_rivals_freeze_the_case_and_are_shown_aside():
    events = told(*told_as.HANDED_OVER, told_as.accepted()).events
    history = seen([*events, rival_of(events[3])])
    (row,) = tracker_rows(history)
    assert (row.frozen_at, row.phase, row.events, row.aside) == (4, "taken_in", 5, 2)
    assert [(each.sequence, each.standing) for each in timeline_rows(history)] == [
        (1, True),
        (2, True),
        (3, True),
        (4, False),
        (4, False),
    ]
    last = timeline_rows(history)[-1]
    assert (last.change_zh, last.phase_after, last.pen_after) == ("与他件冲突，不计入办件", "taken_in", HEFEI)


def test_a_rival_that_others_passed_over_is_aside_and_the_case_goes_on():
    events = told(*told_as.HANDED_OVER).events
    history = seen([*events, rival_of(events[1])])
    (row,) = tracker_rows(history)
    assert (row.frozen_at, row.pen_holder, row.aside) == (None, HEFEI, 1)


def test_two_openings_leave_a_row_that_says_so():
    (opening,) = told(told_as.taken_in()).events
    history = seen([opening, rival_of(opening)])
    (row,) = tracker_rows(history)
    assert (row.frozen_at, row.phase, row.receiving_region, row.pen_holder) == (1, "none", SHANGHAI, None)
    assert (row.events, row.aside, row.last_act, row.national_status) == (2, 2, None, None)
    assert [each.pen_after for each in timeline_rows(history)] == [None, None]


def test_a_case_that_nothing_opens_has_no_history():
    case = CaseId(told(told_as.taken_in()).case)
    assert case_history(case, (), lambda header: RULES, NAMES) is None


def test_a_digest_tells_that_one_more_event_is_there():
    life = [told(*told_as.DECIDED[:length]) for length in range(1, 6)]
    assert len({digest_of(TRACKER, tracker_rows(each)) for each in life}) == len(life)
    assert len({digest_of(TIMELINE, timeline_rows(each)) for each in life}) == len(life)
    assert digest_of(TRACKER, ()) != sha256(b"").digest()
