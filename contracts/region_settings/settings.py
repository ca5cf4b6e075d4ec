"""Settings of regions (实施清单): a file per region and matter, and the text that goes into a region's registry.

    settings/<region>/<catalog code>.yaml   ──►  RFC 8785 JSON of the same  ──►  event region.matter_set

- Settings never reach a verdict or a finding: they change what a city shows and promises, not what a case needs.
- Text that comes from a registry is read for its form only: a later version of this software may look at more.
- Reading reports every fault at once.

Not handled here: what follows from settings for an applicant (`tongban.contracts.guide.personal`).
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Any

import rfc8785

from tongban.contracts.faults import Fault, FaultyContractError, collect, refuse_faulty
from tongban.contracts.matter.contract import MatterContract, MatterKey
from tongban.contracts.matter.files import text_faults
from tongban.contracts.matter.folders import shipped_matters
from tongban.contracts.region_settings.checks import settings_wrongs
from tongban.contracts.region_settings.settings_file import SettingsFile
from tongban.contracts.shipped import SETTINGS
from tongban.contracts.strict_json import load_json
from tongban.contracts.yaml.document import load_yaml
from tongban.contracts.yaml.sections import read_sections

SETTINGS_MAX_BYTES = 32 * 1024
"""The largest settings: half of what an event's body may be."""

FindMatter = Callable[[str, str], MatterContract | None]
"""The matter with this catalog code and version."""


@dataclass(frozen=True, slots=True)
class RegionSettings:
    """The settings of one region for one version of a matter. `text`: their RFC 8785 form."""

    about: SettingsFile
    text: str = field(repr=False)

    @property
    def content_hash(self) -> bytes:
        """SHA-256 of the text."""
        return hashlib.sha256(self.text.encode()).digest()

    @property
    def matter(self) -> MatterKey:
        """The matter that they are for."""
        return self.about.catalog_code, self.about.version


def read_settings(path: Path, find: FindMatter) -> RegionSettings:
    """Read and check `…/<region>/<catalog code>.yaml`. Raises `FaultyContractError` with every fault."""
    place = f"{path.parent.name}/{path.name}"
    if not path.is_file():
        raise FaultyContractError([Fault(place, "", "the file", "nothing")])
    data = path.read_bytes()
    refuse_faulty(text_faults(place, data))
    settings = _checked(place, load_yaml(place, data.decode("utf-8")), find)
    about = settings.about
    if (about.region, about.catalog_code) != (path.parent.name, path.stem):
        raise FaultyContractError([Fault(place, "", f"{about.region}/{about.catalog_code}.yaml, as it says", place)])
    return settings


def check_settings(text: str, find: FindMatter) -> RegionSettings:
    """Read settings from their text and hold them against the matter. Raises `FaultyContractError`."""
    return _checked("settings", _document(text), find)


def settings_from_text(text: str) -> RegionSettings:
    """Read settings from a registry, for their form only. Raises `FaultyContractError` unless it is RFC 8785 JSON of settings."""
    faults: list[Fault] = []
    document = _document(text)
    sections = read_sections("settings", SettingsFile, document, faults)
    refuse_faulty(faults)
    return RegionSettings(SettingsFile(**sections), text)


def list_settings(root: Path, find: FindMatter) -> tuple[RegionSettings, ...]:
    """Read every settings file below `root`, by region and code. Raises `FaultyContractError` with the faults of all."""
    faults: list[Fault] = []
    paths = sorted(root.glob("*/*.yaml"))
    read = [collect(faults, partial(read_settings, path, find)) for path in paths]
    refuse_faulty(faults)
    return tuple(each for each in read if each is not None)


@cache
def shipped_settings() -> tuple[RegionSettings, ...]:
    """The settings that ship with Tongban: examples of two cities."""
    return list_settings(SETTINGS, among(shipped_matters()))


def among(matters: Iterable[MatterContract]) -> FindMatter:
    """Look a matter up among these."""
    known = {each.key: each for each in matters}
    return lambda code, version: known.get((code, version))


def find_settings(settings: Iterable[RegionSettings], region: str, code: str, version: str) -> RegionSettings | None:
    """The settings of a region for a matter, among some."""
    return next((each for each in settings if (each.about.region, *each.matter) == (region, code, version)), None)


def _checked(file: str, document: Any, find: FindMatter) -> RegionSettings:
    faults: list[Fault] = []
    sections = read_sections(file, SettingsFile, document, faults)
    matter = _matter(file, sections, find, faults)
    if matter is not None:
        faults += [Fault(file, *wrong) for wrong in settings_wrongs(sections, matter.about)]
    refuse_faulty(faults)
    return RegionSettings(SettingsFile(**sections), _sized(rfc8785.dumps(document)).decode())


def _matter(file: str, sections: Mapping[str, Any], find: FindMatter, faults: list[Fault]) -> MatterContract | None:
    if not {"catalog_code", "version"} <= sections.keys():
        return None
    code, version = sections["catalog_code"], sections["version"]
    matter = find(code, version)
    if matter is None:
        faults.append(Fault(file, "version", "a matter that is published, by code and version", f"{code}/{version}"))
    return matter


def _document(text: str) -> Any:
    try:
        document = load_json(_sized(text.encode()))
        canonical = rfc8785.dumps(document)
    except (ValueError, UnicodeEncodeError) as err:
        raise FaultyContractError([Fault("settings", "", "JSON", str(err))]) from err
    if canonical != text.encode():
        raise FaultyContractError(
            [Fault("settings", "", "the RFC 8785 form", "the same object written in another way")]
        )
    return document


def _sized(data: bytes) -> bytes:
    if len(data) > SETTINGS_MAX_BYTES:
        raise FaultyContractError([Fault("settings", "", f"at most {SETTINGS_MAX_BYTES} bytes", f"{len(data)} bytes")])
    return data
