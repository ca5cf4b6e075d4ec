"""Whether an act is lawful: its row in the table of acts, then the conditions that need more than a phase and a role.

Each condition is one small function of the state before the act, the act and the matter's rules; it returns the breach or
None. `CONDITIONS` says which conditions an act has. Codes, words and sources stand in `tongban.domain.requirement`.

`decide` refuses an act with a breach; `evolve` keeps it as a finding. Nothing here decides whether an event is in the
chain (`tongban.domain.chain.verdict`): two versions of this module may differ, two cities' chains may not.

Not handled here: powers and keys (`tongban.domain.chain.authority`), time limits.
"""

from collections.abc import Callable, Iterable
from typing import Any

from tongban.domain import requirement as on
from tongban.domain.events.assistance import Answered, Contributed
from tongban.domain.events.case import (
    ActAdopted,
    ActAnnulled,
    Applied,
    Archived,
    Asked,
    Closed,
    ClosureResult,
    ContributionJoined,
    ContributionKind,
    ContributionRefused,
    CorrectionNoticed,
    Decided,
    Delivered,
    Offered,
    Supplied,
    TakenIn,
)
from tongban.domain.events.values import Handling
from tongban.domain.identifiers import FEDERATION
from tongban.domain.law.doing import ActBody, Doing, adopted
from tongban.domain.law.rules import MatterRules
from tongban.domain.law.state import CaseState, ContributionStatus, PastStatus, RequestStatus
from tongban.domain.law.table import TABLE, Act, Pen, Phase, Row, Who
from tongban.domain.requirement import Breach

Condition = Callable[[CaseState, Doing[Any], MatterRules], Breach | None]
"""`Any`, because `CONDITIONS` gives each act only conditions on that act's own body (a test holds it to that)."""

JOINED_AS: dict[ContributionKind, Act | None] = {
    ContributionKind.ANSWER: None,
    ContributionKind.MATERIALS: Act.SUPPLY,
    ContributionKind.WITHDRAWAL: Act.WITHDRAW,
    ContributionKind.DELIVERY: Act.DELIVER,
}
"""To join a contribution is to do this act with it; joining an answer changes nothing but the request."""


def breaches(state: CaseState, doing: Doing[ActBody], rules: MatterRules) -> tuple[Breach, ...]:
    """What makes an act unlawful on this state; empty if nothing does.

    An act that does not fit its row is not looked at further: the conditions take the row for granted.
    """
    row = TABLE[doing.act]
    outside = _outside(row, state, doing)
    if outside:
        return outside
    judged = [condition(state, doing, rules) for condition in CONDITIONS[doing.act]]
    return tuple([breach for breach in judged if breach is not None])


# The row of the table --------------------------------------------------------------------------------------------------


def _outside(row: Row, state: CaseState, doing: Doing[Any]) -> tuple[Breach, ...]:
    """How an act falls outside a row: its phase, the open offer, the role of the region, in this order."""
    judged = (_phase(row, state), _offer(row, state), _role(row, state, doing))
    return tuple(breach for breach in judged if breach is not None)


def _phase(row: Row, state: CaseState) -> Breach | None:
    if state.phase in row.phases:
        return None
    return on.WRONG_PHASE.breached(_listed(row.phases), state.phase)


def _offer(row: Row, state: CaseState) -> Breach | None:
    offered_to = state.pen.offered_to if state.pen else None
    if row.while_offered and offered_to is None:
        return on.OFFER_MISSING.breached("an open offer", "none")
    if offered_to is not None and not row.while_offered and not row.beside_offers:
        return on.OFFER_OPEN.breached(f"{offered_to} takes over or declines", row.en)
    return None


