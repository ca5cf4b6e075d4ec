"""Acceptance (受理): rows 12 and 15. Only a complete set is accepted.

Not accepted is what needs no licence, and what another body is competent for (行政许可法 art. 32).
"""

from dataclasses import dataclass, replace
from typing import Any

from tongban.domain.events import acceptance as said
from tongban.domain.events.acceptance import Accepted, NonAcceptance, NotAccepted
from tongban.domain.events.catalogue import ActBody
from tongban.domain.events.values import Commitment, Document
from tongban.domain.identifiers import EventHash
from tongban.domain.law.act import Chapter, Command, Law, Making, Who, says
from tongban.domain.law.calendar import day_in_china
from tongban.domain.law.doing import Acting, Doing
from tongban.domain.law.phase import Phase
from tongban.domain.law.rules import MatterRules
from tongban.domain.law.state import CaseState
from tongban.domain.law.tracks import Acceptance
from tongban.domain.requirement import Breach, Requirement, listed


@dataclass(frozen=True, slots=True)
class Accept(Command):
    """受理, on the day (UTC+8) on which it is done."""

    document: Document | None = None


@dataclass(frozen=True, slots=True)
class NotAccept(Command):
    """不受理／不予受理."""

    kind: NonAcceptance
    competent_body: str | None = None
    document: Document | None = None
    contents: tuple[Commitment, ...] = ()


INCOMPLETE = Requirement(
    "incomplete",
    "Only a complete set of materials is accepted",
    "材料齐全、符合法定形式方可受理",
    "行政许可法 art. 32",
    "send one correction notice that names all that is missing",
    stands=True,
)


def _accepting(command: Accept, _: CaseState, acting: Acting, __: MatterRules) -> tuple[ActBody, ...]:
    return (Accepted(day_in_china(acting.occurred_at), command.document),)


def _set_is_complete(state: CaseState, _: Doing[Any], rules: MatterRules) -> Breach | None:
    missing = [each.code for each in rules.required_materials if each.code not in state.materials.at_hand]
    if not missing:
        return None
    return INCOMPLETE.breached("all required materials", f"missing: {listed(missing)}")


def _accepted(state: CaseState, doing: Doing[Accepted], _: EventHash) -> CaseState:
    accepted = Acceptance(doing.actor.id, doing.region, doing.body.accepted_on, state.acceptance.refusal)
    return state.changed(acceptance=accepted)


def _not_accepted(state: CaseState, doing: Doing[NotAccepted], _: EventHash) -> CaseState:
    return state.changed(acceptance=replace(state.acceptance, refusal=doing.body.kind))


ACCEPT = Law(
    12, said.ACCEPTED, "受理", "accept", Who.DECIDING, frozenset({Phase.TAKEN_IN}), Phase.ACCEPTED,
    made_by=Making(Accept, _accepting), conditions=(_set_is_complete,), effect=_accepted,
)  # fmt: skip
NOT_ACCEPT = Law(
    15, said.NOT_ACCEPTED, "不予受理", "not accept", Who.DECIDING, frozenset({Phase.TAKEN_IN}), Phase.NOT_ACCEPTED,
    made_by=says(NotAccept, NotAccepted), conditions=(), effect=_not_accepted,
)  # fmt: skip

CHAPTER = Chapter("受理", "acceptance", laws=(ACCEPT, NOT_ACCEPT), requirements=(INCOMPLETE,))
