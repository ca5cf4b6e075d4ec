"""Acts on registries: a head that moves, a case that the federation takes over."""

from tests.cities import Cities
from tongban.domain.event import Event
from tongban.domain.events.catalogue import RegionBody
from tongban.domain.events.region import OrganizationRegistered
from tongban.domain.events.takeover import CaseTakenOver, TakeoverGround
from tongban.domain.identifiers import FEDERATION, CaseId, CommandId, EventHash, RegionCode


def enter(cities: Cities, code: RegionCode, body: RegionBody):
    """Record something in a region's registry."""
    command = CommandId(cities.uuid())
    return cities.nodes[code].record(lambda tx, registrar: registrar.record(tx, [body], command, cities.now))


def add_organization(cities: Cities, code: RegionCode, name: str = "annex"):
    """Record an organization in a region's registry."""
    return enter(cities, code, OrganizationRegistered(name, "分中心", "annex", 3))


def federation_takes_over(cities: Cities, case: CaseId, head: EventHash, region: RegionCode) -> Event:
    """The federation gives the case to `region` behind `head`, and publishes it."""
    node = cities.nodes[FEDERATION]
    with node.store.reading() as tx:
        epoch = len(node.knowledge.current_federation(tx).takeovers.get(case, ())) + 1
    body = CaseTakenOver(case, epoch, head, region, TakeoverGround.HOLDER_GONE, None)
    command = CommandId(cities.uuid())
    (event,) = node.record(lambda tx, registrar: registrar.record(tx, [body], command, cities.now))
    cities.settle([FEDERATION])
    return event
