"""Assistance (协办): rows 19 to 21. The holder asks, others answer and contribute without the pen, the holder joins or refuses.

To join a contribution is to do the act that it stands for: materials a supply, a withdrawal, a delivery."""

from dataclasses import dataclass, replace
from typing import Any, assert_never

from tongban.domain.events import assistance as said
from tongban.domain.events.assistance import (
    Answered,
    AnswerKind,
    AnswerUnit,
    Asked,
    Contributed,
    ContributionJoined,
    ContributionKind,
    ContributionRefused,
    HelpKind,
    RefusalReason,
)
from tongban.domain.events.catalogue import ActBody
from tongban.domain.events.delivery import DeliveryMethod
from tongban.domain.events.values import Commitment, Document, SubmittedMaterial
from tongban.domain.identifiers import EventHash, RegionCode
from tongban.domain.law.act import Chapter, Command, Law, Making, Who, says
from tongban.domain.law.correction import SUPPLY, SUPPLY_EMPTY, supplied
from tongban.domain.law.delivery import DELIVER, delivered, is_not_delivered_yet
from tongban.domain.law.doing import Acting, Doing
from tongban.domain.law.ending import WITHDRAW
from tongban.domain.law.intake import codes, form_in, materials_are_known, online_is_offered_first
from tongban.domain.law.judging import outside_row
from tongban.domain.law.phase import ANY, Phase
from tongban.domain.law.recipients import known, to_the_holder
from tongban.domain.law.rules import MatterRules
from tongban.domain.law.state import CaseState
from tongban.domain.law.tracks import Contribution, ContributionStatus, Form, Help, HelpRequest, RequestStatus
from tongban.domain.requirement import Breach, Requirement, listed


@dataclass(frozen=True, slots=True)
class Ask(Command):
    """协查."""

    region: RegionCode
    kind: HelpKind
    organization: str | None = None
    answer_within: int | None = None
    shares: tuple[str, ...] = ()
    contents: tuple[Commitment, ...] = ()
    answer_unit: AnswerUnit = AnswerUnit.WORKDAYS


@dataclass(frozen=True, slots=True)
class Answer(Command):
    """协办答复 to the request whose `asked` event has this hash."""

    request: EventHash
    answer: AnswerKind = AnswerKind.ANSWERED
    contents: tuple[Commitment, ...] = ()


@dataclass(frozen=True, slots=True)
class Contribute(Command):
    """窗口代收. `received_at`: microseconds UTC; None: as it is recorded."""

    kind: ContributionKind
    materials: tuple[SubmittedMaterial, ...] = ()
    received_at: int | None = None
    method: DeliveryMethod | None = None
    receipt: Document | None = None
    contents: tuple[Commitment, ...] = ()


@dataclass(frozen=True, slots=True)
class Join(Command):
    """并入."""

    contribution: EventHash


@dataclass(frozen=True, slots=True)
class Refuse(Command):
    """不予并入."""

    contribution: EventHash
    reason: RefusalReason


HELP_NOT_FORESEEN = Requirement(
    "help_not_foreseen",
    "Others are asked only for the kinds of help that the contract names",
    "事项未规定此类协办",
    "the matter's contract",
    "choose a kind of help that the contract names",
    stands=True,
)
ASKS_ITSELF = Requirement(
    "asks_itself",
    "Help is asked of another organization than the deciding one",
    "不得向本机关发起协办",
    "LIFECYCLE.md, row 19",
    "name the other organization",
)
REQUEST_UNKNOWN = Requirement(
    "request_unknown",
    "An answer belongs to a request of this case",
    "没有该协办请求",
    "LIFECYCLE.md, row 20",
    "look up the request's hash in the case",
)
REQUEST_TO_OTHER = Requirement(
    "request_to_other",
    "A request is answered by the region to which it was put",
    "该协办请求不是向本地发出的",
    "LIFECYCLE.md, row 20",
    "leave it to the region asked",
)
REQUEST_SETTLED = Requirement(
    "request_settled",
    "A request is answered once",
    "该协办请求已答复",
    "LIFECYCLE.md, row 20",
    "ask the deciding region for a new request, if there is more to say",
)
ANSWER_WITHOUT_REQUEST = Requirement(
    "answer_without_request",
    "An answer is given to a request, never contributed by itself",
    "答复应当针对协办请求作出",
    "LIFECYCLE.md, row 20",
    "answer the request",
)
CONTRIBUTION_UNKNOWN = Requirement(
    "contribution_unknown",
    "What is joined or refused is a contribution to this case",
    "没有该协办内容",
    "LIFECYCLE.md, row 21",
    "look up the contribution's hash in the case",
)
CONTRIBUTION_SETTLED = Requirement(
    "contribution_settled",
    "A contribution is joined or refused once",
    "该协办内容已处理",
    "LIFECYCLE.md, row 21",
    "nothing is left to do",
)
CONTRIBUTION_KIND = Requirement(
    "contribution_kind",
    "A contribution is joined or refused as what it is",
    "协办内容的类别不符",
    "LIFECYCLE.md, row 21",
    "name the contribution's own kind",
)

