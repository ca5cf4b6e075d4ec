"""What holds for every case, whatever anybody does: acts drawn at random, lawful or not, as the chain lets them through."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.case_files import (
    DOCUMENT,
    FORM,
    IDENTITY,
    INSTANT,
    NOWHERE,
    REGIONS,
    REPORT,
    RULES,
    Person,
    officer,
    papers,
)
from tests.domain.gwt import GENESIS, KEPT_IN_BREACH, History, event_after
from tongban.domain.chain.link import Link, judge_link, link_after
from tongban.domain.chain.registries import FederationState
from tongban.domain.errors import ActRefusedError
from tongban.domain.events.acceptance import Accepted, NonAcceptance, NotAccepted
from tongban.domain.events.after_closing import Archived
from tongban.domain.events.assistance import (
    Answered,
    AnswerKind,
    Asked,
    Contributed,
    ContributionJoined,
    ContributionKind,
    ContributionRefused,
    HelpKind,
    RefusalReason,
)
from tongban.domain.events.catalogue import ActBody
from tongban.domain.events.correction import CorrectionNoticed, Supplied
from tongban.domain.events.decision import Closed, ClosureResult, Decided
from tongban.domain.events.delivery import Delivered, DeliveryMethod
from tongban.domain.events.ending import Withdrawn
from tongban.domain.events.event_type import StreamKind
from tongban.domain.events.handover import Declined, DeclineReason, Offered, OfferGround, TakenOver
from tongban.domain.events.intake import Applied, TakenIn
from tongban.domain.events.values import Handling
from tongban.domain.header import Head
from tongban.domain.identifiers import EventHash
from tongban.domain.law.acceptance import Accept, NotAccept
from tongban.domain.law.act import Command
from tongban.domain.law.after_closing import Archive
from tongban.domain.law.assistance import Answer, Ask, Contribute, Join, Refuse
from tongban.domain.law.correction import Notice, Supply
from tongban.domain.law.decide import causes, decide
from tongban.domain.law.decision import Close, Decide
from tongban.domain.law.delivery import Deliver
from tongban.domain.law.doing import Acting
from tongban.domain.law.ending import Withdraw
from tongban.domain.law.evolve import evolve, fold
from tongban.domain.law.handover import Decline, Offer, TakeOver
from tongban.domain.law.intake import Apply, TakeIn
from tongban.domain.law.rules import MatterRules
from tongban.domain.law.state import INITIAL, CaseState
from tongban.domain.law.status import national_status
from tongban.domain.law.table import BY_CODE, LAWS

CODES = st.sampled_from([FORM, IDENTITY, REPORT, "passport"])
PAPERS = st.just(papers(FORM, IDENTITY)) | st.lists(CODES, max_size=3).map(lambda codes: papers(*codes))
REGION = st.sampled_from(REGIONS)
PEOPLE = st.builds(officer, REGION, st.sampled_from(["a", "b"]))
KINDS = st.sampled_from(ContributionKind)
NONE = st.none()
DOCUMENTS = st.sampled_from([None, DOCUMENT])
NO_CONTENTS = st.just(())
ENROLLED = FederationState(Head(0, GENESIS))

OPENINGS = st.builds(TakenIn, st.sampled_from(Handling), REGION, PAPERS, NONE, NO_CONTENTS) | st.builds(
    Applied, st.sampled_from(Handling), REGION, PAPERS, NONE, NO_CONTENTS
)
ANSWERS_TO_OFFERS = st.just(TakenOver()) | st.builds(Declined, st.sampled_from(DeclineReason), NO_CONTENTS)


def acts_with_the_pen(hashes: st.SearchStrategy[EventHash]) -> dict[type[ActBody], st.SearchStrategy[ActBody]]:
    """Any act of the holder's, on any request or contribution."""
    return {
        Offered: st.builds(Offered, REGION, st.sampled_from([None, *OfferGround]), DOCUMENTS),
        CorrectionNoticed: st.builds(
            CorrectionNoticed, st.lists(CODES, max_size=2).map(tuple), NONE, NONE, NO_CONTENTS
        ),
        Supplied: st.builds(Supplied, PAPERS, st.just(0), NO_CONTENTS),
        Accepted: st.builds(Accepted, st.just(1), NONE),
        NotAccepted: st.builds(NotAccepted, st.sampled_from(NonAcceptance), NONE, NONE, NO_CONTENTS),
        Withdrawn: st.builds(Withdrawn, NO_CONTENTS),
        Asked: st.builds(Asked, REGION, NONE, st.sampled_from(HelpKind), NONE, NO_CONTENTS, NO_CONTENTS),
        ContributionJoined: st.builds(ContributionJoined, hashes, KINDS),
        ContributionRefused: st.builds(ContributionRefused, hashes, KINDS, st.sampled_from(RefusalReason)),
        Decided: st.builds(Decided, st.booleans(), NONE, NO_CONTENTS),
        Closed: st.builds(Closed, st.sampled_from(ClosureResult)),
        Delivered: st.builds(Delivered, st.sampled_from(DeliveryMethod), NONE),
        Archived: st.builds(Archived, st.just("A"), NONE),
    }


