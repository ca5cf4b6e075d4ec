"""What is said in each step of the demo: a command, and the personal values that go with it.

Everything is made from the scene: the case with its fictitious form, chance of its own, and the day.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import NamedTuple

from tongban.adapters.demo.fictions import MEDICAL_REGISTRATION, PENSION_TRANSFER, PRODUCTION_LICENCE, fictional_outcome
from tongban.adapters.demo.story import Story
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
from tongban.domain.law.handover import Decline, Offer
from tongban.domain.law.intake import Apply, TakeIn
from tongban.domain.law.rules import CaseKind, Material

SUPPLY_WITHIN_WORKDAYS = 5
ANSWER_WITHIN_WORKDAYS = 3
RETENTION_YEARS = 30
SHARED = {
    MEDICAL_REGISTRATION: ("applicant_name", "id_number"),
    PENSION_TRANSFER: ("applicant_name", "id_number", "last_contribution_month"),
    PRODUCTION_LICENCE: ("enterprise_name", "credit_code", "products"),
}
"""Fields of the form that the city asked is given."""


class Scene(NamedTuple):
    """What a step is made from: the case, chance of its own, and the day."""

    story: Story
    rng: Random
    today: date


@dataclass(frozen=True, slots=True)
class Line:
    """What is said: a command, with personal values by name."""

    command: Command
    values: Mapping[str, bytes] | None = None


Made = Callable[[Scene], Line]
"""Makes the line of a step."""


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


def opening(opens: type[TakeIn] | type[Apply], *, complete: bool) -> Made:
    """An application, at a window (`TakeIn`) or online (`Apply`); an incomplete one lacks its last material."""

    def line(scene: Scene) -> Line:
        story = scene.story
        rules = story.rules
        materials = rules.required_materials if complete else rules.required_materials[:-1]
        receipt = Document("intake_receipt", f"示例-{story.receiving}-{scene.today:%Y}-{story.number + 1:05}")
        command = opens(rules.handlings[0], story.deciding, _submitted(materials), receipt)
        return Line(command, {"form": story.contract.encode_form(story.form)})

    return line


def offer(scene: Scene) -> Line:
    """Offer the case to the city that decides it."""
    return Line(Offer(scene.story.deciding))


def offer_elsewhere(scene: Scene) -> Line:
    """Offer it to the third city: the one that declined was not where it belongs."""
    return Line(Offer(scene.story.other))


def decline(reason: DeclineReason, words: str) -> Made:
    """Decline an offer, and say why."""
    return lambda scene: Line(Decline(reason), _text(scene, "reasons", words))


def notice(scene: Scene) -> Line:
    """Tell the applicant which material is missing."""
    wanting = _wanting(scene)
    command = Notice((wanting.code,), SUPPLY_WITHIN_WORKDAYS, _document(scene, "correction_notice"))
    return Line(command, _text(scene, "reasons", f"请补交{wanting.name_zh}"))


def supply(scene: Scene) -> Line:
    """The material that was missing."""
    return Line(Supply(_submitted((_wanting(scene),))), _text(scene, "remark", "已补交"))


def accept(scene: Scene) -> Line:
    """Accept the application."""
    return Line(Accept(_document(scene, "acceptance")))


def not_accept(kind: NonAcceptance, competent: str | None, words: str) -> Made:
    """Do not accept it, and say why; `competent` is the body to turn to."""
    return lambda scene: Line(
        NotAccept(kind, competent, _document(scene, "non_acceptance")), _text(scene, "reasons", words)
    )


def withdraw(scene: Scene) -> Line:
    """The applicant gives it up."""
    return Line(Withdraw(), _text(scene, "reasons", "申请人不再办理"))


def ask(kind: HelpKind) -> Made:
    """Ask the third city for help, and share the fields that it needs."""

    def line(scene: Scene) -> Line:
        story = scene.story
        shares = SHARED[story.scenario.matter]
        form = story.contract.encode_form(story.form)
        values = {"extract": extract(story.contract, form, shares), **_text(scene, "question", "请予协助")}
        return Line(Ask(story.other, kind, None, ANSWER_WITHIN_WORKDAYS, shares), values)

    return line


def answer(kind: AnswerKind, words: str) -> Made:
    """Answer what was asked."""
    return lambda scene: Line(Answer(_known(scene.story.request), kind), _text(scene, "answer", words))


def bring(kind: ContributionKind) -> Made:
    """Send the holder of the pen what an applicant brought to a window here."""

    def line(scene: Scene) -> Line:
        materials = _submitted((_wanting(scene),)) if kind is ContributionKind.MATERIALS else ()
        return Line(Contribute(kind, materials), _text(scene, "remark", "申请人到窗口办理"))

    return line


def hand_over(scene: Scene) -> Line:
    """Hand the outcome over at a window here, for the holder of the pen."""
    receipt = _document(scene, "delivery_receipt")
    handed = Contribute(ContributionKind.DELIVERY, method=DeliveryMethod.WINDOW, receipt=receipt)
    return Line(handed, _text(scene, "remark", "申请人签收"))


def join(scene: Scene) -> Line:
    """Join what another city contributed."""
    return Line(Join(_known(scene.story.contribution)))


def refuse_to_join(reason: RefusalReason) -> Made:
    """Do not join it, and say why."""
    return lambda scene: Line(Refuse(_known(scene.story.contribution), reason))


def grant(scene: Scene) -> Line:
    """Decide for the applicant, with the outcome that the matter asks for."""
    story = scene.story
    outcome = fictional_outcome(scene.rng, story.scenario.matter, story.form, scene.today)
    return Line(Decide(True, _document(scene, "decision")), {"outcome": story.contract.encode_outcome(outcome)})


def refuse(scene: Scene) -> Line:
    """Decide against the applicant."""
    return Line(Decide(False, _document(scene, "decision")), _text(scene, "reasons", "不符合示例条件"))


def close(_: Scene) -> Line:
    """Close the case."""
    return Line(Close())


def deliver(method: DeliveryMethod) -> Made:
    """Deliver the outcome."""
    return lambda scene: Line(Deliver(method, _document(scene, "delivery_receipt")))


def archive(scene: Scene) -> Line:
    """Archive the case: a licence for a number of years, anything else for good."""
    licence = scene.story.contract.rules.case_kind is CaseKind.COMMITMENT
    number = f"示例档-{scene.story.number + 1:05}"
    return Line(Archive(number, RETENTION_YEARS if licence else None))


def _known(event: EventHash | None) -> EventHash:
    assert event is not None, "a scenario answers what was asked, and joins what was contributed"
    return event
