"""After a case has ended: row 33, the archive (归档)."""

from dataclasses import dataclass

from tongban.domain.events import after_closing as said
from tongban.domain.events.after_closing import Archived
from tongban.domain.identifiers import EventHash
from tongban.domain.law.act import Chapter, Command, Law, Who, says
from tongban.domain.law.doing import Doing
from tongban.domain.law.phase import ENDED, Phase
from tongban.domain.law.rules import MatterRules
from tongban.domain.law.state import CaseState
from tongban.domain.requirement import Breach, Requirement


@dataclass(frozen=True, slots=True)
class Archive(Command):
    """归档. `retention_years`: None where kept permanently."""

    archive_number: str
    retention_years: int | None = None


NOT_DELIVERED = Requirement(
    "not_delivered",
    "A closed case is archived after its result was delivered",
    "结果尚未送达，不得归档",
    "LIFECYCLE.md, row 33",
    "deliver the result, or join the delivery that a window contributed",
)


def _is_delivered_if_closed(state: CaseState, _: Doing[Archived], __: MatterRules) -> Breach | None:
    if state.phase is not Phase.CLOSED or state.delivery.done:
        return None
    return NOT_DELIVERED.breached("a result delivered", "not delivered")


def _archived(state: CaseState, _: Doing[Archived], __: EventHash) -> CaseState:
    return state.changed(archived_from=state.phase)


ARCHIVE = Law(
    33, said.ARCHIVED, "归档", "archive", Who.PEN_HOLDER, ENDED, Phase.ARCHIVED,
    made_by=says(Archive, Archived), conditions=(_is_delivered_if_closed,), effect=_archived,
)  # fmt: skip

CHAPTER = Chapter("办结之后", "after closing", laws=(ARCHIVE,), requirements=(NOT_DELIVERED,))
