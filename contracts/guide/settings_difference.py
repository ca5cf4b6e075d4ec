"""Where two regions' settings for the same version of a matter differ, in what an applicant meets there. Pure.

What a region does not set is what the matter says, so a region without settings is compared by the matter itself.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from tongban.contracts.guide.personal import Guide
from tongban.contracts.matter.contract import MatterContract
from tongban.contracts.matter.description.materials import LicenceStandIn, MaterialEntry
from tongban.contracts.region_settings.settings_file import SettingsFile


class SettingDifference(NamedTuple):
    """One difference: which setting, and what it is in the one and in the other region (`""`: nothing)."""

    path: str
    one: str
    other: str


def settings_differences(
    matter: MatterContract, one: SettingsFile | None, other: SettingsFile | None
) -> Iterator[SettingDifference]:
    """The differences, in the order of a settings file."""
    for said in _SAYINGS:
        here, there = said(matter, one), said(matter, other)
        for path in dict.fromkeys((*here, *there)):
            if here.get(path, "") != there.get(path, ""):
                yield SettingDifference(path, here.get(path, ""), there.get(path, ""))


Said = Mapping[str, str]


def _body(_: MatterContract, settings: SettingsFile | None) -> Said:
    if settings is None:
        return {}
    body = settings.implementing_body
    return {"implementing_body": f"{body.name.zh} {body.name.en}", "local_code": settings.local_code or ""}


def _promise(matter: MatterContract, settings: SettingsFile | None) -> Said:
    limit = Guide(matter, settings, {}).promised
    return {"promised": f"{limit.value} {limit.unit}" if limit else ""}


def _channels(matter: MatterContract, settings: SettingsFile | None) -> Said:
    offered = Guide(matter, settings, {}).channels
    return {f"channels.{each.apply}+{each.deliver}": f"{each.visits} visits" for each in offered}


def _fees(matter: MatterContract, settings: SettingsFile | None) -> Said:
    lowered = {each.code: each.amount_fen for each in (settings.fees if settings else ())}
    return {f"fees.{each.code}": f"{lowered.get(each.code, each.amount_fen)} fen" for each in matter.about.fees}


def _materials(matter: MatterContract, settings: SettingsFile | None) -> Said:
    return {f"materials.{each.code}": _getting(each, settings) for each in matter.about.materials}


def _getting(entry: MaterialEntry, settings: SettingsFile | None) -> str:
    here = settings.material(entry.code) if settings else None
    if here is not None and not here.asked:
        return "not asked"
    stand_ins = dict.fromkeys((*entry.stand_ins, *(here.stand_ins if here else ())))
    named = [each.licence if isinstance(each, LicenceStandIn) else each.source for each in stand_ins]
    return "asked" + (f", or {' or '.join(named)}" if named else "")


def _places(_: MatterContract, settings: SettingsFile | None) -> Said:
    places = settings.places if settings else ()
    return {f"places.{each.code}": f"{each.name.zh} {each.name.en}; {each.hours.zh} {each.hours.en}" for each in places}


_SAYINGS: tuple[Callable[[MatterContract, SettingsFile | None], Said], ...] = (
    _body, _promise, _channels, _fees, _materials, _places,
)  # fmt: skip
