"""Finding cases, requests and contributions by the beginning of their ids, as people copy them from a screen."""

import re
from collections.abc import Iterable
from uuid import UUID

from tongban.domain.errors import CaseUnknownError
from tongban.domain.identifiers import CaseId, EventHash
from tongban.ledger.store import Transaction

LEAST_DIGITS = 4
"""Fewer hex digits of an id are more often a mistake than a name."""
SHOWN_CANDIDATES = 5


def find_case(tx: Transaction, name: str) -> CaseId:
    """The case whose id this is, or the one whose id begins so. Raises CaseUnknownError."""
    digits = name.strip().lower().replace("-", "")
    if not re.fullmatch(rf"[0-9a-f]{{{LEAST_DIGITS},32}}", digits):
        raise CaseUnknownError(
            f"{name!r} is no case id",
            expected=f"a UUID, or at least its first {LEAST_DIGITS} hex digits",
            advice="see `tongban case list`",
        )
    if len(digits) == 32:
        return CaseId(UUID(digits))
    found = sorted(str(case) for case in tx.events.cases() if case.hex.startswith(digits))
    if len(found) != 1:
        raise CaseUnknownError(
            f"{len(found) or 'no'} cases begin with {name!r}",
            expected="the id of one case",
            found=_some(found),
            advice="give more of the id" if found else "see `tongban case list`",
        )
    return CaseId(UUID(found[0]))


def find_event(name: str, known: Iterable[EventHash], what: str) -> EventHash:
    """The one event hash among `known` that begins like this. Raises CaseUnknownError."""
    wanted = name.strip().lower()
    hashes = list(known)
    found = [each for each in hashes if each.hex().startswith(wanted)] if len(wanted) >= LEAST_DIGITS else []
    if len(found) != 1:
        raise CaseUnknownError(
            f"{len(found) or 'no'} {what}s of this case begin with {name!r}",
            expected=f"at least {LEAST_DIGITS} hex digits of one: {_some(each.hex()[:16] for each in hashes)}",
            found=name,
            advice="see `tongban case show`",
        )
    return found[0]


def _some(names: Iterable[str]) -> str:
    listed = list(names)
    more = f", and {len(listed) - SHOWN_CANDIDATES} more" if len(listed) > SHOWN_CANDIDATES else ""
    return (", ".join(listed[:SHOWN_CANDIDATES]) + more) if listed else "none"
