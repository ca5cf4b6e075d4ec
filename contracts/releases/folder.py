"""A folder of contracts, and the versions in it by name.

    <root>/schemas/<event>.v<version>.avsc        case.asked.v2
    <root>/matters/<catalog code>/<version>/      002099001000/2
    <root>/regimes/<name>/<version>.yaml          regimes/licence/1

Not handled here: what the files say (`schema_store`, `matters`), and which are released (`lock`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tongban.contracts.faults import Fault, FaultyContractError

SCHEMAS, MATTERS, REGIMES = "schemas", "matters", "regimes"
SECTIONS = (SCHEMAS, MATTERS, REGIMES)

_SCHEMA_FILE = re.compile(r"(?P<name>[a-z_]+\.[a-z_]+)\.v(?P<version>[1-9][0-9]{0,3})\.avsc")
_VERSION = re.compile(r"[1-9][0-9]{0,3}")


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """One version of a contract. `path` is its folder, for a matter, else its file."""

    section: str
    name: str
    number: int
    path: Path

    @property
    def label(self) -> str:
        """As people name it: `case.asked.v2`, `002099001000/2`, `regimes/licence/1`."""
        match self.section:
            case "schemas":
                return f"{self.name}.v{self.number}"
            case "matters":
                return f"{self.name}/{self.number}"
            case _:
                return f"{self.section}/{self.name}/{self.number}"

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
        return tuple(each for each in self.versions if _same(each, version) and each.number < version.number)

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
        for file in (self.root / SCHEMAS).glob("*.avsc"):
            if match := _SCHEMA_FILE.fullmatch(file.name):
                yield Version(SCHEMAS, match["name"], int(match["version"]), file)

    def _matters(self) -> Iterator[Version]:
        for folder in (self.root / MATTERS).glob("*/*"):
            if folder.is_dir() and _VERSION.fullmatch(folder.name):
                yield Version(MATTERS, folder.parent.name, int(folder.name), folder)

    def _regimes(self) -> Iterator[Version]:
        for file in (self.root / REGIMES).glob("*/*.yaml"):
            if _VERSION.fullmatch(file.stem):
                yield Version(REGIMES, file.parent.name, int(file.stem), file)


def _order(version: Version) -> tuple[int, str, int]:
    return SECTIONS.index(version.section), version.name, version.number


def _same(one: Version, other: Version) -> bool:
    return (one.section, one.name) == (other.section, other.name)