JOINED_AS: dict[ContributionKind, Law[Any] | None] = {
    ContributionKind.ANSWER: None,
    ContributionKind.MATERIALS: SUPPLY,
    ContributionKind.WITHDRAWAL: WITHDRAW,
    ContributionKind.DELIVERY: DELIVER,
}
"""To join a contribution is to do this act with it; joining an answer changes nothing but the request."""


# What the commands say -------------------------------------------------------------------------------------------------


def _contributing(command: Contribute, _: CaseState, acting: Acting, __: MatterRules) -> tuple[ActBody, ...]:
    received_at = acting.at(command.received_at)
    return (
        Contributed(command.kind, command.materials, received_at, command.method, command.receipt, command.contents),
    )


def _joining(command: Join, state: CaseState, _: Acting, __: MatterRules) -> tuple[ActBody, ...]:
    return (ContributionJoined(command.contribution, _kind(state, command.contribution)),)


def _refusing(command: Refuse, state: CaseState, _: Acting, __: MatterRules) -> tuple[ActBody, ...]:
    return (ContributionRefused(command.contribution, _kind(state, command.contribution), command.reason),)


def _kind(state: CaseState, event: EventHash) -> ContributionKind:
    """The kind of a contribution; of an unknown one any, because the conditions refuse it."""
    contribution = state.help.contribution(event)
    return contribution.kind if contribution else ContributionKind.ANSWER


# What the acts must meet -----------------------------------------------------------------------------------------------


def _help_is_foreseen(_: CaseState, doing: Doing[Asked], rules: MatterRules) -> Breach | None:
    if rules.may_ask(doing.body.kind):
        return None
    return HELP_NOT_FORESEEN.breached(listed(rules.opinions), doing.body.kind)


def _asks_another_organization(_: CaseState, doing: Doing[Asked], __: MatterRules) -> Breach | None:
    own = doing.actor.organization
    if doing.body.region != doing.region or doing.body.organization not in (None, own):
        return None
    return ASKS_ITSELF.breached(f"another organization than {own}", doing.body.organization or doing.region)


def _request_is_open_here(state: CaseState, doing: Doing[Answered], _: MatterRules) -> Breach | None:
    request = state.help.request(doing.body.request)
    if request is None:
        there = listed(each.event.hex() for each in state.help.requests)
        return REQUEST_UNKNOWN.breached(there, doing.body.request.hex())
    if request.region != doing.region:
        return REQUEST_TO_OTHER.breached(request.region, doing.region)
    if request.status is not RequestStatus.OPEN:
        return REQUEST_SETTLED.breached("an open request", request.status)
    return None


def _is_no_answer(_: CaseState, doing: Doing[Contributed], __: MatterRules) -> Breach | None:
    if doing.body.kind is not ContributionKind.ANSWER:
        return None
    return ANSWER_WITHOUT_REQUEST.breached("materials, withdrawal or delivery", doing.body.kind)


def _brings_the_materials(_: CaseState, doing: Doing[Contributed], __: MatterRules) -> Breach | None:
    if doing.body.kind is not ContributionKind.MATERIALS or doing.body.materials:
        return None
    return SUPPLY_EMPTY.breached("at least one material", "none")


def _contribution_is_open(
    state: CaseState, doing: Doing[ContributionJoined | ContributionRefused], _: MatterRules
) -> Breach | None:
    contribution = state.help.contribution(doing.body.contribution)
    if contribution is None:
        there = listed(each.event.hex() for each in state.help.contributions)
        return CONTRIBUTION_UNKNOWN.breached(there, doing.body.contribution.hex())
    if contribution.status is not ContributionStatus.OPEN:
        return CONTRIBUTION_SETTLED.breached("an open contribution", contribution.status)
    if contribution.kind is not doing.body.kind:
        return CONTRIBUTION_KIND.breached(contribution.kind, doing.body.kind)
    return None


def _may_be_done_now(state: CaseState, doing: Doing[ContributionJoined], _: MatterRules) -> Breach | None:
    """Materials join where a supply is lawful, a withdrawal where one is, a delivery where one is."""
    law = JOINED_AS[doing.body.kind]
    outside = outside_row(law, state, doing) if law is not None else ()
    return outside[0] if outside else None


def _joins_no_second_delivery(state: CaseState, doing: Doing[ContributionJoined], rules: MatterRules) -> Breach | None:
    return is_not_delivered_yet(state, doing, rules) if doing.body.kind is ContributionKind.DELIVERY else None


# What they change ------------------------------------------------------------------------------------------------------


def _asked(state: CaseState, doing: Doing[Asked], event: EventHash) -> CaseState:
    return asked(state, doing.body, event)


def asked(state: CaseState, body: Asked, event: EventHash) -> CaseState:
    """The case with this request. One past the head of a takeover is known already when it is adopted."""
    if state.help.request(event) is not None:
        return state
    request = HelpRequest(
        event, body.region, body.organization, body.kind,
        answer_within=body.answer_within, answer_unit=body.answer_unit,
    )  # fmt: skip
    return state.changed(help=replace(state.help, requests=(*state.help.requests, request)))


