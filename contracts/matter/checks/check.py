"""What a check is. It runs if all that it needs was read soundly, so that one fault does not hide another."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from tongban.contracts.forms.values import RecordSchema
from tongban.contracts.matter.description.described import Described
from tongban.contracts.matter.description.regime_file import RegimeFile

About = TypeVar("About", bound=Described)
About_co = TypeVar("About_co", bound=Described, covariant=True)
About_contra = TypeVar("About_contra", bound=Described, contravariant=True)


class Wrong(NamedTuple):
    """One thing that is wrong in `matter.yaml`: at which path, what was expected, what was found."""

    path: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class Subject(Generic[About_co]):
    """What is checked. `about` may lack sections that were not sound; a check that needs one is not run."""

    about: About_co
    regime: RegimeFile | None
    form: RecordSchema | None


Run = Callable[[Subject[About]], Iterator[Wrong]]


@dataclass(frozen=True, slots=True)
class Check(Generic[About_contra]):
    """A rule and what it needs: names of sections, or `regime`, or `form`."""

    needs: frozenset[str]
    run: Run[About_contra]


def needs(*names: str) -> Callable[[Run[About]], Check[About]]:
    """Make a function a check that needs these sections."""
    return lambda run: Check(frozenset(names), run)


def doubles(path: str, values: Iterable[object]) -> Iterator[Wrong]:
    """What is listed more than once."""
    listed = [str(value) for value in values]
    if doubled := sorted({value for value in listed if listed.count(value) > 1}):
        yield Wrong(path, f"each of {path.rpartition('.')[2]} once", ", ".join(doubled))


def unknown(path: str, values: Iterable[str], known: Iterable[str], what: str) -> Iterator[Wrong]:
    """Names that nothing has."""
    names = sorted(known)
    for value in values:
        if value not in names:
            yield Wrong(path, f"{what}: {', '.join(names) or 'there are none'}", value)
