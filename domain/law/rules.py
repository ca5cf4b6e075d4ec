"""What a matter (事项) asks of a case: the value that `decide(state, command, rules)` gets. Pure data.

- Rules say what is allowed for one matter at one version; a case keeps the version that it was opened with, to the end.
- Days, deemed effects and kinds of help come from here, never from code (LIFECYCLE.md: the law of licences is not the
  law of every matter).
- Every collection is a tuple, so rules can be compared, hashed and shared.

Not handled here: how rules are written down and read (`tongban.contracts.matter.contract`), the forms' fields
(`tongban.contracts.forms.values`), which officer may do what (the registries).
"""

from dataclasses import dataclass
from enum import StrEnum

from tongban.domain.events.assistance import HelpKind
from tongban.domain.events.values import Handling, SubmittedForm


class CaseKind(StrEnum):
    """办件类型: national codes 1 and 2."""

    INSTANT = "instant"
    """即办件: decided and closed in one act."""
    COMMITMENT = "commitment"
    """承诺件: decided within a promised limit."""


class LegalRegime(StrEnum):
    """Which body of law a matter falls under. The law of licences binds licences only."""

    LICENCE = "licence"
    """许可"""
    CONFIRMATION = "confirmation"
    """确认"""
    PAYMENT = "payment"
    """给付"""
    PUBLIC_SERVICE = "public_service"
    """公共服务"""
    OTHER_POWER = "other_power"
    """其他行政权力"""


class ReceiptPoint(StrEnum):
    """When the authority counts as having received (收到), where another city takes in."""

    INTAKE = "intake"
    OFFER = "offer"
    ORIGINALS = "originals"


class LimitUnit(StrEnum):
    """What a limit counts: working days, or minutes of the region's published opening hours."""

    WORKDAYS = "workdays"
    MINUTES = "minutes"


class LeadSide(StrEnum):
    """Which side of a matter decides; in 多地联办 it leads."""

    INSURED_PLACE = "insured_place"
    """参保地"""
    DESTINATION = "destination"
    """转入地"""
    HOME_PLACE = "home_place"
    """业务属地"""
    DEPOSIT_PLACE = "deposit_place"
    """缴存地"""
    PROJECT_PLACE = "project_place"
    """项目所在地"""


class OutcomeKind(StrEnum):
    """What a granted case leaves in the applicant's hand."""

    LICENCE = "licence"
    """证照"""
    CERTIFICATE = "certificate"
    """证明"""
    REGISTRATION = "registration"
    """登记备案"""
    TRANSFER = "transfer"
    """转移接续"""
    PAYMENT = "payment"
    """给付"""
    APPROVAL = "approval"
    """批复"""


@dataclass(frozen=True, slots=True)
class Limit:
    """A length of time by law, promise or agreement, e.g. 20 working days."""

    value: int
    unit: LimitUnit


@dataclass(frozen=True, slots=True)
class Lead:
    """The deciding side, and the field of the form that names its region (six digits)."""

    side: LeadSide
    field: str


@dataclass(frozen=True, slots=True)
class Material:
    """A material (材料). Not `required` means secondary: it may be owed for a while (容缺受理), never left out.

    `conditional`: asked for under some answers only (`tongban.contracts.guide.personal`). Answers are personal and not in
    clear, so the fold, which must come out the same in every city, takes such a material for granted.
    """

    code: str
    name_zh: str
    name_en: str
    required: bool
    form: SubmittedForm
    conditional: bool = False


@dataclass(frozen=True, slots=True)
class MatterRules:
    """One matter at one version.

    `content_hash` is the SHA-256 of the matter's bundle: the federation registers a matter by it. `promised_limit` and
    `statutory_limit` run from acceptance, `notice_limit` (of a correction notice) from receipt, `answer_limit` from an
    offer. With `deemed_acceptance`, a notice not given within `notice_limit` means accepted from the day of receipt.
    `four_eyes`: who decides is not who handled. `opinions`: the kinds of help (联审, 协查) that may be asked of others.
    """

    catalog_code: str
    version: str
    content_hash: bytes
    name_zh: str
    name_en: str
    case_kind: CaseKind
    legal_regime: LegalRegime
    receipt_at: ReceiptPoint
    handlings: tuple[Handling, ...]
    lead: Lead
    materials: tuple[Material, ...]
    opinions: tuple[HelpKind, ...]
    outcome_kind: OutcomeKind
    four_eyes: bool
    deemed_acceptance: bool = False
    promised_limit: Limit | None = None
    statutory_limit: Limit | None = None
    notice_limit: Limit | None = None
    answer_limit: Limit | None = None

    @property
    def required_materials(self) -> tuple[Material, ...]:
        """The materials without which no case is complete, whatever the applicant answers."""
        return tuple(each for each in self.materials if each.required and not each.conditional)

    @property
    def secondary_materials(self) -> tuple[Material, ...]:
        """The materials that an applicant may owe (容缺) until the decision."""
        return tuple(each for each in self.materials if not each.required)

    def material(self, code: str) -> Material | None:
        """Return the material with this code, or None if the matter asks for no such material."""
        return next((each for each in self.materials if each.code == code), None)

    def may_ask(self, kind: HelpKind) -> bool:
        """Whether the deciding region may ask another organization for this kind of help."""
        return kind in self.opinions

    def allows(self, handling: Handling) -> bool:
        """Whether the matter may be handled this way."""
        return handling in self.handlings
