"""Delivery (送达): the result reaches the applicant."""

from dataclasses import dataclass
from enum import StrEnum

from tongban.domain.events.event_type import BY_EITHER, Act, EventType, Pen, StreamKind
from tongban.domain.events.values import Document


class DeliveryMethod(StrEnum):
    """How a result or notice reached the applicant."""

    WINDOW = "window"
    COURIER = "courier"
    ONLINE = "online"


@dataclass(frozen=True, slots=True)
class Delivered:
    """送达: the result reached the applicant. `received_at`: when, microseconds UTC; the remedy period starts from it."""

    method: DeliveryMethod
    receipt: Document | None
    received_at: int | None


DELIVERED = EventType("case.delivered", Delivered, StreamKind.CASE, Act.DELIVER, BY_EITHER, Pen.KEEPS, version=2)

TYPES = (DELIVERED,)
