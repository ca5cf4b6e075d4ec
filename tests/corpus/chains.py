"""Rules C1 to C4, P1 and P2: predecessors, numbers, causes, the pen; and what is in the chain though unlawful."""

from collections.abc import Callable
from dataclasses import replace

from tests.corpus.artefact import Expected, Role, Verdict
from tests.corpus.authorities import publish_version
from tests.corpus.catalogue import artefact
from tests.corpus.crafted import garbage
from tests.corpus.federation import HANGZHOU, HEFEI, SHANGHAI
from tests.corpus.forms import lie
from tests.corpus.log_by_hand import Forged
from tests.corpus.world import World
from tongban.domain import identifiers as ids
from tongban.domain.events.acceptance import Accepted
from tongban.domain.events.assistance import (
    Answered,
    AnswerKind,
    Asked,
    Contributed,
    ContributionJoined,
    ContributionKind,
    HelpKind,
)
from tongban.domain.events.decision import Closed, ClosureResult, Decided
from tongban.domain.events.ending import Withdrawn
from tongban.domain.events.handover import Declined, DeclineReason, Offered, TakenOver
from tongban.domain.events.region import OrganizationRegistered
from tongban.domain.identifiers import EventHash, RegionCode

ACCUSED, GOOD = Role.ACCUSED, Role.GOOD
REJECTED, PARKED, FINDING = Verdict.REJECTED, Verdict.PARKED, Verdict.FINDING
EQUIVOCATION = Verdict.EQUIVOCATION
BODY = Decided(True, None, ())
ACCEPTED = Accepted(20_717, None)


def chain_lie(
    number: int,
    name: str,
    what: str,
    rule: str,
    code: str,
    make: Callable[[World], Forged],
    verdict: Verdict = REJECTED,
) -> None:
    @artefact(number, name, what, verdict, rule, code)
    def _(world: World) -> None:
        lie(world, make(world))


def then(world: World, forged: Forged) -> Forged:
    """A genuine act, covered."""
    world.say(forged, role=GOOD)
    world.cover(forged.header.region)
    return forged


# C1: predecessors and numbers -----------------------------------------------------------------------------------------


def in_hangzhou(world: World, **changes) -> Forged:
    return world.event(HANGZHOU, BODY, after=world.in_hangzhou, **changes)


chain_lie(130, "gap", "event 3 behind event 1", "C1", "sequence", lambda world: in_hangzhou(world, sequence=3))
chain_lie(131, "number-of-predecessor", "event 2 behind event 2", "C1", "sequence",
          lambda world: world.event(SHANGHAI, BODY, after=world.offered, sequence=2))  # fmt: skip
chain_lie(132, "predecessor-of-another-case", "a predecessor in another case", "C1", "predecessor_stream",
          lambda world: in_hangzhou(world, previous=world.in_hefei.hash))  # fmt: skip
chain_lie(133, "predecessor-unknown", "a predecessor that nobody has", "C1", "predecessor_awaited",
          lambda world: in_hangzhou(world, previous=EventHash(garbage("previous"))), PARKED)  # fmt: skip
chain_lie(134, "predecessor-in-registry", "a registry's event as predecessor", "C1", "predecessor_stream",
          lambda world: in_hangzhou(world, sequence=10, previous=EventHash(world.heads[HANGZHOU][9].hash)))  # fmt: skip
chain_lie(135, "other-genesis", "event 1 behind the genesis of another federation", "C1", "genesis",
          lambda world: world.opening(HANGZHOU, previous=EventHash(garbage("genesis"))))  # fmt: skip


@artefact(136, "behind-a-rejected-one", "an event whose predecessor was rejected", PARKED, "C1", "predecessor_awaited")
def _(world: World) -> None:
    rejected = in_hangzhou(world, by="clerk")
    world.say(rejected, expect=Expected(REJECTED, "A4", "power_missing"))
    lie(world, world.event(HANGZHOU, Closed(ClosureResult.GRANTED), after=rejected))


# Equivocations --------------------------------------------------------------------------------------------------------


@artefact(137, "two-events-2", "two events 2 on one predecessor", EQUIVOCATION, "C1", "equivocation")
def _(world: World) -> None:
    world.say(in_hangzhou(world))
    lie(world, world.event(HANGZHOU, Withdrawn(()), after=world.in_hangzhou))


