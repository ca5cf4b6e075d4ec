"""The decision and what closes the case: 决定, 办结."""

from tongban.desk.description import Description, Example
from tongban.desk.field import Field
from tongban.desk.kinds.records import Record, RecordOf
from tongban.desk.kinds.scalars import YesNo
from tongban.desk.recurring_fields import DOCUMENT, REASON
from tongban.domain.law.decision import Close, Decide

DECIDE = Description(
    command=Decide,
    help="Decide. Who decides is not who handled, where the matter asks for four eyes.",
    fields=(
        Field(
            "granted",
            YesNo("grant", "refuse"),
            "准予",
            "granted",
            "Whether it is granted (准予) or refused (不予).",
            typed="grant, or 不予 refuse.",
            required=True,
        ),
        Field(
            "outcome",
            Record(RecordOf.OUTCOME),
            "结果",
            "outcome",
            "What a grant says; the matter's contract checks it.",
            typed="JSON file; the matter's contract checks it.",
        ),
        REASON,
        DOCUMENT,
    ),
    trials=lambda _: (Decide(granted=True),),
    examples=(
        Example("hf-approver", {"granted": True, "outcome": "outcome.json"}),
        Example("hf-approver", {"granted": False, "reason": "不符合法定条件"}),
    ),
)
CLOSE = Description(
    command=Close,
    help="Close the case with the result that was decided.",
    trials=lambda _: (Close(),),
    examples=(Example("hf-handler"),),
)

DESCRIPTIONS = (DECIDE, CLOSE)
