"""Handing the result over: 送达."""

from tongban.desk.description import Description, Example
from tongban.desk.field import Field
from tongban.desk.kinds.scalars import Choice
from tongban.desk.recurring_fields import RECEIPT, RECEIVED_AT
from tongban.domain.events.delivery import DeliveryMethod
from tongban.domain.law.delivery import Deliver

DELIVER = Description(
    command=Deliver,
    help="Hand the result over. At a window without the pen it becomes a contribution.",
    fields=(
        Field("method", Choice(DeliveryMethod), "送达方式", "method", "How.", default=DeliveryMethod.WINDOW),
        RECEIPT,
        RECEIVED_AT,
    ),
    trials=lambda _: (Deliver(DeliveryMethod.WINDOW),),
    examples=(Example("sh-window", {"method": "window", "receipt": "送达回证:88"}),),
)

DESCRIPTIONS = (DELIVER,)
