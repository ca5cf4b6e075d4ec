"""How a command comes to its region: to look at it, or to act on it, in one place.

    nobody holds the store's writer lock ─► this command is the writer: start, act, relay, read back, end
    a node or command holds it           ─► append only (the store says that its writer is ready); that one publishes

A lock held by a writer that is still starting is waited for. Looking needs neither lock nor passphrase, as long as
nothing sealed is opened.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TypeVar

from tongban.adapters.cli.command import Call, Writing
from tongban.adapters.cli.passphrase import KeysOnDemand, passphrase, settings_of
from tongban.adapters.keys.keystore import Keystore
from tongban.adapters.node.home import KEYSTORE_FILE, OpenHome, read_genesis
from tongban.adapters.node.process import begin_writing, end_writing, fenced, publish_step
from tongban.contracts.matter.contract import MatterContract
from tongban.domain.errors import FencedError, NotStartedError, RetryableError, SettingsError, StoreBusyError
from tongban.domain.event import Event
from tongban.domain.identifiers import FEDERATION, CaseId
from tongban.domain.law.state import CaseState
from tongban.ledger.acts import ActRequest, Performed
from tongban.ledger.registrar import Registrar
from tongban.ledger.store import Transaction
from tongban.ledger.writer import READY

LOOK_SECONDS = 0.1
"""How often a command looks whether the writer is ready, or has published."""

Result = TypeVar("Result")


@contextmanager
def looking(call: Call) -> Iterator[OpenHome]:
    """Open the home to look at it."""
    settings = settings_of(call)
    region = OpenHome(settings, read_genesis(call.home), KeysOnDemand(call.home, settings))
    try:
        yield region
    finally:
        region.close()


@contextmanager
def with_keys(call: Call) -> Iterator[OpenHome]:
    """Open the home with its keys. Raises KeystoreError, ExposedFileError, SettingsError."""
    settings = settings_of(call)
    genesis = read_genesis(call.home)
    keystore = Keystore.open(call.home / KEYSTORE_FILE, passphrase(settings))
    region = OpenHome(settings, genesis, keystore)
    try:
        yield region
    finally:
        region.close()


class Desk:
    """A region ready to act. `alone`: this command is the writer, not a node beside it."""

    def __init__(self, region: OpenHome, call: Writing, *, alone: bool) -> None:
        self.region = region
        self.alone = alone
        self.published = False
        self.trouble = ""
        self._call = call

    @property
    def keystore(self) -> Keystore:
        """The home's keys."""
        keyring = self.region.keyring
        assert isinstance(keyring, Keystore)
        return keyring

    def case(self, case: CaseId) -> tuple[CaseState, MatterContract]:
        """A case as it stands here."""
        with self.region.store.reading() as tx:
            return self.region.node.acts.state(tx, case)

    def perform(self, request: ActRequest) -> Performed:
        """Carry out an act."""
        return self.region.node.perform(request)

    def record(self, act: Callable[[Transaction, Registrar], Result]) -> Result:
        """Carry out something on the own registry."""
        return self.region.node.record(act)

    def publish(self, events: tuple[Event, ...] = ()) -> None:
        """Bring what is kept to the log; beside another writer, wait for it if asked to. Then project.

        What is kept stays kept: where the log does not answer, `trouble` says so, and the next writer publishes.
        """
        deadline = time.monotonic() + self._call.timeout_seconds
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

    def _wait(self, events: tuple[Event, ...], deadline: float) -> bool:
        while True:
            with self.region.store.reading() as tx:
                kept = [tx.events.get(event.hash) for event in events]
            if all(each is not None and each.covered_at is not None for each in kept):
                return True
            if not self._call.wait or time.monotonic() > deadline:
                return False
            time.sleep(LOOK_SECONDS)


@contextmanager
def acting(call: Writing) -> Iterator[Desk]:
    """Open the home to act: as its writer if nobody else is, otherwise beside the one who is.

    Raises NotStartedError where the other is not ready in time, and what a start raises.
    """
    with with_keys(call) as region, ExitStack() as held:
        alone = _take_part(call, region, held)
        try:
            if alone:
                begin_writing(region, accept_newer=call.accept_newer)
            yield Desk(region, call, alone=alone)
        except FencedError as err:
            raise fenced(region, err) from err
        finally:
            if alone:
                region.node.stop()


def _take_part(call: Writing, region: OpenHome, held: ExitStack) -> bool:
    """True: this process has the lock. False: another has it, and is ready."""
    deadline = time.monotonic() + call.timeout_seconds
    told = False
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
                expected=f"a node or command that is ready within {call.timeout_seconds:.0f} s",
                found="one that holds the store's lock and is still starting, or stopping",
                advice="look at `tongban node status`, then run the command again",
            )
        if not told:
            call.output.note(f"waiting for the writer of region {region.code} to be ready …")
            told = True
        time.sleep(LOOK_SECONDS)


def refresh(call: Call) -> None:
    """Read the log to its end without writing anything; where a node runs, it has read it already."""
    with with_keys(call) as region, region.store.writer_lock() as alone:
        if alone:
            for _ in range(2):  # a registry may name topics that were not followed
                region.node.follower.refresh()
                region.node.catch_up()
        region.project()


@contextmanager
def undisturbed(region: OpenHome, doing: str) -> Iterator[None]:
    """Hold the store's writer lock. Raises StoreBusyError where another process has it."""
    with region.store.writer_lock() as alone:
        if not alone:
            raise StoreBusyError(
                f"cannot {doing} while a node or command is at work",
                expected="the store's writer lock to be free",
                found="it is held by another process",
                advice="stop the node first",
            )
        yield


def check_role(region: OpenHome, *, federation: bool) -> None:
    """Raise SettingsError where a command of the federation is called in a region's home, or the other way."""
    if (region.code == FEDERATION) is not federation:
        wanted = "the federation's own home" if federation else "the home of a region"
        raise SettingsError(
            f"this command works in {wanted}",
            expected=wanted,
            found=f"the home of {region.code}",
            advice="name another folder with --home",
        )
