"""The people, rules and acts that the stories in this folder are told with."""

from collections.abc import Callable
from dataclasses import dataclass, replace

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
from tongban.domain.events.handover import Declined, DeclineReason, Offered, OfferGround, TakenOver
from tongban.domain.events.intake import Applied, TakenIn
from tongban.domain.events.values import Document, Handling, SubmittedForm, SubmittedMaterial
from tongban.domain.header import Actor, ActorKind
from tongban.domain.identifiers import HASH_BYTES, EventHash, RegionCode
from tongban.domain.law.act import Command
from tongban.domain.law.assistance import Answer, Join, Refuse
from tongban.domain.law.rules import (
    CaseKind,
    Lead,
    LeadSide,
    LegalRegime,
    Material,
    MatterRules,
    OutcomeKind,
    ReceiptPoint,
)
from tongban.domain.law.state import CaseState

SHANGHAI, HANGZHOU, HEFEI = RegionCode("310000"), RegionCode("330100"), RegionCode("340100")
REGIONS = (SHANGHAI, HANGZHOU, HEFEI)
NOWHERE = EventHash(b"\xff" * HASH_BYTES)
"""A hash that no event has."""


@dataclass(frozen=True)
class Person:
    """Somebody who acts for a region."""

    region: RegionCode
    actor: Actor


def officer(region: RegionCode, name: str = "clerk") -> Person:
    return Person(region, Actor(ActorKind.OFFICER, name, f"{region}-desk", name))


WINDOW = officer(SHANGHAI)
"""At the window in Shanghai, which takes in."""
HANDLER, APPROVER = officer(HEFEI, "handler"), officer(HEFEI, "approver")
"""In Hefei, which decides."""
OTHER = officer(HANGZHOU)
"""In Hangzhou, which helps."""

FORM, IDENTITY, REPORT = "application_form", "identity_document", "inspection_report"
RULES = MatterRules(
    catalog_code="000199003000",
    version="1",
    content_hash=bytes(HASH_BYTES),
    name_zh="示例事项",
    name_en="Example",
    case_kind=CaseKind.COMMITMENT,
    legal_regime=LegalRegime.LICENCE,
    receipt_at=ReceiptPoint.OFFER,
    handlings=(Handling.REMOTE_INTAKE, Handling.FULLY_ONLINE),
    lead=Lead(LeadSide.HOME_PLACE, "home_region"),
    materials=tuple(
        Material(code, code, code, required, SubmittedForm.COPY)
        for code, required in ((FORM, True), (IDENTITY, True), (REPORT, False))
    ),
    opinions=(HelpKind.OPINION,),
    outcome_kind=OutcomeKind.LICENCE,
    four_eyes=True,
)
INSTANT = replace(RULES, case_kind=CaseKind.INSTANT, four_eyes=False)
DOCUMENT = Document("order", "〔2026〕1号")


# Acts that happened. What names an earlier act finds the last one of its kind in the case as it then stands. -----------

Happening = ActBody | Callable[[CaseState], ActBody]


@dataclass(frozen=True)
class Step:
    """An act that happened, lawful or not."""

    what: Happening
    by: Person


def papers(*codes: str) -> tuple[SubmittedMaterial, ...]:
    return tuple(SubmittedMaterial(code, SubmittedForm.COPY) for code in codes)


def last_request(state: CaseState) -> EventHash:
    return state.help.requests[-1].event if state.help.requests else NOWHERE


def last_contribution(state: CaseState) -> EventHash:
    return state.help.contributions[-1].event if state.help.contributions else NOWHERE


def taken_in(
    *codes: str, by: Person = WINDOW, decides: RegionCode = HEFEI, handling: Handling = Handling.REMOTE_INTAKE
) -> Step:
    return Step(TakenIn(handling, decides, papers(*(codes or (FORM, IDENTITY))), None, ()), by)


def applied(*codes: str, by: Person = WINDOW, handling: Handling = Handling.FULLY_ONLINE) -> Step:
    return Step(Applied(handling, HEFEI, papers(*(codes or (FORM, IDENTITY))), None, ()), by)


def offered(target: RegionCode = HEFEI, by: Person = WINDOW, ground: OfferGround | None = None) -> Step:
    return Step(Offered(target, ground, DOCUMENT if ground else None), by)


def taken_over(by: Person = HANDLER) -> Step:
    return Step(TakenOver(), by)


def declined(by: Person = HANDLER) -> Step:
    return Step(Declined(DeclineReason.NOT_COMPETENT, ()), by)


def noticed(*items: str, by: Person = HANDLER) -> Step:
    return Step(CorrectionNoticed(items, None, None, ()), by)


def supplied(*codes: str, by: Person = HANDLER) -> Step:
    return Step(Supplied(papers(*codes), 0, ()), by)


def accepted(by: Person = HANDLER) -> Step:
    return Step(Accepted(20_000, None), by)


def not_accepted(kind: NonAcceptance = NonAcceptance.NOT_COMPETENT, by: Person = HANDLER) -> Step:
    return Step(NotAccepted(kind, None, None, ()), by)


def withdrawn(by: Person = HANDLER) -> Step:
    return Step(Withdrawn(()), by)


def asked(region: RegionCode = HANGZHOU, by: Person = HANDLER) -> Step:
    return Step(Asked(region, None, HelpKind.OPINION, None, (), ()), by)


def answered(by: Person = OTHER) -> Step:
    return Step(lambda state: Answered(last_request(state), AnswerKind.ANSWERED, ()), by)


def contributed(kind: ContributionKind, *codes: str, by: Person = WINDOW) -> Step:
    return Step(Contributed(kind, papers(*codes), 0, None, None, ()), by)


def joined(kind: ContributionKind, by: Person = HANDLER) -> Step:
    return Step(lambda state: ContributionJoined(last_contribution(state), kind), by)


def refused(kind: ContributionKind, by: Person = HANDLER) -> Step:
    return Step(lambda state: ContributionRefused(last_contribution(state), kind, RefusalReason.UNUSABLE), by)


def decided(granted: bool = True, by: Person = APPROVER) -> Step:
    return Step(Decided(granted, None, ()), by)


def closed(result: ClosureResult = ClosureResult.GRANTED, by: Person = APPROVER) -> Step:
    return Step(Closed(result), by)


def delivered(by: Person = HANDLER) -> Step:
    return Step(Delivered(DeliveryMethod.WINDOW, None, None), by)


def archived(by: Person = HANDLER) -> Step:
    return Step(Archived("A-1", 30), by)


# How far a case has come ---------------------------------------------------------------------------------------------

HANDED_OVER = (taken_in(), offered(), taken_over())
CORRECTING = (taken_in(FORM), offered(), taken_over(), noticed(IDENTITY))
ACCEPTED = (*HANDED_OVER, accepted())
DECIDED = (*ACCEPTED, decided())
CLOSED = (*DECIDED, closed())


# Commands that name the last request or contribution -----------------------------------------------------------------

Wanted = Command | Callable[[CaseState], Command]


def answer(state: CaseState) -> Command:
    return Answer(last_request(state))


def join(state: CaseState) -> Command:
    return Join(last_contribution(state))


def refuse(state: CaseState) -> Command:
    return Refuse(last_contribution(state), RefusalReason.LATE)
