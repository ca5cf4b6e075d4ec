"""Folders of matters (事项), read and listed: a city's own, and those that ship with Tongban.

    matters/<catalog code>/<version>/matter.yaml    what the matter asks of a case
                                     form.avsc      what the applicant states
                                     outcome.avsc   what a grant says
                                     regime.yaml    the legal regime, unless the matter names a released one

- Every fault of every file is reported at once. Whatever is no folder of a matter is a fault too: it would silently not be read.
- Released files never change, not by one byte: a change is a new version in a new folder.

Not handled here: what the files say (`reading`), folders of bundles (`bundles`).
"""

from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path

from tongban.contracts.faults import Fault, FaultyContractError, collect, refuse_faulty
from tongban.contracts.matter.contract import MatterContract, matter_from_files
from tongban.contracts.matter.files import MATTER_FILE, REGIME_FILE
from tongban.contracts.matter.regimes import regime_for
from tongban.contracts.shipped import LOCK_FILE, MATTERS
from tongban.contracts.yaml.document import load_yaml


def read_matter(folder: Path) -> MatterContract:
    """Read the matter in `…/<catalog code>/<version>/`. Raises `FaultyContractError` with every fault."""
    place = f"{folder.parent.name}/{folder.name}/"
    if not folder.is_dir():
        raise FaultyContractError([Fault(place, "", "a folder", "nothing")])
    files = {each.name: each.read_bytes() if each.is_file() else b"" for each in _visible(folder)}
    contract = matter_from_files(_with_regime(files, place), folder=place)
    if contract.key != (folder.parent.name, folder.name):
        raise FaultyContractError([Fault(place, "", f"the folder {'/'.join(contract.key)}/, as the file says", place)])
    return contract


def list_matters(root: Path) -> tuple[MatterContract, ...]:
    """Read every matter below `root`, by code and version. Raises `FaultyContractError` with the faults of all."""
    faults: list[Fault] = []
    folders = [folder for folder in matter_folders(root, faults) if not is_bundle(folder)]
    read = [collect(faults, partial(read_matter, folder)) for folder in folders]
    refuse_faulty(faults)
    return tuple(sorted((each for each in read if each), key=_in_number_order))


def matter_folders(root: Path, faults: list[Fault]) -> list[Path]:
    """The folders `…/<catalog code>/<version>/` below `root`; what else is there is a fault."""
    return [version for code in _folders(root, faults) for version in _folders(code, faults)]


def is_bundle(folder: Path) -> bool:
    """Whether a folder holds a bundle (一件事) and no matter of its own."""
    file = folder / MATTER_FILE
    try:
        document = load_yaml(MATTER_FILE, file.read_text("utf-8")) if file.is_file() else None
    except (FaultyContractError, UnicodeDecodeError):
        return False
    return isinstance(document, dict) and document.get("kind") == "bundle"


@cache
def shipped_matters() -> tuple[MatterContract, ...]:
    """The matters that ship with Tongban."""
    return list_matters(MATTERS)


def shipped_matter(catalog_code: str, version: str | None = None) -> MatterContract:
    """One of the matters that ship; its newest version if none is named. Reads no other. Raises `KeyError`."""
    folders = [each for each in (MATTERS / catalog_code).glob("[1-9]*") if not is_bundle(each)]
    versions = sorted((each.name for each in folders), key=int)
    if not versions or version not in (None, *versions):
        raise KeyError(f"{catalog_code}/{version or ''}")
    return _shipped(catalog_code, version or versions[-1])


@cache
def _shipped(catalog_code: str, version: str) -> MatterContract:
    return read_matter(MATTERS / catalog_code / version)


def _with_regime(files: Mapping[str, bytes], folder: str) -> dict[str, bytes]:
    """The files of a folder with the released regime that its matter names. Raises `FaultyContractError`."""
    regime = regime_for(files.get(MATTER_FILE, b""), files.get(REGIME_FILE), folder + MATTER_FILE)
    return {**files, **({REGIME_FILE: regime} if regime is not None else {})}


def _in_number_order(contract: MatterContract) -> tuple[str, int]:
    return contract.rules.catalog_code, int(contract.rules.version)


def _visible(folder: Path) -> list[Path]:
    return sorted(each for each in folder.iterdir() if not each.name.startswith("."))


def _folders(parent: Path, faults: list[Fault]) -> list[Path]:
    """Return the folders in a folder; anything else is a fault, for it would silently not be read."""
    if not parent.is_dir():
        faults.append(Fault(f"{parent.name}/", "", "a folder", "nothing"))
        return []
    entries = [each for each in _visible(parent) if each.name != LOCK_FILE]
    faults += [Fault(f"{parent.name}/{each.name}", "", "a folder", "a file") for each in entries if not each.is_dir()]
    return [each for each in entries if each.is_dir()]
