"""Finding an event of a case by the beginning of its hash, as people copy it from a screen."""

from collections.abc import Iterable

from tongban.domain.errors import CaseUnknownError
from tongban.domain.identifiers import EventHash

LEAST_DIGITS = 4
"""Fewer hex digits of an id are more often a mistake than a name."""
SHOWN_CANDIDATES = 5


def find_event(name: str, known: Iterable[EventHash], what: str) -> EventHash:
    """The one event hash among `known` that begins like this. Raises CaseUnknownError."""
    wanted = name.strip().lower()
    hashes = list(known)
    found = [each for each in hashes if each.hex().startswith(wanted)] if len(wanted) >= LEAST_DIGITS else []
    if len(found) != 1:
        raise CaseUnknownError(
            f"{len(found) or 'no'} {what}s of this case begin with {name!r}",
            expected=f"at least {LEAST_DIGITS} hex digits of one: {candidates(each.hex()[:16] for each in hashes)}",
            found=name,
            advice="see `tongban case show`",
        )
    return found[0]


def candidates(names: Iterable[str]) -> str:
    """The first names of a list, for a message, and how many more there are."""
    listed = list(names)
    more = f", and {len(listed) - SHOWN_CANDIDATES} more" if len(listed) > SHOWN_CANDIDATES else ""
    return (", ".join(listed[:SHOWN_CANDIDATES]) + more) if listed else "none"
