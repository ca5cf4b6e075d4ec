"""Decision (决定) and closing (办结): rows 28 and 30. Who decides is not who handled.

An instant case (即办件) is closed by the command that decides it.
"""

from dataclasses import dataclass, replace

from tongban.domain.events import decision as said
from tongban.domain.events.catalogue import ActBody
from tongban.domain.events.decision import Closed, ClosureResult, Decided
from tongban.domain.events.values import Commitment, Document
from tongban.domain.identifiers import EventHash
from tongban.domain.law.act import Chapter, Command, Law, Making, Who
from tongban.domain.law.doing import Acting, Doing
from tongban.domain.law.phase import Phase
from tongban.domain.law.rules import CaseKind, MatterRules
from tongban.domain.law.state import CaseState
from tongban.domain.requirement import Breach, Requirement


@dataclass(frozen=True, slots=True)
class Decide(Command):
    """决定（准予／不予）. An instant case (即办件) is closed with it."""

    granted: bool
    document: Document | None = None
    contents: tuple[Commitment, ...] = ()


@dataclass(frozen=True, slots=True)
class Close(Command):
    """办结, with the result that was decided."""


FOUR_EYES = Requirement(
    "four_eyes",
    "Who decides is not who handled the case",
    "承办人与决定人不得为同一人",
    "the matter's contract: four_eyes; LIFECYCLE.md, row 28",
    "let another officer decide",
    stands=True,
)
CLOSURE_CONTRADICTS = Requirement(
    "closure_contradicts",
    "A case is closed with the result that was decided",
    "办结结果与决定不一致",
    "LIFECYCLE.md, row 30",
    "close with the result decided",
)


def _deciding(command: Decide, _: CaseState, __: Acting, rules: MatterRules) -> tuple[ActBody, ...]:
    decided = Decided(command.granted, command.document, command.contents)
    if rules.case_kind is CaseKind.INSTANT:
        return (decided, Closed(_result(command.granted)))
    return (decided,)


def _closing(_: Close, state: CaseState, __: Acting, ___: MatterRules) -> tuple[ActBody, ...]:
    return (Closed(_result(state.decision.granted)),)


def _result(granted: bool | None) -> ClosureResult:
    """The result that agrees with the decision; without one any, because the row refuses it."""
    return ClosureResult.GRANTED if granted else ClosureResult.REFUSED


def _approver_is_not_the_handler(state: CaseState, doing: Doing[Decided], rules: MatterRules) -> Breach | None:
    handler = (state.acceptance.region, state.acceptance.officer)
    if not rules.four_eyes or handler != (doing.region, doing.actor.id):
        return None
    return FOUR_EYES.breached(f"an officer other than {state.acceptance.officer}", doing.actor.id)


def _closes_as_decided(state: CaseState, doing: Doing[Closed], _: MatterRules) -> Breach | None:
    decided = _result(state.decision.granted)
    return None if doing.body.result is decided else CLOSURE_CONTRADICTS.breached(decided, doing.body.result)


def _decided(state: CaseState, doing: Doing[Decided], _: EventHash) -> CaseState:
    return state.changed(decision=replace(state.decision, granted=doing.body.granted))


def _closed(state: CaseState, doing: Doing[Closed], _: EventHash) -> CaseState:
    return state.changed(decision=replace(state.decision, closure=doing.body.result))


DECIDE = Law(
    28, said.DECIDED, "决定", "decide", Who.DECIDING, frozenset({Phase.ACCEPTED}), Phase.DECIDED,
    made_by=Making(Decide, _deciding), conditions=(_approver_is_not_the_handler,), effect=_decided,
)  # fmt: skip
CLOSE = Law(
    30, said.CLOSED, "办结", "close", Who.DECIDING, frozenset({Phase.DECIDED}), Phase.CLOSED,
    made_by=Making(Close, _closing), conditions=(_closes_as_decided,), effect=_closed,
)  # fmt: skip

CHAPTER = Chapter("决定与办结", "decision", laws=(DECIDE, CLOSE), requirements=(FOUR_EYES, CLOSURE_CONTRADICTS))
