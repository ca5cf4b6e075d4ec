"""Matters (事项) as contracts: a folder of three files, its bundle of bytes, and the value both are read into.

    matters/<catalog code>/<version>/matter.yaml    what the matter asks of a case
                                     form.avsc      what the applicant states
                                     outcome.avsc   what a grant says
                                     regime.yaml    the legal regime, unless the matter names a released one

- What a matter means is under its own hash: the bundle carries the regime's file, too (since format 2).
- A matter is known by the SHA-256 of its **bundle**: the RFC 8785 form of `{"form.avsc": text, …}`. The federation
  registers that hash; the compacted `contracts` topic carries the bundle under it.
- A bundle is read only if it has the outer shape that verdicts ask for (`tongban.contracts.wire.package`).
- Reading tells every fault of every file at once.
- Released files never change, not by one byte: a change is a new version in a new folder.

Not handled here: the rules inside each file (`tongban.contracts.matter`, `matter_schema`, `matter_values`), what a region
varies, compatibility of versions.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from tongban.contracts.faults import Fault, FaultyContractError, refuse_faulty
from tongban.contracts.forms.values import RecordSchema
from tongban.contracts.matter.description.matter_file import MatterFile
from tongban.contracts.matter.description.regime_file import RegimeFile
from tongban.contracts.matter.reading import (
    MATTER_FILE,
    REGIME_FILE,
    collect,
    name_faults,
    read_files,
    text_faults,
)
from tongban.contracts.matter.regimes import regime_for
from tongban.contracts.shipped import LOCK_FILE, MATTERS
from tongban.contracts.wire.package import pack, unpack
from tongban.contracts.yaml.document import load_yaml
from tongban.domain.law.rules import MatterRules


@dataclass(frozen=True, slots=True)
class MatterContract:
    """One matter at one version: its rules, its schemas, and the bytes of its files, from which all of it comes."""

    rules: MatterRules
    about: MatterFile = field(repr=False, hash=False)
    regime: RegimeFile | None = field(repr=False, hash=False)
    form_schema: RecordSchema = field(repr=False)
    outcome_schema: RecordSchema = field(repr=False)
    files: Mapping[str, bytes] = field(repr=False, hash=False)

    @property
    def content_hash(self) -> bytes:
        """SHA-256 of the bundle."""
        return self.rules.content_hash

    @property
    def package(self) -> bytes:
        """The matter as bytes for the `contracts` topic."""
        return matter_package(self.files)

    def encode_form(self, values: Mapping[str, object]) -> bytes:
        """Encode a form as Avro binary. Raises `FaultyContractError` that names each wrong field."""
        return self.form_schema.encode(values)

    def decode_form(self, data: bytes) -> dict[str, Any]:
        """Decode a form from canonical Avro binary. Raises `FaultyContractError` for any other bytes."""
        return self.form_schema.decode(data)

    def encode_outcome(self, values: Mapping[str, object]) -> bytes:
        """Encode an outcome as Avro binary. Raises `FaultyContractError` that names each wrong field."""
        return self.outcome_schema.encode(values)

    def decode_outcome(self, data: bytes) -> dict[str, Any]:
        """Decode an outcome from canonical Avro binary. Raises `FaultyContractError` for any other bytes."""
        return self.outcome_schema.decode(data)


def matter_from_files(files: Mapping[str, bytes], *, folder: str = "", checked: bool = True) -> MatterContract:
    """Read a matter from its files by name. `folder` goes before the names in messages (default: code and version).

    `checked`: also refuse what contradicts itself. Raises `FaultyContractError` with the faults of all files.
    """
    read = read_files(files, folder, checked=checked)
    rules = read.to_rules(hashlib.sha256(matter_package(files)).digest())
    return MatterContract(rules, read.about, read.regime, read.form, read.outcome, MappingProxyType(dict(files)))


def read_matter(folder: Path) -> MatterContract:
    """Read the matter in `…/<catalog code>/<version>/`. Raises `FaultyContractError` with every fault."""
    place = f"{folder.parent.name}/{folder.name}/"
    if not folder.is_dir():
        raise FaultyContractError([Fault(place, "", "a folder", "nothing")])
    files = {each.name: each.read_bytes() if each.is_file() else b"" for each in _visible(folder)}
    contract = matter_from_files(_with_regime(files, place), folder=place)
    rules = contract.rules
    expected = (rules.catalog_code, rules.version)
    if expected != (folder.parent.name, folder.name):
        raise FaultyContractError([Fault(place, "", f"the folder {'/'.join(expected)}/, as the file says", place)])
    return contract


def list_matters(root: Path) -> tuple[MatterContract, ...]:
    """Read every matter below `root`, by code and version. Raises `FaultyContractError` with the faults of all."""
    faults: list[Fault] = []
    folders = [folder for folder in matter_folders(root, faults) if not is_bundle(folder)]
    read = [collect(faults, lambda folder=folder: read_matter(folder)) for folder in folders]  # type: ignore[misc]
    refuse_faulty(faults)
    return tuple(sorted((each for each in read if each), key=_place))


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
    """Return the matters that ship with Tongban, from beside this module, in a checkout as in a wheel."""
    return list_matters(MATTERS)


def shipped_matter(catalog_code: str, version: str | None = None) -> MatterContract:
    """Return one of the matters that ship; its newest version if none is named. Reads no other. Raises `KeyError`."""
    folders = [each for each in (MATTERS / catalog_code).glob("[1-9]*") if not is_bundle(each)]
    versions = sorted((each.name for each in folders), key=int)
    if not versions or version not in (None, *versions):
        raise KeyError(f"{catalog_code}/{version or ''}")
    return _bundled(catalog_code, version or versions[-1])


@cache
def _bundled(catalog_code: str, version: str) -> MatterContract:
    return read_matter(MATTERS / catalog_code / version)


def matter_package(files: Mapping[str, bytes]) -> bytes:
    """Write files as a bundle, an RFC 8785 JSON object {file name: text}. Raises `FaultyContractError`."""
    faults = [
        *name_faults(files, "", with_regime=True),
        *(fault for name in files for fault in text_faults(files, name, "")),
    ]
    refuse_faulty(faults)
    return pack({name: data.decode("utf-8") for name, data in files.items()})


def matter_from_package(bundle: bytes) -> MatterContract:
    """Read a matter from its bundle. Raises `FaultyContractError` for anything but a canonical bundle of a matter.

    No verdict hangs on this (docs/adr/0020), but whether this software can fold a case. So it asks for no more than the
    form of the files: what must hold between sections is looked at before a matter is published, and may be looked at more
    closely in later versions.
    """
    return matter_from_files({name: text.encode("utf-8") for name, text in unpack(bundle).items()}, checked=False)


def _with_regime(files: Mapping[str, bytes], folder: str) -> dict[str, bytes]:
    """The files of a folder with the released regime that its matter names. Raises `FaultyContractError`."""
    regime = regime_for(files.get(MATTER_FILE, b""), files.get(REGIME_FILE), folder + MATTER_FILE)
    return {**files, **({REGIME_FILE: regime} if regime is not None else {})}


def _place(contract: MatterContract) -> tuple[str, int]:
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
