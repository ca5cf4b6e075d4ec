"""Events in a case's own stream, written by the pen holder. `contents` names personal values that travel sealed."""

from dataclasses import dataclass
from enum import StrEnum

from tongban.domain.events.values import Commitment, Document, Handling, SubmittedMaterial
from tongban.domain.identifiers import EventHash, RegionCode


class DeclineReason(StrEnum):
    """Why an offer is handed back; never that something is incomplete (that is a correction notice)."""

    NOT_COMPETENT = "not_competent"
    WRONG_MATTER = "wrong_matter"
    DUPLICATE = "duplicate"


class OfferGround(StrEnum):
    """On what ground the pen passes after acceptance."""

    DESIGNATED_JURISDICTION = "designated_jurisdiction"
    TRANSFER_OF_FUNCTION = "transfer_of_function"
    BOUNDARY_CHANGE = "boundary_change"


class NonAcceptance(StrEnum):
    """The two kinds of not accepting (行政许可法 art. 32)."""

    NO_LICENCE_NEEDED = "no_licence_needed"
    NOT_COMPETENT = "not_competent"


class HelpKind(StrEnum):
    """What another organization is asked for."""

    OPINION = "opinion"
    VERIFICATION = "verification"
    RECORDS = "records"


class ContributionKind(StrEnum):
    """What a region contributes without the pen."""

    ANSWER = "answer"
    MATERIALS = "materials"
    WITHDRAWAL = "withdrawal"
    DELIVERY = "delivery"


class RefusalReason(StrEnum):
    """Why a contribution is not joined."""

    LATE = "late"
    UNUSABLE = "unusable"
    NOT_ASKED_FOR = "not_asked_for"


class AnnulmentReason(StrEnum):
    """Why an act past the head is not adopted."""

    SUPERSEDED = "superseded"
    """The new holder did it itself."""
    CONTRADICTORY = "contradictory"
    """It contradicts another act past the head, or one that stands."""
    UNLAWFUL = "unlawful"


class ClosureResult(StrEnum):
    """How a case was closed (办结结果)."""

    GRANTED = "granted"
    REFUSED = "refused"


class DeliveryMethod(StrEnum):
    """How a result or notice reached the applicant."""

    WINDOW = "window"
    COURIER = "courier"
    ONLINE = "online"


@dataclass(frozen=True, slots=True)
class TakenIn:
    """收件: an officer took the application in at a window. Not yet acceptance (受理)."""

    handling: Handling
    deciding_region: RegionCode
    materials: tuple[SubmittedMaterial, ...]
    receipt: Document | None
    contents: tuple[Commitment, ...]


@dataclass(frozen=True, slots=True)
class Applied:
    """网上申请: the applicant applied through a channel."""

    handling: Handling
    deciding_region: RegionCode
    materials: tuple[SubmittedMaterial, ...]
    receipt: Document | None
    contents: tuple[Commitment, ...]


@dataclass(frozen=True, slots=True)
class Offered:
    """移交: the pen is the target's from here on, to take over or to decline."""

    target: RegionCode
    ground: OfferGround | None
    document: Document | None


@dataclass(frozen=True, slots=True)
class TakenOver:
    """接收: the offered region took the case over."""


@dataclass(frozen=True, slots=True)
class Declined:
    """退回移交: the offered region handed the pen back."""

    reason: DeclineReason
    contents: tuple[Commitment, ...]


@dataclass(frozen=True, slots=True)
class ActAdopted:
    """采认: the new holder makes an act past the head its own; it takes effect now. `act`: its event's hash."""

    act: EventHash


@dataclass(frozen=True, slots=True)
class ActAnnulled:
    """不予采认: an act past the head stays without effect. `act`: its event's hash."""

    act: EventHash
    reason: AnnulmentReason


@dataclass(frozen=True, slots=True)
class CorrectionNoticed:
    """一次性补正告知: everything that is missing, told at once (行政许可法 art. 32)."""

    items: tuple[str, ...]
    supply_within_workdays: int | None
    document: Document | None
    contents: tuple[Commitment, ...]


@dataclass(frozen=True, slots=True)
class Supplied:
    """补正: the applicant supplied what a notice asked for. `received_at`: microseconds UTC."""

    materials: tuple[SubmittedMaterial, ...]
    received_at: int
    contents: tuple[Commitment, ...]


@dataclass(frozen=True, slots=True)
class Accepted:
    """受理. `accepted_on`: days since 1970-01-01, the day on which the set of materials was complete."""

    accepted_on: int
    document: Document | None


@dataclass(frozen=True, slots=True)
class NotAccepted:
    """不受理／不予受理, with the competent body where there is one."""

    kind: NonAcceptance
    competent_body: str | None
    document: Document | None
    contents: tuple[Commitment, ...]


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """撤件: the applicant withdrew."""

    contents: tuple[Commitment, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """协查: an organization is asked; `shares` names the values that it is given. The event's hash is the request's id."""

    region: RegionCode
    organization: str | None
    kind: HelpKind
    answer_within_workdays: int | None
    shares: tuple[str, ...]
    contents: tuple[Commitment, ...]


@dataclass(frozen=True, slots=True)
class ContributionJoined:
    """并入: what a region contributed in its assistance stream is now part of the case."""

    contribution: EventHash
    kind: ContributionKind


@dataclass(frozen=True, slots=True)
class ContributionRefused:
    """不予并入: a contribution was looked at and left out."""

    contribution: EventHash
    kind: ContributionKind
    reason: RefusalReason


@dataclass(frozen=True, slots=True)
class Decided:
    """决定: granted (准予) or refused (不予); reasons and outcome are contents."""

    granted: bool
    document: Document | None
    contents: tuple[Commitment, ...]


@dataclass(frozen=True, slots=True)
class Closed:
    """办结."""

    result: ClosureResult


@dataclass(frozen=True, slots=True)
class Delivered:
    """送达: the result reached the applicant."""

    method: DeliveryMethod
    receipt: Document | None


@dataclass(frozen=True, slots=True)
class Archived:
    """归档. `retention_years`: null where kept permanently."""

    archive_number: str
    retention_years: int | None
