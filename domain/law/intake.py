"""Intake (收件): rows 1 and 2. A case is opened at a window or through a channel; that is not yet acceptance (受理).

Wholly online (全程网办) and decided elsewhere, the case is offered there in the same command, before anything else is done."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tongban.domain.events import intake as said
from tongban.domain.events.assistance import Contributed
from tongban.domain.events.catalogue import ActBody
from tongban.domain.events.correction import Supplied
from tongban.domain.events.handover import Offered
from tongban.domain.events.intake import Applied, TakenIn
from tongban.domain.events.values import FORM, Commitment, Document, Handling, SubmittedMaterial
from tongban.domain.identifiers import EventHash, RegionCode
from tongban.domain.law.act import Chapter, Command, Condition, Law, Making, Who
from tongban.domain.law.doing import Acting, Doing
from tongban.domain.law.phase import Phase
from tongban.domain.law.rules import MatterRules
from tongban.domain.law.state import CaseState
from tongban.domain.law.tracks import Form, Materials, joined
from tongban.domain.requirement import Breach, Requirement, listed


@dataclass(frozen=True, slots=True)
class TakeIn(Command):
    """收件 at a window. Wholly online and decided elsewhere, the case is offered there at once."""

    handling: Handling
    deciding_region: RegionCode
    materials: tuple[SubmittedMaterial, ...]
    receipt: Document | None = None
    contents: tuple[Commitment, ...] = ()


@dataclass(frozen=True, slots=True)
class Apply(Command):
    """网上申请 through a channel. Wholly online and decided elsewhere, the case is offered there at once."""

    handling: Handling
    deciding_region: RegionCode
    materials: tuple[SubmittedMaterial, ...]
    receipt: Document | None = None
    contents: tuple[Commitment, ...] = ()


HANDLING_NOT_ALLOWED = Requirement(
    "handling_not_allowed",
    "The matter is handled only in the ways that its contract names",
    "该事项不适用此通办方式",
    "the matter's contract; 国办发〔2020〕35号",
    "choose one of the ways named, or send the applicant to the deciding region",
    stands=True,
)
MATERIAL_UNKNOWN = Requirement(
    "material_unknown",
    "Only materials that the matter asks for are taken in",
    "收取了事项清单以外的材料",
    "the matter's contract",
    "give back what the matter does not ask for",
    stands=True,
)
ONLINE_NOT_OFFERED = Requirement(
    "online_not_offered",
    "A wholly online case opened elsewhere is offered to the deciding region at once",
    "全程网办异地申请应当即时移交业务属地",
    "LIFECYCLE.md, who holds the pen",
    "offer the case to the deciding region first",
    stands=True,
)


def _opening(command: TakeIn | Apply, body: type[TakenIn | Applied], acting: Acting) -> tuple[ActBody, ...]:
    opened = body(command.handling, command.deciding_region, command.materials, command.receipt, command.contents)
    if command.handling is Handling.FULLY_ONLINE and command.deciding_region != acting.region:
        return (opened, Offered(command.deciding_region, None, None))
    return (opened,)


def _taking_in(command: TakeIn, _: CaseState, acting: Acting, __: MatterRules) -> tuple[ActBody, ...]:
    return _opening(command, TakenIn, acting)


def _applying(command: Apply, _: CaseState, acting: Acting, __: MatterRules) -> tuple[ActBody, ...]:
    return _opening(command, Applied, acting)


def _handling_is_allowed(_: CaseState, doing: Doing[TakenIn | Applied], rules: MatterRules) -> Breach | None:
    if rules.allows(doing.body.handling):
        return None
    return HANDLING_NOT_ALLOWED.breached(listed(rules.handlings), doing.body.handling)


def materials_are_known(
    _: CaseState, doing: Doing[TakenIn | Applied | Supplied | Contributed], rules: MatterRules
) -> Breach | None:
    """Asked of every act that brings materials."""
    unknown = [each.code for each in doing.body.materials if rules.material(each.code) is None]
    if not unknown:
        return None
    return MATERIAL_UNKNOWN.breached(listed(each.code for each in rules.materials), listed(unknown))


def online_is_offered_first(act: str) -> Condition[Any]:
    """Asked of every act, called `act`, that could come between an opening and the offer that is made with it."""

    def is_offered_first(state: CaseState, doing: Doing[Any], _: MatterRules) -> Breach | None:
        opened_only = state.handling is Handling.FULLY_ONLINE and state.sequence == 1
        if not opened_only or doing.region == state.deciding_region:
            return None
        return ONLINE_NOT_OFFERED.breached(f"an offer to {state.deciding_region}", act)

    return is_offered_first


def _opened(state: CaseState, doing: Doing[TakenIn | Applied], _: EventHash) -> CaseState:
    body = doing.body
    return state.changed(
        handling=body.handling,
        receiving_region=doing.region,
        deciding_region=body.deciding_region,
        materials=Materials(joined((), codes(body.materials))),
        form=Form(form_in(body.contents)),
        opened_at=doing.occurred_at,
    )


def codes(materials: Iterable[SubmittedMaterial]) -> tuple[str, ...]:
    """The codes of materials."""
    return tuple(each.code for each in materials)


def form_in(contents: Iterable[Commitment]) -> bytes | None:
    """The commitment to a form; None where there is none. Of several the last is meant."""
    return next((each.digest for each in reversed(tuple(contents)) if each.name == FORM), None)


TAKE_IN = Law(
    1, said.TAKEN_IN, "收件", "take in", Who.OPENER, frozenset({Phase.NONE}), Phase.TAKEN_IN,
    made_by=Making(TakeIn, _taking_in), conditions=(_handling_is_allowed, materials_are_known), effect=_opened,
)  # fmt: skip
APPLY = Law(
    2, said.APPLIED, "网上申请", "apply online", Who.OPENER, frozenset({Phase.NONE}), Phase.TAKEN_IN,
    made_by=Making(Apply, _applying), conditions=(_handling_is_allowed, materials_are_known), effect=_opened,
)  # fmt: skip

CHAPTER = Chapter(
    "收件",
    "intake",
    laws=(TAKE_IN, APPLY),
    requirements=(HANDLING_NOT_ALLOWED, MATERIAL_UNKNOWN, ONLINE_NOT_OFFERED),
)
