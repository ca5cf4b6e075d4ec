"""Names for people to read, from the registries as they stood when an act was done.

An officer who changed posts, or an organization that was renamed, keeps the old name on old acts: names are looked up at
the heads that the event itself names (`Header.under`), so they are the same in every city and at every rebuild.

Total: what a registry does not know is shown by its code or id.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from tongban.domain.chain.registries import FederationState, RegionState
from tongban.domain.header import ActorKind, Head, Header
from tongban.domain.identifiers import FEDERATION, RegionCode
from tongban.projections.shown import shown

NAMES_KEPT = 8_192
"""Names kept in memory, some hundred bytes each: officers and regions of the heads that are in use."""


@dataclass(frozen=True, slots=True)
class RegionNames:
    """A region's name."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class ActorNames:
    """Who acted, in words. Null where there is none: a channel has no post, a registry's key no organization.

    `person` is the officer's name; a channel has `channel_zh` and `channel_en` instead.
    """

    region_zh: str
    region_en: str
    organization_zh: str | None = None
    organization_en: str | None = None
    post_zh: str | None = None
    post_en: str | None = None
    person: str | None = None
    channel_zh: str | None = None
    channel_en: str | None = None


class Names(Protocol):
    """Where views look up names. They are ready to be shown (`tongban.projections.shown`)."""

    def of(self, header: Header) -> ActorNames:
        """Who signed the event with this header."""

    def region(self, header: Header, code: RegionCode) -> RegionNames:
        """The name of any region, at the federation's head that this header names."""


class NamesFound:
    """Names found before. They follow from the hashes of heads, so nothing in here gets stale; it may be emptied."""

    def __init__(self) -> None:
        self.actors: dict[tuple[bytes, bytes, RegionCode, bytes, str], ActorNames] = {}
        self.regions: dict[tuple[bytes, RegionCode], RegionNames] = {}

    def make_room(self) -> None:
        """Called before something is added."""
        if len(self.actors) + len(self.regions) >= NAMES_KEPT:
            self.actors.clear()
            self.regions.clear()


class RegistryNames:
    """Names from registry states. Both functions return the state at exactly the head given, or raise.

    `found`: shared between those that look into registries of one federation.
    """

    def __init__(
        self,
        federation_at: Callable[[Head], FederationState],
        region_at: Callable[[RegionCode, Head], RegionState],
        found: NamesFound | None = None,
    ) -> None:
        self._federation_at = federation_at
        self._region_at = region_at
        self._found = found if found is not None else NamesFound()

    def of(self, header: Header) -> ActorNames:
        """Who signed the event with this header."""
        under = header.under
        place = (under.region.hash, under.federation.hash, header.region, header.key, header.actor.id)
        names = self._found.actors.get(place)
        if names is None:
            names = self._look_up(header)
            self._found.make_room()
            self._found.actors[place] = names
        return names

    def region(self, header: Header, code: RegionCode) -> RegionNames:
        """The name of any region, at the federation's head that this header names."""
        place = (header.under.federation.hash, code)
        names = self._found.regions.get(place)
        if names is None:
            names = self._named(header, code)
            self._found.make_room()
            self._found.regions[place] = names
        return names

    def _named(self, header: Header, code: RegionCode) -> RegionNames:
        if code == FEDERATION:
            return RegionNames("联盟", "Federation")
        enrolled = self._federation_at(header.under.federation).regions.get(code)
        zh, en = (enrolled.name_zh, enrolled.name_en) if enrolled is not None else (code, code)
        return RegionNames(shown(zh), shown(en))

    def _look_up(self, header: Header) -> ActorNames:
        region = self.region(header, header.region)
        actor = header.actor
        if header.region == FEDERATION or actor.organization is None:
            return ActorNames(region.zh, region.en)
        state = self._region_at(header.region, header.under.region)
        return _names_in(state, header, actor.organization, region)


def _names_in(state: RegionState, header: Header, code: str, region: RegionNames) -> ActorNames:
    actor = header.actor
    organization = state.organizations.get(code)
    names = ActorNames(
        region.zh,
        region.en,
        shown(organization.name_zh if organization is not None else code),
        shown(organization.name_en if organization is not None else code),
    )
    if actor.kind is ActorKind.CHANNEL:
        channel = state.channels.get(actor.id)
        return replace(
            names,
            channel_zh=shown(channel.name_zh if channel is not None else actor.id),
            channel_en=shown(channel.name_en if channel is not None else actor.id),
        )
    title = actor.post or ""
    post, signer = state.posts.get((code, title)), state.signers.get(header.key)
    return replace(
        names,
        post_zh=shown(post.title_zh if post is not None else title),
        post_en=shown(post.title_en if post is not None else title),
        person=shown(signer.name if signer is not None else actor.id),
    )
