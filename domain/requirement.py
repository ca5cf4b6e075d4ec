"""What an act can breach: a requirement, with its code, its words and its source, and one act's breach of it.

Codes are stable: programs, findings in the log's views and the partner guide rely on them. A requirement stands with the
act that it binds (`tongban.domain.law`, a chapter a file); `tongban.domain.law.table` lists them all.

A breach voids an act: it stays in the chain, is shown and scored, and changes nothing but the chain (number, pen). Some
acts `stand` all the same, because others rely on them: an applicant on an intake, a notice, an acceptance or a decision,
another city on a request. As with any administrative act, such a one takes effect until somebody sets it aside; the
finding remains.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Requirement:
    """What an act must meet. `source`: article, document or LIFECYCLE row; `stands`: an act in breach takes effect."""

    code: str
    en: str
    zh: str
    source: str
    advice: str
    stands: bool = False

    def breached(self, expected: str, found: str) -> "Breach":
        """The breach of this requirement by one act."""
        return Breach(self, expected, found)


@dataclass(frozen=True, slots=True)
class Breach:
    """One act against one requirement."""

    requirement: Requirement
    expected: str
    found: str

    @property
    def code(self) -> str:
        """The stable code of what was breached."""
        return self.requirement.code

    @property
    def message(self) -> str:
        """The requirement as one English sentence."""
        return self.requirement.en

    @property
    def advice(self) -> str:
        """What the officer can do."""
        return self.requirement.advice

    @property
    def stands(self) -> bool:
        """Whether the act takes effect all the same."""
        return self.requirement.stands

    @property
    def voids(self) -> bool:
        """Whether the act changes nothing because of it."""
        return not self.stands


def listed(values: Iterable[str]) -> str:
    """Values as a breach names them: in an order that does not depend on how they were collected."""
    return ", ".join(sorted(values)) or "none"
