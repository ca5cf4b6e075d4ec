"""An act about to be judged, whether an officer wants to do it (`decide`) or another city did it (`evolve`)."""

from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar, cast

from tongban.domain.event import Event
from tongban.domain.events.catalogue import EVENT_TYPES, AssistanceBody, Body, CaseBody
from tongban.domain.events.federation import CaseTakenOver
from tongban.domain.header import Actor
from tongban.domain.identifiers import RegionCode
from tongban.domain.law.table import Act

ActBody = CaseBody | AssistanceBody | CaseTakenOver
"""The bodies of acts on a case. Registries have other bodies too, but of their acts only the takeover is one on a case."""
ACT_OF: dict[type[Body], Act] = {each.body: each.act for each in EVENT_TYPES if each.act is not None}
"""Body and act stand for each other, one to one."""

B_co = TypeVar("B_co", bound=ActBody, covariant=True)


@dataclass(frozen=True, slots=True)
class Doing(Generic[B_co]):
    """`act` of `actor` in `region`, saying `body`. `occurred_at`: microseconds UTC."""

    act: Act
    region: RegionCode
    actor: Actor
    body: B_co
    occurred_at: int


def adopted(past: Doing[ActBody], by: Doing[Any]) -> Doing[ActBody]:
    """An act past the head as the act of who adopts it: who does so answers for it (`tongban.domain.chain.epochs`)."""
    return replace(past, region=by.region, actor=by.actor)


def doing_of(event: Event) -> Doing[ActBody] | None:
    """The act of an event; None for an event that says nothing about a case."""
    act = ACT_OF.get(type(event.body))
    if act is None:
        return None
    header = event.header
    return Doing(act, header.region, header.actor, cast(ActBody, event.body), header.occurred_at)
