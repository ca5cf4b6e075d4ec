"""Matters (事项) as contracts: a folder of three files, its bundle of bytes, and the value both are read into.

    matters/<catalog code>/<version>/matter.yaml    what the matter asks of a case
                                     form.avsc      what the applicant states
                                     outcome.avsc   what a grant says

- A matter is known by the SHA-256 of its **bundle**: the RFC 8785 form of `{"form.avsc": text, …}`. The federation
  registers that hash; the compacted `contracts` topic carries the bundle under it.
- A bundle is taken in only if it is canonical, so that one hash never covers two texts.
- Reading tells every fault of every file at once.
- Released files never change, not by one byte: a change is a new version in a new folder.

Not handled here: the rules inside each file (`matter_file`, `matter_schema`, `matter_values`), what a region varies,
compatibility of versions.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

import rfc8785

from tongban.contracts.faults import Fault, FaultyContractError, refuse_faulty, shown
from tongban.contracts.matter_file import MatterFile, parse_matter_file
from tongban.contracts.matter_schema import parse_record_schema
from tongban.contracts.matter_values import RecordSchema
from tongban.contracts.strict_json import load_json
from tongban.domain.rules import MatterRules

MATTER_FILE, FORM_FILE, OUTCOME_FILE = "matter.yaml", "form.avsc", "outcome.avsc"
FILES = (FORM_FILE, MATTER_FILE, OUTCOME_FILE)

BUNDLE_MAX_BYTES = 512 * 1024
"""The largest bundle: half of what a Kafka broker takes as a record by default."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class MatterContract:
    """One matter at one version: its rules, its schemas, and the bytes of its files, from which all of it comes."""

    rules: MatterRules
    about: MatterFile
    form_schema: RecordSchema = field(repr=False)
    outcome_schema: RecordSchema = field(repr=False)
    files: Mapping[str, bytes] = field(repr=False, hash=False)

    @property
    def content_hash(self) -> bytes:
        """SHA-256 of the bundle."""
        return self.rules.content_hash

    @property
    def bundle(self) -> bytes:
        """The matter as bytes for the `contracts` topic."""
        return matter_bundle(self.files)

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


def matter_from_files(files: Mapping[str, bytes], *, folder: str = "") -> MatterContract:
    """Read a matter from its files by name. `folder` goes before the names in messages (default: code and version).

    Raises `FaultyContractError` with the faults of all files.
    """
    faults = list(_name_faults(files, folder))
    about = _collect(faults, lambda: _read_description(files, folder)) if MATTER_FILE in files else None
    if about and not folder:
        folder = f"{about.catalog_code}/{about.version}/"
    form = _collect(faults, lambda: _read_schema(files, FORM_FILE, folder)) if FORM_FILE in files else None
    outcome = _collect(faults, lambda: _read_schema(files, OUTCOME_FILE, folder)) if OUTCOME_FILE in files else None
    if about and form:
        faults += _lead_faults(about, form, folder + MATTER_FILE)
    if faults or about is None or form is None or outcome is None:
        raise FaultyContractError(faults)
    rules = about.to_rules(hashlib.sha256(matter_bundle(files)).digest())
    return MatterContract(rules, about, form, outcome, MappingProxyType(dict(files)))


def read_matter(folder: Path) -> MatterContract:
    """Read the matter in `…/<catalog code>/<version>/`. Raises `FaultyContractError` with every fault."""
    place = f"{folder.parent.name}/{folder.name}/"
    if not folder.is_dir():
        raise FaultyContractError([Fault(place, "", "a folder", "nothing")])
    files = {each.name: each.read_bytes() if each.is_file() else b"" for each in _visible(folder)}
    contract = matter_from_files(files, folder=place)
    rules = contract.rules
    expected = (rules.catalog_code, rules.version)
    if expected != (folder.parent.name, folder.name):
        raise FaultyContractError([Fault(place, "", f"the folder {'/'.join(expected)}/, as the file says", place)])
    return contract


def list_matters(root: Path) -> tuple[MatterContract, ...]:
    """Read every matter below `root`, by code and version. Raises `FaultyContractError` with the faults of all."""
    faults: list[Fault] = []
    folders = [version for code in _folders(root, faults) for version in _folders(code, faults)]
    read = [_collect(faults, lambda folder=folder: read_matter(folder)) for folder in folders]  # type: ignore[misc]
    refuse_faulty(faults)
    return tuple(sorted((each for each in read if each), key=_place))


