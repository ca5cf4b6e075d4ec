"""Ending a case before the decision: 撤件."""

from tongban.desk.description import Description, Example
from tongban.desk.recurring_fields import REASON
from tongban.domain.law.ending import Withdraw

WITHDRAW = Description(
    command=Withdraw,
    help="Record that the applicant withdraws. At a window without the pen it becomes a contribution.",
    fields=(REASON,),
    trials=lambda _: (Withdraw(),),
    examples=(Example("sh-window", {"reason": "申请人撤回申请"}),),
)

DESCRIPTIONS = (WITHDRAW,)