ENDINGS = {Withdrawn, NotAccepted}


def with_the_pen(hashes: st.SearchStrategy[EventHash]) -> st.SearchStrategy[ActBody]:
    return st.one_of(*acts_with_the_pen(hashes).values())


def in_its_phase(state: CaseState, hashes: st.SearchStrategy[EventHash]) -> st.SearchStrategy[ActBody]:
    """An act of the holder's that belongs to the phase and does not end the case, so that cases get somewhere."""
    acts = acts_with_the_pen(hashes)
    if state.pen is not None and state.pen.writer != state.deciding_region and state.deciding_region is not None:
        return st.builds(Offered, st.just(state.deciding_region), NONE, NONE)
    return st.one_of(*(acts[body] for body in acts if state.phase in LAWS[body].phases and body not in ENDINGS))


def without_it(hashes: st.SearchStrategy[EventHash]) -> st.SearchStrategy[ActBody]:
    return st.builds(Answered, hashes, st.sampled_from(AnswerKind), NO_CONTENTS) | st.builds(
        Contributed, KINDS, PAPERS, st.just(0), NONE, NONE, NO_CONTENTS
    )


def known_hashes(state: CaseState) -> st.SearchStrategy[EventHash]:
    return st.sampled_from([*(each.event for each in (*state.help.requests, *state.help.contributions)), NOWHERE])


def next_act(draw: st.DrawFn, state: CaseState) -> tuple[ActBody, Person]:
    """An act that the chain lets through: right pen, right kind of stream. Whether it is lawful is left to chance."""
    person, hashes = draw(PEOPLE), known_hashes(state)
    if state.pen is None:
        return draw(OPENINGS), person
    if state.party(person.region) is not None and draw(st.integers(0, 3)) == 0:
        return draw(without_it(hashes)), person
    if state.pen.offered_to is not None:
        body = draw(ANSWERS_TO_OFFERS)
    else:
        body = draw(in_its_phase(state, hashes) if draw(st.integers(0, 4)) else with_the_pen(hashes))
    if isinstance(body, Offered) and body.target == state.pen.holder:
        others = [region for region in REGIONS if region != state.pen.holder]
        body = replace(body, target=draw(st.sampled_from(others)))
    return body, replace(person, region=state.pen.writer)


@st.composite
def cases(draw: st.DrawFn) -> History:
    """A case in which anything may have been done that the chain lets through."""
    case = History(draw(st.sampled_from([RULES, INSTANT])))
    for _ in range(draw(st.integers(0, 25))):
        case = case.and_then(*next_act(draw, case.state))
    return case


@st.composite
def permuted(draw: st.DrawFn) -> tuple[History, History]:
    case = draw(cases())
    return case, replace(case, events=tuple(draw(st.permutations(case.events))))


