"""Whether an act is lawful, and what it changes, by its law: for `decide`, for `evolve`, and for acts that do another act.

An act is held against its row first (phase, overlays, role); only one that fits it is held against the conditions of its law,
because these take the row for granted. These functions are given a law and never look one up, so that a chapter can judge
the act of another chapter: to join is to do, to adopt is to do.

Not handled here: powers and keys (`tongban.domain.chain.authority`), time limits.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from tongban.domain.chain.pen import pen_after
from tongban.domain.header import ActorKind
from tongban.domain.identifiers import FEDERATION, EventHash
from tongban.domain.law.act import Chapter, Law, Overlay, Who
from tongban.domain.law.doing import Doing
from tongban.domain.law.rules import MatterRules
from tongban.domain.law.state import CaseState
from tongban.domain.requirement import Breach, Requirement, listed

STREAM_FROZEN = Requirement(
    "stream_frozen",
    "Nothing is appended to a case whose stream is frozen",
    "办件链已冻结，不得再办理",
    "DESIGN.md, Streams",
    "wait for the federation to take the case over",
)
WRONG_PHASE = Requirement(
    "wrong_phase",
    "The act does not belong to the phase in which the case stands",
    "办件所处阶段不能作此办理",
    "LIFECYCLE.md, states",
    "look at the case again; it may have moved on since you opened it",
)
OFFER_OPEN = Requirement(
    "offer_open",
    "While an offer is open, the region offered takes over or declines, and nobody does anything else",
    "移交期间只能由接收地接收或退回",
    "LIFECYCLE.md, while offered",
    "wait until the offer is taken over or declined; it cannot be recalled",
)
NOT_THE_FEDERATION = Requirement(
    "not_the_federation",
    "Only the federation takes a case over from its holder",
    "只有联盟可以接管办件",
    "LIFECYCLE.md, row 8",
    "ask the federation",
)
OFFER_MISSING = Requirement(
    "offer_missing",
    "Only an open offer can be taken over or declined",
    "没有待接收的移交",
    "LIFECYCLE.md, rows 6 and 7",
    "look at the case again; the offer was answered, or never made",
)
PEN_NOT_HELD = Requirement(
    "pen_not_held",
    "Only the region that holds the pen does this",
    "非当前持笔地，不得办理",
    "DESIGN.md, idea 1",
    "contribute through the assistance stream, or ask the holder to do it",
)
NOT_DECIDING = Requirement(
    "not_deciding",
    "Only the deciding region, holding the pen, does this",
    "只有办理地（业务属地）持笔时方可办理",
    "国办发〔2020〕35号",
    "offer the case to the deciding region, or ask it to act",
)
NOT_OFFERED_TO = Requirement(
    "not_offered_to",
    "Only the region to which the case was offered answers the offer",
    "移交对象不是本地",
    "LIFECYCLE.md, rows 6 and 7",
    "leave it to the region offered",
)
NOT_NAMED = Requirement(
    "not_named",
    "Only a region that the case names contributes to it",
    "本地不是该办件的参与地",
    "DESIGN.md, Streams",
    "ask the deciding region to put a request to yours",
)

EVERY_ACT = Chapter(
    "所有办理",
    "every act",
    laws=(),
    requirements=(
        STREAM_FROZEN,
        WRONG_PHASE,
        OFFER_OPEN,
        NOT_THE_FEDERATION,
        OFFER_MISSING,
        PEN_NOT_HELD,
        NOT_DECIDING,
        NOT_OFFERED_TO,
        NOT_NAMED,
    ),
)
"""What the rows ask: requirements that bind every act."""


def breaches(law: Law[Any], state: CaseState, doing: Doing[Any], rules: MatterRules) -> tuple[Breach, ...]:
    """What makes an act unlawful on this state; empty if nothing does."""
    outside = outside_row(law, state, doing)
    if outside:
        return outside
    judged = [condition(state, doing, rules) for condition in law.conditions]
    return tuple([breach for breach in judged if breach is not None])


def outside_row(law: Law[Any], state: CaseState, doing: Doing[Any]) -> tuple[Breach, ...]:
    """How an act falls outside its row: its phase, the overlays, the role of the region, in this order."""
    judged = (_phase(law, state), _overlays(law, state), _role(law, state, doing))
    return tuple([breach for breach in judged if breach is not None])


def pen_moved(law: Law[Any], state: CaseState, doing: Doing[Any]) -> CaseState:
    """The pen after an act, lawful or not: a rule of the chain."""
    return state.changed(pen=pen_after(state.pen, law.event, doing.body, doing.region))


def take_effect(law: Law[Any], state: CaseState, doing: Doing[Any], event: EventHash) -> CaseState:
    """Phase and tracks after an act that takes effect. `event`: the hash under which a request or contribution is known."""
    after = law.effect(state, doing, event)
    return after if law.to is None or law.to is after.phase else after.changed(phase=law.to)


def _phase(law: Law[Any], state: CaseState) -> Breach | None:
    if state.phase in law.phases:
        return None
    return WRONG_PHASE.breached(listed(law.phases), state.phase)


def _overlays(law: Law[Any], state: CaseState) -> Breach | None:
    """The first overlay that an act lacks or is barred by, in the order of `Overlay`."""
    for overlay, over in OVERLAYS.items():
        found = over.found(state)
        if found is None and overlay in law.only_while:
            return over.missing.breached(over.wanted, "none")
        if found is not None and overlay in law.barred_by:
            return over.barring.breached(found, law.en)
    return None


class _Over(NamedTuple):
    """`found`: what is expected of a case while the overlay lies over it, None while it does not. `wanted`: in words.

    `missing`: what an act breaches that needs the overlay; `barring`: what one breaches that is barred by it.
    """

    found: Callable[[CaseState], str | None]
    wanted: str
    missing: Requirement
    barring: Requirement


def _open_offer(state: CaseState) -> str | None:
    offered_to = state.pen.offered_to if state.pen else None
    return f"{offered_to} takes over or declines" if offered_to is not None else None


OVERLAYS: dict[Overlay, _Over] = {
    Overlay.OFFERED: _Over(_open_offer, "an open offer", OFFER_MISSING, OFFER_OPEN),
}

if OVERLAYS.keys() != set(Overlay):
    raise TypeError(f"nothing is said of the overlays {set(Overlay) - OVERLAYS.keys()}")


def _role(law: Law[Any], state: CaseState, doing: Doing[Any]) -> Breach | None:
    region, pen = doing.region, state.pen
    match law.who:
        case Who.OPENER:
            return None
        case Who.PEN_HOLDER if pen is None or pen.holder != region:
            return PEN_NOT_HELD.breached(pen.holder if pen else "a holder", region)
        case Who.LEDGER if doing.actor.kind is not ActorKind.LEDGER:
            return NOT_DECIDING.breached(f"the ledger key of {state.deciding_region}", doing.actor.kind)
        case Who.DECIDING | Who.LEDGER if pen is None or not pen.holder == region == state.deciding_region:
            holder = pen.holder if pen else "nobody"
            return NOT_DECIDING.breached(f"{state.deciding_region}, holding the pen", f"{region}; {holder} holds it")
        case Who.OFFERED if pen is not None and pen.offered_to is not None and pen.offered_to != region:
            return NOT_OFFERED_TO.breached(pen.offered_to, region)
        case Who.FEDERATION if region != FEDERATION:
            return NOT_THE_FEDERATION.breached(FEDERATION, region)
        case Who.CONTRIBUTOR if state.party(region) is None:
            return NOT_NAMED.breached(listed(each.region for each in state.parties), region)
        case _:
            return None
