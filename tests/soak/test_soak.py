"""Three real node processes and a real broker under load, killed and started again at random, for a bounded time.

`TONGBAN_SOAK_SECONDS` (default 60) and `TONGBAN_SOAK_SEED`; a failing run prints its seed. Officers act beside the nodes
all the while. In the end everything that was acknowledged stands in every city, once, and the audit finds nothing wrong.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest

from tests.adapters.kafka.broker import KafkaBroker, why_unavailable
from tongban.adapters.demo.federation import CITIES, HEFEI, PASSPHRASE, SHANGHAI, DemoFederation
from tongban.adapters.demo.fictions import Setting, fictional_form
from tongban.adapters.demo.offices import HANDLER, officer_of, window_of
from tongban.adapters.demo.world import DemoWorld
from tongban.adapters.keys.keystore import Keystore
from tongban.adapters.node.home import KEYSTORE_FILE, OpenHome, microseconds_now, read_genesis
from tongban.adapters.node.settings import load_settings
from tongban.adapters.store.sqlite_store import SqliteLedgerStore
from tongban.domain.errors import RefusedError, RetryableError
from tongban.domain.events.values import Handling, SubmittedForm, SubmittedMaterial
from tongban.domain.identifiers import CaseId, CommandId, RegionCode
from tongban.domain.law.acceptance import Accept
from tongban.domain.law.correction import Notice
from tongban.domain.law.handover import Offer, TakeOver
from tongban.domain.law.intake import TakeIn
from tongban.ledger.acts import ActRequest
from tongban.ledger.audit import run_audit

SECONDS = float(os.environ.get("TONGBAN_SOAK_SECONDS", "60"))
SEED = int(os.environ.get("TONGBAN_SOAK_SEED", "1"))
LICENCE = "000199003000"
PAUSE_SECONDS = 0.05
"""Between two acts: some load, not all that the machine can do."""
SETTLE_SECONDS = 90.0


@dataclass
class Soak:
    """Three homes, their node processes, and what was acknowledged."""

    folder: Path
    rng: random.Random
    broker: KafkaBroker
    nodes: dict[RegionCode, subprocess.Popen] = field(default_factory=dict)
    desks: dict[RegionCode, OpenHome] = field(default_factory=dict)
    cases: list[CaseId] = field(default_factory=list)
    acknowledged: set[bytes] = field(default_factory=set)

    # Processes -------------------------------------------------------------------------------------------------------

    def start(self, code: RegionCode) -> None:
        command = [sys.executable, "-m", "tongban", "--home", str(self.folder / code), "node", "run", "--interval", "1"]
        log = (self.folder / f"{code}.log").open("ab")
        with log:
            self.nodes[code] = subprocess.Popen(
                command, stdout=log, stderr=log, env={**os.environ, "TONGBAN_PASSPHRASE": PASSPHRASE}
            )

    def is_up(self, code: RegionCode) -> bool:
        """Whether the process reports: until then it does not stop gracefully."""
        health = self.folder / code / "health.json"
        return health.exists() and json.loads(health.read_bytes())["pid"] == self.nodes[code].pid

    def kill(self, code: RegionCode, by: signal.Signals = signal.SIGKILL) -> int:
        node = self.nodes.pop(code)
        node.send_signal(by)
        return node.wait(timeout=60)

    def misfortune(self) -> None:
        """Something dies, or stands still for a moment."""
        match self.rng.choice(["node", "node", "node", "stop", "broker", "freeze"]):
            case "node":
                code = self.rng.choice(list(CITIES))
                self.kill(code)
                self.start(code)
            case "stop":
                code = self.rng.choice(list(CITIES))
                assert self.kill(code, signal.SIGTERM) in (0, -signal.SIGTERM)
                self.start(code)
            case "broker":
                self.broker.kill()
                self.broker.start()
            case "freeze":
                self.broker.pause()
                time.sleep(self.rng.uniform(0.2, 1.5))
                self.broker.resume()

    # Acts ------------------------------------------------------------------------------------------------------------

    def act(self) -> None:
        """Somebody does something lawful, beside the node; refused or not now is no harm."""
        code = self.rng.choice(list(CITIES))
        desk = self.desks[code]
        try:
            request = self._request(code, desk)
            if request is None:
                return
            done = desk.node.perform(request)
        except (RefusedError, RetryableError):
            return
        self.acknowledged |= {event.hash for event in done.events}
        if request.case is None:
            self.cases.append(done.case)

    def _request(self, code: RegionCode, desk: OpenHome) -> ActRequest | None:
        now = microseconds_now()
        if self.rng.random() < 0.3 or not self.cases:
            with desk.store.reading() as tx:
                contract = desk.node.acts.contract(tx, LICENCE, None)
            materials = tuple(SubmittedMaterial(m.code, SubmittedForm(m.form)) for m in contract.rules.materials)
            deciding = self.rng.choice(list(CITIES))
            command = TakeIn(Handling.REMOTE_INTAKE, deciding, materials)
            form = fictional_form(self.rng, LICENCE, Setting(deciding, code, date(2026, 11, 22)))
            values = {"form": contract.encode_form(form)}
            return ActRequest(CommandId(uuid4()), window_of(code, 0), command, now, matter=LICENCE, values=values)
        case = self.rng.choice(self.cases)
        window, handler = window_of(code, 0), officer_of(code, LICENCE, HANDLER)
        acts = [
            (window, Offer(self.rng.choice(list(CITIES)))), (handler, TakeOver()), (handler, Accept()),
            (handler, Notice(("inspection_report",))), (handler, TakeOver()),
        ]  # fmt: skip
        actor, command = self.rng.choice(acts)
        return ActRequest(CommandId(uuid4()), actor, command, now, case=case)


@pytest.fixture
def soak(tmp_path) -> Iterator[Soak]:
    reason = why_unavailable()
    if reason:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)
    with ExitStack() as held:
        broker = held.enter_context(KafkaBroker())
        folder = tmp_path / "cities"
        with DemoFederation(folder, DemoWorld(SEED), prefix="soak", kafka=broker.bootstrap) as federation:
            federation.found()
        run = Soak(folder, random.Random(SEED), broker)
        held.callback(lambda: [node.kill() or node.wait() for node in run.nodes.values()])
        for code in CITIES:
            run.start(code)
            run.desks[code] = held.enter_context(closing(opened(folder, code)))
        yield run


def opened(folder: Path, code: RegionCode) -> OpenHome:
    home = folder / code
    return OpenHome(load_settings(home), read_genesis(home), Keystore.open(home / KEYSTORE_FILE, PASSPHRASE))


@pytest.mark.kafka
@pytest.mark.slow
@pytest.mark.timeout(SECONDS + 240)
def test_nothing_acknowledged_is_lost_whoever_dies(soak):
    until = time.monotonic() + SECONDS
    next_misfortune = time.monotonic() + 5
    while time.monotonic() < until:
        soak.act()
        if time.monotonic() > next_misfortune:
            soak.misfortune()
            next_misfortune = time.monotonic() + soak.rng.uniform(1, 4)
        time.sleep(PAUSE_SECONDS)
    assert soak.acknowledged, f"seed {SEED}: nothing was done"
    wait_until_all_have_all(soak)
    for code in CITIES:
        assert soak.kill(code, signal.SIGTERM) == 0, (soak.folder / f"{code}.log").read_text()[-2000:]
    assert_all_is_well(soak)


def wait_until_all_have_all(soak: Soak) -> None:
    deadline = time.monotonic() + SETTLE_SECONDS
    while time.monotonic() < deadline:
        if all(map(soak.is_up, CITIES)) and all(has_all(desk, soak.acknowledged) for desk in soak.desks.values()):
            return
        time.sleep(0.2)
    missing = {code: len(soak.acknowledged - events_of(desk)) for code, desk in soak.desks.items()}
    logs = {code: (soak.folder / f"{code}.log").read_text()[-1500:] for code in CITIES}
    pytest.fail(f"seed {SEED}: after {SETTLE_SECONDS:.0f} s cities lack {missing}: {logs}")


def has_all(desk: OpenHome, acknowledged: set[bytes]) -> bool:
    with desk.store.reading() as tx:
        return not tx.outbox.partitions() and all(tx.events.get(each) is not None for each in acknowledged)


def events_of(desk: OpenHome) -> set[bytes]:
    with desk.store.reading() as tx:
        return {kept.signed.hash for case in tx.events.cases() for kept in tx.events.case(case)}


def assert_all_is_well(soak: Soak) -> None:
    digests = set()
    for desk in soak.desks.values():
        desk.node.catch_up()
        desk.project()
        live = tuple(desk.views.digest(name) for name in ("tracker", "timeline"))
        desk.projector.rebuild()
        assert live == tuple(desk.views.digest(name) for name in ("tracker", "timeline"))
        digests.add(live)
        assert events_of(desk) >= soak.acknowledged, f"seed {SEED}"
        with desk.store.reading() as tx:
            assert not tx.parking.parked()
            assert not tx.outbox.aside()
    assert len(digests) == 1, f"seed {SEED}: the cities differ"
    desk = soak.desks[HEFEI if SEED % 2 else SHANGHAI]
    with closing(SqliteLedgerStore.temporary()) as scratch:
        report = run_audit(desk.log, desk.genesis, desk.topics, scratch=scratch, clock=microseconds_now)
    assert report.ok, report.faults