def commands(state: CaseState) -> st.SearchStrategy[Command]:
    hashes = known_hashes(state)
    return st.one_of(
        st.builds(Offer, REGION, st.sampled_from([None, *OfferGround]), DOCUMENTS),
        st.just(TakeOver()),
        st.just(Decline(DeclineReason.DUPLICATE)),
        st.builds(Notice, st.lists(CODES, max_size=2).map(tuple)),
        st.builds(Supply, PAPERS),
        st.just(Accept()),
        st.builds(NotAccept, st.sampled_from(NonAcceptance)),
        st.just(Withdraw()),
        st.builds(Ask, REGION, st.sampled_from(HelpKind)),
        st.builds(Answer, hashes, st.sampled_from(AnswerKind)),
        st.builds(Contribute, KINDS, PAPERS),
        st.builds(Join, hashes),
        st.builds(Refuse, hashes, st.sampled_from(RefusalReason)),
        st.builds(Decide, st.booleans()),
        st.just(Close()),
        st.builds(Deliver, st.sampled_from(DeliveryMethod)),
        st.just(Archive("A")),
    )


def opening_commands(rules: MatterRules) -> st.SearchStrategy[Command]:
    handlings, lawful = st.sampled_from(rules.handlings), st.just(papers(FORM, IDENTITY))
    return st.builds(TakeIn, handlings, REGION, lawful) | st.builds(Apply, handlings, REGION, lawful)


def may_append(case: History, region: str) -> bool:
    """Whether the chain takes an act of this region next, as `tongban.domain.chain.link` judges it."""
    link: Link | None = None
    for event in case.events:
        if event.type.stream is StreamKind.CASE:
            link = link_after(event, link)
    tries = (event_after(case.events, case.state, body, officer(region)) for body in (TakenOver(), Withdrawn(())))
    return any(judge_link(event, link, {}, ENROLLED) is None for event in tries)


@settings(max_examples=60, deadline=None)
@given(permuted())
def test_a_case_comes_out_the_same_in_any_order_of_arrival(pair):
    told, arrived = pair
    assert fold(arrived.events, told.rules) == fold(told.events, told.rules) == told.state


@settings(max_examples=60, deadline=None)
@given(cases())
def test_the_pen_is_always_in_exactly_one_place(case):
    if case.events:
        assert [region for region in REGIONS if may_append(case, region)] == [case.state.pen.writer]


@settings(max_examples=60, deadline=None)
@given(cases())
def test_the_pen_of_the_case_is_the_pen_of_the_chain(case):
    link = None
    for event in case.events:
        if event.type.stream is StreamKind.CASE:
            link = link_after(event, link)
    assert case.state.pen == (link.pen if link else None)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_event_stops_the_fold_however_little_it_fits(data):
    """Not even what the chain would never let through: no pen, no opening, anybody's act."""
    case = data.draw(cases())
    for _ in range(5):
        hashes = known_hashes(case.state)
        body = data.draw(OPENINGS | ANSWERS_TO_OFFERS | with_the_pen(hashes) | without_it(hashes))
        event = event_after(case.events, case.state, body, data.draw(PEOPLE))
        case = replace(case, events=(*case.events, event), state=evolve(case.state, event, case.rules))
        assert national_status(case.state) in {None, *range(1, 16)}


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_what_decide_accepts_is_never_found_unlawful(data):
    case = History(data.draw(st.sampled_from([RULES, INSTANT])))
    for _ in range(20):
        wanted = commands(case.state) if case.events else opening_commands(case.rules)
        command, person = data.draw(wanted), data.draw(PEOPLE)
        if case.state.pen is not None and data.draw(st.integers(0, 3)):
            person = replace(person, region=case.state.pen.writer)
        try:
            bodies = decide(case.state, command, Acting(person.region, person.actor, 0), case.rules)
        except ActRefusedError:
            continue
        for body in bodies:
            case = case.and_then(body, person)
    assert case.state.findings == ()


@settings(max_examples=60, deadline=None)
@given(cases())
def test_a_void_act_changes_nothing_but_the_chain(case):
    before = INITIAL
    for event in case.events:
        after = evolve(before, event, case.rules)
        found = after.findings[len(before.findings) :]
        assert {each.event for each in found} <= {event.hash}
        if not all(BY_CODE[each.code].stands for each in found):
            assert after == replace(before, **{name: getattr(after, name) for name in KEPT_IN_BREACH})
        before = after


@settings(max_examples=60, deadline=None)
@given(cases())
def test_what_an_act_rests_on_is_in_the_case(case):
    hashes = {event.hash for event in case.events} | {NOWHERE}
    for event in case.events:
        assert set(event.header.causes) <= hashes
        assert set(causes(case.state, event.body, event.header.region)) <= hashes
