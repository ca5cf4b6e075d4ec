"""`matter.yaml` in format 1, as the first matters were released in it: read for ever, written no more.

What it accepts and what it means never changes. It says nothing of steps, channels or documents, and has its limits and
deemed effects in itself instead of a regime's file.
"""

import json
from collections.abc import Sequence
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ValidationError, model_validator

from tongban.contracts.faults import FaultyContractError
from tongban.contracts.matter.description.described import EXAMPLE_MAIN_ITEMS
from tongban.contracts.matter.description.limits import LawfulLimit, LimitEntry
from tongban.contracts.matter.description.materials import MaterialEntry
from tongban.contracts.matter.description.matter_file import LeadEntry, MatterFile, limit_rule
from tongban.contracts.matter.description.process import LimitEntries
from tongban.contracts.matter.description.regime_file import RegimeName
from tongban.contracts.matter.description.service import OutcomeEntry
from tongban.contracts.yaml.model import BilingualText, CatalogCode, Model, Name, Version, as_fault, model_fault
from tongban.domain.events.assistance import HelpKind
from tongban.domain.events.values import Handling, SubmittedForm
from tongban.domain.law.rules import CaseKind, Lead, LegalRegime, Material, MatterRules, OutcomeKind, ReceiptPoint

T = TypeVar("T")


def _not_empty(values: tuple[T, ...]) -> tuple[T, ...]:
    """Not pydantic's `min_length`: that takes a faulty entry for none, and reports a second fault that is not there."""
    if not values:
        raise model_fault("at least one entry", "none")
    return values


class LimitEntries1(Model):
    """The limits of a matter; each may be absent."""

    promised: LimitEntry | None = None
    statutory: LimitEntry | None = None
    notice: LimitEntry | None = None
    answer: LimitEntry | None = None

    @model_validator(mode="after")
    def _promise_within_law(self) -> Self:
        promised, statutory = self.promised, self.statutory
        if promised and statutory and promised.unit == statutory.unit and promised.value > statutory.value:
            raise model_fault(
                f"a promised limit of at most the statutory {statutory.value} {statutory.unit}", str(promised.value)
            )
        return self


class MaterialEntry1(Model):
    """A material; `required: false` means secondary (容缺)."""

    code: Name
    name: BilingualText
    required: bool
    form: SubmittedForm


class OutcomeEntry1(Model):
    """What a granted case leaves; its fields are those of `outcome.avsc`."""

    kind: OutcomeKind


class MatterFile1(Model):
    """The whole of `matter.yaml`."""

    format: Literal[1]
    catalog_code: CatalogCode
    code_is_example: bool
    version: Version
    name: BilingualText
    case_kind: CaseKind
    legal_regime: LegalRegime
    legal_basis: Annotated[tuple[BilingualText, ...], AfterValidator(_not_empty)]
    receipt_at: ReceiptPoint
    handlings: Annotated[tuple[Handling, ...], AfterValidator(_not_empty)]
    lead: LeadEntry
    limits: LimitEntries1
    deemed_acceptance: bool
    four_eyes: bool
    materials: tuple[MaterialEntry1, ...]
    opinions: tuple[HelpKind, ...]
    outcome: OutcomeEntry1
    example_settings: tuple[str, ...]

    @model_validator(mode="after")
    def _example_code_is_marked(self) -> Self:
        reserved = int(self.catalog_code[4:9]) in EXAMPLE_MAIN_ITEMS
        if reserved != self.code_is_example:
            expected = "code_is_example true exactly where digits 5 to 9 of catalog_code are 99000 to 99999"
            raise model_fault(expected, f"{self.code_is_example} for {self.catalog_code}".lower())
        return self

    @model_validator(mode="after")
    def _nothing_stands_twice(self) -> Self:
        _refuse_doubles("handlings", self.handlings)
        _refuse_doubles("materials", [each.code for each in self.materials])
        _refuse_doubles("opinions", self.opinions)
        _refuse_doubles("example_settings", self.example_settings)
        return self

    @model_validator(mode="after")
    def _conditions_can_be_met(self) -> Self:
        if self.deemed_acceptance and self.limits.notice is None:
            raise model_fault("limits.notice, since acceptance is deemed when it passes", "nothing")
        forms = {each.form for each in self.materials}
        if self.receipt_at is ReceiptPoint.ORIGINALS and SubmittedForm.ORIGINAL not in forms:
            raise model_fault("a material in the form original, since receipt counts from the originals", "none")
        return self

    @model_validator(mode="after")
    def _example_settings_exist(self) -> Self:
        for path in self.example_settings:
            if not _stands_in(self, path):
                raise model_fault("example_settings that name settings of this file, as limits.promised", repr(path))
        return self

    def to_rules(self, content_hash: bytes) -> MatterRules:
        """Turn the file into the value that the domain works with."""
        return MatterRules(
            catalog_code=self.catalog_code,
            version=self.version,
            content_hash=content_hash,
            name_zh=self.name.zh,
            name_en=self.name.en,
            case_kind=self.case_kind,
            legal_regime=self.legal_regime,
            receipt_at=self.receipt_at,
            handlings=self.handlings,
            lead=Lead(self.lead.side, self.lead.field),
            materials=tuple(Material(m.code, m.name.zh, m.name.en, m.required, m.form) for m in self.materials),
            opinions=self.opinions,
            outcome_kind=self.outcome.kind,
            four_eyes=self.four_eyes,
            deemed_acceptance=self.deemed_acceptance,
            promised_limit=limit_rule(self.limits.promised),
            statutory_limit=limit_rule(self.limits.statutory),
            notice_limit=limit_rule(self.limits.notice),
            answer_limit=limit_rule(self.limits.answer),
        )

    def to_current(self) -> MatterFile:
        """The same in the words of the current format; what this one does not say is empty."""
        limits = {name: getattr(self.limits, name) for name in ("promised", "answer")}
        lawful = {name: _lawful(getattr(self.limits, name)) for name in ("statutory", "notice")}
        materials = tuple(MaterialEntry(**dict(each)) for each in self.materials)
        return MatterFile.model_construct(
            format=2, kind="matter", catalog_code=self.catalog_code, code_is_example=self.code_is_example,
            version=self.version, name=self.name, applicants=(), agents=True, exercise_levels=(),
            case_kind=self.case_kind, legal_regime=RegimeName(name=self.legal_regime.value, version="1"),
            legal_basis=self.legal_basis, receipt_at=self.receipt_at, handlings=self.handlings, lead=self.lead,
            limits=LimitEntries(**limits, **lawful), materials=materials, powers=(), steps=(), channels=(),
            outcome=OutcomeEntry(kind=self.outcome.kind), may_vary=(), example_settings=self.example_settings,
        )  # fmt: skip


def parse_format_1(file: str, document: Any) -> MatterFile1:
    """Read a document of format 1; `file` is how messages call it. Raises `FaultyContractError` with every fault."""
    try:
        return MatterFile1.model_validate_json(json.dumps(document))
    except ValidationError as err:
        raise FaultyContractError(as_fault(file, error) for error in err.errors()) from err


def _lawful(entry: LimitEntry | None) -> LawfulLimit | None:
    return LawfulLimit(**dict(entry)) if entry else None


def _refuse_doubles(what: str, values: Sequence[str]) -> None:
    if doubled := sorted({str(value) for value in values if values.count(value) > 1}):
        raise model_fault(f"each of {what} once", ", ".join(doubled))


def _stands_in(model: BaseModel, path: str) -> bool:
    for name in path.split("."):
        if not isinstance(model, BaseModel) or name not in type(model).model_fields:
            return False
        model = getattr(model, name)
    return model is not None
