"""Whatever a contract can say, a matter that ships says: no feature of the format that nobody has tried on something real.

The features are derived from the format's models and from the rules for forms, so a new one without a matter fails here.
"""

from collections.abc import Iterator, Mapping
from enum import Enum
from itertools import product
from typing import Any, Literal, get_args, get_origin

import pytest
from pydantic import BaseModel

from tongban.contracts.avro.walk import ALLOWED
from tongban.contracts.forms.fields import answers_of
from tongban.contracts.forms.values import DataClass
from tongban.contracts.matter.bundles import shipped_bundles
from tongban.contracts.matter.checks.service import FIVE_MODES
from tongban.contracts.matter.description.bundle_file import BundleFile
from tongban.contracts.matter.description.condition import holds
from tongban.contracts.matter.description.materials import BaseLibrary
from tongban.contracts.matter.description.matter_file import MatterFile
from tongban.contracts.matter.description.process import ACTS, OtherRole
from tongban.contracts.matter.description.step_graph import in_order, longest_limit, without
from tongban.contracts.matter.folders import shipped_matter, shipped_matters
from tongban.contracts.matter.regimes import released_regimes
from tongban.contracts.yaml.model import Model
from tongban.domain.law.rules import LimitUnit

CODES = tuple(dict.fromkeys(each.rules.catalog_code for each in shipped_matters()))
MATTERS = {code: shipped_matter(code) for code in CODES}
"""The newest version of each matter."""
BUNDLES = {each.about.catalog_code: each for each in shipped_bundles()}
EACH = pytest.mark.parametrize("code", CODES)

NAMED_BY_THE_PLAN = {
    "内资有限公司设立登记", "跨省异地就医登记备案", "企业职工基本养老保险关系转移接续", "户口迁移（夫妻投靠）",
    "购房提取住房公积金（异地购房）", "排污许可证核发", "建筑工程施工许可证核发",
}  # fmt: skip

PROMISES_TOO_MUCH = "000199003000"
"""Version 2 promises a renewal in 7 working days, whose steps take 8: to be put right in its next version."""

NOT_USED = {
    "Described.code_is_example=False": "no source at hand gives the catalog code of any matter",
    "form data class core": "no form of these asks for core data of the state",
}
"""What no matter uses, and why none could."""


# The features, from the models


def all_features() -> set[str]:
    return {
        *features_of_models(MatterFile, BundleFile),
        *(f"act {act}" for act in ACTS),
        *(f"regime {each.name}/{each.version}" for each in released_regimes()),
        *(f"mode {apply}+{deliver}" for apply, deliver in FIVE_MODES),
        *(f"stand-in from {source}" for source in (*BaseLibrary, "a declared source")),
        *(f"form source {source}" for source in (*BaseLibrary, "a declared source", "applicant")),
        *(f"form type {kind}" for kind in (*ALLOWED, "date", "nullable")),
        *(f"form data class {each}" for each in DataClass),
        *(f"form personal {each}" for each in (True, False)),
        *COURSES,
    }


COURSES = (
    "steps in parallel", "a step that waits for several", "a step that falls out", "a question of yes and no",
    "a question of choices",
)  # fmt: skip
"""What the models do not tell, since it lies in how entries stand to one another."""


def features_of_models(*models: type[BaseModel]) -> set[str]:
    """A feature for each key, and one for each of the values of a key that has a few."""
    found: set[str] = set()
    waiting, seen = list(models), set()
    while waiting:
        model = waiting.pop()
        seen.add(model)
        for name, about in model.model_fields.items():
            found.add(f"{model.__name__}.{about.alias or name}")
            for leaf in leaves(about.annotation):
                if isinstance(leaf, type) and issubclass(leaf, BaseModel):
                    waiting += [leaf] if leaf not in seen else []
                else:
                    found |= {f"{declaring(model, name)}.{name}={value}" for value in values_of(leaf)}
    return found


def leaves(annotation: Any) -> Iterator[Any]:
    """The types within lists, unions and annotations; a mapping counts as one, whatever is in it."""
    if get_origin(annotation) in (None, Literal, dict):
        yield annotation
        return
    for each in get_args(annotation):
        if each not in (..., type(None)) and (isinstance(each, type) or get_origin(each) is not None):
            yield from leaves(each)


def values_of(leaf: Any) -> tuple[object, ...]:
    if get_origin(leaf) is Literal:
        return get_args(leaf)
    if leaf is bool:
        return (True, False)
    return tuple(leaf) if isinstance(leaf, type) and issubclass(leaf, Enum) else ()


def declaring(model: type, name: str) -> str:
    """The class that a key comes from: its values need not be used by each model that has it."""
    return next(each.__name__ for each in reversed(model.__mro__) if name in vars(each).get("__annotations__", ()))


# The features that a matter uses


def used_keys(model: BaseModel) -> Iterator[str]:
    kind = type(model)
    for name, about in kind.model_fields.items():
        value = getattr(model, name)
        if about.is_required() or value != about.get_default(call_default_factory=True):
            yield f"{kind.__name__}.{about.alias or name}"
        for each in value if isinstance(value, tuple) else (value,):
            if isinstance(each, BaseModel):
                yield from used_keys(each)
            elif not isinstance(each, Mapping):
                yield f"{declaring(kind, name)}.{name}={each}"


def used_by(contract: Any) -> Iterator[str]:
    about = contract.about
    yield from used_keys(about)
    yield from used_by_schema(contract.form_schema.avro)
    for each in contract.form_schema.fields:
        yield from (f"form source {named(source, about)}" for source in each.sources)
    yield from (f"mode {each.apply}+{each.deliver}" for each in about.channels)
    if isinstance(about, MatterFile):
        yield from used_by_schema(contract.outcome_schema.avro)
        yield from used_by_course(contract)


