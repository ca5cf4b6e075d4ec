"""Where a guide's matters and settings come from: the registries that a home has read, or what ships with Tongban."""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass

from tongban.adapters.cli.command import Call
from tongban.adapters.cli.session import looking
from tongban.adapters.node.settings import SETTINGS_FILE
from tongban.contracts.faults import FaultyContractError
from tongban.contracts.matter.bundles import BundleContract, shipped_bundles
from tongban.contracts.matter.contract import MatterContract, MatterKey
from tongban.contracts.matter.folders import shipped_matters
from tongban.contracts.region_settings.settings import find_settings, settings_from_text, shipped_settings
from tongban.contracts.region_settings.settings_file import SettingsFile
from tongban.domain.errors import MatterUnknownError
from tongban.domain.identifiers import RegionCode


@dataclass(frozen=True)
class GuideSource:
    """Matters and bundles by code and version, and a region's settings. `published`: from a home's registries."""

    matters: Mapping[MatterKey, MatterContract]
    bundles: Mapping[MatterKey, BundleContract]
    settings: Mapping[MatterKey, SettingsFile]
    published: bool

    def find(self, name: str) -> MatterContract | BundleContract:
        """The matter or bundle written CODE or CODE/VERSION; the newest version if none is named. Raises MatterUnknownError."""
        code, _, version = name.partition("/")
        known: dict[MatterKey, MatterContract | BundleContract] = {**self.bundles, **self.matters}
        found = sorted((int(key[1]), key) for key in known if key[0] == code and version in ("", key[1]))
        if not found:
            raise MatterUnknownError(
                f"there is no matter or bundle {name}",
                expected=", ".join("/".join(key) for key in sorted(known)),
                found=name,
                advice="name its catalogue code" + (", or publish it first" if self.published else ""),
            )
        return known[found[-1][1]]

    def settings_of(self, matter: MatterContract) -> SettingsFile | None:
        """The region's settings for a matter."""
        return self.settings.get(matter.key)


def guide_source(call: Call, region: str | None) -> GuideSource:
    """What a home has read, where there is one; else what ships."""
    if (call.home / SETTINGS_FILE).is_file():
        return _published(call, region)
    matters = {each.key: each for each in shipped_matters()}
    settings = {key: find_settings(shipped_settings(), region or "", *key) for key in matters}
    return GuideSource(matters, _bundles(), {key: each.about for key, each in settings.items() if each}, False)


def _published(call: Call, region: str | None) -> GuideSource:
    with ExitStack() as stack:
        home = stack.enter_context(looking(call))
        tx = stack.enter_context(home.store.reading())
        knowledge = home.node.knowledge
        matters = home.node.matters.readable(tx)
        state = knowledge.current_region(tx, RegionCode(region)) if region else None
        texts = dict(state.matter_settings) if state else {}
    settings = {key: readable(text) for key, text in texts.items()}
    bundles = {key: each for key, each in _bundles().items() if _members_are_there(each, matters)}
    return GuideSource(matters, bundles, {key: each for key, each in settings.items() if each}, True)


def readable(text: str) -> SettingsFile | None:
    """Settings from a registry; None where a later version of this software wrote what this one does not read."""
    try:
        return settings_from_text(text).about
    except FaultyContractError:
        return None


def _bundles() -> dict[MatterKey, BundleContract]:
    return {(each.about.catalog_code, each.about.version): each for each in shipped_bundles()}


def _members_are_there(bundle: BundleContract, matters: Mapping[MatterKey, MatterContract]) -> bool:
    """Whether the home knows each matter of a bundle with the same bytes; bundles themselves are not published."""
    return all(matters.get((each.matter, each.version)) == bundle.member_of(each) for each in bundle.about.members)
