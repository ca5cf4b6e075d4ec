"""`matter.yaml`: the description of a matter, as people write it, and its way to `MatterRules`.

- Strict: no unknown or doubled keys, no aliases, no guessing of types. A code without quotes is a number: refused.
- `format` numbers this form. Later formats add keys with defaults; a released file stays readable and means the same.
- `code_is_example` and `example_settings` mark what comes from no source: whoever shows it must say so.

Not handled here: the Avro files (`matter_schema`), folders, bundles and what holds between the files (`matters`).
"""

import json
from collections.abc import Hashable, Sequence
from typing import Annotated, Any, Literal, Self, TypeVar

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError

from tongban.contracts.faults import Fault, FaultyContractError, shown
from tongban.domain.events.case import HelpKind
from tongban.domain.events.values import Handling, SubmittedForm
from tongban.domain.rules import (
    CaseKind,
    Lead,
    LeadSide,
    LegalRegime,
    Limit,
    LimitUnit,
    Material,
    MatterRules,
    OutcomeKind,
    ReceiptPoint,
)

T = TypeVar("T")

EXAMPLE_MAIN_ITEMS = range(99_000, 100_000)
"""Main items (主项, digits 5 to 9 of a catalog code) that Tongban keeps for examples: no source names any of them."""

CatalogCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{12}$")]
Version = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,3}$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=r"^\S(.*\S)?$")]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]


def _not_empty(values: tuple[T, ...]) -> tuple[T, ...]:
    """Not pydantic's `min_length`: that counts a faulty entry as none, and tells a second fault that is not there."""
    if not values:
        raise _fault("at least one entry", "none")
    return values


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class BilingualText(_Model):
    """A text in Chinese and in English."""

    zh: Text
    en: Text


class LimitEntry(_Model):
    """A length of time: `{value: 20, unit: workdays}`."""

    value: Annotated[int, Field(ge=1, le=10_000)]
    unit: LimitUnit

    def to_rule(self) -> Limit:
        """As the domain has it."""
        return Limit(self.value, self.unit)


class LimitEntries(_Model):
    """The limits of a matter; each may be absent."""

    promised: LimitEntry | None = None
    statutory: LimitEntry | None = None
    notice: LimitEntry | None = None
    answer: LimitEntry | None = None

    @model_validator(mode="after")
    def _promise_within_law(self) -> Self:
        promised, statutory = self.promised, self.statutory
        if promised and statutory and promised.unit == statutory.unit and promised.value > statutory.value:
            raise _fault(
                f"a promised limit of at most the statutory {statutory.value} {statutory.unit}", str(promised.value)
            )
        return self


class LeadEntry(_Model):
    """The deciding side, and the field of the form that names its region."""

    side: LeadSide
    field: Name


class MaterialEntry(_Model):
    """A material; `required: false` means secondary (容缺)."""

    code: Name
    name: BilingualText
    required: bool
    form: SubmittedForm


class OutcomeEntry(_Model):
    """What a granted case leaves; its fields stand in `outcome.avsc`."""

    kind: OutcomeKind


class MatterFile(_Model):
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
    limits: LimitEntries
    deemed_acceptance: bool
    four_eyes: bool
    materials: tuple[MaterialEntry, ...]
    opinions: tuple[HelpKind, ...]
    outcome: OutcomeEntry
    example_settings: tuple[str, ...]

    @model_validator(mode="after")
    def _example_code_is_marked(self) -> Self:
        reserved = int(self.catalog_code[4:9]) in EXAMPLE_MAIN_ITEMS
        if reserved != self.code_is_example:
            expected = "code_is_example true exactly where digits 5 to 9 of catalog_code are 99000 to 99999"
            raise _fault(expected, f"{self.code_is_example} for {self.catalog_code}".lower())
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
            raise _fault("limits.notice, since acceptance is deemed when it passes", "nothing")
        forms = {each.form for each in self.materials}
        if self.receipt_at is ReceiptPoint.ORIGINALS and SubmittedForm.ORIGINAL not in forms:
            raise _fault("a material in the form original, since receipt counts from the originals", "none")
        return self

    @model_validator(mode="after")
    def _example_settings_exist(self) -> Self:
        for path in self.example_settings:
            if not _stands_in(self, path):
                raise _fault("example_settings that name settings of this file, as limits.promised", repr(path))
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
            promised_limit=_limit(self.limits.promised),
            statutory_limit=_limit(self.limits.statutory),
            notice_limit=_limit(self.limits.notice),
            answer_limit=_limit(self.limits.answer),
        )


def parse_matter_file(file: str, text: str) -> MatterFile:
    """Read a `matter.yaml`; `file` is how messages call it. Raises `FaultyContractError` with every fault."""
    try:
        document = json.dumps(yaml.load(text, Loader=_StrictLoader), allow_nan=False)
    except yaml.MarkedYAMLError as err:
        mark = err.problem_mark
        place = f"line {mark.line + 1}" if mark else ""
        raise FaultyContractError(
            [Fault(file, place, "YAML without aliases and doubled keys", str(err.problem))]
        ) from err
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as err:
        raise FaultyContractError([Fault(file, "", "YAML of plain values", str(err))]) from err
    try:
        return MatterFile.model_validate_json(document)
    except ValidationError as err:
        raise FaultyContractError(_as_fault(file, error) for error in err.errors()) from err


class _StrictLoader(yaml.SafeLoader):
    """Safe YAML without its surprises: no aliases, no doubled keys, and a date is the text that was written."""

    yaml_implicit_resolvers = {  # noqa: RUF012 (PyYAML's own shape)
        first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            alias = self.get_event()  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(problem="an alias", problem_mark=alias.start_mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.tag != "tag:yaml.org,2002:str" or key.value in seen:
                problem = f"a key that is doubled or not text: {key.value!r}"
                raise yaml.MarkedYAMLError(problem=problem, problem_mark=key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


_FAULT: Literal["matter_fault"] = "matter_fault"
"""The type of the pydantic errors that carry our own expected and found."""


def _fault(expected: str, found: str) -> PydanticCustomError:
    return PydanticCustomError(_FAULT, "{expected}; found {found}", {"expected": expected, "found": found})


def _refuse_doubles(what: str, values: Sequence[str]) -> None:
    if doubled := sorted({str(value) for value in values if values.count(value) > 1}):
        raise _fault(f"each of {what} once", ", ".join(doubled))


def _stands_in(model: BaseModel, path: str) -> bool:
    for name in path.split("."):
        if not isinstance(model, BaseModel) or name not in type(model).model_fields:
            return False
        model = getattr(model, name)
    return model is not None


def _limit(entry: LimitEntry | None) -> Limit | None:
    return entry.to_rule() if entry else None


def _as_fault(file: str, error: ErrorDetails) -> Fault:
    path = ".".join(str(part) for part in error["loc"])
    match error["type"]:
        case "matter_fault":
            return Fault(file, path, error["ctx"]["expected"], error["ctx"]["found"])
        case "missing":
            return Fault(file, path, "a value", "nothing")
        case "extra_forbidden":
            return Fault(file, path, "no such key", shown(error["input"]))
        case _:
            return Fault(file, path, error["msg"].removeprefix("Input should be "), shown(error["input"]))
