"""What is offered is what `decide` lets through, in every state of the stories; what is refused is refused with its code."""

from dataclasses import replace
from itertools import chain

import pytest

from tests.domain.case_files import (
    ACCEPTED,
    APPROVER,
    CLOSED,
    CORRECTING,
    DECIDED,
    DOCUMENT,
    FORM,
    HANDED_OVER,
    HANDLER,
    HANGZHOU,
    HEFEI,
    IDENTITY,
    INSTANT,
    NOWHERE,
    OTHER,
    REGIONS,
    REPORT,
    RULES,
    SHANGHAI,
    WINDOW,
    answered,
    applied,
    archived,
    asked,
    contributed,
    declined,
    delivered,
    joined,
    not_accepted,
    noticed,
    offered,
    officer,
    papers,
    refused,
    supplied,
    taken_in,
    withdrawn,
)
from tests.domain.gwt import HOUR, MORNING, History, history
from tests.domain.law.test_takeover import THE_FEDERATION, go_on, take_over
from tongban.desk.offered import offered_in
from tongban.desk.powers import Powers
from tongban.desk.situation import Situation
from tongban.desk.table import BY_COMMAND, DESCRIPTIONS
from tongban.domain.errors import ActRefusedError
from tongban.domain.events.acceptance import NonAcceptance
from tongban.domain.events.assistance import AnswerKind, ContributionKind, HelpKind, RefusalReason
from tongban.domain.events.delivery import DeliveryMethod
from tongban.domain.events.event_type import Act
from tongban.domain.events.handover import DeclineReason, OfferGround
from tongban.domain.events.takeover import AnnulmentReason
from tongban.domain.events.values import Handling, Power
from tongban.domain.header import ActorKind
from tongban.domain.law.acceptance import Accept, NotAccept
from tongban.domain.law.after_closing import Archive
from tongban.domain.law.assistance import Answer, Ask, Contribute, Join, Refuse
from tongban.domain.law.correction import Notice, Supply
from tongban.domain.law.decide import decide
from tongban.domain.law.decision import Close, Decide
from tongban.domain.law.delivery import Deliver
from tongban.domain.law.doing import Acting
from tongban.domain.law.ending import Withdraw
from tongban.domain.law.handover import Decline, Offer, TakeOver
from tongban.domain.law.intake import Apply, TakeIn
from tongban.domain.law.phase import Phase
from tongban.domain.law.takeover import Adopt, Annul


def frozen(story: History) -> History:
    return replace(story, state=story.state.changed(frozen_at=story.state.sequence))


ONLINE = (applied(), offered())
HELPED = (*ACCEPTED, asked())
STORIES = {
    "nothing": history(),
    "taken in": history(taken_in()),
    "taken in where it is decided": history(taken_in(by=HANDLER)),
    "offered": history(taken_in(), offered()),
    "online, not offered yet": history(applied()),
    "online": history(*ONLINE),
    "handed over": history(*HANDED_OVER),
    "handed over without a paper": history(taken_in(FORM), *HANDED_OVER[1:]),
    "declined": history(taken_in(), offered(), declined()),
    "correcting": history(*CORRECTING),
    "supply contributed": history(*CORRECTING, contributed(ContributionKind.MATERIALS, IDENTITY)),
    "supplied": history(*CORRECTING, supplied(IDENTITY)),
    "noticed of everything": history(*HANDED_OVER, noticed(FORM, IDENTITY, REPORT), supplied(FORM, IDENTITY, REPORT)),
    "accepted": history(*ACCEPTED),
    "offered after acceptance": history(*ACCEPTED, offered(HANGZHOU, HANDLER, OfferGround.BOUNDARY_CHANGE)),
    "asked": history(*HELPED),
    "answered": history(*HELPED, answered()),
    "answer joined": history(*HELPED, answered(), joined(ContributionKind.ANSWER)),
    "answer refused": history(*HELPED, answered(), refused(ContributionKind.ANSWER)),
    "withdrawal contributed": history(*ACCEPTED, contributed(ContributionKind.WITHDRAWAL)),
    "decided": history(*DECIDED),
    "closed": history(*CLOSED),
    "delivery contributed": history(*CLOSED, contributed(ContributionKind.DELIVERY)),
    "delivered": history(*CLOSED, delivered()),
    "archived": history(*CLOSED, delivered(), archived()),
    "withdrawn": history(*ACCEPTED, withdrawn()),
    "not accepted": history(*HANDED_OVER, not_accepted()),
    "instant": history(*ACCEPTED, rules=INSTANT),
    "taken from the holder": take_over(history(*ACCEPTED), back=1),
    "taken at a later head": take_over(history(*DECIDED)),
    "frozen": frozen(history(*ACCEPTED)),
}
PEOPLE = (WINDOW, HANDLER, APPROVER, OTHER, officer(HANGZHOU, "handler"))


