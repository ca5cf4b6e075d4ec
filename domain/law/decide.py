"""What a command makes happen: the bodies of its events, or a refusal that says which requirement it does not meet.

Strict where `evolve` is total: an act is refused here for every breach that `evolve` would record as a finding. Pure: no
clock, no randomness; the caller adds header, hash and signature.

Not handled here: powers and keys (`tongban.domain.chain.authority`), commitments (`tongban.domain.commitment`).
"""

from typing import assert_never

from tongban.domain.errors import ActRefusedError
from tongban.domain.events.assistance import Answered, Contributed
from tongban.domain.events.case import (
    Accepted,
    ActAdopted,
    ActAnnulled,
    Applied,
    Archived,
    Asked,
    Closed,
    ClosureResult,
    ContributionJoined,
    ContributionKind,
    ContributionRefused,
    CorrectionNoticed,
    Decided,
    Declined,
    Delivered,
    NotAccepted,
    Offered,
    Supplied,
    TakenIn,
    TakenOver,
    Withdrawn,
)
from tongban.domain.events.values import Handling
from tongban.domain.identifiers import HASH_BYTES, EventHash, RegionCode
from tongban.domain.law import commands as do
from tongban.domain.law.commands import Acting, Command
from tongban.domain.law.doing import ACT_OF, ActBody, Doing
from tongban.domain.law.evolve import pen_moved, take_effect
from tongban.domain.law.judging import breaches
from tongban.domain.law.rules import CaseKind, MatterRules
from tongban.domain.law.state import CaseState
from tongban.domain.law.table import TABLE, Pen
from tongban.domain.requirement import STREAM_FROZEN

CHINA_OFFSET_MICROSECONDS = 8 * 3600 * 1_000_000
"""UTC+8, all of China, without summer time: on this clock an officer's day begins and ends."""
DAY_MICROSECONDS = 24 * 3600 * 1_000_000

_NOT_SIGNED_YET = EventHash(bytes(HASH_BYTES))


def decide(state: CaseState, command: Command, acting: Acting, rules: MatterRules) -> tuple[ActBody, ...]:
    """The bodies of the events that a command makes, in order. Raises ActRefusedError on the first breach."""
    bodies = proposed(state, command, acting, rules)
    for body in bodies:
        doing = doing_as(body, acting)
        _refuse_if_frozen(state, doing)
        found = breaches(state, doing, rules)
        if found:
            raise ActRefusedError(found[0])
        state = take_effect(pen_moved(state, doing), doing, _NOT_SIGNED_YET)
    return bodies


def doing_as(body: ActBody, acting: Acting) -> Doing[ActBody]:
    """A body as the act of somebody."""
    return Doing(ACT_OF[type(body)], acting.region, acting.actor, body, acting.occurred_at)


def proposed(state: CaseState, command: Command, acting: Acting, rules: MatterRules) -> tuple[ActBody, ...]:
    """The bodies that a command would make, not yet judged."""
    match command:
        case do.TakeIn() | do.Apply():
            return _opening(command, acting.region)
        case do.Offer() | do.TakeOver() | do.Decline():
            return (_handing_over(command),)
        case do.Adopt(act=act):
            return (ActAdopted(act),)
        case do.Annul(act=act, reason=reason):
            return (ActAnnulled(act, reason),)
        case do.Notice() | do.Supply() | do.Accept() | do.NotAccept() | do.Withdraw():
            return (_before_decision(command, acting),)
        case do.Ask() | do.Answer() | do.Contribute() | do.Join() | do.Refuse():
            return (_helping(state, command, acting),)
        case do.Decide():
            return _deciding(command, rules)
        case do.Close() | do.Deliver() | do.Archive():
            return (_ending(state, command, acting),)
        case _:
            assert_never(command)


def causes(state: CaseState, body: ActBody, region: RegionCode) -> tuple[EventHash, ...]:
    """The events of other streams that an act rests on, for its header.

    A join rests on the contribution, an adoption on the act past the head. What a region writes in its assistance stream
    rests on the event that gave it a part in the case, on the request that it answers, and on the last event of the case
    that it knew.
    """
    match body:
        case ContributionJoined(contribution=contribution) | ContributionRefused(contribution=contribution):
            return (contribution,)
        case ActAdopted(act=act) | ActAnnulled(act=act):
            return (act,)
        case Answered() | Contributed():
            party = state.party(region)
            named_by = party.named_by if party else None
            request = body.request if isinstance(body, Answered) else None
            return tuple(dict.fromkeys(each for each in (named_by, request, state.last) if each is not None))
        case _:
            return ()


