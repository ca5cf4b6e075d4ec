"""The steps of a case's life in the demo: each is one command of one officer or channel of one city.

`STEPS` says for each step whose it is and what is done; nothing about the order, which is the scenarios' matter.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum, auto
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from tongban.adapters.demo.fictions import MEDICAL_REGISTRATION, PENSION_TRANSFER, PRODUCTION_LICENCE, fictional_outcome
from tongban.adapters.demo.offices import APPROVER, HANDLER, PORTAL, WINDOW
from tongban.contracts.content.form_extract import extract
from tongban.contracts.content.free_text import encode_text
from tongban.domain.events.acceptance import NonAcceptance
from tongban.domain.events.assistance import AnswerKind, ContributionKind, HelpKind, RefusalReason
from tongban.domain.events.delivery import DeliveryMethod
from tongban.domain.events.handover import DeclineReason
from tongban.domain.events.values import Document, SubmittedForm, SubmittedMaterial
from tongban.domain.identifiers import EventHash
from tongban.domain.law.acceptance import Accept, NotAccept
from tongban.domain.law.act import Command
from tongban.domain.law.after_closing import Archive
from tongban.domain.law.assistance import Answer, Ask, Contribute, Join, Refuse
from tongban.domain.law.correction import Notice, Supply
from tongban.domain.law.decision import Close, Decide
from tongban.domain.law.delivery import Deliver
from tongban.domain.law.ending import Withdraw
from tongban.domain.law.handover import Decline, Offer, TakeOver
from tongban.domain.law.intake import Apply, TakeIn
from tongban.domain.law.rules import CaseKind, Material

if TYPE_CHECKING:
    from tongban.adapters.demo.story import Story


class Step(StrEnum):
    """The names of all steps."""

    TAKE_IN = auto()
    TAKE_IN_INCOMPLETE = auto()
    APPLY = auto()
    APPLY_INCOMPLETE = auto()
    OFFER = auto()
    OFFER_ELSEWHERE = auto()
    TAKE_OVER = auto()
    DECLINE_NOT_COMPETENT = auto()
    DECLINE_DUPLICATE = auto()
    NOTICE = auto()
    SUPPLY_ONLINE = auto()
    ACCEPT = auto()
    NOT_ACCEPT_NO_NEED = auto()
    NOT_ACCEPT_NOT_COMPETENT = auto()
    WITHDRAW_ONLINE = auto()
    WITHDRAW_WHERE_APPLIED = auto()
    ASK_OPINION = auto()
    ASK_VERIFICATION = auto()
    ASK_RECORDS = auto()
    ANSWER = auto()
    ANSWER_DECLINED = auto()
    BRING_MATERIALS = auto()
    BRING_WITHDRAWAL = auto()
    HAND_OVER = auto()
    JOIN = auto()
    REFUSE_UNUSABLE = auto()
    REFUSE_NOT_ASKED_FOR = auto()
    GRANT = auto()
    REFUSE = auto()
    CLOSE = auto()
    DELIVER_ONLINE = auto()
    DELIVER_WINDOW = auto()
    DELIVER_COURIER = auto()
    ARCHIVE = auto()
    ARCHIVE_WHERE_APPLIED = auto()


class Part(StrEnum):
    """Which city of a case's cast does a step."""

    RECEIVING = auto()
    DECIDING = auto()
    OTHER = auto()


class Scene(NamedTuple):
    """What a step is made from: the case, chance of its own, and the day."""

    story: "Story"
    rng: Random
    today: date


@dataclass(frozen=True, slots=True)
class Line:
    """What is said: a command, with personal values by name."""

    command: Command
    values: Mapping[str, bytes] | None = None


@dataclass(frozen=True, slots=True)
class Played:
    """Who does a step, and what is said."""

    part: Part
    post: str
    line: Callable[[Scene], Line]


SUPPLY_WITHIN_WORKDAYS = 5
ANSWER_WITHIN_WORKDAYS = 3
RETENTION_YEARS = 30
SHARED = {
    MEDICAL_REGISTRATION: ("applicant_name", "id_number"),
    PENSION_TRANSFER: ("applicant_name", "id_number", "last_contribution_month"),
    PRODUCTION_LICENCE: ("enterprise_name", "credit_code", "products"),
}
"""Fields of the form that the city asked is given."""


# What is said ----------------------------------------------------------------------------------------------------------


def _text(scene: Scene, name: str, words: str) -> dict[str, bytes]:
    """A free text about the applicant."""
    return {name: encode_text(f"{scene.story.applicant}：{words}")}


def _document(scene: Scene, kind: str) -> Document:
    story = scene.story
    return Document(kind, f"示例-{story.deciding}-{scene.today:%Y}-{story.number + 1:05}")


