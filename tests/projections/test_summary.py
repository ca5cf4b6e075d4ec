"""Counts by city and matter."""

from dataclasses import replace

from tests.domain import case_files as told_as
from tests.domain.case_files import HANGZHOU, HEFEI, SHANGHAI
from tests.projections.registers import told
from tongban.projections.summary import PhaseCount, SummaryRow, summarize
from tongban.projections.tracker import TrackerRow, tracker_rows


def row(*steps: told_as.Step) -> TrackerRow:
    return tracker_rows(told(*steps))[0]


def test_nothing_is_summed_up_to_nothing():
    assert summarize(()) == ()


def test_cases_are_counted_under_the_city_that_decides_them():
    closed = row(*told_as.CLOSED)
    declined = row(told_as.taken_in(), told_as.offered(), told_as.declined())
    unlawful = row(told_as.taken_in(decides=SHANGHAI), told_as.archived(by=told_as.WINDOW))
    assert summarize([declined, unlawful, closed]) == (
        summary_of(SHANGHAI, taken_in_elsewhere=0, phases=(PhaseCount("taken_in", 1),), findings=1, events=2),
        summary_of(
            HEFEI,
            cases=2,
            taken_in_elsewhere=2,
            phases=(PhaseCount("taken_in", 1), PhaseCount("closed", 1)),
            granted=1,
            offers_made=2,
            offers_declined=1,
            events=9,
        ),
    )


def summary_of(region: str, **counts: object) -> SummaryRow:
    nothing = SummaryRow(region, "000199003000", "示例事项", "Example", 1, 0, (), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    return replace(nothing, **counts)


def test_the_order_of_rows_does_not_matter():
    rows = [replace(row(*told_as.CLOSED), deciding_region=region) for region in (HEFEI, HANGZHOU, SHANGHAI, HEFEI)]
    assert summarize(rows) == summarize(reversed(rows))
    assert [(each.region, each.cases) for each in summarize(rows)] == [(SHANGHAI, 1), (HANGZHOU, 1), (HEFEI, 2)]


def test_versions_of_a_matter_count_together_under_the_newest_name():
    old = row(*told_as.CLOSED)
    new = replace(old, matter_version="2", matter_zh="新名")
    (only,) = summarize([new, old])
    assert (only.cases, only.matter_zh, only.frozen) == (2, "新名", 0)


def test_a_case_of_which_nothing_stands_counts_where_it_was_taken_in():
    (only,) = summarize([replace(row(told_as.taken_in()), deciding_region=None, frozen_at=1, phase="none")])
    assert (only.region, only.frozen, only.phases) == (SHANGHAI, 1, (PhaseCount("none", 1),))
