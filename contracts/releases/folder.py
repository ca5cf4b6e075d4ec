"""A folder of contracts, and the versions in it by name.

    <root>/schemas/<event>.v<version>.avsc        case.asked.v2
    <root>/matters/<catalog code>/<version>/      002099001000/2
    <root>/regimes/<name>/<version>.yaml          regimes/licence/1

Not handled here: what the files say (`wire`, `matter`), and which are released (`lock`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import assert_never

from tongban.contracts.faults import Fault, FaultyContractError

_SCHEMA_FILE = re.compile(r"(?P<name>[a-z_]+\.[a-z_]+)\.v(?P<version>[1-9][0-9]{0,3})\.avsc")
_VERSION = re.compile(r"[1-9][0-9]{0,3}")


class ContractKind(StrEnum):
    """A kind of contract that has versions: the folder of its files, in the order in which kinds are listed."""

    SCHEMA = "schemas"
    MATTER = "matters"
    REGIME = "regimes"


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a contract. `path` is its folder, for a matter, else its file."""

    kind: ContractKind
    name: str
    number: int
    path: Path

    @property
    def label(self) -> str:
        """As people name it: `case.asked.v2`, `002099001000/2`, `regimes/licence/1`."""
        match self.kind:
            case ContractKind.SCHEMA:
                return f"{self.name}.v{self.number}"
            case ContractKind.MATTER:
                return f"{self.name}/{self.number}"
            case ContractKind.REGIME:
                return f"{self.kind}/{self.name}/{self.number}"
            case _:
                assert_never(self.kind)

    def is_of(self, other: "Version") -> bool:
        """Whether both are versions of one contract."""
        return (self.kind, self.name) == (other.kind, other.name)

    @property
    def files(self) -> tuple[Path, ...]:
        """Its files, by name."""
        if self.path.is_file():
            return (self.path,)
        return tuple(sorted(each for each in self.path.iterdir() if not each.name.startswith(".")))


@dataclass(frozen=True)
class ContractsFolder:
    """The versions below one root, read when they are asked for."""

    root: Path

    @cached_property
    def versions(self) -> tuple[Version, ...]:
        """All of them: schemas, matters, regimes; each by name and number."""
        return tuple(sorted((*self._schemas(), *self._matters(), *self._regimes()), key=_order))

    def before(self, version: Version) -> tuple[Version, ...]:
        """The versions before one, oldest first."""
        return tuple(each for each in self.versions if each.is_of(version) and each.number < version.number)

    def find(self, label: str) -> Version:
        """The version of this name. Raises FaultyContractError with those that there are."""
        for each in self.versions:
            if each.label == label.strip("/"):
                return each
        known = ", ".join(each.label for each in self.versions) or "none"
        raise FaultyContractError(
            [Fault(str(self.root), "", f"one of {known}", label)], advice="see `tongban contracts list`"
        )

    def _schemas(self) -> Iterator[Version]:
        for file in (self.root / ContractKind.SCHEMA).glob("*.avsc"):
            if match := _SCHEMA_FILE.fullmatch(file.name):
                yield Version(ContractKind.SCHEMA, match["name"], int(match["version"]), file)

    def _matters(self) -> Iterator[Version]:
        for folder in (self.root / ContractKind.MATTER).glob("*/*"):
            if folder.is_dir() and _VERSION.fullmatch(folder.name):
                yield Version(ContractKind.MATTER, folder.parent.name, int(folder.name), folder)

    def _regimes(self) -> Iterator[Version]:
        for file in (self.root / ContractKind.REGIME).glob("*/*.yaml"):
            if _VERSION.fullmatch(file.stem):
                yield Version(ContractKind.REGIME, file.parent.name, int(file.stem), file)


def _order(version: Version) -> tuple[int, str, int]:
    return list(ContractKind).index(version.kind), version.name, version.number
