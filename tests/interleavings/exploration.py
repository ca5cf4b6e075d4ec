"""Random walks over the whole node: a seeded scheduler draws who takes the next step, and what goes wrong.

Every step is one of: an officer acts, a region relays, reads, crashes and starts again, is put back to an earlier backup,
changes its ledger key, holds its checkpoints back or lets them go; the federation takes a case over. A walk is a list of
steps, so a failing one can be shortened by leaving steps out: what is drawn inside a step depends on the step's own number,
not on those before it. Who else is at the log, `tests/interleavings/liars.py` adds.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.cities import HANGZHOU, HEFEI, SHANGHAI, Cities
from tests.gated_log import CrashError, is_checkpoint, is_event
from tests.interleavings.quiescence import assert_quiescent
from tests.interleavings.writers import add_organization, enter, federation_takes_over
from tests.ledger.lives import materials
from tests.storage import SqliteStorage, Storage
from tongban.domain.errors import FencedError, NewerStartError, NotAppendableError, RefusedError
from tongban.domain.events.assistance import ContributionKind, HelpKind
from tongban.domain.events.delivery import DeliveryMethod
from tongban.domain.events.event_type import StreamKind
from tongban.domain.events.handover import DeclineReason
from tongban.domain.events.region import LedgerKeyRotated
from tongban.domain.events.takeover import AnnulmentReason
from tongban.domain.events.values import Handling, PublicKey, SubmittedForm, SubmittedMaterial
from tongban.domain.identifiers import CaseId, EventHash, RegionCode
from tongban.domain.law.acceptance import Accept
from tongban.domain.law.act import Command
from tongban.domain.law.assistance import Ask, Contribute
from tongban.domain.law.correction import Notice, Supply
from tongban.domain.law.decision import Close, Decide
from tongban.domain.law.delivery import Deliver
from tongban.domain.law.ending import Withdraw
from tongban.domain.law.handover import Decline, Offer, TakeOver
from tongban.domain.law.intake import TakeIn
from tongban.domain.law.takeover import Adopt, Annul
from tongban.ledger.node import Node

LICENCE = "000199003000"
CODES = (SHANGHAI, HANGZHOU, HEFEI)
MakeStorage = Callable[[Path], Storage]


@dataclass(frozen=True)
class Step:
    """One step of a walk: `name` of a method of `Walk`, and the seed of what is drawn in it."""

    name: str
    seed: int


@dataclass
class Walk:
    """Three cities on a random walk."""

    cities: Cities
    cases: list = field(default_factory=list)
    acknowledged: dict[bytes, RegionCode] = field(default_factory=dict)
    """Hashes of the events that a region acknowledged."""
    excused: set[bytes] = field(default_factory=set)
    """Acts that went with the disk they stood on: acknowledged, not covered, then the store was put back."""
    backups: dict[RegionCode, str] = field(default_factory=dict)

    # Steps -----------------------------------------------------------------------------------------------------------

    def open_case(self, rng: random.Random) -> None:
        code, deciding = rng.choice(CODES), rng.choice(CODES)
        command = TakeIn(Handling.REMOTE_INTAKE, deciding, materials(self.cities))
        done = self._act(code, command, rng, matter=LICENCE, values={"form": b"form"})
        if done is not None:
            self.cases.append(done.case)

    def act(self, rng: random.Random) -> None:
        """A command that is lawful in some states; refused in others, which is right too."""
        for _ in range(TRIES if self.cases else 0):
            if self._act_somehow(rng) is not None:
                return

    def _act_somehow(self, rng: random.Random):
        case, code, other = rng.choice(self.cases), rng.choice(CODES), rng.choice(CODES)
        material = SubmittedMaterial(materials(self.cities)[0].code, SubmittedForm.COPY)
        past = self._past_head(code, case)
        commands = [
            Offer(other), Offer(other), TakeOver(), TakeOver(), Decline(DeclineReason.DUPLICATE),
            Notice((material.code,)), Supply((material,)), Accept(), Accept(), Withdraw(),
            Ask(other, HelpKind.VERIFICATION, "hall"), Decide(granted=True), Close(),
            Deliver(DeliveryMethod.WINDOW), Contribute(ContributionKind.WITHDRAWAL),
            *(Adopt(each) for each in past), *(Annul(each, AnnulmentReason.SUPERSEDED) for each in past),
        ]  # fmt: skip
        return self._act(code, rng.choice(commands), rng, case=case)

    def _past_head(self, code: RegionCode, case: CaseId) -> list[EventHash]:
        node = self.cities.nodes[code]
        with node.store.reading() as tx:
            known = any(event.type.opens for event in node.knowledge.case(tx, case))
            return [each.event for each in node.acts.state(tx, case)[0].past_head.acts] if known else []

    def register(self, rng: random.Random) -> None:
        """A registry goes on, so later acts stand under another head."""
        self._try(rng.choice(CODES), lambda code: add_organization(self.cities, code, f"annex-{rng.getrandbits(32)}"))

    def take_over(self, rng: random.Random) -> None:
        """The federation names an event that some city told it, be it the last, and a new holder."""
        if not self.cases:
            return
        case, code, named = rng.choice(self.cases), rng.choice(CODES), rng.choice(CODES)
        node = self.cities.nodes[code]
        with node.store.reading() as tx:
            own = [event.hash for event in node.knowledge.case(tx, case) if event.type.stream is StreamKind.CASE]
        if own:
            federation_takes_over(self.cities, case, rng.choice(own[-2:]), named)

    def rotate_ledger_key(self, rng: random.Random) -> None:
        """A region signs its notes with another key from now on; it keeps the old one."""
        key = self.cities.signing_key()

        def rotate(code: RegionCode) -> None:
            self.cities.keyrings[code].signing[key.key_id] = key
            enter(self.cities, code, LedgerKeyRotated(PublicKey(key.suite, key.public_key)))

        self._try(rng.choice(CODES), rotate)

    def relay(self, rng: random.Random) -> None:
        self._try(rng.choice(CODES), lambda code: self.cities.nodes[code].relay())

    def read(self, rng: random.Random) -> None:
        self._try(rng.choice(CODES), lambda code: self.cities.nodes[code].follow())

    def catch_up(self, rng: random.Random) -> None:
        self._try(rng.choice(CODES), lambda code: self.cities.nodes[code].catch_up())

    def crash_while_relaying(self, rng: random.Random) -> None:
        code = rng.choice(CODES)
        gate = self.cities.gates[code]
        which = rng.choice([is_checkpoint, is_event("case.taken_in"), is_event("case.offered")])
        setattr(gate, rng.choice(["crash_before", "crash_after"]), which)
        self._try(code, lambda each: self.cities.nodes[each].relay())
        self._restart(code)

    def crash(self, rng: random.Random) -> None:
        self._restart(rng.choice(CODES))

    def back_up(self, rng: random.Random) -> None:
        code = rng.choice(CODES)
        self.backups[code] = self.cities.backup(code)

    def put_back(self, rng: random.Random) -> None:
        code = rng.choice(CODES)
        if code not in self.backups:
            return
        self._excuse(self.cities.nodes[code])
        self.cities.crash(code)
        self.cities.put_back(code, self.backups[code])
        self._restart(code, crashed=True)

    def twin(self, rng: random.Random) -> None:
        """A second machine comes up on a backup, with an operator's word, works for a while and dies; the first lives on."""
        code = rng.choice(CODES)
        if code not in self.backups:
            return
        original, copy = self.cities.nodes[code], self.cities.copy_of(self.backups[code])
        twin = self.cities.nodes[code] = self.cities.twin(code, copy)
        try:
            twin.start(accept_newer=True)
            for _ in range(rng.randint(0, 4)):
                self.act(rng)
                if rng.random() < 0.6:
                    twin.relay()
                    twin.follow()
        except (CrashError, FencedError):
            pass  # the twin is fenced like any other
        finally:
            self._excuse(twin)
            twin.close()
            self.cities.nodes[code] = original

    def hold_checkpoints(self, rng: random.Random) -> None:
        self.cities.gates[rng.choice(CODES)].hold_back = is_checkpoint

    def let_go(self, rng: random.Random) -> None:
        self._let_go(rng.choice(CODES))

    # Between steps ---------------------------------------------------------------------------------------------------

    def _act(self, code: RegionCode, command: Command, rng: random.Random, **more):
        self.cities.tick(1)
        by = rng.choice(["handler", "approver"])
        try:
            done = self.cities.act(code, command, by=by, **more)
        except (RefusedError, NotAppendableError):
            return None
        for event in done.events:
            self.acknowledged[event.hash] = code
        return done

    def _try(self, code: RegionCode, step: Callable[[RegionCode], object]) -> None:
        try:
            step(code)
        except (CrashError, FencedError):
            self._restart(code)

    def _restart(self, code: RegionCode, *, crashed: bool = False) -> None:
        late = self.cities.gates[code].held
        if not crashed:
            self.cities.crash(code)
        try:
            self.cities.restart(code)
        except NewerStartError:
            self.cities.crash(code)
            self.cities.restart(code, accept_newer=True)
        self.cities.gates[code].held += late

    def _let_go(self, code: RegionCode) -> None:
        gate = self.cities.gates[code]
        gate.hold_back = lambda _: False
        if gate.held:
            gate.let_go()

    def _excuse(self, node: Node) -> None:
        """What goes with this node's disk: acts that no checkpoint covers, and those set aside for their officers."""
        with node.store.reading() as tx:
            for place in tx.outbox.partitions():
                self.excused |= {own.hash for own in tx.outbox.uncovered(place, 1 << 30)}
            self.excused |= {each.hash for each in tx.outbox.aside()}

    # After the walk --------------------------------------------------------------------------------------------------

    def finish(self) -> None:
        """Everything held back arrives, everybody reads everything; then what must hold is looked at."""
        for code in CODES:
            self._let_go(code)
        for code in CODES:  # whoever was doubled finds out now
            self._try(code, lambda each: self.cities.nodes[each].catch_up())
        self.settle()
        self.assert_quiescent()
        self._assert_nothing_lost()
        self._assert_next_act_possible()

    def settle(self) -> None:
        """Nothing moves any more."""
        self.cities.settle()

    def assert_quiescent(self) -> None:
        """What must hold then."""
        assert_quiescent(self.cities)

    def _assert_nothing_lost(self) -> None:
        for event_hash, code in self.acknowledged.items():
            with self.cities.stores[code].reading() as tx:
                kept = tx.events.get(event_hash)
                aside = {each.hash for each in tx.outbox.aside()}
            covered = kept is not None and kept.covered_at is not None
            assert covered or event_hash in aside or event_hash in self.excused, f"{code} lost {event_hash.hex()}"

    def _assert_next_act_possible(self) -> None:
        for case in self.cases:
            states = {}
            for code in CODES:
                node = self.cities.nodes[code]
                with node.store.reading() as tx:
                    if any(event.type.opens for event in node.knowledge.case(tx, case)):
                        states[code] = node.acts.state(tx, case)[0]
            if not states:
                continue  # its opening went with a disk
            assert len(states) == len(CODES)
            assert len(set(map(repr, states.values()))) == 1
            assert next(iter(states.values())).pen is not None


