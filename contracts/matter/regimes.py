"""The regimes that ship with Tongban, and reading a regime's file."""

from functools import cache

from pydantic import ValidationError

from tongban.contracts.faults import Fault, FaultyContractError, refuse_faulty
from tongban.contracts.matter.description.regime_file import RegimeFile, RegimeName
from tongban.contracts.shipped import REGIMES
from tongban.contracts.yaml.document import load_yaml
from tongban.contracts.yaml.sections import read_sections


def parse_regime(file: str, text: str) -> RegimeFile:
    """Read a regime; `file` is how messages call it. Raises `FaultyContractError` with every fault."""
    faults: list[Fault] = []
    sections = read_sections(file, RegimeFile, load_yaml(file, text), faults)
    refuse_faulty(faults)
    return RegimeFile(**sections)


@cache
def released_regimes() -> tuple[RegimeName, ...]:
    """The regimes in the folder beside this package, by name and version."""
    paths = sorted((each.parent.name, int(each.stem), each.stem) for each in REGIMES.glob("*/*.yaml"))
    return tuple(RegimeName(name=name, version=version) for name, _, version in paths)


def released_regime(name: RegimeName) -> bytes | None:
    """The bytes of a released regime; None if there is none by that name and version."""
    return _read(name.name, name.version) if name in released_regimes() else None


@cache
def _read(name: str, version: str) -> bytes:
    return (REGIMES / name / f"{version}.yaml").read_bytes()


def regime_for(matter: bytes, own: bytes | None, file: str) -> bytes | None:
    """The regime's file for a `matter.yaml`: the matter's own, or the released one that it names.

    None where the file cannot be read so far, or is of format 1: reading it reports why. Raises
    `FaultyContractError` where there is no such regime, or the own file passes itself off as a released one.
    """
    named = _named(matter, file)
    if named is None:
        return own
    released = released_regime(named)
    if own is None and released is None:
        known = ", ".join(f"{each.name}/{each.version}" for each in released_regimes())
        found = f"{named.name}/{named.version}"
        raise FaultyContractError([Fault(file, "legal_regime", f"a file regime.yaml, or one of {known}", found)])
    if own is not None and released is not None and own != released:
        expected = f"the released file, or another name than {named.name}/{named.version}"
        raise FaultyContractError([Fault(file.replace("matter.yaml", "regime.yaml"), "", expected, "other bytes")])
    return own if own is not None else released


def _named(matter: bytes, file: str) -> RegimeName | None:
    try:
        document = load_yaml(file, matter.decode("utf-8"))
        if not isinstance(document, dict) or document.get("format") == 1:
            return None
        return RegimeName.model_validate(document.get("legal_regime"))
    except (FaultyContractError, UnicodeDecodeError, ValidationError):
        return None
