"""What must hold in every city once nothing moves any more."""

from tests.cities import Cities
from tongban.adapters.store.sqlite_store import SqliteLedgerStore
from tongban.domain.identifiers import FEDERATION, RegionCode
from tongban.ledger.audit import run_audit
from tongban.ledger.kept import Evidence


def evidence(cities: Cities, code: RegionCode) -> list[Evidence]:
    """What a city keeps as evidence, without notes that repeat."""
    with cities.stores[code].reading() as tx:
        return list(tx.parking.evidence())


def valid_events(cities: Cities, code: RegionCode) -> set[tuple[bytes, int | None]]:
    """All valid events with the times at which they were covered."""
    with cities.nodes[code].store.reading() as tx:
        return {(kept.signed.hash, kept.covered_at) for case in tx.events.cases() for kept in tx.events.case(case)}


def assert_quiescent(cities: Cities) -> None:
    """Every reader the same valid events, nothing parked, nothing waiting, nobody accused, and a sound log."""
    views = {code: valid_events(cities, code) for code in cities.nodes if code != FEDERATION}
    assert len({frozenset(view) for view in views.values()}) == 1, "the cities differ"
    for code in views:
        with cities.nodes[code].store.reading() as tx:
            assert not tx.parking.parked(), f"{code} waits for something"
            assert not tx.logs.waiting(), f"{code} lacks a record"
            assert not [each for each in tx.parking.evidence() if each.kind == "equivocation"]
            assert not tx.outbox.partitions(), f"{code} has acts that nobody covers"
    scratch = SqliteLedgerStore.temporary()
    try:
        report = run_audit(cities.log, cities.genesis, cities.topics, scratch=scratch, clock=cities.clock)
    finally:
        scratch.close()
    assert report.ok, report.faults
