"""The pen: offered, taken over, declined."""

from tests.domain.case_files import (
    ACCEPTED,
    DOCUMENT,
    HANDED_OVER,
    HANDLER,
    HANGZHOU,
    HEFEI,
    OTHER,
    SHANGHAI,
    WINDOW,
    declined,
    noticed,
    offered,
    taken_in,
    taken_over,
)
from tests.domain.gwt import given
from tongban.domain.chain.pen import PenState
from tongban.domain.events.handover import Declined, DeclineReason, Offered, OfferGround, TakenOver
from tongban.domain.law.acceptance import Accept
from tongban.domain.law.ending import Withdraw
from tongban.domain.law.handover import Decline, Offer, TakeOver
from tongban.domain.law.phase import Phase

DECLINE = Decline(DeclineReason.NOT_COMPETENT)
GROUND = OfferGround.DESIGNATED_JURISDICTION


def test_an_offer_moves_the_pen():
    given(taken_in()).when(Offer(HEFEI), by=WINDOW).then(Offered(HEFEI, None, None)).then_state(
        pen=PenState(SHANGHAI, HEFEI), phase=Phase.TAKEN_IN
    )


def test_the_region_offered_takes_over():
    given(taken_in(), offered()).when(TakeOver(), by=HANDLER).then(TakenOver()).then_state(
        pen=PenState(HEFEI), designated=None
    )


def test_a_decline_hands_the_pen_back():
    given(taken_in(), offered()).when(DECLINE, by=HANDLER).then(Declined(DeclineReason.NOT_COMPETENT, ())).then_state(
        pen=PenState(SHANGHAI), declined_by=(HEFEI,)
    )


def test_while_an_offer_is_open_nobody_does_anything_else():
    given(taken_in(), offered()).when(Withdraw(), by=WINDOW).then_refused("offer_open")
    given(taken_in(), offered()).when(Accept(), by=HANDLER).then_refused("offer_open")
    given(taken_in(), offered()).when(Offer(HANGZHOU), by=WINDOW).then_refused("offer_open")


def test_without_an_offer_there_is_nothing_to_take_over_or_decline():
    given(taken_in()).when(TakeOver(), by=HANDLER).then_refused("offer_missing")
    given(*HANDED_OVER).when(DECLINE, by=HANDLER).then_refused("offer_missing")


def test_only_the_region_offered_answers_the_offer():
    given(taken_in(), offered()).when(TakeOver(), by=OTHER).then_refused("not_offered_to")
    given(taken_in(), offered()).when(DECLINE, by=WINDOW).then_refused("not_offered_to")


def test_only_the_holder_offers():
    given(taken_in()).when(Offer(HEFEI), by=OTHER).then_refused("pen_not_held")


def test_a_case_being_corrected_is_not_offered():
    given(*HANDED_OVER, noticed("identity_document")).when(Offer(HANGZHOU), by=HANDLER).then_refused("wrong_phase")


def test_a_region_does_not_offer_to_itself():
    given(taken_in(decides=SHANGHAI)).when(Offer(SHANGHAI), by=WINDOW).then_refused("offer_to_itself")


def test_before_acceptance_the_deciding_region_is_offered_first():
    given(taken_in()).when(Offer(HANGZHOU), by=WINDOW).then_refused("offer_not_to_deciding")


def test_after_the_deciding_region_declined_another_is_offered():
    given(taken_in(), offered(), declined()).when(Offer(HANGZHOU), by=WINDOW).then_lawful()


def test_a_region_that_declined_is_not_offered_again():
    given(taken_in(), offered(), declined()).when(Offer(HEFEI), by=WINDOW).then_refused("offer_declined_before")


def test_a_decline_by_one_region_frees_no_later_offer_of_another():
    elsewhere = (taken_in(), offered(), declined(), offered(HANGZHOU), taken_over(by=OTHER))
    given(*elsewhere).when(Offer(SHANGHAI), by=OTHER).then_refused("offer_not_to_deciding")


def test_who_takes_over_after_a_decline_decides():
    elsewhere = (taken_in(), offered(), declined(), offered(HANGZHOU))
    given(*elsewhere).when(TakeOver(), by=OTHER).then_state(deciding_region=HANGZHOU)
    given(*elsewhere, taken_over(by=OTHER)).when(Accept(), by=OTHER).then_lawful()


def test_an_unlawful_offer_moves_the_pen_but_not_the_power_to_decide():
    astray = (taken_in(), offered(HANGZHOU), taken_over(by=OTHER))
    given(*astray).when(Accept(), by=OTHER).then_refused("not_deciding")
    given(*astray).when(Offer(HEFEI), by=OTHER).then_lawful()


def test_after_acceptance_the_pen_passes_on_a_ground_with_its_document():
    given(*ACCEPTED).when(Offer(HANGZHOU), by=HANDLER).then_refused("offer_without_ground")
    given(*ACCEPTED).when(Offer(HANGZHOU, GROUND), by=HANDLER).then_refused("offer_without_ground")
    given(*ACCEPTED).when(Offer(HANGZHOU, None, DOCUMENT), by=HANDLER).then_refused("offer_without_ground")
    given(*ACCEPTED).when(Offer(HANGZHOU, GROUND, DOCUMENT), by=HANDLER).then_lawful()


def test_jurisdiction_designated_after_acceptance_moves_the_power_to_decide():
    given(*ACCEPTED, offered(HANGZHOU, by=HANDLER, ground=GROUND)).when(TakeOver(), by=OTHER).then_state(
        phase=Phase.ACCEPTED, deciding_region=HANGZHOU, pen=PenState(HANGZHOU)
    )
