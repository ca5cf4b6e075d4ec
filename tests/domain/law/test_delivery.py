"""Delivering the result."""

from dataclasses import replace

from tests.domain.case_files import (
    ACCEPTED,
    CLOSED,
    DECIDED,
    DOCUMENT,
    HANDLER,
    WINDOW,
    delivered,
)
from tests.domain.gwt import given
from tongban.domain.events.delivery import Delivered, DeliveryMethod
from tongban.domain.law.delivery import Deliver
from tongban.domain.law.phase import Phase

DELIVER = Deliver(DeliveryMethod.COURIER, DOCUMENT)


def test_a_result_is_delivered():
    told = replace(DELIVER, received_at=5)
    given(*DECIDED).when(told, by=HANDLER).then(Delivered(DeliveryMethod.COURIER, DOCUMENT, 5))
    given(*DECIDED).when(told, by=HANDLER).then_state(delivered=True, delivered_at=5)
    given(*CLOSED).when(DELIVER, by=HANDLER).then_lawful().then_state(delivered=True, phase=Phase.CLOSED)


def test_a_result_is_delivered_once_and_only_when_there_is_one():
    given(*CLOSED, delivered()).when(DELIVER, by=HANDLER).then_refused("already_delivered")
    given(*ACCEPTED).when(DELIVER, by=HANDLER).then_refused("wrong_phase")
    given(*CLOSED).when(DELIVER, by=WINDOW).then_refused("not_deciding")