def used_by_course(contract: Any) -> Iterator[str]:
    about = contract.about
    yield f"regime {about.legal_regime.name}/{about.legal_regime.version}"
    yield from (f"act {each.act}" for each in about.powers)
    for material in about.materials:
        yield from (
            f"stand-in from {named(each.source, about)}" for each in material.stand_ins if each.kind == "shared_data"
        )
    if any(len(stage) > 1 for stage in in_order({each.code: each.after for each in about.steps})):
        yield "steps in parallel"
    if any(len(each.after) > 1 for each in about.steps):
        yield "a step that waits for several"
    if any(each.when for each in about.steps):
        yield "a step that falls out"
    for question in about.questions:
        yes_or_no = True in answers_of(contract.form_schema, question.field)
        yield "a question of yes and no" if yes_or_no else "a question of choices"


def named(source: str, about: MatterFile | BundleFile) -> str:
    return "a declared source" if source in {each.code for each in about.data_sources} else source


def used_by_schema(schema: Any) -> Iterator[str]:
    """Every type and attribute in an Avro schema."""
    match schema:
        case str():
            yield f"form type {schema}"
        case [*branches]:
            yield "form type nullable"
            for each in branches:
                yield from used_by_schema(each)
        case {"type": kind}:
            yield from used_by_schema(kind)
            if "logicalType" in schema:
                yield f"form type {schema['logicalType']}"
            if "data_class" in schema:
                yield f"form data class {schema['data_class']}"
                yield f"form personal {schema['personal']}"
            for each in (*schema.get("fields", ()), *([schema["items"]] if "items" in schema else [])):
                yield from used_by_schema(each)


USED_BY: dict[str, list[str]] = {}
"""Feature → the matters and bundles that use it."""
for _code, _contract in (*MATTERS.items(), *BUNDLES.items()):
    for _feature in set(used_by(_contract)):
        USED_BY.setdefault(_feature, []).append(_code)


def test_every_feature_of_the_format_is_used_by_a_matter_that_ships():
    unused = all_features() - USED_BY.keys()
    assert unused == NOT_USED.keys()


def test_a_new_feature_of_the_format_needs_a_matter():
    class Tint(Enum):
        RED = "red"

    class Painted(Model):
        tint: Tint | None = None

    class NewFormat(MatterFile):
        painted: tuple[Painted, ...] = ()

    assert features_of_models(NewFormat) - USED_BY.keys() >= {
        "NewFormat.painted",
        "Painted.tint",
        f"Painted.tint={Tint.RED}",
    }


# The matters themselves


def test_at_least_twelve_matters_ship_and_a_birth_as_one_matter():
    assert len(CODES) >= 12
    assert {each.rules.name_zh for each in MATTERS.values()} >= NAMED_BY_THE_PLAN
    assert [each.about.name.zh for each in BUNDLES.values()] == ["出生一件事"]


@EACH
def test_the_newest_version_of_each_matter_is_in_the_present_format(code):
    assert MATTERS[code].regime is not None


@EACH
def test_a_decision_of_another_authority_is_a_matter_that_ships(code):
    asked = {each.matter for each in MATTERS[code].about.others if each.role is OtherRole.DECISION}
    assert asked <= MATTERS.keys()


@pytest.mark.parametrize("contract", [*MATTERS.values(), *BUNDLES.values()], ids=lambda each: each.about.catalog_code)
def test_every_question_selects_something(contract):
    asked = {each.field for each in contract.about.questions}
    assert asked == {name for when in conditions(contract.about) for name in when}


def conditions(model: BaseModel) -> Iterator[Mapping[str, Any]]:
    for name in type(model).model_fields:
        value = getattr(model, name)
        if name == "when" and value:
            yield value
        for each in value if isinstance(value, tuple) else (value,):
            if isinstance(each, BaseModel):
                yield from conditions(each)


def ways(contract: Any) -> Iterator[dict[str, Any]]:
    """Every set of answers that can be given."""
    questions = contract.about.questions
    for chosen in product(*(answers_of(contract.form_schema, each.field) for each in questions)):
        known: dict[str, Any] = {}
        for question, answer in zip(questions, chosen, strict=True):
            if holds(question.when, known):
                known[question.field] = answer
        yield known


@EACH
def test_whatever_is_answered_one_way_leads_from_intake_over_acceptance_to_a_decision(code):
    about = MATTERS[code].about
    steps = {each.code: each for each in about.steps}
    for answers in ways(MATTERS[code]):
        kept = [each.code for each in about.steps if each.applies(answers)]
        stages = in_order(without({each.code: each.after for each in about.steps}, kept))
        assert (len(stages[0]), len(stages[-1])) == (1, 1)
        order = [about.act_of(steps[each]) for stage in stages for each in stage]
        assert order.index("accept") < order.index("decide")


@pytest.mark.parametrize("code", [each for each in CODES if each != PROMISES_TOO_MUCH])
def test_whatever_is_answered_the_steps_fit_into_what_is_promised(code):
    about = MATTERS[code].about
    graph = {each.code: each.after for each in about.steps}
    for answers in ways(MATTERS[code]):
        reduced = without(graph, [each.code for each in about.steps if each.applies(answers)])
        steps = [each.model_copy(update={"after": reduced[each.code]}) for each in about.steps if each.code in reduced]
        promises = [each.promised or about.limits.promised for each in about.sub_items if each.applies(answers)]
        promised = max((each.value for each in promises), default=about.limits.promised.value)
        assert longest_limit(steps, about.limits.promised.unit) <= promised
        assert about.limits.promised.unit is LimitUnit.WORKDAYS or about.case_kind == "instant"