def _role(row: Row, state: CaseState, doing: Doing[Any]) -> Breach | None:
    region, pen = doing.region, state.pen
    match row.who:
        case Who.OPENER:
            return None
        case Who.PEN_HOLDER if pen is None or pen.holder != region:
            return on.PEN_NOT_HELD.breached(pen.holder if pen else "a holder", region)
        case Who.DECIDING if pen is None or not pen.holder == region == state.deciding_region:
            holder = pen.holder if pen else "nobody"
            return on.NOT_DECIDING.breached(f"{state.deciding_region}, holding the pen", f"{region}; {holder} holds it")
        case Who.OFFERED if pen is not None and pen.offered_to is not None and pen.offered_to != region:
            return on.NOT_OFFERED_TO.breached(pen.offered_to, region)
        case Who.FEDERATION if region != FEDERATION:
            return on.NOT_THE_FEDERATION.breached(FEDERATION, region)
        case Who.CONTRIBUTOR if state.party(region) is None:
            return on.NOT_NAMED.breached(_listed(each.region for each in state.parties), region)
        case _:
            return None


# Opening ---------------------------------------------------------------------------------------------------------------


def _handling_is_allowed(_: CaseState, doing: Doing[TakenIn | Applied], rules: MatterRules) -> Breach | None:
    if rules.allows(doing.body.handling):
        return None
    return on.HANDLING_NOT_ALLOWED.breached(_listed(rules.handlings), doing.body.handling)


def _materials_are_known(
    _: CaseState, doing: Doing[TakenIn | Applied | Supplied | Contributed], rules: MatterRules
) -> Breach | None:
    unknown = [each.code for each in doing.body.materials if rules.material(each.code) is None]
    if not unknown:
        return None
    return on.MATERIAL_UNKNOWN.breached(_listed(each.code for each in rules.materials), _listed(unknown))


def _online_is_offered_first(state: CaseState, doing: Doing[Any], _: MatterRules) -> Breach | None:
    """The offer is the event right behind the opening: `decide` makes both of one command."""
    if state.handling is not Handling.FULLY_ONLINE or state.sequence != 1 or doing.region == state.deciding_region:
        return None
    return on.ONLINE_NOT_OFFERED.breached(f"an offer to {state.deciding_region}", TABLE[doing.act].en)


# Handing over ----------------------------------------------------------------------------------------------------------


def _is_offered_to_another(_: CaseState, doing: Doing[Offered], __: MatterRules) -> Breach | None:
    if doing.body.target != doing.region:
        return None
    return on.OFFER_TO_ITSELF.breached("another region", doing.body.target)


def _target_has_not_declined(state: CaseState, doing: Doing[Offered], _: MatterRules) -> Breach | None:
    if doing.body.target not in state.declined_by:
        return None
    return on.OFFER_DECLINED_BEFORE.breached(f"none of {_listed(state.declined_by)}", doing.body.target)


def _target_decides(state: CaseState, doing: Doing[Offered], _: MatterRules) -> Breach | None:
    """After acceptance the ground of law, not the case, says who decides."""
    deciding = state.deciding_region
    if state.phase is Phase.ACCEPTED or doing.body.target == deciding or deciding in state.declined_by:
        return None
    return on.OFFER_NOT_TO_DECIDING.breached(str(deciding), doing.body.target)


def _has_a_ground_after_acceptance(state: CaseState, doing: Doing[Offered], _: MatterRules) -> Breach | None:
    ground, document = doing.body.ground, doing.body.document
    if state.phase is not Phase.ACCEPTED or (ground is not None and document is not None):
        return None
    return on.OFFER_WITHOUT_GROUND.breached(
        "a ground and a document", f"ground {ground or 'none'}, document {document.number if document else 'none'}"
    )


# Before acceptance -----------------------------------------------------------------------------------------------------


def _notice_names_something(_: CaseState, doing: Doing[CorrectionNoticed], __: MatterRules) -> Breach | None:
    return None if doing.body.items else on.NOTICE_EMPTY.breached("at least one item", "none")


def _noticed_items_are_known(_: CaseState, doing: Doing[CorrectionNoticed], rules: MatterRules) -> Breach | None:
    unknown = [item for item in doing.body.items if rules.material(item) is None]
    if not unknown:
        return None
    return on.NOTICE_ITEM_UNKNOWN.breached(_listed(each.code for each in rules.materials), _listed(unknown))


