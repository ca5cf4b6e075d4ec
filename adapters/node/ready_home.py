"""A home in which something may be done now: as the region's writer, or beside the one that is at work already.

    nobody holds the store's writer lock ─► this home is the writer: start, act, relay, read back, end
    a node or command holds it           ─► append only (the store says that its writer is ready); that one publishes

- A lock held by a writer that is still starting is waited for.
- What is kept stays kept: where the log does not answer, the next writer publishes it.

Not handled here: which keys are opened, and how a person is asked for the passphrase (`tongban.adapters.cli.session`).
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TypeVar

from tongban.adapters.keys.keystore import Keystore
from tongban.adapters.node.home import OpenHome
from tongban.adapters.node.writing import begin_writing, end_writing, fenced, publish_step
from tongban.contracts.matter.contract import MatterContract
from tongban.domain.errors import FencedError, NotStartedError, RetryableError
from tongban.domain.event import Event
from tongban.domain.identifiers import CaseId
from tongban.domain.law.state import CaseState
from tongban.ledger.acts import ActRequest, Performed
from tongban.ledger.registrar import Registrar
from tongban.ledger.store import Transaction
from tongban.ledger.writer import READY

LOOK_SECONDS = 0.1
"""How often it is looked whether the other writer is ready, or has published."""

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Terms:
    """How long to wait for a start or a publish, whether to wait for a publish that another writer makes, and whether to
    start although the log holds a newer start of this region.
    """

    timeout_seconds: float
    wait: bool = False
    accept_newer: bool = False


class ReadyHome:
    """An opened home that may append. `alone`: it is the writer; else it appends beside one.

    `published`: whether all events given to `publish` are covered by a checkpoint that was read back; `trouble`: why the log
    did not answer.
    """

    def __init__(self, region: OpenHome, terms: Terms, *, alone: bool) -> None:
        self.region = region
        self.alone = alone
        self.published = False
        self.trouble = ""
        self._terms = terms

    @property
    def keystore(self) -> Keystore:
        """The home's keys."""
        keyring = self.region.keyring
        assert isinstance(keyring, Keystore)
        return keyring

    def case(self, case: CaseId) -> tuple[CaseState, MatterContract]:
        """A case as this region knows it now."""
        with self.region.store.reading() as tx:
            return self.region.node.acts.state(tx, case)

    def perform(self, request: ActRequest) -> Performed:
        """Carry out an act."""
        return self.region.node.perform(request)

    def record(self, act: Callable[[Transaction, Registrar], Result]) -> Result:
        """Carry out something on the own registry."""
        return self.region.node.record(act)

    def publish(self, events: Sequence[Event] = ()) -> None:
        """Bring what is kept to the log; beside another writer, wait for it if the terms say so. Then project."""
        deadline = time.monotonic() + self._terms.timeout_seconds
        try:
            self.published = self._publish_alone(deadline) if self.alone else self._wait(events, deadline)
        except RetryableError as err:
            self.trouble = str(err)
        self.region.project()

    def _publish_alone(self, deadline: float) -> bool:
        while True:
            if publish_step(self.region) and end_writing(self.region):
                return True
            if time.monotonic() > deadline:
                return False

    def _wait(self, events: Sequence[Event], deadline: float) -> bool:
        while True:
            with self.region.store.reading() as tx:
                kept = [tx.events.get(event.hash) for event in events]
            if all(each is not None and each.covered_at is not None for each in kept):
                return True
            if not self._terms.wait or time.monotonic() > deadline:
                return False
            time.sleep(LOOK_SECONDS)


@contextmanager
def ready(region: OpenHome, terms: Terms, note: Callable[[str], None] = lambda text: None) -> Iterator[ReadyHome]:
    """Be the writer of this region if nobody else is, else act beside the one that is. `note` is called with what is waited for.

    Raises NotStartedError where the other is not ready in time, FencedWithActsError, and what a start raises.
    """
    with ExitStack() as held:
        alone = _take_part(region, terms, held, note)
        try:
            if alone:
                begin_writing(region, accept_newer=terms.accept_newer)
            yield ReadyHome(region, terms, alone=alone)
        except FencedError as err:
            raise fenced(region, err) from err
        finally:
            if alone:
                region.node.stop()


def _take_part(region: OpenHome, terms: Terms, held: ExitStack, note: Callable[[str], None]) -> bool:
    """True: this process has the lock. False: another has it, and is ready."""
    deadline = time.monotonic() + terms.timeout_seconds
    noted = False
    while True:
        attempt = ExitStack()
        if attempt.enter_context(region.store.writer_lock()):
            held.push(attempt)
            return True
        attempt.close()
        with region.store.reading() as tx:
            if tx.facts.get(READY):
                return False
        if time.monotonic() > deadline:
            raise NotStartedError(
                f"the writer of region {region.code} is not ready",
                expected=f"a node or command that is ready within {terms.timeout_seconds:.0f} s",
                found="one that holds the store's lock and is still starting, or stopping",
                advice="look at `tongban node status`, then run the command again",
            )
        if not noted:
            note(f"waiting for the writer of region {region.code} to be ready …")
            noted = True
        time.sleep(LOOK_SECONDS)
