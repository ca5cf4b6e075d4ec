"""A region's store comes back from `pg_dump` into a fresh database: its node takes from the log what it lacks."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from tests.adapters.postgres.fixture import _need_programs
from tests.adapters.postgres.server import run_program
from tests.homes import act, found, home, publish_all
from tests.ports.lives import case_ids
from tests.storage import drop_database, in_database, make_database
from tongban.adapters.demo.federation import HEFEI, SHANGHAI
from tongban.adapters.node.home import OpenHome, microseconds_now
from tongban.adapters.node.writing import begin_writing
from tongban.adapters.store.sqlite_store import SqliteLedgerStore
from tongban.domain.errors import ActRefusedError, NewerStartError
from tongban.domain.events.values import Handling
from tongban.domain.law.ending import Withdraw
from tongban.domain.law.handover import Offer
from tongban.domain.law.intake import TakeIn
from tongban.ledger.acts import Performed
from tongban.ledger.audit import run_audit

pytestmark = pytest.mark.postgres

LICENCE = "000199003000"
STORE_SCHEMA = "tongban"
VIEWS = ("tracker", "timeline")


@dataclass
class Servers:
    """Shanghai's home and the databases that its stores lie in; the views stay where they are."""

    folder: Path
    url: str
    admin: psycopg.Connection
    made: list[str] = field(default_factory=list)

    def database(self) -> str:
        """The address of a fresh, empty database."""
        self.made.append(f"restore_{self.folder.parent.name}_{len(self.made)}"[-60:].lower())
        make_database(self.admin, self.made[-1], "template1")
        return in_database(self.url, self.made[-1])

    def shanghai(self, store: str, views: str) -> OpenHome:
        return home(self.folder, SHANGHAI, {"store": store, "views": f"{views}?schema=views"})


@pytest.fixture(scope="module")
def founded(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("founded") / "cities"
    found(folder)
    return folder


@pytest.fixture
def servers(founded, tmp_path, postgres_database) -> Iterator[Servers]:
    _need_programs("")
    shutil.copytree(founded, tmp_path / "cities")
    with psycopg.connect(postgres_database, autocommit=True) as admin:
        servers = Servers(tmp_path / "cities", postgres_database, admin)
        yield servers
        for name in servers.made:
            drop_database(admin, name)


def work(region: OpenHome, *, accept_newer: bool = False) -> Performed:
    """A case is taken in, and published."""
    with region.store.writer_lock() as alone:
        assert alone
        begin_writing(region, accept_newer=accept_newer)
        taken_in = act(region, TakeIn(Handling.REMOTE_INTAKE, HEFEI, ()), matter=LICENCE)
        publish_all(region)
        region.project()
        region.node.stop()
    return taken_in


def go_on(region: OpenHome, case, *, newer_start: bool) -> tuple[Performed, Performed]:
    """After the backup: an offer that is published, and a case that nobody hears of before the disk is lost."""
    with region.store.writer_lock() as alone:
        assert alone
        if newer_start:
            begin_writing(region)
        else:  # as the process goes on that was at work when the backup was taken
            region.node.follower.refresh()
            region.node.catch_up()
            with region.store.transaction() as tx:
                region.node.writer.ready(tx)
        offered = act(region, Offer(HEFEI), case=case)
        publish_all(region)
        with region.store.transaction() as tx:
            region.node.writer.ready(tx)
        unheard = act(region, TakeIn(Handling.REMOTE_INTAKE, HEFEI, ()), matter=LICENCE)
        region.project()
        assert str(unheard.case) in case_ids(region.views)
        region.node.stop()
    return offered, unheard


@pytest.mark.parametrize("newer_start", [False, True], ids=["no start since", "a start since"])
def test_a_node_on_a_restored_dump_takes_over_what_it_lacks_and_partners_see_one_history(
    servers, tmp_path, newer_start
):
    lost, fresh, dump = servers.database(), servers.database(), tmp_path / "store.dump"
    with closing(servers.shanghai(lost, lost)) as region:
        taken_in = work(region, accept_newer=True)
        run_program("pg_dump", "--format=custom", f"--schema={STORE_SCHEMA}", f"--file={dump}", url=lost)
        offered, unheard = go_on(region, taken_in.case, newer_start=newer_start)
    run_program("pg_restore", "--exit-on-error", "--single-transaction", str(dump), url=fresh)

    with closing(servers.shanghai(fresh, lost)) as region:
        assert_views_are_the_stores(region, without=unheard)
        with region.store.writer_lock() as alone:
            assert alone
            if newer_start:
                with pytest.raises(NewerStartError):
                    begin_writing(region)
            begin_writing(region, accept_newer=newer_start)
            with pytest.raises(ActRefusedError):  # it knows by now that it gave the case away
                act(region, Withdraw(), case=taken_in.case)
            again = act(region, TakeIn(Handling.REMOTE_INTAKE, HEFEI, ()), matter=LICENCE)
            publish_all(region)
            region.project()
            region.node.stop()
        assert_one_history(servers.folder, region, of=(taken_in, offered, again), without=unheard)


def assert_views_are_the_stores(region: OpenHome, *, without: Performed) -> None:
    """They showed more than the restored store holds, so they were built anew when the home was opened."""
    assert str(without.case) not in case_ids(region.views)
    assert not region.projector.is_ahead()
    shown = [region.views.digest(name) for name in VIEWS]
    region.projector.rebuild()
    assert shown == [region.views.digest(name) for name in VIEWS]


def assert_one_history(folder: Path, region: OpenHome, *, of: tuple[Performed, ...], without: Performed) -> None:
    """Both cities have the same events and views, nobody is accused, and the log is sound."""
    with closing(home(folder, HEFEI)) as partner:
        partner.node.follower.refresh()
        partner.node.catch_up()
        partner.project()
        events = [hashes(each) for each in (region, partner)]
        assert events[0] == events[1]
        assert {event.hash for performed in of for event in performed.events} <= events[0]
        assert not events[0] & {event.hash for event in without.events}
        for name in VIEWS:
            assert region.views.digest(name) == partner.views.digest(name)
        with partner.store.reading() as tx:
            assert not tx.parking.parked()
            assert not [each for each in tx.parking.evidence() if each.kind == "equivocation"]
        with closing(SqliteLedgerStore.temporary()) as scratch:
            report = run_audit(partner.log, partner.genesis, partner.topics, scratch=scratch, clock=microseconds_now)
        assert report.ok, report.faults


def hashes(region: OpenHome) -> set[bytes]:
    with region.store.reading() as tx:
        return {kept.signed.hash for case in tx.events.cases() for kept in tx.events.case(case)}
