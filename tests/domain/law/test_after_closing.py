"""Archiving."""

from tests.domain.case_files import (
    ACCEPTED,
    CLOSED,
    HANDED_OVER,
    HANDLER,
    WINDOW,
    delivered,
    not_accepted,
    taken_in,
    withdrawn,
)
from tests.domain.gwt import given
from tongban.domain.events.after_closing import Archived
from tongban.domain.law.after_closing import Archive
from tongban.domain.law.phase import Phase

ARCHIVE = Archive("A-1", 30)


def test_a_case_is_archived_when_its_result_was_delivered():
    given(*CLOSED, delivered()).when(ARCHIVE, by=HANDLER).then(Archived("A-1", 30)).then_state(
        phase=Phase.ARCHIVED, archived_from=Phase.CLOSED
    )
    given(*CLOSED).when(ARCHIVE, by=HANDLER).then_refused("not_delivered").then_state(phase=Phase.CLOSED)


def test_a_case_that_ended_otherwise_is_archived_without_delivery():
    given(*HANDED_OVER, not_accepted()).when(ARCHIVE, by=HANDLER).then_lawful()
    given(taken_in(), withdrawn(by=WINDOW)).when(ARCHIVE, by=WINDOW).then_lawful()


def test_an_open_case_is_not_archived_and_only_the_holder_archives():
    given(*ACCEPTED).when(ARCHIVE, by=HANDLER).then_refused("wrong_phase")
    given(*CLOSED, delivered()).when(ARCHIVE, by=WINDOW).then_refused("pen_not_held")
