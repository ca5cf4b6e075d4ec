"""What a type of event is: who may sign it, which act it is, and what it does to the pen and the chain.

These values are part of the chain's frozen rules (`tongban.domain.chain.verdict`): F5 asks whether a type opens a case, A3
who signs it, A4 which power it takes, C2 what it rests on, C3 which regions it gives a part in the case, P1 and P2 what it
does to the pen. So a type that was released never changes; what it *means* stands in `tongban.domain.law` and may.

    OFFERED = EventType("case.offered", Offered, StreamKind.CASE, Act.OFFER, BY_EITHER, Pen.OFFERS,
                        passes_to=lambda body: body.target, names=lambda body: frozenset({body.target}))

A type stands in the chapter of its body; `tongban.domain.events.catalogue` lists them all.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from tongban.domain.header import ActorKind
from tongban.domain.identifiers import EventHash, RegionCode

B = TypeVar("B")


class StreamKind(StrEnum):
    """The kinds of streams (DESIGN.md, Streams)."""

    CASE = "case"
    ASSISTANCE = "assistance"
    FEDERATION = "federation"
    REGION = "region"


class Act(StrEnum):
    """An act on a case; each is a power that a post must have for the matter."""

    TAKE_IN = "take_in"
    APPLY = "apply"
    OFFER = "offer"
    TAKE_OVER = "take_over"
    DECLINE = "decline"
    FEDERATION_TAKEOVER = "federation_takeover"
    """The federation's, by its key: no post has this power."""
    ADOPT = "adopt"
    ANNUL = "annul"
    NOTICE = "notice"
    SUPPLY = "supply"
    ACCEPT = "accept"
    NOT_ACCEPT = "not_accept"
    WITHDRAW = "withdraw"
    ASK = "ask"
    ANSWER = "answer"
    CONTRIBUTE = "contribute"
    JOIN = "join"
    REFUSE = "refuse"
    DECIDE = "decide"
    CLOSE = "close"
    DELIVER = "deliver"
    ARCHIVE = "archive"


class Pen(StrEnum):
    """What an act does to the pen."""

    TAKES = "takes"
    KEEPS = "keeps"
    OFFERS = "offers"
    ACCEPTS = "accepts"
    RETURNS = "returns"
    ASSIGNS = "assigns"
    """Given by the federation to the region that it names, in a new epoch."""
    NONE = "none"
    """Written in a stream with one writer for ever, without the pen."""


BY_OFFICER = frozenset({ActorKind.OFFICER})
BY_CHANNEL = frozenset({ActorKind.CHANNEL})
BY_EITHER = BY_OFFICER | BY_CHANNEL
BY_AUTHORITY = frozenset({ActorKind.AUTHORITY})
BY_FEDERATION = frozenset({ActorKind.FEDERATION})


def _nobody(_: object) -> RegionCode | None:
    return None


def _no_regions(_: object) -> frozenset[RegionCode]:
    return frozenset()


def _no_events(_: object) -> tuple[EventHash, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class EventType(Generic[B]):
    """One event type. `act` is what it does to a case: None where it concerns none.

    `version` is the newest; `body` is its shape, into which the older ones are read too. `passes_to`: the region that holds
    the pen next, where the body names it. `names`: the regions that the body gives a part in the case. `causes`: the events
    of other streams that the body speaks of, which its header must name.
    """

    name: str
    body: type[B]
    stream: StreamKind
    act: Act | None
    actors: frozenset[ActorKind]
    pen: Pen = Pen.NONE
    version: int = 1
    passes_to: Callable[[B], RegionCode | None] = _nobody
    names: Callable[[B], frozenset[RegionCode]] = _no_regions
    causes: Callable[[B], tuple[EventHash, ...]] = _no_events

    @property
    def ce_type(self) -> str:
        """The CloudEvents type of the newest version, e.g. `tongban.case.accepted.v1`."""
        return self.ce_types[-1]

    @property
    def ce_types(self) -> tuple[str, ...]:
        """The CloudEvents types of all versions, oldest first."""
        return tuple(f"tongban.{self.name}.v{version}" for version in range(1, self.version + 1))

    @property
    def opens(self) -> bool:
        """True for types that can be a case's event 1, and only that."""
        return self.pen is Pen.TAKES
