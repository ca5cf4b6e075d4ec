"""A guide as programs read it."""

from collections.abc import Iterable
from typing import Any

from tongban.contracts.forms.values import FormField
from tongban.contracts.guide.bundle import BundleGuide
from tongban.contracts.guide.personal import Guide, NeededMaterial
from tongban.contracts.matter.description.limits import LimitEntry
from tongban.contracts.matter.description.process import StepEntry
from tongban.contracts.matter.description.service import ChannelEntry
from tongban.contracts.yaml.model import BilingualText


def guide_json(guide: Guide) -> dict[str, Any]:
    """One matter's guide as programs read it."""
    about, settings = guide.contract.about, guide.settings
    return {
        "matter": about.catalog_code,
        "version": about.version,
        **_named(about.name),
        "kind": "matter",
        "case_kind": about.case_kind.value,
        "settings": settings.model_dump(mode="json") if settings else None,
        "answers": dict(guide.answers),
        "sub_items": [{"code": each.code, **_named(each.name)} for each in guide.sub_items],
        "materials": [_material_json(each) for each in guide.materials],
        "fields": {"asked": fields_json(guide.asked_fields), "fetched": fields_json(guide.fetched_fields)},
        "steps": [[_step_json(guide, each) for each in stage] for stage in guide.stages],
        "limit": {"promised": _limit_json(guide.promised), "statutory": _statutory_json(guide)},
        "channels": channels_json(guide.channels),
        "fee": {"fen": guide.fee_fen, "entries": [each.model_dump(mode="json") for each in guide.fees]},
        "special_procedures": [
            {"code": each.code, **_named(each.name), "expected": _limit_json(each.expected)}
            for each in guide.special_procedures
        ],
        "others": [{"code": each.code, **_named(each.name), "role": each.role.value} for each in guide.others],
        "documents": [{"code": each.code, **_named(each.name)} for each in guide.documents],
        "places": [each.model_dump(mode="json") for each in guide.places],
        "examples": list(guide.examples),
    }


def bundle_json(guide: BundleGuide) -> dict[str, Any]:
    """A bundle's guide as programs read it."""
    about = guide.bundle.about
    return {
        "matter": about.catalog_code,
        "version": about.version,
        **_named(about.name),
        "kind": "bundle",
        "answers": dict(guide.answers),
        "cases": [list(stage) for stage in guide.stages],
        "materials": [
            {"code": each.code, **_named(each.name), "brought": each.brought, "matters": list(each.matters),
             "given_by": each.given_by}
            for each in guide.materials
        ],
        "fields": {"asked": fields_json(guide.asked_fields), "fetched": fields_json(guide.fetched_fields)},
        "limit": {"promised": _limit_json(about.promised)},
        "channels": channels_json(about.channels),
        "fee": {"fen": guide.fee_fen},
        "saved": {"fields": guide.saved_fields, "materials": guide.saved_materials},
        "members": {code: guide_json(each) for code, each in guide.guides.items()},
        "examples": list(about.example_settings),
    }  # fmt: skip


def fields_json(fields: Iterable[FormField]) -> list[dict[str, Any]]:
    """Fields of a form."""
    return [
        {"field": each.name, "title_zh": each.title_zh, "title_en": each.title_en, "sources": list(each.sources)}
        for each in fields
    ]


def channels_json(channels: Iterable[ChannelEntry]) -> list[dict[str, Any]]:
    """Ways to apply and to be served."""
    return [each.model_dump(mode="json") for each in channels]


def _named(name: BilingualText) -> dict[str, str]:
    return {"name_zh": name.zh, "name_en": name.en}


def _limit_json(limit: LimitEntry | None) -> dict[str, Any] | None:
    return {"value": limit.value, "unit": limit.unit.value} if limit else None


def _statutory_json(guide: Guide) -> dict[str, Any] | None:
    limit = guide.contract.rules.statutory_limit
    return {"value": limit.value, "unit": limit.unit.value} if limit else None


def _material_json(needed: NeededMaterial) -> dict[str, Any]:
    entry = needed.entry
    return {
        "code": entry.code,
        **_named(entry.name),
        "required": entry.required,
        "form": entry.form.value,
        "copies": entry.copies,
        "brought": needed.brought,
        "asked": needed.asked,
        "stand_ins": [each.model_dump(mode="json") for each in needed.stand_ins],
    }


def _step_json(guide: Guide, step: StepEntry) -> dict[str, Any]:
    power = guide.contract.about.power(step.power)
    return {
        "code": step.code,
        **_named(step.name),
        "act": power.act if power else None,
        "side": power.side.value if power else None,
        "officers": step.officers,
        "limit": _limit_json(step.limit),
    }
