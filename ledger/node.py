"""One region's part of the ledger: it follows the log, writes its own topics, and carries out acts.

Wired here from the ports (store, log, keyring) and the rules; no thread and no clock of its own. A caller steps it with
`follow` and `relay` in turn: a long-running process (`tongban.adapters.node.process`), a single command, the demo's
rounds, or a test that decides which region takes its next step.

    start ─► read own topics to the end ─► take an incarnation ─► start records, read back ─► judge own rest anew ─► ready
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from tongban.contracts.genesis import Genesis
from tongban.contracts.wire.signed_event import SignedEvent
from tongban.domain.chain.verdict import Rejected, Valid
from tongban.domain.errors import (
    LogUnavailableError,
    NotStartedError,
    StartRefusedError,
)
from tongban.domain.identifiers import FEDERATION, RegionCode
from tongban.ledger.acts import ActRequest, Acts, Performed
from tongban.ledger.appender import Appender
from tongban.ledger.case_histories import CaseHistories
from tongban.ledger.contents import SealedContents
from tongban.ledger.event_log import EventLog, LoggedRecord, TopicPartition
from tongban.ledger.follower import Follower, Parts
from tongban.ledger.intake import Clock, Intake, Tally, set_aside
from tongban.ledger.judge import Floor, Judge, Judgement, Opened, floor_of
from tongban.ledger.kept import Evidence, SetAside
from tongban.ledger.keyring import Keyring
from tongban.ledger.knowledge import Knowledge
from tongban.ledger.matters import Matters
from tongban.ledger.published_contracts import PublishedContracts
from tongban.ledger.registrar import Registrar
from tongban.ledger.relay import Relay
from tongban.ledger.schema_numbers import NO_REGISTRY, SchemaNumbers
from tongban.ledger.store import LedgerStore, Transaction
from tongban.ledger.topics import Topics
from tongban.ledger.writer import READY, Entropy, Writer, check_started

START_ATTEMPTS = 5
"""Two starts that cross settle in the registry partition; more than a few mean that somebody restarts all the time."""
IDLE_POLLS = 600
"""Polls without a record, a tenth of a second each, after which a log that says there is more counts as unavailable."""
POLL_SECONDS = 0.1
ALL_UNCOVERED = 1 << 31

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Ports:
    """What a node is given: where it keeps, where it reads and writes, its keys, and time and chance as functions.

    `schema_numbers`: those of the site's schema registry, if it runs one.
    """

    store: LedgerStore
    log: EventLog
    keyring: Keyring
    clock: Clock
    entropy: Entropy
    schema_numbers: SchemaNumbers = NO_REGISTRY


class Node:
    """The ledger of one region (or of the federation) in this process."""

    def __init__(self, region: RegionCode, genesis: Genesis, ports: Ports, topics: Topics) -> None:
        self.region = region
        self.topics = topics
        self.store = ports.store
        self.knowledge = Knowledge(genesis)
        self.matters = Matters(self.knowledge)
        self.histories = CaseHistories(self.knowledge, self.matters)
        self.judge = Judge(self.knowledge, topics)
        self.intake = Intake(region, self.knowledge, self.judge, ports.clock)
        self.contents = SealedContents(region, self.knowledge, topics, ports.keyring, ports.clock)
        self.writer = Writer(region, self.knowledge, topics, ports.keyring, ports.clock, ports.entropy)
        appender = Appender(region, self.knowledge, self.judge, topics, ports.clock)
        self.registrar = Registrar(region, self.knowledge, self.matters, appender, ports.keyring, topics)
        self.acts = Acts(
            region, self.knowledge, self.matters, appender, self.contents, ports.keyring, self.writer, ports.entropy
        )
        self.contracts = PublishedContracts(self.intake)
        parts = Parts(self.knowledge, self.judge, self.intake, self.contents, self.contracts, self.writer, ports.clock)
        self.follower = Follower(region, ports.store, ports.log, topics, parts)
        self._relay = Relay(ports.store, ports.log, self.knowledge, self.writer, ports.clock, ports.schema_numbers)
        self._clock = ports.clock
        self.checkpoints_counted = 0
        """Since this node was made."""

    # Reading and publishing ------------------------------------------------------------------------------------------

    def follow(self, *, timeout_seconds: float = 0.0) -> Tally:
        """Take in one batch of what the log holds behind the positions; FencedError where another writer is at work."""
        tally = self.follower.step(timeout_seconds=timeout_seconds)
        self.checkpoints_counted += tally.checkpoints
        if tally.registries_advanced:
            self.follower.refresh()
        return tally

    def relay(self) -> bool:
        """Publish what is ready; whether anything was."""
        return self._relay.step(self.follower.next_offset)

    def catch_up(
        self, places: Iterable[TopicPartition] | None = None, *, progress: Callable[[int], None] | None = None
    ) -> None:
        """Read until these partitions (all, if none are named) are read to the end they have now.

        A partition that waits before a note whose heads are not here is taken as read: nothing more can be done.
        Raises LogUnavailableError when records that the log says it has do not come.
        """
        wanted = None if places is None else set(places)
        if not self.follower.partitions:
            self.follower.refresh()
        idle = 0
        while behind := self._behind(wanted):
            tally = self.follow(timeout_seconds=POLL_SECONDS)
            idle = 0 if tally != Tally() else idle + 1
            if progress is not None:
                progress(sum(behind.values()))
            if idle > IDLE_POLLS:
                raise LogUnavailableError(
                    "the log does not hand out what it says it holds",
                    expected=f"{sum(behind.values())} more offsets",
                    found=f"nothing for {IDLE_POLLS * POLL_SECONDS:.0f} s",
                    advice="see whether the broker is well; nothing is lost, try again",
                )

    def sweep(self) -> Tally:
        """Judge again all that is parked: what it waits for may have come another way, with a new version of this program say."""
        tally = Tally()
        with self.store.reading() as tx:
            if not tx.parking.parked():
                return tally
        with self._forgetting(), self.store.transaction() as tx:
            self.intake.retry(tx, tally)
        return tally

    def retry_evidence(self, evidence_id: int) -> Judgement | None:
        """Take up a rejected record, or content that could not be opened, again; None where there is nothing to judge."""
        with self._forgetting(), self.store.transaction() as tx:
            for evidence in tx.parking.evidence(evidence_id=evidence_id):
                if evidence.kind == "content":
                    return self._retry_content(tx, evidence)
            return self.intake.retry_evidence(tx, Tally(), evidence_id)

    def _retry_content(self, tx: Transaction, evidence: Evidence) -> Judgement:
        tx.parking.release_evidence(evidence.id)
        tally = Tally()
        self.contents.take(tx, tally, LoggedRecord(evidence.place, evidence.offset, evidence.record, 0))
        if tally.rejected:
            return Judgement(Rejected(evidence.rule, evidence.code, evidence.expected, evidence.found))
        return Judgement(Valid())

    def _behind(self, wanted: set[TopicPartition] | None) -> dict[TopicPartition, int]:
        awaiting = self.follower.awaiting
        behind = self.follower.behind(wanted)
        return {place: offsets for place, offsets in behind.items() if offsets > 0 and place not in awaiting}

    def drained(self) -> bool:
        """Whether every own event was read back as covered."""
        with self.store.reading() as tx:
            return not tx.outbox.partitions()

    # The writer's life -----------------------------------------------------------------------------------------------

    def start(self, *, accept_newer: bool = False) -> None:
        """Become the writer. The caller holds the store's writer lock.

        Raises NewerStartError (an operator must confirm), KeystoreError (not enrolled yet), FencedError.
        """
        self.follower.refresh()
        self.catch_up()
        self.follower.refresh()
        self.catch_up()
        self.sweep()
        if not accept_newer:
            with self.store.reading() as tx:
                self.writer.check_newest(tx)
        for attempt in range(1, START_ATTEMPTS + 1):
            try:
                self._start_once()
                break
            except StartRefusedError:
                if attempt == START_ATTEMPTS:
                    raise
        self._relay.repeat_missing()

    def _start_once(self) -> None:
        places = self._own_places()
        with self.store.transaction() as tx:
            self.writer.begin(tx, places)
        for place in places:  # the registry first: of two starts that cross, it decides
            with self.store.reading() as tx:
                record = self.writer.start_record(tx, place)
            self._relay.publish([(place, record)])
            self.catch_up([place])
            check_started(self.writer, place)
        with self.store.transaction() as tx:
            self._judge_uncovered(tx, places)
            self.writer.ready(tx)

    def add_partitions(self) -> None:
        """Start in own partitions that came after the start (the region was enrolled since)."""
        if self.writer.incarnation is not None and set(self._own_places()) - self.writer.started_in:
            self.start()

    def stop(self) -> None:
        """Stop as a writer, and release what was opened. What is kept and not published is published by the next start."""
        if self.writer.incarnation is not None:
            with self.store.transaction() as tx:
                self.writer.stopped(tx)
        self.close()

    def close(self) -> None:
        """Release what was opened."""
        self.follower.close()
        self._relay.close()

    def _own_places(self) -> list[TopicPartition]:
        registry = TopicPartition(self.topics.registry(self.region), 0)
        if self.region == FEDERATION:
            return [registry]
        with self.store.reading() as tx:
            enrolled = self.knowledge.current_federation(tx).regions.get(self.region)
        partitions = enrolled.case_partitions if enrolled is not None else 0
        return [registry, *(TopicPartition(self.topics.cases(self.region), each) for each in range(partitions))]

    def _judge_uncovered(self, tx: Transaction, places: Iterable[TopicPartition]) -> None:
        """Own events that no checkpoint covers are judged again; what no longer passes is set aside for its officer."""
        for place in places:
            floor = floor_of(tx.logs.state(place))
            for own in tx.outbox.uncovered(place, ALL_UNCOVERED):
                kept = tx.events.get(own.hash)
                if kept is not None and not self._still_passes(tx, kept.signed, floor):
                    set_aside(tx, own.hash, "no_longer_valid", self._clock())
                    self.knowledge.forget()

    def _still_passes(self, tx: Transaction, signed: SignedEvent, floor: Floor) -> bool:
        opened = self.judge.open(signed)
        return isinstance(opened, Opened) and isinstance(self.judge.judge_event(tx, opened, floor).verdict, Valid)

    # Commands --------------------------------------------------------------------------------------------------------

    def perform(self, request: ActRequest) -> Performed:
        """Carry out a command on a case: when this returns, the act is kept and will reach the log."""
        return self._appending(lambda tx: self.acts.perform(tx, request))

    def record(self, act: Callable[[Transaction, Registrar], Result]) -> Result:
        """Carry out something on the own registry."""
        return self._appending(lambda tx: act(tx, self.registrar))

    def set_aside(self) -> tuple[SetAside, ...]:
        """Own acts that the log did not take, for their officers to repeat."""
        with self.store.reading() as tx:
            return tuple(tx.outbox.aside())

    def _appending(self, act: Callable[[Transaction], Result]) -> Result:
        with self._forgetting(), self.store.transaction() as tx:
            self._check_ready(tx)
            return act(tx)

    @contextmanager
    def _forgetting(self) -> Iterator[None]:
        """What a transaction that failed left in memory is forgotten."""
        try:
            yield
        except BaseException:
            self.knowledge.forget()
            raise

    def _check_ready(self, tx: Transaction) -> None:
        if not tx.facts.get(READY):
            raise NotStartedError(
                f"no writer of region {self.region} is ready",
                expected="a node or command that has started as the writer",
                found="none",
                advice="start one with `tongban node run`, or run the command again without one",
            )