def _answered(state: CaseState, doing: Doing[Answered], event: EventHash) -> CaseState:
    body = doing.body
    status = RequestStatus.ANSWERED if body.answer is AnswerKind.ANSWERED else RequestStatus.DECLINED
    given = Contribution(event, ContributionKind.ANSWER, doing.region, request=body.request)
    return state.changed(help=_with(state.help, given).with_request(body.request, status))


def _contributed(state: CaseState, doing: Doing[Contributed], event: EventHash) -> CaseState:
    body, form = doing.body, form_in(doing.body.contents)
    given = Contribution(event, body.kind, doing.region, codes(body.materials), received_at=body.received_at)
    state = state.changed(help=_with(state.help, given))
    if form is None:
        return state
    return state.changed(form=Form(state.form.digest, (*state.form.contributed, (event, form))))


def _with(help_: Help, given: Contribution) -> Help:
    return replace(help_, contributions=(*help_.contributions, given))


def _joined(state: CaseState, doing: Doing[ContributionJoined], _: EventHash) -> CaseState:
    contribution = state.help.contribution(doing.body.contribution)
    if contribution is None:
        return state
    state = _settled(state, contribution, ContributionStatus.JOINED, RequestStatus.JOINED)
    return state if contribution.request is not None else _done_by_joining(state, contribution)


def _refused(state: CaseState, doing: Doing[ContributionRefused], _: EventHash) -> CaseState:
    contribution = state.help.contribution(doing.body.contribution)
    if contribution is None:
        return state
    return _settled(state, contribution, ContributionStatus.REFUSED, RequestStatus.REFUSED)


def _settled(
    state: CaseState, contribution: Contribution, status: ContributionStatus, answered: RequestStatus
) -> CaseState:
    settled = state.help.with_contribution(contribution.event, status)
    if contribution.request is not None:
        settled = settled.with_request(contribution.request, answered)
    return state.changed(help=settled)


def _done_by_joining(state: CaseState, contribution: Contribution) -> CaseState:
    law = JOINED_AS[contribution.kind]
    if law is not None:
        state = state.changed(phase=law.to or state.phase)
    match contribution.kind:
        case ContributionKind.MATERIALS:
            return supplied(state, contribution.materials, state.form.of_contribution(contribution.event))
        case ContributionKind.DELIVERY:
            return delivered(state, contribution.received_at)
        case ContributionKind.WITHDRAWAL | ContributionKind.ANSWER:
            return state
        case _:
            assert_never(contribution.kind)


# Who is given what they commit to --------------------------------------------------------------------------------------


def _to_who_is_asked(after: CaseState, body: Asked) -> frozenset[RegionCode]:
    """The fields that the request names, and no others: to the region asked, beside the deciding one."""
    return known((body.region, after.deciding_region))


ASK = Law(
    19, said.ASKED, "协查", "ask", Who.DECIDING, frozenset({Phase.ACCEPTED}), None,
    made_by=says(Ask, Asked), conditions=(_help_is_foreseen, _asks_another_organization), effect=_asked,
    given_to=_to_who_is_asked,
)  # fmt: skip
ANSWER = Law(
    20, said.ANSWERED, "协办答复", "answer", Who.CONTRIBUTOR, ANY, None,
    made_by=says(Answer, Answered), conditions=(_request_is_open_here,), effect=_answered, barred_by=frozenset(),
    given_to=to_the_holder,
)  # fmt: skip
CONTRIBUTE = Law(
    20, said.CONTRIBUTED, "窗口代收", "contribute", Who.CONTRIBUTOR, ANY, None,
    made_by=Making(Contribute, _contributing),
    conditions=(_is_no_answer, _brings_the_materials, materials_are_known), effect=_contributed,
    barred_by=frozenset(), given_to=to_the_holder,
)  # fmt: skip
JOIN = Law(
    21, said.CONTRIBUTION_JOINED, "并入", "join", Who.PEN_HOLDER, ANY, None,
    made_by=Making(Join, _joining),
    conditions=(online_is_offered_first("join"), _contribution_is_open, _may_be_done_now, _joins_no_second_delivery),
    effect=_joined,
)  # fmt: skip
REFUSE = Law(
    21, said.CONTRIBUTION_REFUSED, "不予并入", "refuse to join", Who.PEN_HOLDER, ANY, None,
    made_by=Making(Refuse, _refusing),
    conditions=(online_is_offered_first("refuse to join"), _contribution_is_open), effect=_refused,
)  # fmt: skip

CHAPTER = Chapter(
    "协办",
    "assistance",
    laws=(ASK, ANSWER, CONTRIBUTE, JOIN, REFUSE),
    requirements=(
        HELP_NOT_FORESEEN,
        ASKS_ITSELF,
        REQUEST_UNKNOWN,
        REQUEST_TO_OTHER,
        REQUEST_SETTLED,
        ANSWER_WITHOUT_REQUEST,
        CONTRIBUTION_UNKNOWN,
        CONTRIBUTION_SETTLED,
        CONTRIBUTION_KIND,
    ),
)
