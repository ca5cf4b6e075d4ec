"""Faults of a contract, reported all at once: a person who corrects a matter wants the whole list, not its first line."""

from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeVar

from tongban.domain.errors import ContractError

T = TypeVar("T")


class Fault(NamedTuple):
    """One fault: in which file, at which path in it (`""`: the file as a whole), what was expected, what was found."""

    file: str
    path: str
    expected: str
    found: str

    def __str__(self) -> str:
        place = f"{self.file} at {self.path}" if self.path else self.file
        return f"{place}: expected {self.expected}; found {self.found}"


class FaultyContractError(ContractError):
    """A contract, or a value held against one, with every fault that was found, in `faults`."""

    def __init__(self, faults: Iterable[Fault], *, advice: str = "Correct each fault, then read again.") -> None:
        self.faults = tuple(faults)
        super().__init__(_summary(self.faults), advice=advice)


def refuse_faulty(faults: Iterable[Fault]) -> None:
    """Raise `FaultyContractError` if there is any fault."""
    if found := tuple(faults):
        raise FaultyContractError(found)


def collect(faults: list[Fault], read: Callable[[], T]) -> T | None:
    """Call `read`; if it finds faults, keep them and go on."""
    try:
        return read()
    except FaultyContractError as err:
        faults += err.faults
        return None


def _summary(faults: tuple[Fault, ...]) -> str:
    if len(faults) == 1:
        return str(faults[0])
    return "\n".join([f"{len(faults)} faults", *(f"  {fault}" for fault in faults)])


_SHOWN_CHARACTERS = 60
"""How much of a wrong value a message repeats."""


def shown(value: object) -> str:
    """A found value of a contract in brief, with its kind: `text 'abc'`, `integer 5`, `nothing`."""
    if not isinstance(value, str | int | float):
        return kind_of(value)
    text = f"{kind_of(value)} {value!r}"
    return text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 1] + "…"


def kind_of(value: object) -> str:
    """Only the kind of a value. What an applicant states must not reach a message."""
    return _KINDS.get(type(value), type(value).__name__)


_KINDS: dict[type, str] = {
    type(None): "nothing",
    str: "text",
    int: "integer",
    bool: "boolean",
    float: "float",
    dict: "object",
    list: "list",
}
