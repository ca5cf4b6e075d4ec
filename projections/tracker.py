"""The tracker: the public state of a case, one row a case. No personal value is in it, nor any officer's name."""

from dataclasses import dataclass
from typing import NamedTuple

from tongban.domain.events.handover import Declined, Offered
from tongban.domain.events.intake import Applied, TakenIn
from tongban.domain.events.takeover import CaseTakenOver
from tongban.domain.law.phase import PHASE_ZH, Phase
from tongban.domain.law.status import national_status
from tongban.domain.law.table import LAWS
from tongban.domain.law.tracks import PastStatus, RequestStatus
from tongban.projections.case_history import UNFOLDED, UNFOLDED_ZH, CaseHistory, History, UnfoldedHistory
from tongban.projections.case_view import CaseView
from tongban.projections.shown import shown


@dataclass(frozen=True, slots=True)
class TrackerRow:
    """Where a case stands. Times are microseconds UTC; regions are codes.

    The regions are null only where nothing of the case stands: two rivals for its event 1 freeze it at once.
    """

    case: str
    matter: str
    matter_version: str
    matter_zh: str
    matter_en: str
    handling: str | None
    phase: str
    phase_zh: str
    national_status: int | None
    """办件状态, 1 to 15 (LIFECYCLE.md, National status codes)."""
    receiving_region: str
    deciding_region: str | None
    pen_holder: str | None
    """Keeps its name while an offer is open."""
    offered_to: str | None
    opened_at: int
    """When event 1 says it was done."""
    updated_at: int
    """The latest `recorded_at` of the events that stand."""
    last_act: str | None
    granted: bool | None
    closure: str | None
    delivered: bool
    archived: bool
    open_requests: int
    offers_made: int
    offers_declined: int
    findings: int
    events: int
    """All valid events, those set aside too."""
    aside: int
    epoch: int
    """How often the federation took the case over."""
    past_head: int
    """Acts past the head of a takeover that nobody has adopted or annulled yet."""
    frozen_at: int | None
    """The number at which an equivocation froze the case's stream."""
    covered: bool
    """Whether a checkpoint lists every event."""


_OPEN = frozenset({RequestStatus.OPEN, RequestStatus.ANSWERED, RequestStatus.DECLINED})
"""Requests that keep a case waiting: for an answer, or for the answer to be joined or refused."""


def tracker_rows(history: CaseHistory) -> tuple[TrackerRow, ...]:
    """Exactly one row for a case."""
    state, rules, opening = history.state, history.rules, history.opening.header
    events = _of_events(history)
    pen = state.pen
    return (
        TrackerRow(
            case=str(history.case),
            matter=shown(opening.matter or ""),
            matter_version=shown(opening.matter_version or ""),
            matter_zh=shown(rules.name_zh),
            matter_en=shown(rules.name_en),
            handling=state.handling.value if state.handling is not None else None,
            phase=state.phase.value,
            phase_zh=PHASE_ZH[state.phase],
            national_status=national_status(state),
            receiving_region=shown(state.receiving_region or opening.region),
            deciding_region=shown(state.deciding_region) if state.deciding_region is not None else None,
            pen_holder=shown(pen.holder) if pen is not None else None,
            offered_to=shown(pen.offered_to) if pen is not None and pen.offered_to is not None else None,
            opened_at=opening.occurred_at,
            updated_at=events.updated_at,
            last_act=events.last_act,
            granted=state.decision.granted,
            closure=state.decision.closure.value if state.decision.closure is not None else None,
            delivered=state.delivery.done,
            archived=state.phase is Phase.ARCHIVED,
            open_requests=sum(each.status in _OPEN for each in state.help.requests),
            offers_made=events.offers_made,
            offers_declined=events.offers_declined,
            findings=len(state.findings),
            events=len(history.steps),
            aside=events.aside,
            epoch=state.epoch,
            past_head=sum(each.status is PastStatus.OPEN for each in state.past_head.acts),
            frozen_at=state.frozen_at,
            covered=events.covered,
        ),
    )


def unfolded_tracker_rows(history: UnfoldedHistory) -> tuple[TrackerRow, ...]:
    """The one row of a case that this software cannot fold: regions as its opening names them, and counts of its events."""
    opening, body = history.opening.header, history.opening.body
    assert isinstance(body, TakenIn | Applied), "these open cases"
    bodies = [step.event.body for step in history.steps if step.stands]
    events = _of_events(history)
    return (
        TrackerRow(
            case=str(history.case),
            matter=shown(opening.matter or ""),
            matter_version=shown(opening.matter_version or ""),
            matter_zh="",
            matter_en="",
            handling=body.handling.value,
            phase=UNFOLDED,
            phase_zh=UNFOLDED_ZH,
            national_status=None,
            receiving_region=shown(opening.region),
            deciding_region=shown(body.deciding_region),
            pen_holder=None,
            offered_to=None,
            opened_at=opening.occurred_at,
            updated_at=events.updated_at,
            last_act=events.last_act,
            granted=None,
            closure=None,
            delivered=False,
            archived=False,
            open_requests=0,
            offers_made=events.offers_made,
            offers_declined=events.offers_declined,
            findings=0,
            events=len(history.steps),
            aside=events.aside,
            epoch=max((body.epoch for body in bodies if isinstance(body, CaseTakenOver)), default=0),
            past_head=sum(step.past_head for step in history.steps),
            frozen_at=history.frozen_at,
            covered=events.covered,
        ),
    )


TRACKER: CaseView[TrackerRow] = CaseView(
    "tracker",
    2,
    TrackerRow,
    ("case",),
    (("deciding_region",), ("pen_holder",), ("receiving_region",), ("updated_at",)),
    rows=tracker_rows,
    unfolded=unfolded_tracker_rows,
)


class _OfEvents(NamedTuple):
    """What a row says that follows from the events alone."""

    updated_at: int
    last_act: str | None
    offers_made: int
    offers_declined: int
    aside: int
    covered: bool


def _of_events(history: History) -> _OfEvents:
    standing = [step for step in history.steps if step.stands]
    bodies = [step.event.body for step in standing]
    opened_at = history.opening.header.recorded_at
    return _OfEvents(
        updated_at=max((step.event.header.recorded_at for step in standing), default=opened_at),
        last_act=LAWS[type(bodies[-1])].act.value if bodies else None,
        offers_made=sum(isinstance(body, Offered) for body in bodies),
        offers_declined=sum(isinstance(body, Declined) for body in bodies),
        aside=len(history.steps) - len(standing),
        covered=all(step.event.covered_at is not None for step in history.steps),
    )
