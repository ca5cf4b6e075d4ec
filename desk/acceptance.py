"""Whether an application is accepted: 受理, 不予受理."""

from tongban.desk.description import Description, Example
from tongban.desk.field import Field
from tongban.desk.kinds.scalars import Choice
from tongban.desk.kinds.texts import Words
from tongban.desk.recurring_fields import DOCUMENT, REASON
from tongban.domain.events.acceptance import NonAcceptance
from tongban.domain.law.acceptance import Accept, NotAccept

ACCEPT = Description(
    command=Accept,
    help="Accept a complete application: the limits of the decision begin to run.",
    fields=(DOCUMENT,),
    trials=lambda _: (Accept(),),
    examples=(Example("hf-handler", {"document": "受理通知书:2026-101"}),),
)
NOT_ACCEPT = Description(
    command=NotAccept,
    help="Do not accept: no licence is needed (不受理), or another body is competent.",
    fields=(
        Field("kind", Choice(NonAcceptance), "不予受理类别", "kind",
              "Which of the two: no licence is needed (不受理), or not competent (不予受理).", required=True),
        Field("competent_body", Words(), "有权机关", "competent body", "Where the applicant must turn instead."),
        DOCUMENT,
        REASON,
    ),
    trials=lambda _: (NotAccept(NonAcceptance.NOT_COMPETENT),),
    examples=(Example("hf-handler", {"kind": "not_competent", "competent_body": "合肥市市场监督管理局"}),),
)  # fmt: skip

DESCRIPTIONS = (ACCEPT, NOT_ACCEPT)