@cache
def bundled_matters() -> tuple[MatterContract, ...]:
    """Return the matters that ship with Tongban, from beside this module, in a checkout as in a wheel."""
    return list_matters(Path(__file__).with_name("matters"))


def matter_bundle(files: Mapping[str, bytes]) -> bytes:
    """Write files as a bundle, an RFC 8785 JSON object {file name: text}. Raises `FaultyContractError`."""
    faults = [*_name_faults(files, ""), *(fault for name in files for fault in _text_faults(files, name, ""))]
    refuse_faulty(faults)
    return _sized(rfc8785.dumps({name: data.decode("utf-8") for name, data in files.items()}))


def matter_from_bundle(bundle: bytes) -> MatterContract:
    """Read a matter from its bundle. Raises `FaultyContractError` for anything but a canonical bundle of a matter."""
    try:
        document = load_json(_sized(bundle))
    except ValueError as err:
        raise FaultyContractError([Fault("bundle", "", "JSON", str(err))]) from err
    if not isinstance(document, dict) or not all(isinstance(text, str) for text in document.values()):
        raise FaultyContractError([Fault("bundle", "", "an object {file name: text}", shown(document))])
    files = {name: text.encode("utf-8") for name, text in document.items()}
    contract = matter_from_files(files)
    if contract.bundle != bundle:
        raise FaultyContractError([Fault("bundle", "", "the RFC 8785 form", "the same object written in another way")])
    return contract


def _collect(faults: list[Fault], read: Callable[[], T]) -> T | None:
    """Call `read`; if it finds faults, keep them and go on."""
    try:
        return read()
    except FaultyContractError as err:
        faults += err.faults
        return None


def _read_description(files: Mapping[str, bytes], folder: str) -> MatterFile:
    refuse_faulty(_text_faults(files, MATTER_FILE, folder))
    return parse_matter_file(folder + MATTER_FILE, files[MATTER_FILE].decode("utf-8"))


def _read_schema(files: Mapping[str, bytes], name: str, folder: str) -> RecordSchema:
    refuse_faulty(_text_faults(files, name, folder))
    return parse_record_schema(folder + name, files[name])


def _name_faults(files: Iterable[str], folder: str) -> Iterator[Fault]:
    names = set(files)
    for name in sorted({*FILES} - names):
        yield Fault(folder + name, "", "the file", "nothing")
    for name in sorted(names - {*FILES}):
        yield Fault(folder + name, "", f"only {', '.join(FILES)}", "another file")


def _text_faults(files: Mapping[str, bytes], name: str, folder: str) -> Iterator[Fault]:
    try:
        files[name].decode("utf-8")
    except UnicodeDecodeError as err:
        yield Fault(folder + name, f"byte {err.start}", "UTF-8", f"0x{files[name][err.start]:02x}")


def _lead_faults(about: MatterFile, form: RecordSchema, file: str) -> Iterator[Fault]:
    """The form must name the deciding region: by a field of text that is always there."""
    types = {each["name"]: each["type"] for each in form.avro["fields"]}
    name = about.lead.field
    if name not in types:
        yield Fault(file, "lead.field", f"a field of {FORM_FILE}", shown(name))
    elif types[name] != "string":
        yield Fault(file, "lead.field", f"a field of {FORM_FILE} of type string", shown(types[name]))


def _place(contract: MatterContract) -> tuple[str, int]:
    return contract.rules.catalog_code, int(contract.rules.version)


def _visible(folder: Path) -> list[Path]:
    return sorted(each for each in folder.iterdir() if not each.name.startswith("."))


def _folders(parent: Path, faults: list[Fault]) -> list[Path]:
    """Return the folders in a folder; anything else is a fault, for it would silently not be read."""
    if not parent.is_dir():
        faults.append(Fault(f"{parent.name}/", "", "a folder", "nothing"))
        return []
    entries = _visible(parent)
    faults += [Fault(f"{parent.name}/{each.name}", "", "a folder", "a file") for each in entries if not each.is_dir()]
    return [each for each in entries if each.is_dir()]


def _sized(bundle: bytes) -> bytes:
    if len(bundle) > BUNDLE_MAX_BYTES:
        raise FaultyContractError([Fault("bundle", "", f"at most {BUNDLE_MAX_BYTES} bytes", f"{len(bundle)} bytes")])
    return bundle
