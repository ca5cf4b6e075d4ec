"""Correction (补正): rows 9 and 10. All that is missing is named in one notice (行政许可法 art. 32), then supplied."""

from collections.abc import Iterable
from dataclasses import dataclass

from tongban.domain.events import correction as said
from tongban.domain.events.catalogue import ActBody
from tongban.domain.events.correction import CorrectionNoticed, Supplied
from tongban.domain.events.values import Commitment, Document, SubmittedMaterial
from tongban.domain.identifiers import EventHash
from tongban.domain.law.act import Chapter, Command, Law, Making, Who, says
from tongban.domain.law.doing import Acting, Doing
from tongban.domain.law.intake import codes, form_in, materials_are_known
from tongban.domain.law.phase import Phase
from tongban.domain.law.rules import MatterRules
from tongban.domain.law.state import CaseState
from tongban.domain.law.tracks import Form, Materials, joined
from tongban.domain.requirement import Breach, Requirement, listed


@dataclass(frozen=True, slots=True)
class Notice(Command):
    """一次性补正告知. `items`: codes of materials."""

    items: tuple[str, ...]
    supply_within_workdays: int | None = None
    document: Document | None = None
    contents: tuple[Commitment, ...] = ()


@dataclass(frozen=True, slots=True)
class Supply(Command):
    """补正. `received_at`: microseconds UTC; None: as it is recorded."""

    materials: tuple[SubmittedMaterial, ...]
    received_at: int | None = None
    contents: tuple[Commitment, ...] = ()


NOTICE_EMPTY = Requirement(
    "notice_empty",
    "A correction notice names what is missing",
    "补正告知未列明需补正的内容",
    "行政许可法 art. 32",
    "name every item that is missing",
)
NOTICE_ITEM_UNKNOWN = Requirement(
    "notice_item_unknown",
    "A correction notice asks only for materials that the matter knows",
    "告知补正的材料不在事项清单内",
    "the matter's contract; 行政许可法 art. 32",
    "name materials by their code in the contract",
    stands=True,
)
NOTICE_AGAIN = Requirement(
    "notice_again",
    "Everything missing is told at once; a later notice adds only what the last supply newly raised",
    "应当一次性告知，不得就原有材料再次提出补正",
    "行政许可法 art. 32",
    "accept, or name only what was supplied last or is still missing from the first notice",
    stands=True,
)
SUPPLY_EMPTY = Requirement(
    "supply_empty",
    "A supply brings at least one material",
    "补正未提交任何材料",
    "LIFECYCLE.md, row 10",
    "record what the applicant brought",
)


def _supplying(command: Supply, _: CaseState, acting: Acting, __: MatterRules) -> tuple[ActBody, ...]:
    return (Supplied(command.materials, acting.at(command.received_at), command.contents),)


def _notice_names_something(_: CaseState, doing: Doing[CorrectionNoticed], __: MatterRules) -> Breach | None:
    return None if doing.body.items else NOTICE_EMPTY.breached("at least one item", "none")


def _noticed_items_are_known(_: CaseState, doing: Doing[CorrectionNoticed], rules: MatterRules) -> Breach | None:
    unknown = [item for item in doing.body.items if rules.material(item) is None]
    if not unknown:
        return None
    return NOTICE_ITEM_UNKNOWN.breached(listed(each.code for each in rules.materials), listed(unknown))


def _notice_is_one_time(state: CaseState, doing: Doing[CorrectionNoticed], _: MatterRules) -> Breach | None:
    """A later notice may name what the last supply brought, and what was named before and is still missing."""
    materials = state.materials
    if not materials.noticed:
        return None
    supplied = set(materials.last_supplied)
    allowed = {*supplied, *materials.noticed} - ({*materials.at_hand} - supplied)
    held_back = [item for item in doing.body.items if item not in allowed]
    if not held_back:
        return None
    return NOTICE_AGAIN.breached(f"only of {listed(allowed)}", listed(held_back))


def _supply_brings_something(_: CaseState, doing: Doing[Supplied], __: MatterRules) -> Breach | None:
    return None if doing.body.materials else SUPPLY_EMPTY.breached("at least one material", "none")


def _noticed(state: CaseState, doing: Doing[CorrectionNoticed], _: EventHash) -> CaseState:
    items, materials = doing.body.items, state.materials
    at_hand = tuple(code for code in materials.at_hand if code not in items)
    return state.changed(materials=Materials(at_hand, joined(materials.noticed, items), materials.last_supplied))


def _supplied(state: CaseState, doing: Doing[Supplied], _: EventHash) -> CaseState:
    return supplied(state, codes(doing.body.materials), form_in(doing.body.contents))


def supplied(state: CaseState, brought: Iterable[str], form: bytes | None) -> CaseState:
    """The case with more materials at hand, by their codes, and a newer form where one came with them."""
    brought = joined((), brought)
    materials = state.materials
    state = state.changed(materials=Materials(joined(materials.at_hand, brought), materials.noticed, brought))
    return state if form is None else state.changed(form=Form(form, state.form.contributed))


NOTICE = Law(
    9, said.CORRECTION_NOTICED, "一次性补正告知", "correction notice", Who.DECIDING,
    frozenset({Phase.TAKEN_IN}), Phase.CORRECTING, made_by=says(Notice, CorrectionNoticed),
    conditions=(_notice_names_something, _noticed_items_are_known, _notice_is_one_time), effect=_noticed,
)  # fmt: skip
SUPPLY = Law(
    10, said.SUPPLIED, "补正", "supply", Who.DECIDING, frozenset({Phase.CORRECTING}), Phase.TAKEN_IN,
    made_by=Making(Supply, _supplying), conditions=(_supply_brings_something, materials_are_known),
    effect=_supplied,
)  # fmt: skip

CHAPTER = Chapter(
    "补正",
    "correction",
    laws=(NOTICE, SUPPLY),
    requirements=(NOTICE_EMPTY, NOTICE_ITEM_UNKNOWN, NOTICE_AGAIN, SUPPLY_EMPTY),
)
