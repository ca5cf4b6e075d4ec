"""Acts on cases: from an officer's command to signed events in the store, in one transaction.

    command ─► fold the case ─► decide (strict) ─► commit to personal values ─► sign, judge, keep ─► seal the values

- A command has an id: repeated, it returns what it did the first time, and does nothing.
- What an act shares, and with whom, follows from the case (`tongban.ledger.sharing`).
- Nothing is published here; what is kept is acknowledged, and the relay brings it to the log.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from tongban.contracts.content.value import SALT_BYTES, ContentValue
from tongban.contracts.matter.contract import MatterContract
from tongban.domain.chain.registries import RegionState, Signer
from tongban.domain.errors import (
    CaseUnknownError,
    MatterUnknownError,
    NotAppendableError,
    OfficerUnknownError,
)
from tongban.domain.event import Event
from tongban.domain.events.acceptance import Accepted
from tongban.domain.events.catalogue import ActBody
from tongban.domain.events.event_type import StreamKind
from tongban.domain.events.values import Commitment
from tongban.domain.header import Actor
from tongban.domain.identifiers import CaseId, CommandId, RegionCode, StreamId, assistance_stream, case_id, case_stream
from tongban.domain.keys import key_id
from tongban.domain.law.acceptance import Accept
from tongban.domain.law.act import Command
from tongban.domain.law.decide import causes, decide
from tongban.domain.law.doing import Acting
from tongban.domain.law.evolve import evolve, fold
from tongban.domain.law.rules import MatterRules
from tongban.domain.law.state import INITIAL, CaseState
from tongban.domain.law.table import BY_COMMAND
from tongban.domain.law.takeover import Adopt
from tongban.ledger.answers import form_answers
from tongban.ledger.appender import Appender, Draft, Signatory
from tongban.ledger.contents import SealedContents
from tongban.ledger.keyring import Keyring
from tongban.ledger.knowledge import Knowledge
from tongban.ledger.lru_cache import LruCache
from tongban.ledger.matters import Matters
from tongban.ledger.sharing import newly_trusted, recipients
from tongban.ledger.store import Transaction
from tongban.ledger.writer import Entropy, Writer

STATES_KEPT = 1_024
"""Folded cases kept in memory, some kilobytes each: those that are being worked on."""


@dataclass(frozen=True, slots=True)
class ActRequest:
    """What somebody wants done.

    `actor`: id of the officer or channel. `case`: None for a command that opens one, which then names `matter` and
    `version`. `values`: personal values by name, as bytes; their commitments take the place of `command.contents`.
    """

    command_id: CommandId
    actor: str
    command: Command
    occurred_at: int
    case: CaseId | None = None
    matter: str | None = None
    version: str | None = None
    values: Mapping[str, bytes] | None = None


@dataclass(frozen=True, slots=True)
class Performed:
    """What a command did. `repeated`: it had been done before, and was not done again."""

    case: CaseId
    events: tuple[Event, ...]
    repeated: bool = False


def opens(command: Command) -> bool:
    """Whether a command opens a case."""
    return BY_COMMAND[type(command)].event.opens


class Acts:
    """Performs commands of one region."""

    def __init__(
        self,
        region: RegionCode,
        knowledge: Knowledge,
        matters: Matters,
        appender: Appender,
        contents: SealedContents,
        keyring: Keyring,
        writer: Writer,
        entropy: Entropy,
    ) -> None:
        self._region = region
        self._knowledge = knowledge
        self._matters = matters
        self._appender = appender
        self._contents = contents
        self._keyring = keyring
        self._writer = writer
        self._entropy = entropy
        # By the hashes of all events of a case: such a state stays true whatever is appended or rolled back.
        self._states: LruCache[tuple[bytes, ...], CaseState] = LruCache(STATES_KEPT)

    def perform(self, tx: Transaction, request: ActRequest) -> Performed:
        """Do it, or raise: ActRefusedError, NotAppendableError, OfficerUnknownError, CaseUnknownError, KeystoreError."""
        done = tx.events.of_command(request.command_id, self._region)
        if done:
            events = tuple(self._knowledge.event(kept) for kept in done)
            case = events[0].header.case
            assert case is not None, "commands on cases make events of cases"
            return Performed(case, events, repeated=True)
        return self._perform(tx, request)

    def state(self, tx: Transaction, case: CaseId) -> tuple[CaseState, MatterContract]:
        """A case as it is known here. Raises CaseUnknownError, MatterUnknownError, MatterUnreadableError."""
        events = self._knowledge.case(tx, case)
        opening = next((event for event in events if event.type.opens), None)
        if opening is None:
            raise CaseUnknownError(
                f"no case {case} is here", expected="the id of a case", advice="see `tongban case list`"
            )
        contract = self._matters.of_case(tx, opening.header)
        if contract is None:
            raise MatterUnknownError(f"the matter of case {case} is not here", found=str(opening.header.matter))
        return self._fold(events, contract.rules), contract

    def _fold(self, events: Sequence[Event], rules: MatterRules) -> CaseState:
        """The state of a case; what was folded before is not folded again.

        Behind a stream that is the only one and unbroken, one more event of it is one more step. Everything else (a second
        stream, a rival) may change the order of all of them.
        """
        hashes = tuple(event.hash for event in events)
        state = self._states.pop(hashes)
        if state is None:
            before = self._states.pop(hashes[:-1])
            if before is not None and _follows(events[-1], before, hashes[:-1]):
                state = evolve(before, events[-1], rules)
            else:
                state = fold(events, rules)
        self._states.put(hashes, state)
        return state

    # Steps -----------------------------------------------------------------------------------------------------------

    def _perform(self, tx: Transaction, request: ActRequest) -> Performed:
        signer = self.signer(tx, request.actor)
        actor = Actor(signer.kind, signer.id, signer.organization, signer.post)
        acting = Acting(self._region, actor, request.occurred_at)
        case, state, contract = self._case(tx, request)
        helping = BY_COMMAND[type(request.command)].event.stream is StreamKind.ASSISTANCE
        epoch = 0 if helping else state.epoch
        stream = assistance_stream(case, self._region) if helping else case_stream(case, epoch)
        self._appender.check_free(tx, [stream])
        head = tx.events.head(stream) if helping else _head(state)
        values = self._values(request, case, stream, (head[0] if head else 0) + 1)
        command = _with_contents(request.command, values)
        bodies = self.decided(tx, case, state, command, acting, contract)
        key = self._keyring.get_signing(key_id(signer.key))
        signature = Signatory(request.command_id, actor, key, request.occurred_at)
        events: list[Event] = []
        for body in bodies:
            draft = Draft(
                body, stream, head, case, contract.rules.catalog_code, contract.rules.version, epoch,
                causes(state, body, self._region),
            )  # fmt: skip
            event = self._appender.append(tx, draft, signature)
            head = (event.header.sequence, event.hash)
            events.append(event)
        self._share(tx, case, contract, events, values)
        return Performed(case, tuple(events))

    def decided(
        self,
        tx: Transaction,
        case: CaseId | None,
        state: CaseState,
        command: Command,
        acting: Acting,
        contract: MatterContract,
    ) -> tuple[ActBody, ...]:
        """What the command makes of a case (None: one that it opens); nothing is kept.

        To accept is to find the set complete, under the answers that the form gives. Raises ActRefusedError, and where a
        form is needed FormAwaitedError, KeystoreError.
        """
        if case is None or not _accepts(state, command):
            return decide(state, command, acting, contract.rules)
        known = form_answers(tx, self._contents, contract, state)
        bodies = decide(state, command, acting, known.rules)
        known.refuse_gaps()
        return bodies

    def signer(self, tx: Transaction, actor: str) -> Signer:
        """The officer or channel of this id, by a key that is not revoked. Raises OfficerUnknownError."""
        registry = self._knowledge.current_region(tx, self._region)
        for signer in registry.signers.values():
            if signer.id == actor and key_id(signer.key) not in registry.revoked:
                return signer
        raise OfficerUnknownError(
            f"nobody called {actor!r} may act for region {self._region}",
            expected="the id of an officer or channel: " + (", ".join(sorted(_ids(registry))[:20]) or "there are none"),
            found=actor,
            advice="see `tongban officer list`, or add one with `tongban officer add`",
        )

    def _case(self, tx: Transaction, request: ActRequest) -> tuple[CaseId, CaseState, MatterContract]:
        if opens(request.command):
            contract = self.contract(tx, request.matter or "", request.version)
            return case_id(self._region, request.command_id), INITIAL, contract
        if request.case is None:
            raise CaseUnknownError("this act needs a case", expected="the id of a case", found="none")
        state, contract = self.state(tx, request.case)
        return request.case, state, contract

    def contract(self, tx: Transaction, matter: str, version: str | None) -> MatterContract:
        """A published matter; its newest version if none is named. Raises MatterUnknownError, MatterUnreadableError."""
        published = self._knowledge.current_federation(tx).matters
        versions = sorted((int(known) if known.isdigit() else 0, known) for code, known in published if code == matter)
        wanted = version or (versions[-1][1] if versions else "")
        contract = self._matters.published(tx, matter, wanted)
        if contract is None:
            raise MatterUnknownError(
                f"matter {matter} {wanted} is not published in this federation",
                expected=", ".join(sorted(f"{code}/{known}" for code, known in published)) or "a published matter",
                found=f"{matter}/{wanted}",
                advice="see `tongban case take-in --help`",
            )
        return contract

    def _values(self, request: ActRequest, case: CaseId, stream: StreamId, sequence: int) -> tuple[ContentValue, ...]:
        return tuple(
            ContentValue(self._entropy(SALT_BYTES), case, stream, sequence, name, value)
            for name, value in sorted((request.values or {}).items())
        )

    def _share(
        self,
        tx: Transaction,
        case: CaseId,
        contract: MatterContract,
        events: Sequence[Event],
        values: Sequence[ContentValue],
    ) -> None:
        if not values and all(newly_trusted(event) is None for event in events):
            return
        ledger_key = self._writer.ledger_key(tx, self._knowledge.heads(tx, self._region))
        if values:
            after = self._fold(self._knowledge.case(tx, case), contract.rules)
            given = recipients(after, events[0], self._region)
            self._contents.send(tx, values, given, event=events[0].hash, key=ledger_key)
        for event in events:
            trusted = newly_trusted(event)
            if trusted is not None:
                held = [value for value in self._held(tx, case) if value not in values]
                self._contents.send(tx, held, {trusted}, event=event.hash, key=ledger_key)

    def _held(self, tx: Transaction, case: CaseId) -> list[ContentValue]:
        commitments = (each.digest for event in self._knowledge.case(tx, case) for each in event.commitments)
        opened = (self._contents.open(tx, commitment) for commitment in commitments)
        return [value for value in opened if value is not None]


def _accepts(state: CaseState, command: Command) -> bool:
    """To adopt an acceptance past the head of a takeover is to accept."""
    past = state.past_head.act(command.act) if isinstance(command, Adopt) else None
    return isinstance(command, Accept) or (past is not None and isinstance(past.doing.body, Accepted))


def _head(state: CaseState) -> tuple[int, bytes] | None:
    return (state.sequence, state.last) if state.last is not None else None


def _with_contents(command: Command, values: Sequence[ContentValue]) -> Command:
    if not values:
        return command
    if not hasattr(command, "contents"):
        raise NotAppendableError(
            f"{type(command).__name__} carries no personal values",
            expected="none",
            found=", ".join(value.name for value in values),
        )
    committed: Command = replace(
        cast(Any, command), contents=tuple(Commitment(value.name, value.commitment) for value in values)
    )
    return committed


def _follows(event: Event, state: CaseState, folded: Sequence[bytes]) -> bool:
    """Whether `event` goes on where `state` ends, a state of one stream without rivals."""
    in_line = state.frozen_at is None and state.sequence == len(folded) and state.last == folded[-1]
    return in_line and event.header.previous == state.last and event.header.stream == state.case


def _ids(registry: RegionState) -> set[str]:
    return {signer.id for signer in registry.signers.values()}
