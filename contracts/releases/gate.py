"""Everything that is wrong with a folder of contracts, reported at once: what `check` shows and `release` refuses.

- Each file keeps the rules of its kind: event schemas (`wire.event_schema`), matters with their forms (`matter`),
  bundles and regimes.
- A released file is what it was (`lock`).
- A version is `COMPATIBILITY` with all before it: the newest reads everything that was ever written. No field
  and no symbol of an event goes away, so what was signed stays whole. Strict: another logical type is another meaning.
- An incompatible change needs another name: a new event, or a record of another name in the form. It is then
  another thing, which nobody reads as the old one.
- Versions are numbered from 1 without a gap.

Not handled here: who breaks by a compatible change (`difference`).
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tongban.contracts.compatibility.difference import changes
from tongban.contracts.compatibility.modes import Mode, breaks
from tongban.contracts.compatibility.types import AvroType, parse_type
from tongban.contracts.faults import Fault, FaultyContractError, shown
from tongban.contracts.matter.bundles import list_bundles
from tongban.contracts.matter.folders import list_matters
from tongban.contracts.matter.regimes import parse_regime
from tongban.contracts.releases.folder import ContractKind, ContractsFolder, Version
from tongban.contracts.releases.lock import lock_faults
from tongban.contracts.strict_json import load_json
from tongban.contracts.wire.event_schema import parse_event_schema
from tongban.contracts.wire.schema_store import CONTENT_CE_TYPE

COMPATIBILITY = Mode.BACKWARD_TRANSITIVE
"""For events and forms alike: docs/evolution.md, ADR 0015."""


def gate(folder: ContractsFolder) -> tuple[Fault, ...]:
    """Every fault of every contract in a folder; none if it may be released."""
    return (
        *lock_faults(folder),
        *_unnumbered(folder),
        *_schema_faults(folder),
        *_regime_faults(folder),
        *_matter_faults(folder),
        *_breaking(folder),
    )


def schema_files(version: Version) -> tuple[Path, ...]:
    """The Avro files of a version: the schema itself, or form and outcome of a matter."""
    return tuple(file for file in version.files if file.suffix == ".avsc")


def read_document(file: Path) -> Any | None:
    """The JSON of a file; None where it is none, which the rules of its kind report."""
    try:
        return load_json(file.read_bytes())
    except (ValueError, OSError):
        return None


def read_type(file: Path) -> AvroType | None:
    """The schema in a file; None where it is none, which the rules of its kind report."""
    try:
        return parse_type(read_document(file))
    except FaultyContractError:
        return None


def _unnumbered(folder: ContractsFolder) -> Iterator[Fault]:
    for version in folder.versions:
        expected = len(folder.before(version)) + 1
        if version.number != expected:
            yield Fault(version.label, "", f"versions from 1 without a gap: {expected}", str(version.number))


def _schema_faults(folder: ContractsFolder) -> Iterator[Fault]:
    for version in folder.versions:
        ce_type = f"tongban.{version.label}"
        if version.kind is not ContractKind.SCHEMA or ce_type == CONTENT_CE_TYPE:
            continue
        try:
            schema = parse_event_schema(version.path.read_bytes())
        except FaultyContractError as err:
            yield from (each._replace(file=version.path.name) for each in err.faults)
            continue
        if schema.ce_type != ce_type:
            yield Fault(version.path.name, "ce_type", ce_type, shown(schema.ce_type))


def _matter_faults(folder: ContractsFolder) -> Iterator[Fault]:
    if not (folder.root / ContractKind.MATTER).is_dir():
        return
    try:
        list_bundles(folder.root / ContractKind.MATTER, list_matters(folder.root / ContractKind.MATTER))
    except FaultyContractError as err:
        yield from err.faults


def _regime_faults(folder: ContractsFolder) -> Iterator[Fault]:
    for version in folder.versions:
        if version.kind is ContractKind.REGIME:
            name = f"{version.kind}/{version.name}/{version.path.name}"
            try:
                parse_regime(name, version.path.read_text("utf-8"))
            except UnicodeDecodeError as err:
                yield Fault(name, f"byte {err.start}", "UTF-8", "other bytes")
            except FaultyContractError as err:
                yield from err.faults


def _breaking(folder: ContractsFolder) -> Iterator[Fault]:
    for version in folder.versions:
        for file in schema_files(version):
            yield from _file_breaks(file, version, _older(folder, version, file))


def _older(folder: ContractsFolder, version: Version, file: Path) -> list[tuple[Version, AvroType]]:
    """What a file is held against: the same file of the versions before it, as far as it goes by the same name."""
    older = []
    for before in folder.before(version):
        old_file = before.path if before.path.is_file() else before.path / file.name
        old = read_type(old_file) if old_file.is_file() else None
        if old is not None:
            older.append((before, old))
    new = read_type(file)
    return [] if new is None else [(before, old) for before, old in older if is_same(new, old)]


def is_same(new: AvroType, old: AvroType) -> bool:
    """Whether one record is meant as a later form of another: it has its full name, or the alias for it."""
    return old.name in (new.name, *new.aliases)


def _file_breaks(file: Path, version: Version, older: Sequence[tuple[Version, AvroType]]) -> Iterator[Fault]:
    new = read_type(file)
    if new is None:
        return
    name = file.name if version.kind is ContractKind.SCHEMA else f"{version.label}/{file.name}"
    for each in breaks(COMPATIBILITY, new, [old for _, old in older], strict=True):
        before = older[each.version][0].label
        yield Fault(name, each.why.path, f"{each.why.expected} (to read {before})", each.why.found)
    if version.kind is ContractKind.SCHEMA:
        for before_version, old in older:
            wanted = f"all that {before_version.label} has, under its name or an alias"
            yield from (Fault(name, each.path, wanted, each.words) for each in changes(new, old) if each.drops)
