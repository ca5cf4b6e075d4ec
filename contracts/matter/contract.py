"""A matter (事项) as a contract: its files, the value they are read into, and its package of bytes.

A matter encodes what is stated and granted in it, and refuses what does not fit:

    >>> from datetime import date
    >>> from tongban.contracts.matter.folders import shipped_matter
    >>> medical = shipped_matter("002099001000", "2")
    >>> medical.rules.name_en
    'Registration for medical treatment in another province'
    >>> granted = {"registration_number": "YD-1", "insured_region": "340100", "treatment_region": "310000",
    ...            "valid_from": date(2026, 12, 1), "valid_until": None}
    >>> medical.decode_outcome(medical.encode_outcome(granted)) == granted
    True
    >>> medical.encode_outcome(granted | {"insured_region": 340100})
    Traceback (most recent call last):
    tongban.contracts.faults.FaultyContractError: 002099001000/2/outcome.avsc at insured_region: expected text; found integer
    >>> matter_from_package(medical.package) == medical
    True

- A matter's files are `matter.yaml`, `form.avsc`, `outcome.avsc` and, since format 2, `regime.yaml`: what a matter means is
  under its own hash.
- A matter is known by the SHA-256 of its **package**: the RFC 8785 form of `{"form.avsc": text, …}`. The federation
  registers that hash; the compacted `contracts` topic carries the package under it.
- A package is read only if it has the outer shape that verdicts ask for (`tongban.contracts.wire.package`).
- Reading reports every fault of every file at once.

Not handled here: folders and what ships (`folders`), what the files say (`reading`), what a region varies
(`region_settings`), compatibility of versions (`releases`).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from tongban.contracts.faults import refuse_faulty
from tongban.contracts.forms.values import RecordSchema
from tongban.contracts.matter.description.matter_file import MatterFile
from tongban.contracts.matter.description.regime_file import RegimeFile
from tongban.contracts.matter.files import name_faults, text_faults
from tongban.contracts.matter.reading import read_files
from tongban.contracts.wire.package import pack, unpack
from tongban.domain.law.rules import MatterRules

MatterKey = tuple[str, str]
"""Catalog code and version."""


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
    def key(self) -> MatterKey:
        """What names it in registries and folders."""
        return self.rules.catalog_code, self.rules.version

    @property
    def content_hash(self) -> bytes:
        """SHA-256 of the package."""
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


def matter_package(files: Mapping[str, bytes]) -> bytes:
    """Write files as a package, an RFC 8785 JSON object {file name: text}. Raises `FaultyContractError`."""
    faults = [
        *name_faults(files, "", with_regime=True),
        *(fault for name, data in files.items() for fault in text_faults(name, data)),
    ]
    refuse_faulty(faults)
    return pack({name: data.decode("utf-8") for name, data in files.items()})


def matter_from_package(package: bytes) -> MatterContract:
    """Read a matter from its package. Raises `FaultyContractError` for anything but a canonical package of a matter.

    No verdict hangs on this (docs/adr/0020), but whether this software can fold a case. So it asks for no more than the
    form of the files: what must hold between sections is looked at before a matter is published, and may be looked at more
    closely in later versions.
    """
    return matter_from_files({name: text.encode("utf-8") for name, text in unpack(package).items()}, checked=False)
