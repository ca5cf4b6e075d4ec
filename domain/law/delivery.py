"""Delivery (送达): row 31. The result reaches the applicant, once."""

from dataclasses import dataclass
from typing import Any

from tongban.domain.events import delivery as said
from tongban.domain.events.catalogue import ActBody
from tongban.domain.events.delivery import Delivered, DeliveryMethod
from tongban.domain.events.values import Document
from tongban.domain.identifiers import EventHash
from tongban.domain.law.act import Chapter, Command, Law, Making, Who
from tongban.domain.law.doing import Acting, Doing
from tongban.domain.law.phase import Phase
from tongban.domain.law.rules import MatterRules
from tongban.domain.law.state import CaseState
from tongban.domain.law.tracks import Delivery
from tongban.domain.requirement import Breach, Requirement


@dataclass(frozen=True, slots=True)
class Deliver(Command):
    """送达. `received_at`: microseconds UTC; None: as it is recorded."""

    method: DeliveryMethod
    receipt: Document | None = None
    received_at: int | None = None


ALREADY_DELIVERED = Requirement(
    "already_delivered",
    "A result is delivered once",
    "结果已送达",
    "LIFECYCLE.md, row 31",
    "nothing is left to do",
)


def _delivering(command: Deliver, _: CaseState, acting: Acting, __: MatterRules) -> tuple[ActBody, ...]:
    return (Delivered(command.method, command.receipt, acting.at(command.received_at)),)


def is_not_delivered_yet(state: CaseState, _: Doing[Any], __: MatterRules) -> Breach | None:
    """Asked of every act that delivers the result."""
    return ALREADY_DELIVERED.breached("a result not yet delivered", "delivered") if state.delivery.done else None


def _delivered(state: CaseState, doing: Doing[Delivered], _: EventHash) -> CaseState:
    return delivered(state, doing.body.received_at)


def delivered(state: CaseState, at: int | None) -> CaseState:
    """The case with its result delivered. `at`: microseconds UTC, where that is known."""
    return state.changed(delivery=Delivery(True, at))


DELIVER = Law(
    31, said.DELIVERED, "送达", "deliver", Who.DECIDING, frozenset({Phase.DECIDED, Phase.CLOSED}), None,
    made_by=Making(Deliver, _delivering), conditions=(is_not_delivered_yet,), effect=_delivered,
)  # fmt: skip

CHAPTER = Chapter("送达", "delivery", laws=(DELIVER,), requirements=(ALREADY_DELIVERED,))
