"""Who does each step of the demo: which city of the case's cast, which officer or channel there, and with which line.

Nothing is said about the order, which is the scenarios' matter.
"""

from dataclasses import dataclass
from enum import StrEnum, auto

from tongban.adapters.demo import lines
from tongban.adapters.demo.lines import Line, Made
from tongban.adapters.demo.offices import APPROVER, HANDLER, PORTAL, WINDOW, officer_of, portal_of, window_of
from tongban.adapters.demo.steps import Step
from tongban.adapters.demo.story import Story
from tongban.domain.events.acceptance import NonAcceptance
from tongban.domain.events.assistance import AnswerKind, ContributionKind, HelpKind, RefusalReason
from tongban.domain.events.delivery import DeliveryMethod
from tongban.domain.events.handover import DeclineReason
from tongban.domain.identifiers import RegionCode
from tongban.domain.law.handover import TakeOver
from tongban.domain.law.intake import Apply, TakeIn


class Part(StrEnum):
    """Which city of a case's cast does a step."""

    RECEIVING = auto()
    DECIDING = auto()
    OTHER = auto()


@dataclass(frozen=True, slots=True)
class Played:
    """Who does a step, and what is said."""

    part: Part
    post: str
    line: Made

    def region_of(self, story: Story) -> RegionCode:
        """The city that does the step in this case."""
        match self.part:
            case Part.RECEIVING:
                return story.receiving
            case Part.DECIDING:
                return story.deciding
            case Part.OTHER:
                return story.other

    def actor_of(self, story: Story) -> str:
        """The officer or channel there."""
        region = self.region_of(story)
        if self.post == WINDOW:
            return window_of(region, story.number)
        if self.post == PORTAL:
            return portal_of(region)
        return officer_of(region, story.scenario.matter, self.post)


STEPS: dict[Step, Played] = {
    Step.TAKE_IN: Played(Part.RECEIVING, WINDOW, lines.opening(TakeIn, complete=True)),
    Step.TAKE_IN_INCOMPLETE: Played(Part.RECEIVING, WINDOW, lines.opening(TakeIn, complete=False)),
    Step.APPLY: Played(Part.RECEIVING, PORTAL, lines.opening(Apply, complete=True)),
    Step.APPLY_INCOMPLETE: Played(Part.RECEIVING, PORTAL, lines.opening(Apply, complete=False)),
    Step.OFFER: Played(Part.RECEIVING, WINDOW, lines.offer),
    Step.OFFER_ELSEWHERE: Played(Part.RECEIVING, WINDOW, lines.offer_elsewhere),
    Step.TAKE_OVER: Played(Part.DECIDING, HANDLER, lambda _: Line(TakeOver())),
    Step.DECLINE_NOT_COMPETENT: Played(
        Part.DECIDING, HANDLER, lines.decline(DeclineReason.NOT_COMPETENT, "不属本地办理")
    ),
    Step.DECLINE_DUPLICATE: Played(Part.DECIDING, HANDLER, lines.decline(DeclineReason.DUPLICATE, "已有同一申请")),
    Step.NOTICE: Played(Part.DECIDING, HANDLER, lines.notice),
    Step.SUPPLY_ONLINE: Played(Part.DECIDING, PORTAL, lines.supply),
    Step.ACCEPT: Played(Part.DECIDING, HANDLER, lines.accept),
    Step.NOT_ACCEPT_NO_NEED: Played(
        Part.DECIDING, HANDLER, lines.not_accept(NonAcceptance.NO_LICENCE_NEEDED, None, "所列产品不需许可")
    ),
    Step.NOT_ACCEPT_NOT_COMPETENT: Played(
        Part.DECIDING, HANDLER, lines.not_accept(NonAcceptance.NOT_COMPETENT, "示例省级机关（虚构）", "不属本机关职权")
    ),
    Step.WITHDRAW_ONLINE: Played(Part.DECIDING, PORTAL, lines.withdraw),
    Step.WITHDRAW_WHERE_APPLIED: Played(Part.RECEIVING, PORTAL, lines.withdraw),
    Step.ASK_OPINION: Played(Part.DECIDING, HANDLER, lines.ask(HelpKind.OPINION)),
    Step.ASK_VERIFICATION: Played(Part.DECIDING, HANDLER, lines.ask(HelpKind.VERIFICATION)),
    Step.ASK_RECORDS: Played(Part.DECIDING, HANDLER, lines.ask(HelpKind.RECORDS)),
    Step.ANSWER: Played(Part.OTHER, HANDLER, lines.answer(AnswerKind.ANSWERED, "情况属实")),
    Step.ANSWER_DECLINED: Played(Part.OTHER, HANDLER, lines.answer(AnswerKind.DECLINED, "本地无此档案")),
    Step.BRING_MATERIALS: Played(Part.RECEIVING, WINDOW, lines.bring(ContributionKind.MATERIALS)),
    Step.BRING_WITHDRAWAL: Played(Part.RECEIVING, WINDOW, lines.bring(ContributionKind.WITHDRAWAL)),
    Step.HAND_OVER: Played(Part.RECEIVING, WINDOW, lines.hand_over),
    Step.JOIN: Played(Part.DECIDING, HANDLER, lines.join),
    Step.REFUSE_UNUSABLE: Played(Part.DECIDING, HANDLER, lines.refuse_to_join(RefusalReason.UNUSABLE)),
    Step.REFUSE_NOT_ASKED_FOR: Played(Part.DECIDING, HANDLER, lines.refuse_to_join(RefusalReason.NOT_ASKED_FOR)),
    Step.GRANT: Played(Part.DECIDING, APPROVER, lines.grant),
    Step.REFUSE: Played(Part.DECIDING, APPROVER, lines.refuse),
    Step.CLOSE: Played(Part.DECIDING, HANDLER, lines.close),
    Step.DELIVER_ONLINE: Played(Part.DECIDING, PORTAL, lines.deliver(DeliveryMethod.ONLINE)),
    Step.DELIVER_WINDOW: Played(Part.DECIDING, HANDLER, lines.deliver(DeliveryMethod.WINDOW)),
    Step.DELIVER_COURIER: Played(Part.DECIDING, HANDLER, lines.deliver(DeliveryMethod.COURIER)),
    Step.ARCHIVE: Played(Part.DECIDING, HANDLER, lines.archive),
    Step.ARCHIVE_WHERE_APPLIED: Played(Part.RECEIVING, HANDLER, lines.archive),
}
