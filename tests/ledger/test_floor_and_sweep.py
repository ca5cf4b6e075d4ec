"""What a region at an older version, or after an upgrade, makes of the same log."""

from tests.cities import HEFEI, SHANGHAI
from tests.interleavings.writers import add_organization
from tests.ledger.lives import state_in, take_in
from tests.liar import header_for, publish_lie
from tongban.contracts.wire.cloud_event import partition_of
from tongban.domain.events.handover import Offered
from tongban.domain.law.ending import Withdraw
from tongban.domain.law.phase import Phase


def without_schema(cities, code, name, version=1):
    """Make a region's software lack a schema, as an older version does; returns how to bring it back."""
    knowledge = cities.nodes[code].knowledge
    known = knowledge.schema
    lacking = next(
        s for s in knowledge._schemas.by_fingerprint.values() if s.ce_type == f"tongban.{name}.v{version}"
    ).fingerprint

    def schema(wanted):
        return None if wanted == lacking else known(wanted)

    knowledge.schema = schema
    return lambda: setattr(knowledge, "schema", known)


def test_an_event_of_an_unknown_schema_raises_the_floor_like_any_other(cities):
    """Shanghai withdraws under a new head, then lies under an old one: with or without the schema that is rejected."""
    first = take_in(cities)
    while partition_of(str(second := take_in(cities)).encode(), cities.partitions) != partition_of(
        str(first).encode(), cities.partitions
    ):
        pass
    bring_back = without_schema(cities, HEFEI, "case.withdrawn")
    node = cities.nodes[SHANGHAI]
    with node.store.reading() as tx:
        old = node.knowledge.heads(tx, SHANGHAI)
        before = max(node.knowledge.case(tx, second), key=lambda event: event.header.sequence)
    add_organization(cities, SHANGHAI)
    cities.act(SHANGHAI, Withdraw(), case=first)
    publish_lie(
        cities,
        SHANGHAI,
        header_for(cities, SHANGHAI, before.header, previous=before.hash, under=old),
        Offered(HEFEI, None, None),
    )
    for _ in range(4):
        node.relay()
        node.catch_up()
    cities.nodes[HEFEI].catch_up()
    bring_back()
    with cities.stores[HEFEI].reading() as tx:
        verdicts = {(each.kind, each.code) for each in tx.parking.evidence()}
    assert verdicts == {("rejected", "under_back")}


def test_a_sweep_takes_up_what_was_parked_for_a_schema_after_an_upgrade(cities):
    case = take_in(cities)
    bring_back = without_schema(cities, HEFEI, "case.withdrawn")
    cities.act(SHANGHAI, Withdraw(), case=case)
    cities.settle()
    assert state_in(cities, HEFEI, case).phase is Phase.TAKEN_IN
    bring_back()
    assert cities.nodes[HEFEI].sweep().accepted == 1
    assert state_in(cities, HEFEI, case).phase is Phase.WITHDRAWN
    assert cities.nodes[HEFEI].sweep().accepted == 0
