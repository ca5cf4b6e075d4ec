"""The lock of a kind of contract: the digest of each released file, in `LOCK.json` beside the files. It only ever grows.

A schema's digest is its fingerprint, which is what events are signed with; any other file's is the SHA-256 of its bytes,
of which a matter's content hash is made. A file that is in the lock never changes and never goes away.
"""

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from tongban.contracts.avro.fingerprint import fingerprint
from tongban.contracts.faults import Fault, FaultyContractError
from tongban.contracts.releases.folder import ContractKind, ContractsFolder, Version
from tongban.contracts.shipped import LOCK_FILE
from tongban.contracts.strict_json import load_json
from tongban.domain.errors import MalformedError, SettingsError

_CHANGED = "the file as it was released; a change is a new version"


def read_lock(folder: Path) -> dict[str, str]:
    """The digests by file in a kind's lock; none where nothing is released. Raises FaultyContractError."""
    file = folder / LOCK_FILE
    if not file.exists():
        return {}
    try:
        known = load_json(file.read_bytes())
    except ValueError as err:
        raise FaultyContractError([Fault(_place(folder), "", "JSON", str(err))]) from err
    if not isinstance(known, dict) or not all(isinstance(each, str) for each in known.values()):
        raise FaultyContractError([Fault(_place(folder), "", "an object {file: digest}", "something else")])
    return known


def is_released(folder: ContractsFolder, version: Version) -> bool:
    """Whether each of its files is in the lock."""
    known = read_lock(folder.root / version.kind)
    return all(_name(folder, version, file) in known for file in version.files)


def lock_faults(folder: ContractsFolder) -> Iterator[Fault]:
    """Every released file that changed, is gone, or got another beside it."""
    for kind in ContractKind:
        base = folder.root / kind
        try:
            known = read_lock(base)
        except FaultyContractError as err:
            yield from err.faults
            continue
        for name, digest in known.items():
            file = base / name
            found = _digest(kind, file) if file.is_file() else "nothing"
            if found != digest:
                yield Fault(f"{kind}/{name}", "", f"{_CHANGED} ({digest[:16]}…)", found[:16])
        yield from _added(folder, kind, known)


def lock(folder: ContractsFolder, version: Version) -> dict[str, str]:
    """Freeze a version: its files' digests, which are now in the lock."""
    base = folder.root / version.kind
    digests = {_name(folder, version, file): _digest(version.kind, file) for file in version.files}
    known = read_lock(base)
    try:
        (base / LOCK_FILE).write_text(_json({**digests, **known}), "utf-8")
    except OSError as err:
        raise SettingsError("the lock cannot be written", expected=f"a writable {base}", found=str(err)) from err
    return digests


def _added(folder: ContractsFolder, kind: ContractKind, known: Mapping[str, str]) -> Iterator[Fault]:
    """A file that came into the folder of a released version changes what that version is."""
    for version in folder.versions:
        if version.kind is kind:
            names = [_name(folder, version, file) for file in version.files]
            new = [name for name in names if name not in known]
            if new and len(new) < len(names):
                yield from (Fault(f"{kind}/{name}", "", "no file that was not released", "a new one") for name in new)


def _name(folder: ContractsFolder, version: Version, file: Path) -> str:
    return file.relative_to(folder.root / version.kind).as_posix()


def _digest(kind: ContractKind, file: Path) -> str:
    data = file.read_bytes()
    if kind is not ContractKind.SCHEMA:
        return sha256(data).hexdigest()
    try:
        return fingerprint(data).hex()
    except MalformedError:
        return "no JSON any more"


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(dict(sorted(value.items())), ensure_ascii=False, indent=2) + "\n"


def _place(folder: Path) -> str:
    return f"{folder.name}/{LOCK_FILE}"