@artefact(138, "offered-twice", "one case offered to two cities", EQUIVOCATION, "C1", "equivocation")
def _(world: World) -> None:
    world.say(world.event(HANGZHOU, Offered(HEFEI, None, None), after=world.in_hangzhou))
    lie(world, world.event(HANGZHOU, Offered(SHANGHAI, None, None), after=world.in_hangzhou))


@artefact(139, "two-events-1", "two events 1 of one case", EQUIVOCATION, "C1", "equivocation")
def _(world: World) -> None:
    first = world.say(world.opening(HANGZHOU))
    header = replace(first.header, occurred_at=first.header.occurred_at + 1)
    kept = {name: getattr(header, name) for name in ("case", "stream", "command", "occurred_at")}
    lie(world, world.event(HANGZHOU, first.body, **kept))


@artefact(140, "two-entries", "two entries of one number in a registry", EQUIVOCATION, "C1", "equivocation")
def _(world: World) -> None:
    entry = world.entry(HANGZHOU, OrganizationRegistered("b", "乙", "b", 3))
    rival = world.entry(HANGZHOU, OrganizationRegistered("c", "丙", "c", 3))
    world.enter(entry)
    lie(world, rival)


@artefact(141, "two-branches", "a rival on another branch's predecessor accuses nobody", Verdict.ACCEPTED)
def _(world: World) -> None:
    first = world.say(in_hangzhou(world))
    rival = world.event(HANGZHOU, Withdrawn(()), after=world.in_hangzhou)
    world.say(rival, expect=Expected(EQUIVOCATION, "C1", "equivocation"))
    world.say(world.event(HANGZHOU, Closed(ClosureResult.GRANTED), after=first))
    lie(world, world.event(HANGZHOU, Closed(ClosureResult.REFUSED), after=rival))


# C2 to C4: causes, assistance, what stays -----------------------------------------------------------------------------


def contributed(world: World, causes: tuple[EventHash, ...], **changes) -> Forged:
    """Hangzhou contributes to Shanghai's case."""
    return assisting(world, world.taken_in, Contributed(ContributionKind.WITHDRAWAL, (), world.now, None, None, ()),
                     causes=causes, **changes)  # fmt: skip


def assisting(world: World, case: Forged, body: Contributed | Answered, **changes) -> Forged:
    """Event 1 of Hangzhou's assistance stream of a case."""
    stream = ids.assistance_stream(case.header.case, HANGZHOU)
    first = {"sequence": 1, "previous": EventHash(world.genesis.hash), "stream": stream}
    return world.event(HANGZHOU, body, after=case, **{**first, **changes})


def asked(world: World) -> Forged:
    """Hefei asks Hangzhou."""
    return then(
        world, world.event(HEFEI, Asked(HANGZHOU, "hall", HelpKind.VERIFICATION, 3, (), ()), after=world.accepted)
    )


def _with_version_2(world: World) -> Forged:
    publish_version(world, "2")
    return in_hangzhou(world, matter_version="2")


chain_lie(142, "cause-unknown", "a cause that nobody has", "C2", "cause_awaited",
          lambda world: in_hangzhou(world, causes=(EventHash(garbage("cause")),)), PARKED)  # fmt: skip
chain_lie(143, "cause-not-named", "a join without its contribution among the causes", "C2", "cause_missing",
          lambda world: world.event(HANGZHOU, ContributionJoined(world.taken_in.hash, ContributionKind.ANSWER),
                                    after=world.in_hangzhou))  # fmt: skip
chain_lie(144, "answer-not-named", "an answer without its request among the causes", "C2", "cause_missing",
          lambda world: assisting(world, request := asked(world),
                                  Answered(EventHash(garbage("request")), AnswerKind.ANSWERED, ()),
                                  causes=(request.hash,)))  # fmt: skip
chain_lie(145, "not-asked", "a contribution by a city that the case does not name", "C3", "not_named",
          lambda world: contributed(world, (world.taken_in.hash,)))  # fmt: skip
chain_lie(146, "no-cause", "a contribution that rests on nothing", "C3", "not_named",
          lambda world: contributed(world, ()))  # fmt: skip