def _submitted(materials: tuple[Material, ...]) -> tuple[SubmittedMaterial, ...]:
    return tuple(SubmittedMaterial(each.code, SubmittedForm(each.form)) for each in materials)


def _wanting(scene: Scene) -> Material:
    """The material that an incomplete application lacks."""
    return scene.story.rules.required_materials[-1]


def _opening(opens: type[TakeIn] | type[Apply], *, complete: bool) -> Callable[[Scene], Line]:
    def line(scene: Scene) -> Line:
        story = scene.story
        rules = story.rules
        materials = rules.required_materials if complete else rules.required_materials[:-1]
        receipt = Document("intake_receipt", f"示例-{story.receiving}-{scene.today:%Y}-{story.number + 1:05}")
        command = opens(rules.handlings[0], story.deciding, _submitted(materials), receipt)
        return Line(command, {"form": story.contract.encode_form(story.form)})

    return line


def _offer(scene: Scene) -> Line:
    return Line(Offer(scene.story.deciding))


def _offer_elsewhere(scene: Scene) -> Line:
    return Line(Offer(scene.story.other))


def _decline(reason: DeclineReason, words: str) -> Callable[[Scene], Line]:
    return lambda scene: Line(Decline(reason), _text(scene, "reasons", words))


def _notice(scene: Scene) -> Line:
    wanting = _wanting(scene)
    notice = Notice((wanting.code,), SUPPLY_WITHIN_WORKDAYS, _document(scene, "correction_notice"))
    return Line(notice, _text(scene, "reasons", f"请补交{wanting.name_zh}"))


def _supply(scene: Scene) -> Line:
    return Line(Supply(_submitted((_wanting(scene),))), _text(scene, "remark", "已补交"))


def _accept(scene: Scene) -> Line:
    return Line(Accept(_document(scene, "acceptance")))


def _not_accept(kind: NonAcceptance, competent: str | None, words: str) -> Callable[[Scene], Line]:
    return lambda scene: Line(
        NotAccept(kind, competent, _document(scene, "non_acceptance")), _text(scene, "reasons", words)
    )


def _withdraw(scene: Scene) -> Line:
    return Line(Withdraw(), _text(scene, "reasons", "申请人不再办理"))


def _ask(kind: HelpKind) -> Callable[[Scene], Line]:
    def line(scene: Scene) -> Line:
        story = scene.story
        shares = SHARED[story.scenario.matter]
        form = story.contract.encode_form(story.form)
        values = {"extract": extract(story.contract, form, shares), **_text(scene, "question", "请予协助")}
        return Line(Ask(story.other, kind, None, ANSWER_WITHIN_WORKDAYS, shares), values)

    return line


def _answer(kind: AnswerKind, words: str) -> Callable[[Scene], Line]:
    return lambda scene: Line(Answer(_known(scene.story.request), kind), _text(scene, "answer", words))


def _bring(kind: ContributionKind) -> Callable[[Scene], Line]:
    def line(scene: Scene) -> Line:
        materials = _submitted((_wanting(scene),)) if kind is ContributionKind.MATERIALS else ()
        return Line(Contribute(kind, materials), _text(scene, "remark", "申请人到窗口办理"))

    return line


def _hand_over(scene: Scene) -> Line:
    receipt = _document(scene, "delivery_receipt")
    handed = Contribute(ContributionKind.DELIVERY, method=DeliveryMethod.WINDOW, receipt=receipt)
    return Line(handed, _text(scene, "remark", "申请人签收"))


def _join(scene: Scene) -> Line:
    return Line(Join(_known(scene.story.contribution)))


def _refuse_to_join(reason: RefusalReason) -> Callable[[Scene], Line]:
    return lambda scene: Line(Refuse(_known(scene.story.contribution), reason))


def _grant(scene: Scene) -> Line:
    story = scene.story
    outcome = fictional_outcome(scene.rng, story.scenario.matter, story.form, scene.today)
    return Line(Decide(True, _document(scene, "decision")), {"outcome": story.contract.encode_outcome(outcome)})


def _refuse(scene: Scene) -> Line:
    return Line(Decide(False, _document(scene, "decision")), _text(scene, "reasons", "不符合示例条件"))


def _close(_: Scene) -> Line:
    return Line(Close())


def _deliver(method: DeliveryMethod) -> Callable[[Scene], Line]:
    return lambda scene: Line(Deliver(method, _document(scene, "delivery_receipt")))


def _archive(scene: Scene) -> Line:
    licence = scene.story.contract.rules.case_kind is CaseKind.COMMITMENT
    number = f"示例档-{scene.story.number + 1:05}"
    return Line(Archive(number, RETENTION_YEARS if licence else None))


