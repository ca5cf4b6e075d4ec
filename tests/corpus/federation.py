"""The federation of the corpus: its cities, topics, matter and officers, and when its time begins."""

from functools import cache

from tongban.contracts.matter.contract import MatterContract
from tongban.contracts.matter.folders import shipped_matter
from tongban.contracts.wire.schema_store import Schema, shipped_schemas
from tongban.domain.events.catalogue import BY_BODY, Body
from tongban.domain.events.values import SubmittedForm, SubmittedMaterial
from tongban.domain.header import Actor, ActorKind
from tongban.domain.identifiers import RegionCode
from tongban.ledger.topics import Topics

SHANGHAI, HANGZHOU, HEFEI = RegionCode("310000"), RegionCode("330100"), RegionCode("340100")
REGIONS = (SHANGHAI, HANGZHOU, HEFEI)
PARTITIONS = 2
MATTER, MATTER_VERSION = "000199003000", "1"
START_US = 1_790_000_000_000_000
SECOND_US = 1_000_000
TOPICS = Topics()


@cache
def matter() -> MatterContract:
    """The matter of all cases here."""
    return shipped_matter(MATTER, MATTER_VERSION)


def required_materials() -> tuple[SubmittedMaterial, ...]:
    return tuple(SubmittedMaterial(each.code, SubmittedForm(each.form)) for each in matter().rules.required_materials)


def actor(code: RegionCode, by: str) -> Actor:
    """An officer or channel as the base history has it."""
    if by == "portal":
        return Actor(ActorKind.CHANNEL, f"{code}-portal", "hall")
    return Actor(ActorKind.OFFICER, f"{code}-{by}", "hall", "desk" if by == "clerk" else "window")


def schema_of(body: Body) -> Schema:
    """The schema of a body's version 1: this federation allows no newer one."""
    return shipped_schemas().by_ce_type[BY_BODY[type(body)].ce_types[0]]
