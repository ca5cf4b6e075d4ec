"""Finding a case by the beginning of its id, as people copy it from a screen."""

import re
from uuid import UUID

from tongban.desk.event_names import candidates
from tongban.domain.errors import CaseUnknownError
from tongban.domain.identifiers import CaseId
from tongban.ledger.store import Transaction

LEAST_DIGITS = 4
"""Fewer hex digits of an id are more often a mistake than a name."""


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
            found=candidates(found),
            advice="give more of the id" if found else "see `tongban case list`",
        )
    return CaseId(UUID(found[0]))