def _known(event: EventHash | None) -> EventHash:
    assert event is not None, "a scenario answers what was asked, and joins what was contributed"
    return event


# Whose it is -----------------------------------------------------------------------------------------------------------

STEPS: dict[Step, Played] = {
    Step.TAKE_IN: Played(Part.RECEIVING, WINDOW, _opening(TakeIn, complete=True)),
    Step.TAKE_IN_INCOMPLETE: Played(Part.RECEIVING, WINDOW, _opening(TakeIn, complete=False)),
    Step.APPLY: Played(Part.RECEIVING, PORTAL, _opening(Apply, complete=True)),
    Step.APPLY_INCOMPLETE: Played(Part.RECEIVING, PORTAL, _opening(Apply, complete=False)),
    Step.OFFER: Played(Part.RECEIVING, WINDOW, _offer),
    Step.OFFER_ELSEWHERE: Played(Part.RECEIVING, WINDOW, _offer_elsewhere),
    Step.TAKE_OVER: Played(Part.DECIDING, HANDLER, lambda _: Line(TakeOver())),
    Step.DECLINE_NOT_COMPETENT: Played(Part.DECIDING, HANDLER, _decline(DeclineReason.NOT_COMPETENT, "不属本地办理")),
    Step.DECLINE_DUPLICATE: Played(Part.DECIDING, HANDLER, _decline(DeclineReason.DUPLICATE, "已有同一申请")),
    Step.NOTICE: Played(Part.DECIDING, HANDLER, _notice),
    Step.SUPPLY_ONLINE: Played(Part.DECIDING, PORTAL, _supply),
    Step.ACCEPT: Played(Part.DECIDING, HANDLER, _accept),
    Step.NOT_ACCEPT_NO_NEED: Played(
        Part.DECIDING, HANDLER, _not_accept(NonAcceptance.NO_LICENCE_NEEDED, None, "所列产品不需许可")
    ),
    Step.NOT_ACCEPT_NOT_COMPETENT: Played(
        Part.DECIDING, HANDLER, _not_accept(NonAcceptance.NOT_COMPETENT, "示例省级机关（虚构）", "不属本机关职权")
    ),
    Step.WITHDRAW_ONLINE: Played(Part.DECIDING, PORTAL, _withdraw),
    Step.WITHDRAW_WHERE_APPLIED: Played(Part.RECEIVING, PORTAL, _withdraw),
    Step.ASK_OPINION: Played(Part.DECIDING, HANDLER, _ask(HelpKind.OPINION)),
    Step.ASK_VERIFICATION: Played(Part.DECIDING, HANDLER, _ask(HelpKind.VERIFICATION)),
    Step.ASK_RECORDS: Played(Part.DECIDING, HANDLER, _ask(HelpKind.RECORDS)),
    Step.ANSWER: Played(Part.OTHER, HANDLER, _answer(AnswerKind.ANSWERED, "情况属实")),
    Step.ANSWER_DECLINED: Played(Part.OTHER, HANDLER, _answer(AnswerKind.DECLINED, "本地无此档案")),
    Step.BRING_MATERIALS: Played(Part.RECEIVING, WINDOW, _bring(ContributionKind.MATERIALS)),
    Step.BRING_WITHDRAWAL: Played(Part.RECEIVING, WINDOW, _bring(ContributionKind.WITHDRAWAL)),
    Step.HAND_OVER: Played(Part.RECEIVING, WINDOW, _hand_over),
    Step.JOIN: Played(Part.DECIDING, HANDLER, _join),
    Step.REFUSE_UNUSABLE: Played(Part.DECIDING, HANDLER, _refuse_to_join(RefusalReason.UNUSABLE)),
    Step.REFUSE_NOT_ASKED_FOR: Played(Part.DECIDING, HANDLER, _refuse_to_join(RefusalReason.NOT_ASKED_FOR)),
    Step.GRANT: Played(Part.DECIDING, APPROVER, _grant),
    Step.REFUSE: Played(Part.DECIDING, APPROVER, _refuse),
    Step.CLOSE: Played(Part.DECIDING, HANDLER, _close),
    Step.DELIVER_ONLINE: Played(Part.DECIDING, PORTAL, _deliver(DeliveryMethod.ONLINE)),
    Step.DELIVER_WINDOW: Played(Part.DECIDING, HANDLER, _deliver(DeliveryMethod.WINDOW)),
    Step.DELIVER_COURIER: Played(Part.DECIDING, HANDLER, _deliver(DeliveryMethod.COURIER)),
    Step.ARCHIVE: Played(Part.DECIDING, HANDLER, _archive),
    Step.ARCHIVE_WHERE_APPLIED: Played(Part.RECEIVING, HANDLER, _archive),
}
