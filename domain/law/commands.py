"""What an officer or channel wants done, in the imperative; `tongban.domain.law.decide` turns it into events.

A command says only what cannot be derived: the kind of a contribution, the result of a closure or the day of acceptance
follow from the case. `contents` are commitments that the caller computed beforehand (case, stream and next number are
known); where one command yields two events, they belong to the first.
"""

from dataclasses import dataclass

from tongban.domain.events.assistance import AnswerKind
from tongban.domain.events.case import (
    AnnulmentReason,
    AnswerUnit,
    ContributionKind,
    DeclineReason,
    DeliveryMethod,
    HelpKind,
    NonAcceptance,
    OfferGround,
    RefusalReason,
)
from tongban.domain.events.values import Commitment, Document, Handling, SubmittedMaterial
from tongban.domain.header import Actor
from tongban.domain.identifiers import EventHash, RegionCode


@dataclass(frozen=True, slots=True)
class Acting:
    """Who carries a command out, where and when. `occurred_at`: microseconds UTC."""

    region: RegionCode
    actor: Actor
    occurred_at: int


@dataclass(frozen=True, slots=True)
class TakeIn:
    """收件 at a window. Wholly online and decided elsewhere, the case is offered there at once."""

    handling: Handling
    deciding_region: RegionCode
    materials: tuple[SubmittedMaterial, ...]
    receipt: Document | None = None
    contents: tuple[Commitment, ...] = ()


@dataclass(frozen=True, slots=True)
class Apply:
    """网上申请 through a channel. Wholly online and decided elsewhere, the case is offered there at once."""

    handling: Handling
    deciding_region: RegionCode
    materials: tuple[SubmittedMaterial, ...]
    receipt: Document | None = None
    contents: tuple[Commitment, ...] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """移交. `ground` and `document`: only after acceptance, and then both."""

    target: RegionCode
    ground: OfferGround | None = None
    document: Document | None = None


@dataclass(frozen=True, slots=True)
class TakeOver:
    """接收."""


@dataclass(frozen=True, slots=True)
class Decline:
    """退回移交."""

    reason: DeclineReason
    contents: tuple[Commitment, ...] = ()


@dataclass(frozen=True, slots=True)
class Adopt:
    """采认 an act past the head of a takeover, by its event's hash."""

    act: EventHash


@dataclass(frozen=True, slots=True)
class Annul:
    """不予采认 an act past the head of a takeover, by its event's hash."""

    act: EventHash
    reason: AnnulmentReason


@dataclass(frozen=True, slots=True)
class Notice:
    """一次性补正告知. `items`: codes of materials."""

    items: tuple[str, ...]
    supply_within_workdays: int | None = None
    document: Document | None = None
    contents: tuple[Commitment, ...] = ()


@dataclass(frozen=True, slots=True)
class Supply:
    """补正. `received_at`: microseconds UTC; None: as it is recorded."""

    materials: tuple[SubmittedMaterial, ...]
    received_at: int | None = None
    contents: tuple[Commitment, ...] = ()


@dataclass(frozen=True, slots=True)
class Accept:
    """受理, on the day (UTC+8) on which it is done."""

    document: Document | None = None


@dataclass(frozen=True, slots=True)
class NotAccept:
    """不受理／不予受理."""

    kind: NonAcceptance
    competent_body: str | None = None
    document: Document | None = None
    contents: tuple[Commitment, ...] = ()


@dataclass(frozen=True, slots=True)
class Withdraw:
    """撤件."""

    contents: tuple[Commitment, ...] = ()


@dataclass(frozen=True, slots=True)
class Ask:
    """协查."""

    region: RegionCode
    kind: HelpKind
    organization: str | None = None
    answer_within: int | None = None
    shares: tuple[str, ...] = ()
    contents: tuple[Commitment, ...] = ()
    answer_unit: AnswerUnit = AnswerUnit.WORKDAYS


@dataclass(frozen=True, slots=True)
class Answer:
    """协办答复 to the request whose `asked` event has this hash."""

    request: EventHash
    answer: AnswerKind = AnswerKind.ANSWERED
    contents: tuple[Commitment, ...] = ()


@dataclass(frozen=True, slots=True)
class Contribute:
    """窗口代收. `received_at`: microseconds UTC; None: as it is recorded."""

    kind: ContributionKind
    materials: tuple[SubmittedMaterial, ...] = ()
    received_at: int | None = None
    method: DeliveryMethod | None = None
    receipt: Document | None = None
    contents: tuple[Commitment, ...] = ()


@dataclass(frozen=True, slots=True)
class Join:
    """并入."""

    contribution: EventHash


@dataclass(frozen=True, slots=True)
class Refuse:
    """不予并入."""

    contribution: EventHash
    reason: RefusalReason


@dataclass(frozen=True, slots=True)
class Decide:
    """决定（准予／不予）. An instant case (即办件) is closed with it."""

    granted: bool
    document: Document | None = None
    contents: tuple[Commitment, ...] = ()


@dataclass(frozen=True, slots=True)
class Close:
    """办结, with the result that was decided."""


@dataclass(frozen=True, slots=True)
class Deliver:
    """送达. `received_at`: microseconds UTC; None: as it is recorded."""

    method: DeliveryMethod
    receipt: Document | None = None
    received_at: int | None = None


@dataclass(frozen=True, slots=True)
class Archive:
    """归档. `retention_years`: None where kept permanently."""

    archive_number: str
    retention_years: int | None = None


Command = (
    TakeIn
    | Apply
    | Offer
    | TakeOver
    | Decline
    | Adopt
    | Annul
    | Notice
    | Supply
    | Accept
    | NotAccept
    | Withdraw
    | Ask
    | Answer
    | Contribute
    | Join
    | Refuse
    | Decide
    | Close
    | Deliver
    | Archive
)