def _notice_is_one_time(state: CaseState, doing: Doing[CorrectionNoticed], _: MatterRules) -> Breach | None:
    """A later notice may name what the last supply brought, and what was named before and is still missing."""
    if not state.noticed:
        return None
    allowed = {*state.last_supplied, *state.noticed} - ({*state.materials} - {*state.last_supplied})
    held_back = [item for item in doing.body.items if item not in allowed]
    if not held_back:
        return None
    return on.NOTICE_AGAIN.breached(f"only of {_listed(allowed)}", _listed(held_back))


def _supply_brings_something(_: CaseState, doing: Doing[Supplied], __: MatterRules) -> Breach | None:
    return None if doing.body.materials else on.SUPPLY_EMPTY.breached("at least one material", "none")


def _set_is_complete(state: CaseState, _: Doing[Any], rules: MatterRules) -> Breach | None:
    missing = [each.code for each in rules.required_materials if each.code not in state.materials]
    if not missing:
        return None
    return on.INCOMPLETE.breached("all required materials", f"missing: {_listed(missing)}")


# Past the head of a takeover -------------------------------------------------------------------------------------------


def _past_act_is_open(state: CaseState, doing: Doing[ActAdopted | ActAnnulled], _: MatterRules) -> Breach | None:
    past = state.past_act(doing.body.act)
    if past is None:
        return on.PAST_ACT_UNKNOWN.breached(_listed(each.event.hex() for each in state.past_head), doing.body.act.hex())
    if past.status is not PastStatus.OPEN:
        return on.PAST_ACT_SETTLED.breached("an act that is open", past.status)
    return None


def _past_act_may_be_done_now(state: CaseState, doing: Doing[ActAdopted], rules: MatterRules) -> Breach | None:
    """To adopt an act is to do it: what would make it unlawful now makes its adoption unlawful."""
    past = state.past_act(doing.body.act)
    if past is None:
        return None
    if TABLE[past.doing.act].pen is not Pen.KEEPS:
        return on.PAST_ACT_MOVES_PEN.breached("an act that leaves the pen where it is", TABLE[past.doing.act].en)
    found = breaches(state, adopted(past.doing, doing), rules)
    return min(found, key=lambda breach: breach.stands, default=None)


# Help and contributions ------------------------------------------------------------------------------------------------


def _help_is_foreseen(_: CaseState, doing: Doing[Asked], rules: MatterRules) -> Breach | None:
    if rules.may_ask(doing.body.kind):
        return None
    return on.HELP_NOT_FORESEEN.breached(_listed(rules.opinions), doing.body.kind)


def _asks_another_organization(_: CaseState, doing: Doing[Asked], __: MatterRules) -> Breach | None:
    own = doing.actor.organization
    if doing.body.region != doing.region or doing.body.organization not in (None, own):
        return None
    return on.ASKS_ITSELF.breached(f"another organization than {own}", doing.body.organization or doing.region)


def _request_is_open_here(state: CaseState, doing: Doing[Answered], _: MatterRules) -> Breach | None:
    request = state.request(doing.body.request)
    if request is None:
        return on.REQUEST_UNKNOWN.breached(
            _listed(each.event.hex() for each in state.requests), doing.body.request.hex()
        )
    if request.region != doing.region:
        return on.REQUEST_TO_OTHER.breached(request.region, doing.region)
    if request.status is not RequestStatus.OPEN:
        return on.REQUEST_SETTLED.breached("an open request", request.status)
    return None


def _is_no_answer(_: CaseState, doing: Doing[Contributed], __: MatterRules) -> Breach | None:
    if doing.body.kind is not ContributionKind.ANSWER:
        return None
    return on.ANSWER_WITHOUT_REQUEST.breached("materials, withdrawal or delivery", doing.body.kind)


def _brings_the_materials(_: CaseState, doing: Doing[Contributed], __: MatterRules) -> Breach | None:
    if doing.body.kind is not ContributionKind.MATERIALS or doing.body.materials:
        return None
    return on.SUPPLY_EMPTY.breached("at least one material", "none")