TRIES = 25
"""How often a step looks for a lawful act."""

WEIGHTS = {
    "open_case": 4, "act": 22, "register": 1, "rotate_ledger_key": 1, "take_over": 2, "relay": 10, "read": 14, "catch_up": 4,
    "crash_while_relaying": 2, "crash": 2, "back_up": 2, "put_back": 2, "twin": 2, "hold_checkpoints": 2, "let_go": 2,
}  # fmt: skip


def draw(seed: int, length: int, weights: Mapping[str, int] = WEIGHTS) -> tuple[Step, ...]:
    """The walk of a seed. `weights`: how often each step is taken."""
    rng = random.Random(seed)
    names = rng.choices(list(weights), list(weights.values()), k=length)
    return tuple(Step(name, rng.getrandbits(64)) for name in names)


def take(
    steps: Sequence[Step],
    folder: Path,
    *,
    storage: MakeStorage = SqliteStorage,
    kind: type[Walk] = Walk,
    codes: Sequence[RegionCode] = CODES,
) -> None:
    """Take a walk; AssertionError where something does not hold at its end. `storage` makes the cities' in a folder."""
    cities = Cities(folder, codes=tuple(codes), storage=storage(folder))
    walk = kind(cities)
    try:
        for step in steps:
            getattr(walk, step.name)(random.Random(step.seed))
        walk.finish()
    finally:
        cities.close()


def shortest(steps: Sequence[Step], folder: Path, take: Callable[[Sequence[Step], Path], None]) -> tuple[Step, ...]:
    """A failing walk, taken by `take`, without the steps that it does not need."""
    kept = list(steps)
    size = max(len(kept) // 2, 1)
    number = 0
    while size:
        start = 0
        while start < len(kept):
            shorter = kept[:start] + kept[start + size :]
            number += 1
            if fails(shorter, folder / f"shorter-{number}", take):
                kept = shorter
            else:
                start += size
        size //= 2
    return tuple(kept)


def fails(steps: Sequence[Step], folder: Path, take: Callable[[Sequence[Step], Path], None]) -> bool:
    """Whether a walk fails."""
    folder.mkdir()
    try:
        take(steps, folder)
    except Exception:
        return True
    return False
