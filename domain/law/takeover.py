"""Takeover by the federation (联盟接管): row 8, and what the new holder does with the acts that it left behind.

To adopt an act past the head is to do it now: what would make it unlawful now makes its adoption unlawful. An annulled one
stays without effect. So this chapter is above all the others, and knows the law of each of their acts."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tongban.domain.event import Event
from tongban.domain.events import takeover as said
from tongban.domain.events.assistance import Asked
from tongban.domain.events.catalogue import ActBody
from tongban.domain.events.event_type import Pen
from tongban.domain.events.takeover import ActAdopted, ActAnnulled, AnnulmentReason, CaseTakenOver
from tongban.domain.identifiers import EventHash, RegionCode
from tongban.domain.law.act import Chapter, Command, Law, Who, says
from tongban.domain.law.assistance import asked
from tongban.domain.law.chapters import CHAPTERS
from tongban.domain.law.doing import Doing, adopted, doing_of
from tongban.domain.law.judging import breaches, take_effect
from tongban.domain.law.phase import ANY
from tongban.domain.law.rules import MatterRules
from tongban.domain.law.state import CaseState, parties_after
from tongban.domain.law.tracks import Handover, PastAct, PastHead, PastStatus, RequestStatus
from tongban.domain.requirement import Breach, Requirement, listed


@dataclass(frozen=True, slots=True)
class Adopt(Command):
    """采认 an act past the head of a takeover, by its event's hash."""

    act: EventHash


@dataclass(frozen=True, slots=True)
class Annul(Command):
    """不予采认 an act past the head of a takeover, by its event's hash."""

    act: EventHash
    reason: AnnulmentReason


PAST_ACT_UNKNOWN = Requirement(
    "past_act_unknown",
    "What is adopted or annulled is an act past the head of the takeover",
    "没有接管点之后的此项办理",
    "DESIGN.md, Streams",
    "look up the act's hash in the case",
)
PAST_ACT_SETTLED = Requirement(
    "past_act_settled",
    "An act past the head is adopted or annulled once",
    "接管点之后的此项办理已处理",
    "DESIGN.md, Streams",
    "nothing is left to do",
)
PAST_ACT_MOVES_PEN = Requirement(
    "past_act_moves_pen",
    "An act that moves the pen is not adopted",
    "改变持笔地的办理不得采认",
    "DESIGN.md, idea 1",
    "annul it, and do it anew",
)


def deciding_after(state: CaseState, named: RegionCode) -> RegionCode | None:
    """Where the case is taken from the deciding region, or from one that would become it, the region named follows it."""
    taken_from = state.pen.writer if state.pen is not None else None
    return named if taken_from in (state.deciding_region, state.handover.designated) else state.deciding_region


def left_behind(state: CaseState, past: Iterable[Event]) -> CaseState:
    """The acts past the head are known to the new holder. Who was asked by one of them may answer.

    What an earlier takeover left behind stays as its holder settled it.
    """
    for event in past:
        if state.past_head.act(event.hash) is None:
            acts = (*state.past_head.acts, PastAct(event.hash, doing_of(event)))
            state = state.changed(past_head=PastHead(acts), parties=parties_after(state, event))
            if isinstance(event.body, Asked):
                state = asked(state, event.body, event.hash)
    return state


def _past_act_is_open(state: CaseState, doing: Doing[ActAdopted | ActAnnulled], _: MatterRules) -> Breach | None:
    past = state.past_head.act(doing.body.act)
    if past is None:
        there = listed(each.event.hex() for each in state.past_head.acts)
        return PAST_ACT_UNKNOWN.breached(there, doing.body.act.hex())
    if past.status is not PastStatus.OPEN:
        return PAST_ACT_SETTLED.breached("an act that is open", past.status)
    return None


def _past_act_may_be_done_now(state: CaseState, doing: Doing[ActAdopted], rules: MatterRules) -> Breach | None:
    past = state.past_head.act(doing.body.act)
    if past is None:
        return None
    law = _law_of(past.doing.body)
    if law.event.pen is not Pen.KEEPS:
        return PAST_ACT_MOVES_PEN.breached("an act that leaves the pen where it is", law.en)
    found = breaches(law, state, adopted(past.doing, doing), rules)
    return min(found, key=lambda breach: breach.stands, default=None)


def _given_to_another(state: CaseState, _: Doing[CaseTakenOver], __: EventHash) -> CaseState:
    return state.changed(handover=Handover(None, state.handover.declined_by))


def _adopted(state: CaseState, doing: Doing[ActAdopted], _: EventHash) -> CaseState:
    past = state.past_head.act(doing.body.act)
    if past is None:
        return state
    state = state.changed(past_head=state.past_head.settled(past.event, PastStatus.ADOPTED))
    return take_effect(_law_of(past.doing.body), state, adopted(past.doing, doing), past.event)


def _annulled(state: CaseState, doing: Doing[ActAnnulled], _: EventHash) -> CaseState:
    past = state.past_head.act(doing.body.act)
    if past is None:
        return state
    state = state.changed(past_head=state.past_head.settled(past.event, PastStatus.ANNULLED))
    if not isinstance(past.doing.body, Asked):
        return state
    return state.changed(help=state.help.with_request(past.event, RequestStatus.ANNULLED))


def _law_of(body: ActBody) -> Law[Any]:
    return _LAWS[type(body)]


FEDERATION_TAKEOVER = Law(
    8, said.CASE_TAKEN_OVER, "联盟接管", "federation takeover", Who.FEDERATION, ANY, None,
    made_by=None, conditions=(), effect=_given_to_another, barred_by=frozenset(),
)  # fmt: skip
ADOPT = Law(
    8, said.ACT_ADOPTED, "采认", "adopt an act past the head", Who.PEN_HOLDER, ANY, None,
    made_by=says(Adopt, ActAdopted), conditions=(_past_act_is_open, _past_act_may_be_done_now), effect=_adopted,
)  # fmt: skip
ANNUL = Law(
    8, said.ACT_ANNULLED, "不予采认", "annul an act past the head", Who.PEN_HOLDER, ANY, None,
    made_by=says(Annul, ActAnnulled), conditions=(_past_act_is_open,), effect=_annulled,
)  # fmt: skip

CHAPTER = Chapter(
    "联盟接管",
    "takeover",
    laws=(FEDERATION_TAKEOVER, ADOPT, ANNUL),
    requirements=(PAST_ACT_UNKNOWN, PAST_ACT_SETTLED, PAST_ACT_MOVES_PEN),
)

_LAWS: dict[type[ActBody], Law[Any]] = {law.event.body: law for chapter in (*CHAPTERS, CHAPTER) for law in chapter.laws}
