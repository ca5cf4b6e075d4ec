"""The one reader of a case's history: for live projection, rebuild, audit, and commands that show a case.

    store ─► kept events of the case ─► (signatures) ─► decoded ─► folded under the matter of the opening ─► history

- A history follows from the events of the case and from what they name by hash: it is the same for every reader at every time.
- A matter that this software cannot read leaves its cases unfolded (`UnfoldedHistory`): its format came with a later version,
  which folds them. A matter whose bytes are not here is a fault: no event of it would have been accepted.
- With `verified`, the signature of each event is checked on the way (`tongban.ledger.kept_signatures`).
- What is remembered between cases is bounded: names, keys, and what `Knowledge` and `Matters` keep.

Not handled here: how a history becomes rows (`tongban.projections`), and the incremental fold of cases that are being worked
on (`tongban.ledger.acts`).
"""

from uuid import UUID

from tongban.domain.errors import MatterUnknownError, MatterUnreadableError
from tongban.domain.event import Event
from tongban.domain.header import Header
from tongban.domain.identifiers import CaseId
from tongban.domain.law.rules import MatterRules
from tongban.ledger.kept import KeptEvent
from tongban.ledger.kept_signatures import KeptSignatures
from tongban.ledger.knowledge import Knowledge
from tongban.ledger.matters import Matters
from tongban.ledger.registry_states import state_at_hand
from tongban.ledger.store import Transaction
from tongban.projections.case_history import History, case_history
from tongban.projections.names import NamesFound, RegistryNames


class CaseHistories:
    """Reads the histories of cases. Used by one thread."""

    def __init__(self, knowledge: Knowledge, matters: Matters, *, verified: bool = False) -> None:
        self._knowledge = knowledge
        self._matters = matters
        self._signatures = KeptSignatures(knowledge) if verified else None
        self._names = NamesFound()

    def read(self, tx: Transaction, case: UUID) -> History | None:
        """The history of a case; None if nothing opens it. Its names are looked up in `tx`, as they are asked for.

        Raises StoreCorruptError where a signature does not verify, or where what an event rests on is not in the store.
        """
        events = [self._event(tx, kept) for kept in tx.events.case(case)]
        names = RegistryNames(
            lambda head: state_at_hand(self._knowledge.federation_at(tx, head)),
            lambda region, head: state_at_hand(self._knowledge.region_at(tx, region, head)),
            self._names,
        )
        return case_history(CaseId(case), events, lambda opening: self._rules(tx, opening), names)

    def check_registries(self, tx: Transaction) -> None:
        """With `verified`: check the registries' own events too. Raises StoreCorruptError."""
        if self._signatures is not None:
            for kept in tx.events.registries():
                self._event(tx, kept)

    def _event(self, tx: Transaction, kept: KeptEvent) -> Event:
        event = self._knowledge.event(kept)
        if self._signatures is not None:
            self._signatures.check(tx, kept, event)
        return event

    def _rules(self, tx: Transaction, opening: Header) -> MatterRules | None:
        """The rules of a case; None where this software cannot read its matter."""
        try:
            contract = self._matters.of_case(tx, opening)
        except MatterUnreadableError:
            return None
        if contract is None:
            raise MatterUnknownError(
                f"the matter of a kept case is not here: {opening.matter}/{opening.matter_version}"
            )
        return contract.rules
