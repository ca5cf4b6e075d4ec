"""Evidence: what does not count is kept with its raw bytes, its place in the log and the reason.

Not handled here: judging it again (`tongban.ledger.intake`, `tongban.ledger.contents`).
"""

from dataclasses import dataclass
from typing import Protocol

from tongban.contracts.wire.record import Record
from tongban.ledger.event_log import TopicPartition
from tongban.ledger.kept import Leaf
from tongban.ledger.store import Transaction


class Placed(Protocol):
    """A record and where it is in the log."""

    @property
    def place(self) -> TopicPartition:
        """The partition."""

    @property
    def offset(self) -> int:
        """Its offset there."""

    @property
    def record(self) -> Record:
        """The record as read."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a record does not count: a rule, a stable code, what was expected and what was found."""

    rule: str
    code: str
    expected: str
    found: str


def quarantine(
    tx: Transaction, kind: str, placed: Placed, reason: Reason, *, noted_at: int, leaf: Leaf | None = None
) -> None:
    """Keep a record as evidence. `kind`: see `Evidence`; `noted_at`: microseconds UTC; `leaf`: where it is listed."""
    tx.parking.quarantine(
        kind, placed.place, placed.offset, placed.record, rule=reason.rule, code=reason.code, expected=reason.expected,
        found=reason.found, leaf=leaf, noted_at=noted_at,
    )  # fmt: skip
