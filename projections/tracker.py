"""The tracker: the public state of a case, one row a case. No personal value is in it, nor any officer's name."""

from dataclasses import dataclass

from tongban.domain.lifecycle import PHASE_ZH
from tongban.domain.state import RequestStatus
from tongban.domain.status import national_status
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
    frozen_at: int | None
    """The number at which an equivocation froze the case's stream."""
    covered: bool
    """Whether a checkpoint lists every event."""


TRACKER: View[TrackerRow] = View(
    "tracker", TrackerRow, ("case",), (("deciding_region",), ("pen_holder",), ("receiving_region",), ("updated_at",))
)