def commands(state):
    """All commands that could come into an officer's mind, and some that could not."""
    events = [each.event for each in (*state.help.requests, *state.help.contributions, *state.past_head.acts)] + [
        NOWHERE
    ]
    codes = (FORM, IDENTITY, REPORT, "passport")
    yield from (opens(handling, HEFEI, papers(FORM)) for opens in (TakeIn, Apply) for handling in Handling)
    for region in REGIONS:
        yield Offer(region)
        yield from (Offer(region, ground, DOCUMENT) for ground in OfferGround)
        for kind in HelpKind:
            yield from (Ask(region, kind, organization) for organization in (None, "elsewhere"))
    yield from (TakeOver(), Accept(), Withdraw(), Close(), Archive("1"), Supply(()), Notice(()))
    yield from map(Decline, DeclineReason)
    yield from map(NotAccept, NonAcceptance)
    yield from map(Decide, (True, False))
    yield from map(Deliver, DeliveryMethod)
    for event in events:
        yield from (Adopt(event), Join(event))
        yield from (Answer(event, kind) for kind in AnswerKind)
        yield from (Annul(event, reason) for reason in AnnulmentReason)
        yield from (Refuse(event, reason) for reason in RefusalReason)
    yield from (Supply(papers(code)) for code in codes)
    yield from (Notice((code,)) for code in codes)
    for kind in ContributionKind:
        yield from (Contribute(kind, papers(*brought)) for brought in ((), (FORM,), ("passport",)))


def acting_in(story: History, person):
    return Acting(person.region, person.actor, MORNING + len(story.events) * HOUR)


def offers(story: History, person, entitled=lambda _: None):
    acting = acting_in(story, person)
    situation = Situation(story.state, story.rules, acting, tuple(sorted(REGIONS)))
    made = offered_in(situation, lambda command: decide(story.state, command, acting, story.rules), entitled)
    return {each.act: each for each in made}


@pytest.mark.parametrize("person", PEOPLE, ids=lambda each: f"{each.region} {each.actor.id}")
@pytest.mark.parametrize("name", STORIES)
def test_exactly_what_decide_lets_through_is_offered_and_each_refusal_is_its_own(name, person):
    story = STORIES[name]
    through, refusals = set(), {act: set() for act in DESCRIPTIONS}
    for command in commands(story.state):
        act = BY_COMMAND[type(command)].act
        try:
            decide(story.state, command, acting_in(story, person), story.rules)
            through.add(act)
        except ActRefusedError as err:
            refusals[act].add((err.breach.code, err.breach.requirement.zh, err.breach.message))
    made = offers(story, person)
    assert made.keys() == DESCRIPTIONS.keys()
    assert {act for act, each in made.items() if each.may_be_done} == through
    for act, each in made.items():
        if not each.may_be_done:
            assert (each.refusal.code, each.refusal.zh, each.refusal.en) in refusals[act]
            assert each.refusal.expected
            assert each.refusal.found
            assert each.refusal.advice


@pytest.mark.parametrize("name", STORIES)
def test_a_way_brings_about_what_folding_it_would(name):
    story = STORIES[name]
    for person in PEOPLE:
        for way in chain.from_iterable(each.ways for each in offers(story, person).values()):
            after = story
            for body in decide(story.state, way.command, acting_in(story, person), story.rules):
                after = after.and_then(body, person)
            brought = way.consequence
            pen = after.state.pen
            assert (brought.phase, brought.pen, brought.offered_to) == (after.state.phase, pen.holder, pen.offered_to)
            assert after.state.findings == story.state.findings


def test_a_frozen_case_is_only_helped():
    made = [offers(STORIES["frozen"], person) for person in (HANDLER, WINDOW)]
    through = {act for each in made for act, offer in each.items() if offer.may_be_done}
    assert through == {Act.CONTRIBUTE}
    assert made[0][Act.DECIDE].refusal.code == "stream_frozen"