def _contribution_is_open(
    state: CaseState, doing: Doing[ContributionJoined | ContributionRefused], _: MatterRules
) -> Breach | None:
    contribution = state.contribution(doing.body.contribution)
    if contribution is None:
        known = _listed(each.event.hex() for each in state.contributions)
        return on.CONTRIBUTION_UNKNOWN.breached(known, doing.body.contribution.hex())
    if contribution.status is not ContributionStatus.OPEN:
        return on.CONTRIBUTION_SETTLED.breached("an open contribution", contribution.status)
    if contribution.kind is not doing.body.kind:
        return on.CONTRIBUTION_KIND.breached(contribution.kind, doing.body.kind)
    return None


def _may_be_done_now(state: CaseState, doing: Doing[ContributionJoined], _: MatterRules) -> Breach | None:
    """Materials join where a supply is lawful, a withdrawal where one is, a delivery where one is."""
    act = JOINED_AS[doing.body.kind]
    outside = _outside(TABLE[act], state, doing) if act is not None else ()
    return outside[0] if outside else None


def _joins_no_second_delivery(state: CaseState, doing: Doing[ContributionJoined], rules: MatterRules) -> Breach | None:
    return _is_not_delivered_yet(state, doing, rules) if doing.body.kind is ContributionKind.DELIVERY else None


# Decision and after ----------------------------------------------------------------------------------------------------


def _approver_is_not_the_handler(state: CaseState, doing: Doing[Decided], rules: MatterRules) -> Breach | None:
    handler = (state.accepted_in, state.accepted_by)
    if not rules.four_eyes or handler != (doing.region, doing.actor.id):
        return None
    return on.FOUR_EYES.breached(f"an officer other than {state.accepted_by}", doing.actor.id)


def _closes_as_decided(state: CaseState, doing: Doing[Closed], _: MatterRules) -> Breach | None:
    decided = ClosureResult.GRANTED if state.granted else ClosureResult.REFUSED
    return None if doing.body.result is decided else on.CLOSURE_CONTRADICTS.breached(decided, doing.body.result)


def _is_not_delivered_yet(state: CaseState, _: Doing[Delivered | ContributionJoined], __: MatterRules) -> Breach | None:
    return on.ALREADY_DELIVERED.breached("a result not yet delivered", "delivered") if state.delivered else None


def _is_delivered_if_closed(state: CaseState, _: Doing[Archived], __: MatterRules) -> Breach | None:
    if state.phase is not Phase.CLOSED or state.delivered:
        return None
    return on.NOT_DELIVERED.breached("a result delivered", "not delivered")


_OPENING: tuple[Condition, ...] = (_handling_is_allowed, _materials_are_known)

CONDITIONS: dict[Act, tuple[Condition, ...]] = {
    Act.TAKE_IN: _OPENING,
    Act.APPLY: _OPENING,
    Act.OFFER: (
        _is_offered_to_another,
        _target_has_not_declined,
        _target_decides,
        _has_a_ground_after_acceptance,
    ),
    Act.TAKE_OVER: (),
    Act.DECLINE: (),
    Act.FEDERATION_TAKEOVER: (),
    Act.ADOPT: (_past_act_is_open, _past_act_may_be_done_now),
    Act.ANNUL: (_past_act_is_open,),
    Act.NOTICE: (_notice_names_something, _noticed_items_are_known, _notice_is_one_time),
    Act.SUPPLY: (_supply_brings_something, _materials_are_known),
    Act.ACCEPT: (_set_is_complete,),
    Act.NOT_ACCEPT: (),
    Act.WITHDRAW: (_online_is_offered_first,),
    Act.ASK: (_help_is_foreseen, _asks_another_organization),
    Act.ANSWER: (_request_is_open_here,),
    Act.CONTRIBUTE: (_is_no_answer, _brings_the_materials, _materials_are_known),
    Act.JOIN: (_online_is_offered_first, _contribution_is_open, _may_be_done_now, _joins_no_second_delivery),
    Act.REFUSE: (_online_is_offered_first, _contribution_is_open),
    Act.DECIDE: (_approver_is_not_the_handler,),
    Act.CLOSE: (_closes_as_decided,),
    Act.DELIVER: (_is_not_delivered_yet,),
    Act.ARCHIVE: (_is_delivered_if_closed,),
}


def _listed(values: Iterable[str]) -> str:
    """Values in an order that does not depend on how they were collected."""
    return ", ".join(sorted(values)) or "none"
