"""Names for people to read, from the registries as they stood when an act was done.

An officer who changed posts, or an organization that was renamed, keeps the old name on old acts: names are looked up at
the heads that the event itself names (`Header.under`), so they are the same in every city and at every rebuild.

Total: what a registry does not know is shown by its code or id.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from tongban.domain.header import ActorKind, Head, Header
from tongban.domain.identifiers import FEDERATION, RegionCode
from tongban.domain.registries import FederationState, RegionState


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
    """Where views look up names."""

    def of(self, header: Header) -> ActorNames:
        """Who signed the event with this header."""

    def region(self, header: Header, code: RegionCode) -> RegionNames:
        """The name of any region, at the federation's head that this header names."""


class RegistryNames:
    """Names from registry states. Both functions return the state at exactly the head given, or raise."""

    def __init__(
        self, federation_at: Callable[[Head], FederationState], region_at: Callable[[RegionCode, Head], RegionState]
    ) -> None:
        self._federation_at = federation_at
        self._region_at = region_at

    def of(self, header: Header) -> ActorNames:
        """Who signed the event with this header."""
        region = self.region(header, header.region)
        actor = header.actor
        if header.region == FEDERATION or actor.organization is None:
            return ActorNames(region.zh, region.en)
        state = self._region_at(header.region, header.under.region)
        organization = state.organizations.get(actor.organization)
        organization_zh = organization.name_zh if organization is not None else actor.organization
        organization_en = organization.name_en if organization is not None else actor.organization
        if actor.kind is ActorKind.CHANNEL:
            channel = state.channels.get(actor.id)
            return ActorNames(
                region.zh,
                region.en,
                organization_zh,
                organization_en,
                channel_zh=channel.name_zh if channel is not None else actor.id,
                channel_en=channel.name_en if channel is not None else actor.id,
            )
        post = state.posts.get((actor.organization, actor.post or ""))
        signer = state.signers.get(header.key)
        return ActorNames(
            region.zh,
            region.en,
            organization_zh,
            organization_en,
            post_zh=post.title_zh if post is not None else actor.post,
            post_en=post.title_en if post is not None else actor.post,
            person=signer.name if signer is not None else actor.id,
        )

    def region(self, header: Header, code: RegionCode) -> RegionNames:
        """The name of any region, at the federation's head that this header names."""
        enrolled = self._federation_at(header.under.federation).regions.get(code)
        return RegionNames(enrolled.name_zh, enrolled.name_en) if enrolled is not None else RegionNames(code, code)
