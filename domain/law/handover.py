"""Handing over (移交): rows 5 to 7. The offer itself moves the pen; the region offered takes over or declines.

Before acceptance a case goes to the deciding region; after it only on a ground of law, with its document."""

from dataclasses import dataclass

from tongban.domain.events import handover as said
from tongban.domain.events.handover import Declined, DeclineReason, Offered, OfferGround, TakenOver
from tongban.domain.events.values import Commitment, Document
from tongban.domain.identifiers import EventHash, RegionCode
from tongban.domain.law.act import Chapter, Command, Law, Overlay, Who, says
from tongban.domain.law.doing import Doing
from tongban.domain.law.phase import ANY, Phase
from tongban.domain.law.rules import MatterRules
from tongban.domain.law.state import CaseState
from tongban.domain.law.tracks import Handover, joined
from tongban.domain.requirement import Breach, Requirement, listed


@dataclass(frozen=True, slots=True)
class Offer(Command):
    """移交. `ground` and `document`: only after acceptance, and then both."""

    target: RegionCode
    ground: OfferGround | None = None
    document: Document | None = None


@dataclass(frozen=True, slots=True)
class TakeOver(Command):
    """接收."""


@dataclass(frozen=True, slots=True)
class Decline(Command):
    """退回移交."""

    reason: DeclineReason
    contents: tuple[Commitment, ...] = ()


OFFER_TO_ITSELF = Requirement(
    "offer_to_itself",
    "A region does not offer a case to itself",
    "不得移交给本地",
    "DESIGN.md, idea 1",
    "name another region",
)
OFFER_DECLINED_BEFORE = Requirement(
    "offer_declined_before",
    "A case is not offered again to a region that declined it",
    "该地已退回过此件，不得再次移交",
    "LIFECYCLE.md, row 7",
    "offer it to another region, or have the jurisdiction designated",
)
OFFER_NOT_TO_DECIDING = Requirement(
    "offer_not_to_deciding",
    "Before acceptance a case is offered to the deciding region, unless that one declined it",
    "受理前应当移交业务属地",
    "LIFECYCLE.md, row 5",
    "offer it to the deciding region",
)
OFFER_WITHOUT_GROUND = Requirement(
    "offer_without_ground",
    "After acceptance the pen passes only on a ground of law, with its document named",
    "受理后移交须有法定事由并附文书",
    "LIFECYCLE.md, row 5: 指定管辖、职权划转、区划调整",
    "name the ground and the document, or ask the other region for help instead",
)


def _is_offered_to_another(_: CaseState, doing: Doing[Offered], __: MatterRules) -> Breach | None:
    if doing.body.target != doing.region:
        return None
    return OFFER_TO_ITSELF.breached("another region", doing.body.target)


def _target_has_not_declined(state: CaseState, doing: Doing[Offered], _: MatterRules) -> Breach | None:
    declined_by = state.handover.declined_by
    if doing.body.target not in declined_by:
        return None
    return OFFER_DECLINED_BEFORE.breached(f"none of {listed(declined_by)}", doing.body.target)


def _target_decides(state: CaseState, doing: Doing[Offered], _: MatterRules) -> Breach | None:
    """After acceptance the ground of law, not the case, says who decides."""
    deciding = state.deciding_region
    if state.phase is Phase.ACCEPTED or doing.body.target == deciding or deciding in state.handover.declined_by:
        return None
    return OFFER_NOT_TO_DECIDING.breached(str(deciding), doing.body.target)


def _has_a_ground_after_acceptance(state: CaseState, doing: Doing[Offered], _: MatterRules) -> Breach | None:
    ground, document = doing.body.ground, doing.body.document
    if state.phase is not Phase.ACCEPTED or (ground is not None and document is not None):
        return None
    return OFFER_WITHOUT_GROUND.breached(
        "a ground and a document", f"ground {ground or 'none'}, document {document.number if document else 'none'}"
    )


def _offered(state: CaseState, doing: Doing[Offered], _: EventHash) -> CaseState:
    return state.changed(handover=Handover(doing.body.target, state.handover.declined_by))


def _taken_over(state: CaseState, _: Doing[TakenOver], __: EventHash) -> CaseState:
    handover = state.handover
    return state.changed(
        deciding_region=handover.designated or state.deciding_region, handover=Handover(None, handover.declined_by)
    )


def _declined(state: CaseState, doing: Doing[Declined], _: EventHash) -> CaseState:
    return state.changed(handover=Handover(None, joined(state.handover.declined_by, [doing.region])))


OFFER = Law(
    5, said.OFFERED, "移交", "offer", Who.PEN_HOLDER, frozenset({Phase.TAKEN_IN, Phase.ACCEPTED}), None,
    made_by=says(Offer, Offered),
    conditions=(_is_offered_to_another, _target_has_not_declined, _target_decides, _has_a_ground_after_acceptance),
    effect=_offered,
)  # fmt: skip
TAKE_OVER = Law(
    6, said.TAKEN_OVER, "接收", "take over", Who.OFFERED, ANY, None,
    made_by=says(TakeOver, TakenOver), conditions=(), effect=_taken_over, only_while=frozenset({Overlay.OFFERED}),
    barred_by=frozenset(),
)  # fmt: skip
DECLINE = Law(
    7, said.DECLINED, "退回移交", "decline", Who.OFFERED, ANY, None,
    made_by=says(Decline, Declined), conditions=(), effect=_declined, only_while=frozenset({Overlay.OFFERED}),
    barred_by=frozenset(),
)  # fmt: skip

CHAPTER = Chapter(
    "移交",
    "handover",
    laws=(OFFER, TAKE_OVER, DECLINE),
    requirements=(OFFER_TO_ITSELF, OFFER_DECLINED_BEFORE, OFFER_NOT_TO_DECIDING, OFFER_WITHOUT_GROUND),
)