chain_lie(147, "named-in-another-case", "a contribution that rests on another case", "C3", "not_named",
          lambda world: contributed(world, (world.in_hangzhou.hash,)))  # fmt: skip
chain_lie(148, "matter-changed", "a case that goes on under another version of its matter", "C4", "matter_changed",
          _with_version_2)  # fmt: skip


# P1, P2: the pen ------------------------------------------------------------------------------------------------------


def pen_lie(number: int, name: str, what: str, code: str, region: RegionCode, before: str, body, genuine) -> None:
    """`region` acts on a case of the base history; then the one who may, goes on."""

    @artefact(number, name, what, REJECTED, "P1", code)
    def _(world: World) -> None:
        case = getattr(world, before)
        lie(world, world.event(region, body, after=case))
        writer, act = genuine
        then(world, world.event(writer, act, after=case))

    @artefact(number + 1, f"{name}-late", f"{what}, behind the genuine act", REJECTED, "P1", code)
    def _(world: World) -> None:
        case = getattr(world, before)
        writer, act = genuine
        then(world, world.event(writer, act, after=case))
        lie(world, world.event(region, body, after=case))


TAKES_OVER = (HEFEI, TakenOver())
OFFERS = (SHANGHAI, Offered(HEFEI, None, None))
pen_lie(150, "pen-not-held", "an act by a city that does not hold the pen", "pen_not_held", HANGZHOU, "taken_in",
        ACCEPTED, OFFERS)  # fmt: skip
pen_lie(152, "act-of-the-offerer", "an act by the offerer while its offer stands", "pen_not_held", SHANGHAI, "offered",
        Withdrawn(()), TAKES_OVER)  # fmt: skip
pen_lie(154, "taken-over-by-a-third", "an offer taken over by a third city", "pen_not_held", HANGZHOU, "offered",
        TakenOver(), TAKES_OVER)  # fmt: skip
pen_lie(156, "declined-by-a-third", "an offer declined by a third city", "pen_not_held", HANGZHOU, "offered",
        Declined(DeclineReason.DUPLICATE, ()), TAKES_OVER)  # fmt: skip
pen_lie(158, "accepted-instead-of-taken-over", "the offered city accepts before it takes over", "offer_open", HEFEI,
        "offered", ACCEPTED, TAKES_OVER)  # fmt: skip
pen_lie(160, "taken-over-without-offer", "a case taken over that nobody offered", "offer_missing", SHANGHAI, "taken_in",
        TakenOver(), OFFERS)  # fmt: skip
chain_lie(162, "offered-to-itself", "an offer to the offerer itself", "P2", "offer_target",
          lambda world: world.event(HANGZHOU, Offered(HANGZHOU, None, None), after=world.in_hangzhou))  # fmt: skip
chain_lie(163, "offered-to-nobody", "an offer to a region that is not enrolled", "P2", "offer_target",
          lambda world: world.event(HANGZHOU, Offered(RegionCode("999999"), None, None),
                                    after=world.in_hangzhou))  # fmt: skip


# In the chain, and unlawful -------------------------------------------------------------------------------------------


def unlawful(number: int, name: str, what: str, code: str, make: Callable[[World], Forged]) -> None:
    chain_lie(number, name, what, "", code, make, FINDING)


def _accepted_incomplete(world: World) -> Forged:
    opening = world.opening(HANGZHOU)
    bare = replace(opening.body, materials=())
    kept = {name: getattr(opening.header, name) for name in ("case", "stream", "command")}
    opening = world.say(world.event(HANGZHOU, bare, **kept))
    return world.event(HANGZHOU, ACCEPTED, after=opening)


unlawful(170, "decided-before-accepted", "a decision before acceptance", "wrong_phase", in_hangzhou)
unlawful(171, "closed-before-decided", "a closure before the decision", "wrong_phase",
         lambda world: world.event(HEFEI, Closed(ClosureResult.GRANTED), after=world.accepted))  # fmt: skip
unlawful(172, "one-pair-of-eyes", "a decision by the officer who accepted", "four_eyes",
         lambda world: world.event(HEFEI, BODY, after=world.accepted))  # fmt: skip
unlawful(173, "opened-incomplete", "an acceptance without the materials", "incomplete",
         _accepted_incomplete)  # fmt: skip
