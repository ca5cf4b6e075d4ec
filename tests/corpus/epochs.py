"""Takeovers and the epochs that they begin: rules C5 and P1, and what stands past the head."""

from collections.abc import Callable

from tests.corpus.artefact import Expected, Role, Verdict
from tests.corpus.authorities import publish_version
from tests.corpus.catalogue import artefact
from tests.corpus.crafted import garbage
from tests.corpus.federation import HANGZHOU, HEFEI, SHANGHAI
from tests.corpus.forms import lie
from tests.corpus.log_by_hand import Forged
from tests.corpus.world import ALL_ACTS, World
from tongban.domain import identifiers as ids
from tongban.domain.events.assistance import Contributed, ContributionKind
from tongban.domain.events.ending import Withdrawn
from tongban.domain.events.event_type import Act
from tongban.domain.events.handover import TakenOver
from tongban.domain.events.intake import TakenIn
from tongban.domain.events.region import PostCreated
from tongban.domain.events.takeover import ActAdopted, ActAnnulled, AnnulmentReason, CaseTakenOver, TakeoverGround
from tongban.domain.events.values import Handling, Power
from tongban.domain.identifiers import FEDERATION, EventHash, RegionCode

REJECTED, PARKED, FINDING = Verdict.REJECTED, Verdict.PARKED, Verdict.FINDING
ACCEPTED, EQUIVOCATION = Verdict.ACCEPTED, Verdict.EQUIVOCATION
WITHDRAWN = Withdrawn(())


def order(behind: Forged, to: RegionCode = HEFEI, *, head: EventHash | None = None) -> CaseTakenOver:
    case = behind.header.case
    return CaseTakenOver(case, 1, head or behind.hash, to, TakeoverGround.HOLDER_GONE, None)


def taken(world: World, behind: Forged, to: RegionCode = HEFEI, **changes) -> Forged:
    """The federation takes the case over, behind this event unless told another head."""
    entered = world.enter(world.entry(FEDERATION, order(behind, to, **changes)))
    world.cover(FEDERATION)
    return entered


def first(world: World, code: RegionCode, head: Forged, body=WITHDRAWN, *, epoch: int = 1, **changes) -> Forged:
    """Event 1 of the epoch that goes on behind `head`."""
    stream = ids.case_stream(head.header.case, epoch)
    return world.event(code, body, after=head, **{"epoch": epoch, "stream": stream, "sequence": 1, **changes})


def epoch_lie(
    number: int, name: str, what: str, rule: str, code: str, make: Callable[[World, Forged], Forged], verdict=REJECTED
) -> None:
    """Behind a genuine takeover of Hangzhou's case, which names Hefei."""

    @artefact(number, name, what, verdict, rule, code)
    def _(world: World) -> None:
        taken(world, world.in_hangzhou)
        lie(world, make(world, world.in_hangzhou))


@artefact(320, "takeover-by-a-city", "a takeover in a city's own registry", REJECTED, "F5", "region_wrong")
def _(world: World) -> None:
    lie(world, world.entry(HANGZHOU, order(world.in_hangzhou, HANGZHOU)))


epoch_lie(321, "epoch-by-another", "an epoch begun by a city that the takeover does not name", "P1", "pen_not_held",
          lambda world, head: first(world, SHANGHAI, head))  # fmt: skip
epoch_lie(322, "epoch-by-the-old-holder", "an epoch begun by the holder that lost the pen", "P1", "pen_not_held",
          lambda world, head: first(world, HANGZHOU, head))  # fmt: skip
epoch_lie(323, "epoch-behind-another-head", "an epoch behind an event that the takeover does not name", "C5",
          "takeover_head", lambda world, head: first(world, HEFEI, head, previous=world.offered.hash))  # fmt: skip
epoch_lie(324, "epoch-too-early", "event 1 of an epoch under a federation head from before its takeover", "C5",
          "takeover_missing",
          lambda world, head: first(world, HEFEI, head, under=earlier(world, HEFEI)))  # fmt: skip
epoch_lie(325, "epoch-2", "event 1 of an epoch for which there is no takeover yet", "C5", "takeover_missing",
          lambda world, head: first(world, HEFEI, head, epoch=2))  # fmt: skip
epoch_lie(326, "opening-in-an-epoch", "an opening as event 1 of a new epoch", "F5", "opening",
          lambda world, head: first(world, HEFEI, head, TakenIn(Handling.REMOTE_INTAKE, HEFEI, (), None, ())))  # fmt: skip
epoch_lie(327, "take-over-in-an-epoch", "an epoch begun by taking over what nobody offered", "P1", "offer_missing",
          lambda world, head: first(world, HEFEI, head, TakenOver()))  # fmt: skip


