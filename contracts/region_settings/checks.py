"""Checks on a region's settings, held against the matter: only what may vary, and only in the applicant's favour."""

from collections.abc import Iterator, Mapping
from typing import Any

from tongban.contracts.matter.checks.check import Wrong, doubles, unknown
from tongban.contracts.matter.checks.general import stands_in
from tongban.contracts.matter.checks.service import FIVE_MODES, channel_faults
from tongban.contracts.matter.description.materials import BaseLibrary, LicenceStandIn
from tongban.contracts.matter.description.matter_file import MatterFile, VaryPoint
from tongban.contracts.region_settings.settings_file import SettingsFile

VARIED_BY: Mapping[str, VaryPoint] = {
    "promised": VaryPoint.PROMISED_LIMIT,
    "channels": VaryPoint.CHANNELS,
    "fees": VaryPoint.FEES,
    "materials": VaryPoint.MATERIALS,
    "places": VaryPoint.PLACES,
}
"""What a section of the settings varies."""


def settings_wrongs(sections: Mapping[str, Any], matter: MatterFile) -> Iterator[Wrong]:
    """What is wrong with the sections that were read soundly. `matter`: the one that they are for."""
    settings = SettingsFile.model_construct(**sections)
    yield from _only_what_may_vary(sections, matter)
    for section, check in _CHECKS.items():
        if section in sections:
            yield from check(settings, matter)


def _only_what_may_vary(sections: Mapping[str, Any], matter: MatterFile) -> Iterator[Wrong]:
    for section, point in VARIED_BY.items():
        if sections.get(section) and point not in matter.may_vary:
            allowed = ", ".join(matter.may_vary) or "nothing"
            yield Wrong(section, f"nothing, for the matter's may_vary allows {allowed}", "a setting")


def _code(settings: SettingsFile, matter: MatterFile) -> Iterator[Wrong]:
    code = settings.local_code
    if code is None:
        return
    if code[19:] != matter.catalog_code:
        yield Wrong("local_code", f"a code that ends with the catalog code {matter.catalog_code}", code[19:])
    if int(code[18]) not in matter.exercise_levels:
        levels = " or ".join(map(str, matter.exercise_levels))
        yield Wrong("local_code", f"level {levels} as character 19, as the matter is exercised", code[18])
    body = getattr(settings, "implementing_body", None)
    if body is not None and code[:18] != body.code:
        yield Wrong("local_code", f"a code that begins with the implementing body's, {body.code}", code[:18])


def _promise(settings: SettingsFile, matter: MatterFile) -> Iterator[Wrong]:
    own, general = settings.promised, matter.limits.promised
    if own is None or general is None:
        return
    if own.unit != general.unit or own.value >= general.value:
        yield Wrong("promised", f"fewer than the matter's {general.value} {general.unit}", f"{own.value} {own.unit}")


def _channels(settings: SettingsFile, matter: MatterFile) -> Iterator[Wrong]:
    modes = [(each.apply, each.deliver) for each in settings.channels]
    visits = {(each.apply, each.deliver): each.visits for each in matter.channels}
    yield from doubles("channels", (" + ".join(mode) for mode in modes))
    for number, (mode, each) in enumerate(zip(modes, settings.channels, strict=True)):
        path = f"channels.{number}"
        if mode not in FIVE_MODES:
            yield Wrong(path, "one of the five modes", " + ".join(mode))
        if mode in visits and each.visits >= visits[mode]:
            yield Wrong(f"{path}.visits", f"fewer than the matter's {visits[mode]}", str(each.visits))
        yield from channel_faults(path, each)


def _fees(settings: SettingsFile, matter: MatterFile) -> Iterator[Wrong]:
    amounts = {each.code: each.amount_fen for each in matter.fees}
    yield from doubles("fees", (each.code for each in settings.fees))
    for number, each in enumerate(settings.fees):
        yield from unknown(f"fees.{number}.code", [each.code], amounts, "a fee of the matter")
        if each.code in amounts and each.amount_fen >= amounts[each.code]:
            yield Wrong(f"fees.{number}.amount_fen", f"less than {amounts[each.code]}", str(each.amount_fen))


def _materials(settings: SettingsFile, matter: MatterFile) -> Iterator[Wrong]:
    codes = {each.code for each in matter.materials}
    licences = {each.code for each in matter.licence_types}
    sources = {*BaseLibrary, *(each.code for each in matter.data_sources)}
    yield from doubles("materials", (each.code for each in settings.materials))
    for number, each in enumerate(settings.materials):
        path = f"materials.{number}"
        yield from unknown(f"{path}.code", [each.code], codes, "a material of the matter")
        if each.asked and not each.stand_ins:
            yield Wrong(path, "asked: false, or stand_ins", "neither")
        for place, stand_in in enumerate(each.stand_ins):
            if isinstance(stand_in, LicenceStandIn):
                yield from unknown(f"{path}.stand_ins.{place}.licence", [stand_in.licence], licences, "a licence type")
            else:
                yield from unknown(f"{path}.stand_ins.{place}.source", [stand_in.source], sources, "a source")


def _places(settings: SettingsFile, _: MatterFile) -> Iterator[Wrong]:
    yield from doubles("places", (each.code for each in settings.places))


def _examples(settings: SettingsFile, _: MatterFile) -> Iterator[Wrong]:
    for number, path in enumerate(settings.example_settings):
        if not stands_in(settings, path):
            yield Wrong(f"example_settings.{number}", "a setting of this file, as promised", repr(path))


_CHECKS = {
    "local_code": _code,
    "promised": _promise,
    "channels": _channels,
    "fees": _fees,
    "materials": _materials,
    "places": _places,
    "example_settings": _examples,
}
