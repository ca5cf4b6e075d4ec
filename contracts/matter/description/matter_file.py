"""`matter.yaml` in format 2: the whole description of a matter, and its way to `MatterRules`.

- `format` numbers this form; a file in an older one is read by its own module (`format_1`) and stays what it was.
- `code_is_example` and `example_settings` mark what comes from no source: where it is shown, that must be said.
- `docs/matters.md` describes every key.

Not handled here: what must hold between sections (`checks`), the Avro files (`tongban.contracts.forms.schema`).
"""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from tongban.contracts.matter.description.described import Described
from tongban.contracts.matter.description.limits import LimitEntry
from tongban.contracts.matter.description.materials import DebtsEntry, LicenceType, MaterialEntry
from tongban.contracts.matter.description.process import (
    LimitEntries,
    OtherAuthority,
    PowerEntry,
    SpecialProcedure,
    StepEntry,
)
from tongban.contracts.matter.description.questions import SubItemEntry
from tongban.contracts.matter.description.regime_file import RegimeFile, RegimeName
from tongban.contracts.matter.description.service import DocumentEntry, FeeEntry, OutcomeEntry
from tongban.contracts.yaml.model import BilingualText, Model, Name
from tongban.domain.events.values import Handling
from tongban.domain.law.rules import CaseKind, Lead, LeadSide, Limit, Material, MatterRules, ReceiptPoint


class LeadEntry(Model):
    """The deciding side, and the field of the form that names its region."""

    side: LeadSide
    field: Name


class VaryPoint(StrEnum):
    """What a region may set for itself (实施清单), always in the applicant's favour, never looser."""

    PROMISED_LIMIT = "promised_limit"
    """A shorter promised limit."""
    CHANNELS = "channels"
    """A channel that the contract does not have, or fewer visits."""
    PLACES = "places"
    """Where and when a window is open."""
    FEES = "fees"
    """A lower fee, or none."""
    MATERIALS = "materials"
    """A material that is not asked for, or that something more may stand in for."""


class MatterFile(Described):
    """The whole of `matter.yaml`."""

    kind: Literal["matter"]
    conditions: tuple[BilingualText, ...] = ()
    exercise_levels: tuple[Annotated[int, Field(ge=1, le=6)], ...]

    case_kind: CaseKind
    legal_regime: RegimeName
    receipt_at: ReceiptPoint
    handlings: tuple[Handling, ...]
    lead: LeadEntry
    limits: LimitEntries

    sub_items: tuple[SubItemEntry, ...] = ()
    licence_types: tuple[LicenceType, ...] = ()
    materials: tuple[MaterialEntry, ...]
    debts: DebtsEntry | None = None

    powers: tuple[PowerEntry, ...]
    steps: tuple[StepEntry, ...]
    others: tuple[OtherAuthority, ...] = ()
    special_procedures: tuple[SpecialProcedure, ...] = ()

    documents: tuple[DocumentEntry, ...] = ()
    fees: tuple[FeeEntry, ...] = ()
    outcome: OutcomeEntry
    may_vary: tuple[VaryPoint, ...]

    def power(self, code: str) -> PowerEntry | None:
        """The power with this code."""
        return next((each for each in self.powers if each.code == code), None)

    def act_of(self, step: StepEntry) -> str | None:
        """The act that a step is; None where its power is not declared."""
        power = self.power(step.power)
        return power.act if power else None

    @property
    def four_eyes(self) -> bool:
        """Whether who decides must not be who accepted."""
        accepting = {each.code for each in self.steps if self.act_of(each) == "accept"}
        return any(accepting & {*each.other_officer_than} for each in self.steps if self.act_of(each) == "decide")

    def to_rules(self, content_hash: bytes, regime: RegimeFile) -> MatterRules:
        """What the domain acts on. What only some answers bring in is known, but required of nobody by itself."""
        limits = self.limits
        kinds = (each.role.help_kind for each in self.others)
        return MatterRules(
            catalog_code=self.catalog_code,
            version=self.version,
            content_hash=content_hash,
            name_zh=self.name.zh,
            name_en=self.name.en,
            case_kind=self.case_kind,
            legal_regime=regime.kind,
            receipt_at=self.receipt_at,
            handlings=self.handlings,
            lead=Lead(self.lead.side, self.lead.field),
            materials=tuple(_material(each) for each in self.materials),
            opinions=tuple(dict.fromkeys(kind for kind in kinds if kind is not None)),
            outcome_kind=self.outcome.kind,
            four_eyes=self.four_eyes,
            deemed_acceptance=regime.deems_acceptance,
            promised_limit=limit_rule(limits.promised),
            statutory_limit=limit_rule(limits.statutory or regime.limits.decision),
            notice_limit=limit_rule(limits.notice or regime.limits.notice),
            answer_limit=limit_rule(limits.answer),
        )


def limit_rule(entry: LimitEntry | None) -> Limit | None:
    """A limit as the domain has it."""
    return entry.to_rule() if entry else None


def _material(entry: MaterialEntry) -> Material:
    conditional = entry.when is not None
    return Material(entry.code, entry.name.zh, entry.name.en, entry.required, entry.form, conditional)
