"""The tracker: the public state of a case, one row a case. No personal value is in it, nor any officer's name."""

from dataclasses import dataclass

from tongban.domain.events.handover import Declined, Offered
from tongban.domain.law.phase import PHASE_ZH, Phase
from tongban.domain.law.status import national_status
from tongban.domain.law.table import LAWS
from tongban.domain.law.tracks import PastStatus, RequestStatus
from tongban.projections.case_history import CaseHistory
from tongban.projections.shown import shown
from tongban.projections.view import View


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

TRACKER: View[TrackerRow] = View(
    "tracker", 2, TrackerRow, ("case",), (("deciding_region",), ("pen_holder",), ("receiving_region",), ("updated_at",))
)


def tracker_rows(history: CaseHistory) -> tuple[TrackerRow, ...]:
    """Exactly one row for a case."""
    state, rules, opening = history.state, history.rules, history.opening.header
    standing = [step for step in history.steps if step.stands]
    bodies = [step.event.body for step in standing]
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
            updated_at=max((step.event.header.recorded_at for step in standing), default=opening.recorded_at),
            last_act=LAWS[type(bodies[-1])].act.value if bodies else None,
            granted=state.decision.granted,
            closure=state.decision.closure.value if state.decision.closure is not None else None,
            delivered=state.delivery.done,
            archived=state.phase is Phase.ARCHIVED,
            open_requests=sum(each.status in _OPEN for each in state.help.requests),
            offers_made=sum(isinstance(body, Offered) for body in bodies),
            offers_declined=sum(isinstance(body, Declined) for body in bodies),
            findings=len(state.findings),
            events=len(history.steps),
            aside=len(history.steps) - len(standing),
            epoch=state.epoch,
            past_head=sum(each.status is PastStatus.OPEN for each in state.past_head.acts),
            frozen_at=state.frozen_at,
            covered=all(step.event.covered_at is not None for step in history.steps),
        ),
    )
