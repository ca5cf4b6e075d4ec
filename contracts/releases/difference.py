"""What changed between two versions of a contract, and whom it breaks: readers of old data, partners, running cases.

| whom                                | asked of a schema                                                        |
|-------------------------------------|--------------------------------------------------------------------------|
| who reads old data by the newer one | what the newer schema cannot read of the older one's (the gate refuses it) |
| partners that have not upgraded     | what the older schema cannot read of the newer one's                     |
| running cases                       | an event is folded anew; a case keeps its matter's version to the end    |
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tongban.contracts.compatibility.difference import Change, changes
from tongban.contracts.compatibility.resolution import incompatibilities
from tongban.contracts.compatibility.types import AvroType
from tongban.contracts.faults import Fault, FaultyContractError
from tongban.contracts.releases.folder import ContractKind, Version
from tongban.contracts.releases.gate import is_same, read_type

NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Concerned:
    """Whom a change concerns, what it means for them, and in detail what they cannot read. `breaks`: they must act."""

    who_zh: str
    who_en: str
    breaks: bool
    says: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileDifference:
    """The changes in one file."""

    file: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """Two versions of one contract."""

    older: str
    newer: str
    files: tuple[FileDifference, ...]
    concerned: tuple[Concerned, ...]


def difference(older: Version, newer: Version) -> Difference:
    """What changed. Raises FaultyContractError where the two are not versions of one contract, in their order."""
    if not newer.is_of(older) or older.number >= newer.number:
        expected = f"an older and a newer version of {older.name}"
        raise FaultyContractError([Fault("diff", "", expected, f"{older.label} and {newer.label}")])
    pairs = dict(_pairs(older, newer))
    files = tuple(FileDifference(name, _file_changes(name, *pair)) for name, pair in pairs.items())
    schemas = {name: (read_type(old), read_type(new)) for name, (old, new) in pairs.items() if name.endswith(".avsc")}
    both = {name: (old, new) for name, (old, new) in schemas.items() if old is not None and new is not None}
    return Difference(older.label, newer.label, files, (_old_data(both), _partners(older, both), _cases(older)))


def _pairs(older: Version, newer: Version) -> Iterator[tuple[str, tuple[Path, Path]]]:
    if older.path.is_file():
        yield newer.path.name, (older.path, newer.path)
        return
    for name in sorted({each.name for each in (*older.files, *newer.files)}):
        yield name, (older.path / name, newer.path / name)


def _file_changes(name: str, old_file: Path, new_file: Path) -> tuple[Change, ...]:
    if not (old_file.is_file() and new_file.is_file()):
        return (Change("", "a new file" if new_file.is_file() else "dropped"),)
    if name.endswith(".avsc"):
        old, new = read_type(old_file), read_type(new_file)
        return changes(new, old) if new and old else (Change("", "no schema"),)
    return tuple(_in_yaml(_yaml(new_file), _yaml(old_file), ""))


# Whom it concerns ------------------------------------------------------------------------------------------------------


def _old_data(schemas: Mapping[str, tuple[AvroType, AvroType]]) -> Concerned:
    renamed = [name for name, (old, new) in schemas.items() if not is_same(new, old)]
    details = tuple(
        f"{name} at {each}"
        for name, (old, new) in schemas.items()
        for each in incompatibilities(new, old, strict=True)
        if name not in renamed
    )
    says = "they cannot read all of it" if details else "they read all of it"
    if renamed:
        says += f"; {', '.join(renamed)} is another thing by its name, and not read as the old one"
    return Concerned("读旧数据者", "who reads old data by the newer version", bool(details), says, details)


def _partners(older: Version, schemas: Mapping[str, tuple[AvroType, AvroType]]) -> Concerned:
    details = tuple(
        f"{name} at {each}" for name, (old, new) in schemas.items() for each in incompatibilities(old, new, strict=True)
    )
    who = ("未升级的成员", "partners that have not upgraded")
    if older.kind is ContractKind.SCHEMA:
        says = (
            "they park such events, and what stands on them, until they upgrade; nothing is lost. "
            "The federation allows the version when all have: `tongban federation allow`"
        )
        return Concerned(*who, True, says, details)
    if details:
        return Concerned(*who, True, "programs that know only the older form cannot read the newer one", details)
    return Concerned(*who, False, "programs that know only the older form read the newer one, without what is new")


def _cases(older: Version) -> Concerned:
    who = ("在办办件", "running cases")
    if older.kind is ContractKind.SCHEMA:
        return Concerned(
            *who, False, "their older events stay as signed, and are folded as the newer version reads them"
        )
    return Concerned(*who, False, f"they keep version {older.number} to the end; new cases take the newest published")


# matter.yaml -----------------------------------------------------------------------------------------------------------


def _yaml(file: Path) -> Any:
    try:
        return yaml.safe_load(file.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError, ValueError) as err:
        raise FaultyContractError([Fault(file.name, "", "YAML", str(err))]) from err


def _in_yaml(new: Any, old: Any, path: str) -> Iterator[Change]:
    """The changes in a description; entries of a list that have a code are the same entry by it."""
    if isinstance(new, dict) and isinstance(old, dict):
        for key in dict.fromkeys((*old, *new)):
            place = f"{path}.{key}".lstrip(".")
            if key not in old:
                yield Change(place, f"new: {_in_words(new[key])}")
            elif key not in new:
                yield Change(place, f"dropped: {_in_words(old[key])}")
            else:
                yield from _in_yaml(new[key], old[key], place)
    elif _coded(new) and _coded(old):
        yield from _in_yaml({each["code"]: each for each in new}, {each["code"]: each for each in old}, path)
    elif new != old:
        yield Change(path, f"{_in_words(new)}, was {_in_words(old)}")


def _coded(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, dict) and "code" in each for each in value)


def _in_words(value: Any) -> str:
    match value:
        case None | [] | {}:
            return NOTHING
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(map(_in_words, value))
        case {"zh": zh, "en": en}:
            return f"{zh} {en}"
        case {"value": int(count), "unit": str(unit)}:
            return f"{count} {unit}"
        case dict():
            return "; ".join(f"{key} {_in_words(each)}" for key, each in value.items())
        case _:
            return str(value)