def _refuse_if_frozen(state: CaseState, doing: Doing[ActBody]) -> None:
    """Asked here only: what stands behind a freeze is not folded at all (`tongban.domain.chain.history`)."""
    if state.frozen_at is not None and TABLE[doing.act].pen is not Pen.NONE:
        raise ActRefusedError(STREAM_FROZEN.breached("a stream that goes on", f"frozen at number {state.frozen_at}"))


def _opening(command: do.TakeIn | do.Apply, region: RegionCode) -> tuple[ActBody, ...]:
    body = TakenIn if isinstance(command, do.TakeIn) else Applied
    opened = body(command.handling, command.deciding_region, command.materials, command.receipt, command.contents)
    if command.handling is Handling.FULLY_ONLINE and command.deciding_region != region:
        return (opened, Offered(command.deciding_region, None, None))
    return (opened,)


def _handing_over(command: do.Offer | do.TakeOver | do.Decline) -> ActBody:
    match command:
        case do.Offer(target=target, ground=ground, document=document):
            return Offered(target, ground, document)
        case do.TakeOver():
            return TakenOver()
        case do.Decline(reason=reason, contents=contents):
            return Declined(reason, contents)
        case _:
            assert_never(command)


def _before_decision(
    command: do.Notice | do.Supply | do.Accept | do.NotAccept | do.Withdraw, acting: Acting
) -> ActBody:
    match command:
        case do.Notice(items=items, supply_within_workdays=within, document=document, contents=contents):
            return CorrectionNoticed(items, within, document, contents)
        case do.Supply(materials=materials, received_at=received_at, contents=contents):
            return Supplied(materials, _or_now(received_at, acting), contents)
        case do.Accept(document=document):
            return Accepted(day_in_china(acting.occurred_at), document)
        case do.NotAccept(kind=kind, competent_body=competent, document=document, contents=contents):
            return NotAccepted(kind, competent, document, contents)
        case do.Withdraw(contents=contents):
            return Withdrawn(contents)
        case _:
            assert_never(command)


def _helping(
    state: CaseState, command: do.Ask | do.Answer | do.Contribute | do.Join | do.Refuse, acting: Acting
) -> ActBody:
    match command:
        case do.Ask() as ask:
            within, unit = ask.answer_within, ask.answer_unit
            return Asked(ask.region, ask.organization, ask.kind, within, ask.shares, ask.contents, unit)
        case do.Answer(request=request, answer=answer, contents=contents):
            return Answered(request, answer, contents)
        case do.Contribute() as new:
            received_at = _or_now(new.received_at, acting)
            return Contributed(new.kind, new.materials, received_at, new.method, new.receipt, new.contents)
        case do.Join(contribution=contribution):
            return ContributionJoined(contribution, _kind(state, contribution))
        case do.Refuse(contribution=contribution, reason=reason):
            return ContributionRefused(contribution, _kind(state, contribution), reason)
        case _:
            assert_never(command)


def _deciding(command: do.Decide, rules: MatterRules) -> tuple[ActBody, ...]:
    decided = Decided(command.granted, command.document, command.contents)
    if rules.case_kind is CaseKind.INSTANT:
        return (decided, Closed(_result(command.granted)))
    return (decided,)


def _ending(state: CaseState, command: do.Close | do.Deliver | do.Archive, acting: Acting) -> ActBody:
    match command:
        case do.Close():
            return Closed(_result(state.granted))
        case do.Deliver(method=method, receipt=receipt, received_at=received_at):
            return Delivered(method, receipt, _or_now(received_at, acting))
        case do.Archive(archive_number=number, retention_years=years):
            return Archived(number, years)
        case _:
            assert_never(command)


def day_in_china(at: int) -> int:
    """The day (days since 1970-01-01) in UTC+8 of a time in microseconds UTC."""
    return (at + CHINA_OFFSET_MICROSECONDS) // DAY_MICROSECONDS


def _or_now(at: int | None, acting: Acting) -> int:
    return acting.occurred_at if at is None else at


def _kind(state: CaseState, event: EventHash) -> ContributionKind:
    """The kind of a contribution; of an unknown one any, because the conditions refuse it."""
    contribution = state.contribution(event)
    return contribution.kind if contribution else ContributionKind.ANSWER


def _result(granted: bool | None) -> ClosureResult:
    """The result that agrees with the decision; without one any, because the table refuses it."""
    return ClosureResult.GRANTED if granted else ClosureResult.REFUSED
