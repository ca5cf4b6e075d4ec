"""At every write a real process is killed before and after it, or told wrongly that it failed; then it goes on."""

import os
import shutil
import signal
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from tests.crash.points import ALL, KAFKA, PAIRS, POSTGRESQL, Fault, Pair, document
from tests.crash.victim import LICENCE, opened_case
from tests.homes import act, found, home, publish_all
from tongban.adapters.demo.federation import HEFEI, SHANGHAI
from tongban.adapters.node.home import OpenHome, microseconds_now
from tongban.adapters.node.writing import begin_writing
from tongban.adapters.store.sqlite_store import SqliteLedgerStore
from tongban.domain.events.values import Handling
from tongban.domain.law.handover import Offer
from tongban.domain.law.intake import TakeIn
from tongban.ledger.audit import run_audit

ROOT = Path(__file__).parents[2]
SECONDS = 60
ALL_PAIRS_WHOLE = os.environ.get("TONGBAN_CRASH_POINTS") == "all"
EVENTS_OPENED, EVENTS_TAKEN_OVER = 2, 3
"""In the case that the victim opens (taken in, offered), and in the one that it takes over."""


@dataclass
class Place:
    """Homes in a folder, and a case that Hefei has offered to Shanghai."""

    folder: Path
    offered: UUID
    options: tuple[str, ...] = ()


def offer(folder: Path) -> UUID:
    """Hefei takes a case in and offers it to Shanghai."""
    with closing(home(folder, HEFEI)) as region, region.store.writer_lock():
        begin_writing(region)
        opened = act(region, TakeIn(Handling.REMOTE_INTAKE, SHANGHAI, ()), matter=LICENCE)
        act(region, Offer(SHANGHAI), case=opened.case)
        publish_all(region)
        region.node.stop()
        return opened.case


@pytest.fixture(scope="module")
def founded(tmp_path_factory):
    """Three cities on the embedded log."""
    folder = tmp_path_factory.mktemp("founded") / "cities"
    found(folder)
    return Place(folder, offer(folder))


@pytest.fixture(scope="module")
def on_kafka(tmp_path_factory, kafka_bootstrap):
    """Three cities on Kafka."""
    folder = tmp_path_factory.mktemp("kafka") / "cities"
    found(folder, prefix=f"crash-{uuid4().hex[:8]}", kafka=kafka_bootstrap)
    return folder


@pytest.fixture
def place(pair, request, tmp_path):
    """The cities of a pair. Only what was founded on the embedded log can be copied, with its stores; all others begin
    with an empty store, which takes over from the log what it lacks."""
    make = request.getfixturevalue
    if pair.log == KAFKA:
        folder = make("on_kafka")
        (folder / "acknowledged").unlink(missing_ok=True)
        offered = offer(folder)
    else:
        folder, offered = tmp_path / "cities", make("founded").offered
        shutil.copytree(make("founded").folder, folder)
        if pair.store != POSTGRESQL:
            return Place(folder, offered)
    if pair.store == POSTGRESQL:
        store = views = make("postgres_url")
    else:
        store, views = (f"sqlite:///{tmp_path}/{name}.sqlite" for name in ("store", "views"))
    return Place(folder, offered, ("--store", store, "--views", views, "--accept-newer"))


def run(place: Place, *options: str) -> subprocess.CompletedProcess:
    acknowledged = place.folder / "acknowledged"
    command = [sys.executable, "-m", "tests.crash.victim", place.folder / SHANGHAI, acknowledged, str(place.offered)]
    return subprocess.run(
        [*map(str, command), *place.options, *options],
        cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip


def crash_and_go_on(place: Place, point: str, fault: Fault) -> None:
    first = run(place, "--point", point, "--fault", fault)
    if fault is Fault.LIE:
        assert first.returncode == 0, first.stderr
    else:
        assert first.returncode == -signal.SIGKILL, f"the point was not passed: {first.returncode} {first.stderr}"
        second = run(place)
        assert second.returncode == 0, second.stderr
    assert_all_is_well(place)


def assert_all_is_well(place: Place) -> None:
    acknowledged = {bytes.fromhex(line) for line in (place.folder / "acknowledged").read_text().split()}
    digests, events = [], []
    for code in (SHANGHAI, HEFEI):
        with closing(opened(place, code)) as region:
            region.node.follower.refresh()
            region.node.catch_up()
            region.project()
            with region.store.reading() as tx:
                events.append({k.signed.hash for case in tx.events.cases() for k in tx.events.case(case)})
                assert len(tx.events.case(opened_case(place.offered))) == EVENTS_OPENED, "an act is doubled or missing"
                assert len(tx.events.case(place.offered)) == EVENTS_TAKEN_OVER, "an act is doubled or missing"
                assert not tx.parking.parked()
                assert not tx.outbox.partitions()
            live = [region.views.digest(name) for name in ("tracker", "timeline")]
            region.projector.rebuild()
            assert live == [region.views.digest(name) for name in ("tracker", "timeline")], "a view was doubled or lost"
            digests.append(live)
            if code == HEFEI:
                assert_audit_finds_nothing(region)
    assert digests[0] == digests[1]
    assert events[0] == events[1]
    assert acknowledged <= events[0], "something acknowledged is lost"


def assert_audit_finds_nothing(region: OpenHome) -> None:
    with closing(SqliteLedgerStore.temporary()) as scratch:
        report = run_audit(region.log, region.genesis, region.topics, scratch=scratch, clock=microseconds_now)
    assert report.ok, report.faults


def opened(place: Place, code: str) -> OpenHome:
    given = dict(zip(place.options[::2], place.options[1::2], strict=False)) if code == SHANGHAI else {}
    overrides = {name.removeprefix("--"): url for name, url in given.items() if name in ("--store", "--views")}
    return home(place.folder, code, overrides)


def rows():
    """The table: every pair, point and fault."""
    for pair in PAIRS:
        marks = [pytest.mark.kafka] * (pair.log == KAFKA) + [pytest.mark.postgres] * (pair.store == POSTGRESQL)
        for point in ALL if ALL_PAIRS_WHOLE else pair.every_run:
            for fault in Fault:
                yield pytest.param(pair, point, fault, marks=marks, id=f"{pair.store}-{pair.log}-{point}-{fault}")


@pytest.mark.parametrize(("pair", "point", "fault"), tuple(rows()))
def test_nothing_is_lost_or_doubled(place, pair: Pair, point, fault):
    crash_and_go_on(place, point, fault)


def test_the_document_is_the_table():
    assert (ROOT / "docs" / "crash-points.md").read_text(encoding="utf-8") == document()
