"""A case as this region knows it, in one read transaction: what a command is made from, and what acts are offered on.

A case that is to be opened has no id and no events yet, only its matter.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from tongban.contracts.matter.contract import MatterContract
from tongban.domain.event import Event
from tongban.domain.identifiers import CaseId, EventHash, RegionCode
from tongban.domain.law.state import INITIAL, CaseState
from tongban.domain.law.tracks import ContributionStatus, PastStatus, RequestStatus
from tongban.ledger.node import Node
from tongban.ledger.store import Transaction

FieldNaming = Callable[[str], str]
"""How a door calls a field in its messages: `--to` on a command line, the name itself in a request."""


@dataclass(frozen=True)
class CaseAtHand:
    """A case, or one to be opened (`case` is None), at one moment."""

    node: Node = field(repr=False)
    tx: Transaction = field(repr=False)
    case: CaseId | None
    state: CaseState
    contract: MatterContract
    called: FieldNaming = str

    @property
    def region(self) -> RegionCode:
        """This region."""
        return self.node.region

    @property
    def holds_pen(self) -> bool:
        """Whether this region holds the pen, even while an offer of its own is open."""
        return self.state.pen is not None and self.state.pen.holder == self.region

    @property
    def open_contributions(self) -> tuple[EventHash, ...]:
        """Contributions that wait to be joined or refused."""
        return tuple(each.event for each in self.state.help.contributions if each.status is ContributionStatus.OPEN)

    @property
    def requests_here(self) -> tuple[EventHash, ...]:
        """Requests that wait for this region's answer."""
        waiting = (each for each in self.state.help.requests if each.status is RequestStatus.OPEN)
        return tuple(each.event for each in waiting if each.region == self.region)

    @property
    def open_past_acts(self) -> tuple[EventHash, ...]:
        """Acts past the head of a takeover that wait to be adopted or annulled."""
        return tuple(each.event for each in self.state.past_head.acts if each.status is PastStatus.OPEN)

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """Its events, in the order in which the store has them."""
        return self.node.knowledge.case(self.tx, self.case) if self.case is not None else ()

    @cached_property
    def regions(self) -> tuple[RegionCode, ...]:
        """The regions of the federation, sorted."""
        return tuple(sorted(self.node.knowledge.current_federation(self.tx).regions))

    def newest_value(self, name: str) -> bytes | None:
        """The newest value of this name that this region can open. Raises KeystoreError where a key is not here."""
        for event in reversed(self.events):
            for each in reversed(event.commitments):
                opened = self.node.contents.open(self.tx, each.digest) if each.name == name else None
                if opened is not None:
                    return opened.value
        return None


def case_at_hand(node: Node, tx: Transaction, case: CaseId, *, called: FieldNaming = str) -> CaseAtHand:
    """A case that is here. Raises CaseUnknownError."""
    state, contract = node.acts.state(tx, case)
    return CaseAtHand(node, tx, case, state, contract, called)


def case_to_open(
    node: Node, tx: Transaction, matter: str, version: str | None, *, called: FieldNaming = str
) -> CaseAtHand:
    """A case of a matter (its newest version, unless one is named) before it is opened. Raises MatterUnknownError."""
    return CaseAtHand(node, tx, None, INITIAL, node.acts.contract(tx, matter, version), called)
