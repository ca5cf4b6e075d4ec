"""An act about to be judged, whether an officer wants to do it (`decide`) or another city did it (`evolve`)."""

from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar, cast

from tongban.domain.event import Event
from tongban.domain.events.catalogue import ActBody
from tongban.domain.header import Actor
from tongban.domain.identifiers import RegionCode

B_co = TypeVar("B_co", bound=ActBody, covariant=True)


@dataclass(frozen=True, slots=True)
class Acting:
    """Who carries a command out, where and when. `occurred_at`: microseconds UTC."""

    region: RegionCode
    actor: Actor
    occurred_at: int

    def at(self, said: int | None) -> int:
        """A time that a command says, or the time of the act where it says none."""
        return self.occurred_at if said is None else said


@dataclass(frozen=True, slots=True)
class Doing(Generic[B_co]):
    """An act of `actor` in `region`, saying `body`: the type of the body is what is done. `occurred_at`: microseconds UTC."""

    region: RegionCode
    actor: Actor
    body: B_co
    occurred_at: int


def doing_of(event: Event) -> Doing[Any]:
    """The act of an event whose body is an act on a case."""
    header = event.header
    return Doing(header.region, header.actor, cast(ActBody, event.body), header.occurred_at)


def doing_as(body: ActBody, acting: Acting) -> Doing[Any]:
    """A body as the act of somebody."""
    return Doing(acting.region, acting.actor, body, acting.occurred_at)


def adopted(past: Doing[ActBody], by: Doing[Any]) -> Doing[ActBody]:
    """An act past the head as the act of who adopts it: who does so answers for it (`tongban.domain.chain.epochs`)."""
    return replace(past, region=by.region, actor=by.actor)