@artefact(328, "matter-in-an-epoch", "event 1 of an epoch under another version", REJECTED, "C4", "matter_changed")
def _(world: World) -> None:
    publish_version(world, "9")
    taken(world, world.in_hangzhou)
    lie(world, first(world, HEFEI, world.in_hangzhou, matter_version="9"))


epoch_lie(329, "adopted-without-cause", "an adoption that does not name the act among its causes", "C2", "cause_missing",
          lambda world, head: first(world, HEFEI, head, ActAdopted(head.hash),
                                    under=may_adopt(world)))  # fmt: skip
epoch_lie(330, "adopted-what-stands", "an adoption of an act that is not past the head", "", "past_act_unknown",
          lambda world, head: first(world, HEFEI, head, ActAdopted(head.hash), causes=(head.hash,),
                                    under=may_adopt(world)), FINDING)  # fmt: skip
epoch_lie(331, "epoch-goes-on", "the first act of the region that the takeover names", "", "",
          lambda world, head: first(world, HEFEI, head), ACCEPTED)  # fmt: skip


@artefact(332, "epoch-over", "an act of the old holder in an epoch that is over: in the chain, past the head", ACCEPTED)
def _(world: World) -> None:
    taken(world, world.in_hangzhou)
    lie(world, world.event(HANGZHOU, WITHDRAWN, after=world.in_hangzhou))


@artefact(333, "epoch-head-unknown", "an epoch behind a head that nobody has", PARKED, "C1", "predecessor_awaited")
def _(world: World) -> None:
    nobody = EventHash(garbage("head"))
    taken(world, world.in_hangzhou, head=nobody)
    lie(world, first(world, HEFEI, world.in_hangzhou, previous=nobody))


@artefact(334, "epoch-head-elsewhere", "an epoch behind an event of another case", REJECTED, "C1", "predecessor_stream")
def _(world: World) -> None:
    taken(world, world.in_hangzhou, head=world.in_hefei.hash)
    lie(world, first(world, HEFEI, world.in_hangzhou, previous=world.in_hefei.hash))


@artefact(335, "two-beginnings", "two events 1 of one epoch", EQUIVOCATION, "C1", "equivocation")
def _(world: World) -> None:
    taken(world, world.in_hangzhou)
    world.say(first(world, HEFEI, world.in_hangzhou))
    lie(world, first(world, HEFEI, world.in_hangzhou, occurred_at=world.now))


@artefact(336, "second-takeover", "a second takeover of one epoch changes nothing: who it names may not act", REJECTED,
          "P1", "pen_not_held")  # fmt: skip
def _(world: World) -> None:
    taken(world, world.in_hangzhou)
    taken(world, world.in_hangzhou, SHANGHAI)
    lie(world, first(world, SHANGHAI, world.in_hangzhou))


@artefact(337, "assistance-in-an-epoch", "a contribution in an epoch of its own", REJECTED, "F5", "numbers")
def _(world: World) -> None:
    case = world.offered.header.case
    body = Contributed(ContributionKind.WITHDRAWAL, (), world.now, None, None, ())
    stream = ids.assistance_stream(case, HEFEI)
    lie(world, world.event(HEFEI, body, case=case, stream=stream, epoch=1, causes=(world.offered.hash,)))


@artefact(338, "takeover-of-no-case", "a takeover of a case that nobody opened", ACCEPTED)
def _(world: World) -> None:
    case = ids.case_id(HANGZHOU, world.command())
    body = CaseTakenOver(case, 1, EventHash(garbage("head")), HEFEI, TakeoverGround.HOLDER_GONE, None)
    entered = world.enter(world.entry(FEDERATION, body), role=Role.ACCUSED)
    world.cover(FEDERATION)
    assert entered.header.case is None


@artefact(339, "annulled-and-adopted", "an adoption of what was annulled", FINDING, "", "past_act_settled")
def _(world: World) -> None:
    past = world.say(world.event(HANGZHOU, WITHDRAWN, after=world.in_hangzhou), expect=Expected(ACCEPTED))
    world.cover(HANGZHOU)
    taken(world, world.in_hangzhou)
    under = may_adopt(world)
    reason = AnnulmentReason.SUPERSEDED
    causes = (past.hash,)
    annulled = world.say(
        first(world, HEFEI, world.in_hangzhou, ActAnnulled(past.hash, reason), causes=causes, under=under)
    )
    lie(world, world.event(HEFEI, ActAdopted(past.hash), after=annulled, causes=causes))


def earlier(world: World, code: RegionCode):
    """The heads before the takeover."""
    newest = world.under(code)
    return type(newest)(world.heads[FEDERATION][-2], newest.region)


def may_adopt(world: World):
    """The window in Hefei may adopt and annul from now on."""
    powers = (*ALL_ACTS, Power(Act.ADOPT), Power(Act.ANNUL))
    world.enter(world.entry(HEFEI, PostCreated("window", "hall", "窗口", "window", powers)))
    world.cover(HEFEI)
    return world.under(HEFEI)
