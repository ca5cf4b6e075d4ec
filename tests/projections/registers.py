"""The registers that names come from, and how a told case becomes the history that views read."""

from collections.abc import Iterable
from dataclasses import replace
from hashlib import sha256

from pyrsistent import pmap

from tests.domain.case_files import HANGZHOU, HEFEI, RULES, SHANGHAI, Step
from tests.domain.gwt import GENESIS, history
from tongban.domain.chain.registries import FederationState, RegionState, Signer
from tongban.domain.event import Event
from tongban.domain.events.federation import RegionEnrolled
from tongban.domain.events.region import OrganizationRegistered, PostCreated
from tongban.domain.events.values import PublicKey
from tongban.domain.header import ActorKind, Head
from tongban.domain.identifiers import CaseId, KeyId, RegionCode
from tongban.domain.law.rules import MatterRules
from tongban.projections.case_history import CaseHistory, case_history
from tongban.projections.names import RegistryNames

KEY = PublicKey("ed25519", bytes(32))
START = Head(0, GENESIS)
CITIES = {SHANGHAI: ("上海", "Shanghai"), HANGZHOU: ("杭州", "Hangzhou"), HEFEI: ("合肥", "Hefei")}
POSTS = {"clerk": ("收件岗", "intake"), "handler": ("承办岗", "handling"), "approver": ("审批岗", "approval")}
PEOPLE = {"clerk": "王一", "handler": "李二", "approver": "赵三"}
FEDERATION = FederationState(
    START, pmap({code: RegionEnrolled(code, zh, en, KEY, KEY, bytes(32), 1) for code, (zh, en) in CITIES.items()})
)


def key_of(officer: str) -> KeyId:
    return KeyId(sha256(officer.encode()).digest())


def region_state(code: RegionCode) -> RegionState:
    zh, en = CITIES[code]
    desk = f"{code}-desk"
    return RegionState(
        START,
        organizations=pmap({desk: OrganizationRegistered(desk, f"{zh}政务大厅", f"{en} service hall", 3)}),
        posts=pmap({(desk, post): PostCreated(post, desk, *titles, ()) for post, titles in POSTS.items()}),
        signers=pmap(
            {key_of(id_): Signer(ActorKind.OFFICER, id_, name, desk, id_, KEY) for id_, name in PEOPLE.items()}
        ),
    )


REGIONS = {code: region_state(code) for code in CITIES}
NAMES = RegistryNames(lambda head: FEDERATION, lambda region, head: REGIONS[region])


def signed(events: Iterable[Event], covered_at: int | None = None) -> tuple[Event, ...]:
    """The events with a key for each officer, and covered if a time is given."""
    return tuple(
        replace(each, header=replace(each.header, key=key_of(each.header.actor.id)), covered_at=covered_at)
        for each in events
    )


def told(*steps: Step, rules: MatterRules = RULES, covered_at: int | None = None) -> CaseHistory:
    """The history of a case in which this happened."""
    return seen(signed(history(*steps, rules=rules).events, covered_at), rules)


def seen(events: Iterable[Event], rules: MatterRules = RULES) -> CaseHistory:
    """The history behind these events, in whatever order they are given."""
    events = tuple(events)
    case = events[0].header.case
    assert case is not None
    found = case_history(CaseId(case), events, lambda header: rules, NAMES)
    assert found is not None
    return found
