"""The offices of a demo city: organizations, posts with their powers, officers, and the portal. All visibly fictitious.

| organization | posts                | does                                                         |
|--------------|----------------------|--------------------------------------------------------------|
| `hall`       | window (two officers)| takes in, offers, brings what applicants brought             |
| one a matter | handler, approver    | handles, answers other cities / decides (four eyes)          |
| portal       | –                    | applicants apply, supply and withdraw through it             |
"""

from collections.abc import Iterator
from dataclasses import dataclass

from tongban.adapters.demo.fictions import MEDICAL_REGISTRATION, PENSION_TRANSFER, PRODUCTION_LICENCE
from tongban.adapters.demo.world import DemoWorld
from tongban.contracts.wire.signatures import SigningKey
from tongban.domain.events.catalogue import RegionBody
from tongban.domain.events.event_type import Act
from tongban.domain.events.region import (
    ChannelKind,
    ChannelOpened,
    OfficerAppointed,
    OrganizationRegistered,
    PostCreated,
)
from tongban.domain.events.values import Power, PublicKey
from tongban.domain.identifiers import RegionCode

LEVEL = 3
"""行使层级 of a city's body."""

WINDOW, HANDLER, APPROVER, PORTAL = "window", "handler", "approver", "portal"
HALL = "hall"
BUREAUS = {MEDICAL_REGISTRATION: "medical", PENSION_TRANSFER: "pension", PRODUCTION_LICENCE: "market"}

ORGANIZATIONS = {
    HALL: ("示例政务大厅", "Example hall"),
    "medical": ("示例医保局", "Example health fund"),
    "pension": ("示例社保局", "Example pensions"),
    "market": ("示例市场局", "Example markets"),
}
POSTS = {WINDOW: ("综合窗口", "window"), HANDLER: ("承办岗", "handler"), APPROVER: ("审批岗", "approver")}
POWERS = {
    WINDOW: (Act.TAKE_IN, Act.OFFER, Act.CONTRIBUTE),
    HANDLER: (
        Act.TAKE_OVER, Act.DECLINE, Act.NOTICE, Act.ACCEPT, Act.NOT_ACCEPT, Act.ASK, Act.ANSWER, Act.JOIN, Act.REFUSE,
        Act.CLOSE, Act.DELIVER, Act.ARCHIVE,
    ),
    APPROVER: (Act.DECIDE, Act.CLOSE),
    PORTAL: (Act.APPLY, Act.OFFER, Act.SUPPLY, Act.WITHDRAW, Act.DELIVER),
}  # fmt: skip
WINDOWS = 2
"""Officers at the windows of one hall."""

_NUMERALS = "零一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class Signatory:
    """Somebody who signs, and with which key. `body` is what the registry says about it."""

    id: str
    key: SigningKey
    body: OfficerAppointed | ChannelOpened


def window_of(region: RegionCode, number: int) -> str:
    """The officer at one of the windows, by any number."""
    return f"{region}-window-{number % WINDOWS + 1}"


def officer_of(region: RegionCode, matter: str, post: str) -> str:
    """The handler or approver for a matter."""
    return f"{region}-{BUREAUS[matter]}-{post}"


def portal_of(region: RegionCode) -> str:
    """The channel through which applicants act."""
    return f"{region}-portal"


def bodies_of() -> Iterator[RegionBody]:
    """Organizations and posts, the same in every city."""
    for organization, (zh, en) in ORGANIZATIONS.items():
        yield OrganizationRegistered(organization, zh, en, LEVEL)
    yield _post(HALL, WINDOW, None)
    for matter, bureau in BUREAUS.items():
        yield _post(bureau, HANDLER, matter)
        yield _post(bureau, APPROVER, matter)


def signatories(world: DemoWorld, region: RegionCode, city: tuple[str, str]) -> tuple[Signatory, ...]:
    """All who sign for a city, in the order in which they are appointed."""
    posts = [(window_of(region, number), HALL, WINDOW) for number in range(WINDOWS)]
    posts += [
        (officer_of(region, matter, post), bureau, post)
        for matter, bureau in BUREAUS.items()
        for post in (HANDLER, APPROVER)
    ]
    officers = [
        _officer(world, officer, f"示例{city[0]}{_NUMERALS[number]}号", organization, post)
        for number, (officer, organization, post) in enumerate(posts, start=1)
    ]
    return (*officers, _portal(world, region, city))


def _post(organization: str, post: str, matter: str | None) -> PostCreated:
    zh, en = POSTS[post]
    return PostCreated(post, organization, zh, en, tuple(Power(act, matter) for act in POWERS[post]))


def _officer(world: DemoWorld, officer: str, name: str, organization: str, post: str) -> Signatory:
    key = world.signing_key(officer)
    return Signatory(officer, key, OfficerAppointed(officer, name, organization, post, public(key)))


def _portal(world: DemoWorld, region: RegionCode, city: tuple[str, str]) -> Signatory:
    portal = portal_of(region)
    key = world.signing_key(portal)
    zh, en = f"{city[0]}示例网", f"{city[1]} example portal"
    powers = tuple(Power(act) for act in POWERS[PORTAL])
    return Signatory(portal, key, ChannelOpened(portal, ChannelKind.PORTAL, zh, en, HALL, powers, public(key)))


def public(key: SigningKey) -> PublicKey:
    """The public half, as registries hold it."""
    return PublicKey(key.suite, key.public_key)
