"""Acts on a registry, for tests that need its head to move."""

from tests.cities import Cities
from tongban.domain.events.region import OrganizationRegistered
from tongban.domain.identifiers import CommandId, RegionCode


def add_organization(cities: Cities, code: RegionCode, name: str = "annex"):
    body = OrganizationRegistered(name, "分中心", "annex", 3)
    command = CommandId(cities.uuid())
    return cities.nodes[code].record(lambda tx, registrar: registrar.record(tx, [body], command, cities.now))