def test_an_instant_case_is_closed_with_its_decision():
    (way,) = offers(STORIES["instant"], APPROVER)[Act.DECIDE].ways
    assert way.consequence.acts == (Act.DECIDE, Act.CLOSE)
    assert way.consequence.phase is Phase.CLOSED


def test_joining_is_offered_for_each_contribution_with_what_it_stands_for():
    story = go_on(STORIES["supply contributed"], contributed(ContributionKind.WITHDRAWAL))
    ways = offers(story, HANDLER)[Act.JOIN].ways
    assert [each.consequence.phase for each in ways] == [Phase.TAKEN_IN, Phase.WITHDRAWN]


def test_without_the_pen_a_contribution_is_offered_in_place_of_the_act():
    made = offers(STORIES["correcting"], WINDOW)
    assert made[Act.SUPPLY].refusal.code == "not_deciding"
    assert made[Act.SUPPLY].instead.command == Contribute(ContributionKind.MATERIALS, papers(IDENTITY))
    assert made[Act.WITHDRAW].instead.command == Contribute(ContributionKind.WITHDRAWAL)
    assert made[Act.ACCEPT].instead is None
    assert made[Act.DELIVER].instead is None, "nothing is delivered before the decision"
    holding = offers(STORIES["correcting"], HANDLER)
    assert all(each.instead is None for each in holding.values())


def test_a_region_that_the_case_does_not_name_is_offered_no_contribution():
    made = offers(STORIES["correcting"], OTHER)
    assert made[Act.CONTRIBUTE].refusal.code == "not_named"
    assert made[Act.SUPPLY].instead is None


def test_an_offer_is_tried_to_the_deciding_region_first():
    (way,) = offers(STORIES["taken in"], WINDOW)[Act.OFFER].ways
    assert (way.consequence.pen, way.consequence.offered_to) == (SHANGHAI, HEFEI)


def powers(*acts, kind=ActorKind.OFFICER, matter=None):
    return Powers(kind, "desk", tuple(Power(act, matter) for act in acts), RULES.catalog_code).refusal


def test_an_act_without_its_power_is_refused_with_rule_a4():
    made = offers(STORIES["handed over"], HANDLER, powers(Act.ACCEPT))
    assert made[Act.ACCEPT].may_be_done
    assert (made[Act.NOTICE].refusal.code, made[Act.NOTICE].refusal.source) == ("power_missing", "rule A4")
    assert made[Act.NOTICE].refusal.zh
    assert made[Act.CLOSE].refusal.code == "wrong_phase"


def test_a_power_for_another_matter_is_none_and_for_this_one_is_enough():
    story = STORIES["handed over"]
    assert not offers(story, HANDLER, powers(Act.ACCEPT, matter="000000000000"))[Act.ACCEPT].may_be_done
    assert offers(story, HANDLER, powers(Act.ACCEPT, matter=RULES.catalog_code))[Act.ACCEPT].may_be_done


def test_an_act_that_brings_another_with_it_needs_the_power_for_both():
    made = offers(STORIES["instant"], APPROVER, powers(Act.DECIDE))
    assert made[Act.DECIDE].refusal.expected.startswith("the power to close")
    assert offers(STORIES["instant"], APPROVER, powers(Act.DECIDE, Act.CLOSE))[Act.DECIDE].may_be_done


def test_a_channel_is_not_offered_what_only_an_officer_signs():
    made = offers(STORIES["correcting"], HANDLER, powers(*Act, kind=ActorKind.CHANNEL))
    assert made[Act.SUPPLY].may_be_done
    assert made[Act.ANNUL].refusal.code == "past_act_unknown"
    handed = offers(STORIES["handed over"], HANDLER, powers(*Act, kind=ActorKind.CHANNEL))
    assert (handed[Act.ACCEPT].refusal.code, handed[Act.ACCEPT].refusal.source) == ("actor_kind", "rule A3")
    assert "工作人员" in handed[Act.ACCEPT].refusal.zh


def test_the_federation_is_offered_nothing_of_an_officers_but_what_anybody_may():
    made = offers(STORIES["accepted"], THE_FEDERATION)
    assert not any(each.may_be_done for each in made.values())
