"""Bundles (一件事) as contracts: a folder with `matter.yaml` and `form.avsc`, beside those of the matters.

Not handled here: resolving a bundle's guide (`tongban.contracts.guide.bundle`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Any

from tongban.contracts.faults import Fault, FaultyContractError, collect, refuse_faulty
from tongban.contracts.forms.fields import field_types, spelled_out
from tongban.contracts.forms.schema import parse_record_schema
from tongban.contracts.forms.values import RecordSchema
from tongban.contracts.matter.checks.all import check_bundle
from tongban.contracts.matter.checks.check import Wrong
from tongban.contracts.matter.contract import MatterContract
from tongban.contracts.matter.description.bundle_file import BundleFile, MemberEntry
from tongban.contracts.matter.files import FORM_FILE, MATTER_FILE, text_faults
from tongban.contracts.matter.folders import is_bundle, matter_folders, shipped_matters
from tongban.contracts.shipped import MATTERS
from tongban.contracts.yaml.document import load_yaml
from tongban.contracts.yaml.sections import read_sections

BUNDLE_FILES = (FORM_FILE, MATTER_FILE)


@dataclass(frozen=True, slots=True)
class BundleContract:
    """A bundle with the matters that it is made of, by catalog code."""

    about: BundleFile
    form_schema: RecordSchema = field(repr=False)
    members: Mapping[str, MatterContract] = field(repr=False)

    def member_of(self, entry: MemberEntry) -> MatterContract:
        """The matter of an entry."""
        return self.members[entry.matter]


def read_bundle(folder: Path, matters: tuple[MatterContract, ...]) -> BundleContract:
    """Read the bundle in `…/<catalog code>/<version>/`. Raises `FaultyContractError` with every fault."""
    place = f"{folder.parent.name}/{folder.name}/"
    file = place + MATTER_FILE
    files = _read_files(folder, place)
    faults: list[Fault] = []
    document = load_yaml(file, files[MATTER_FILE].decode("utf-8"))
    sections = read_sections(file, BundleFile, document, faults)
    form = collect(faults, lambda: parse_record_schema(place + FORM_FILE, files[FORM_FILE], with_sources=True))
    faults += check_bundle(file, sections, form)
    if "members" in sections and form is not None:
        faults += _member_faults(file, sections["members"], form, matters)
    if faults or form is None:
        raise FaultyContractError(faults)
    about = BundleFile.model_construct(**sections)
    if (about.catalog_code, about.version) != (folder.parent.name, folder.name):
        expected = f"the folder {about.catalog_code}/{about.version}/, as the file says"
        raise FaultyContractError([Fault(place, "", expected, place)])
    members = {each.matter: _find(matters, each) for each in about.members}
    return BundleContract(about, form, {code: found for code, found in members.items() if found is not None})


def _read_files(folder: Path, place: str) -> dict[str, bytes]:
    files = {each.name: each.read_bytes() for each in folder.iterdir() if not each.name.startswith(".")}
    faults = [Fault(place + name, "", "the file", "nothing") for name in BUNDLE_FILES if name not in files]
    others = sorted({*files} - {*BUNDLE_FILES})
    faults += [Fault(place + name, "", f"only {', '.join(BUNDLE_FILES)}", "another file") for name in others]
    refuse_faulty(faults)
    refuse_faulty(text_faults(place + MATTER_FILE, files[MATTER_FILE]))
    return files


def list_bundles(root: Path, matters: tuple[MatterContract, ...]) -> tuple[BundleContract, ...]:
    """Read every bundle below `root`. Raises `FaultyContractError` with the faults of all."""
    faults: list[Fault] = []
    folders = [folder for folder in matter_folders(root, faults) if is_bundle(folder)]
    read = [collect(faults, partial(read_bundle, folder, matters)) for folder in folders]
    refuse_faulty(faults)
    return tuple(each for each in read if each is not None)


@cache
def shipped_bundles() -> tuple[BundleContract, ...]:
    """The bundles that ship with Tongban."""
    return list_bundles(MATTERS, shipped_matters())


def _find(matters: tuple[MatterContract, ...], member: MemberEntry) -> MatterContract | None:
    return next((each for each in matters if each.key == (member.matter, member.version)), None)


def _member_faults(
    file: str, members: tuple[MemberEntry, ...], form: RecordSchema, matters: tuple[MatterContract, ...]
) -> Iterator[Fault]:
    for number, entry in enumerate(members):
        path = f"members.{number}"
        matter = _find(matters, entry)
        if matter is None:
            yield Fault(file, path, "a matter and version beside this bundle", f"{entry.matter}/{entry.version}")
        else:
            for wrong in _Member(entry, matter, form).wrongs():
                yield Fault(file, f"{path}.{wrong.path}", wrong.expected, wrong.found)


@dataclass(frozen=True, slots=True)
class _Member:
    """What a bundle says of a member, beside the member's own contract. `form`: the bundle's."""

    entry: MemberEntry
    matter: MatterContract
    form: RecordSchema

    def wrongs(self) -> Iterator[Wrong]:
        """What does not fit, with paths below the member's entry."""
        entry = self.entry
        fields = field_types(self.matter.form_schema)
        codes = {each.code for each in self.matter.about.materials}
        for name in sorted({*entry.fields_as} - {*fields}):
            yield Wrong(f"fields.{name}", f"a field of {entry.matter}'s form", "no such field")
        for code in sorted({*entry.materials, *entry.given} - codes):
            yield Wrong(f"materials.{code}", f"a material of {entry.matter}", "no such material")
        for each in self.matter.form_schema.avro["fields"]:
            yield from self._field_wrongs(each)

    def _field_wrongs(self, field: Mapping[str, Any]) -> Iterator[Wrong]:
        """What a member needs is a field of the bundle's form, of the same type."""
        own = field["name"]
        shared = self.entry.field_name(own)
        if shared not in field_types(self.form):
            if "default" not in field:
                yield Wrong(f"fields.{own}", f"a field of {FORM_FILE} that answers it", f"no field {shared}")
        elif spelled_out(self.form, shared) != spelled_out(self.matter.form_schema, own):
            expected = f"a field of the same type as {self.entry.matter}'s {own}"
            yield Wrong(f"fields.{own}", expected, f"{shared}, of another type")
