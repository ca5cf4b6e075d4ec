"""The chain and the pen: rules F5, F6, C1 to C4, P1 and P2 (`tongban.domain.verdict`).

What a later event needs to know of a valid one is its `Link`: small, kept beside each event, so that judging an event
costs one look-up of its predecessor, not a fold of its case.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from tongban.domain import identifiers as ids
from tongban.domain.event import Event
from tongban.domain.events.assistance import Answered
from tongban.domain.events.case import Applied, Asked, ContributionJoined, ContributionRefused, Offered, TakenIn
from tongban.domain.events.catalogue import EventType, StreamKind
from tongban.domain.header import Header
from tongban.domain.identifiers import FEDERATION, GenesisHash, RegionCode
from tongban.domain.lifecycle import Pen
from tongban.domain.pen import PenState, move
from tongban.domain.registries import FederationState
from tongban.domain.verdict import Rejected


@dataclass(frozen=True, slots=True)
class Link:
    """What is kept of a valid event for judging others: its place in its stream, and the pen after it."""

    hash: bytes
    header: Header
    type: EventType
    pen: PenState
    names: frozenset[RegionCode]
    """The regions that this event gives a part in the case (an assistance stream may rest on it)."""


def link_after(event: Event, previous: Link | None) -> Link:
    """The link of an event that passed every rule."""
    target = event.body.target if isinstance(event.body, Offered) else None
    pen = move(previous.pen if previous else None, event.type.pen, event.header.region, target)
    return Link(event.hash, event.header, event.type, pen, regions_named(event))


def regions_named(event: Event) -> frozenset[RegionCode]:
    """The regions that an event gives a part in the case: the opener and decider, one offered, one asked."""
    match event.body:
        case TakenIn(deciding_region=deciding) | Applied(deciding_region=deciding):
            return frozenset({event.header.region, deciding})
        case Offered(target=target):
            return frozenset({target})
        case Asked(region=region):
            return frozenset({region})
        case _:
            return frozenset()


def judge_ids(event: Event, genesis: GenesisHash) -> Rejected | None:
    """Rules F5 and F6, which need nothing but the event itself and the federation's genesis."""
    header, kind = event.header, event.type.stream
    if header.sequence < 1 or header.epoch < 0:
        return Rejected("F5", "numbers", "sequence from 1, epoch from 0", f"{header.sequence}, {header.epoch}")
    if kind in (StreamKind.FEDERATION, StreamKind.REGION):
        return _judge_registry_ids(header, kind, genesis)
    if header.case is None or header.matter is None or header.matter_version is None:
        return Rejected("F6", "matter_missing", "case, matter and version in the header", "null")
    if header.region == FEDERATION:
        return Rejected("F5", "region_wrong", "a region", FEDERATION)
    if kind is StreamKind.ASSISTANCE:
        stream = ids.assistance_stream(header.case, header.region)
    else:
        stream = ids.case_stream(header.case, header.epoch)
    if header.stream != stream:
        return Rejected("F5", "stream_id", str(stream), str(header.stream))
    opens_case = kind is StreamKind.CASE and header.sequence == 1 and header.epoch == 0
    if opens_case and header.case != ids.case_id(header.region, header.command):
        return Rejected("F5", "case_id", str(ids.case_id(header.region, header.command)), str(header.case))
    return _judge_opening(event)


def _judge_registry_ids(header: Header, kind: StreamKind, genesis: GenesisHash) -> Rejected | None:
    if header.case is not None or header.matter is not None or header.matter_version is not None:
        return Rejected("F6", "matter_in_registry", "null case and matter", f"{header.case} {header.matter}")
    if (kind is StreamKind.FEDERATION) != (header.region == FEDERATION):
        return Rejected("F5", "region_wrong", f"the writer of a {kind} registry", header.region)
    own = ids.federation_registry(genesis) if kind is StreamKind.FEDERATION else None
    stream = own or ids.region_registry(genesis, header.region)
    if header.stream != stream or header.epoch != 0:
        return Rejected("F5", "stream_id", str(stream), str(header.stream))
    head = header.under.federation if kind is StreamKind.FEDERATION else header.under.region
    if (head.number, head.hash) != (header.sequence - 1, header.previous):
        return Rejected("A1", "under_self", f"under its own predecessor {header.sequence - 1}", str(head.number))
    return None


def _judge_opening(event: Event) -> Rejected | None:
    header = event.header
    if event.type.stream is not StreamKind.CASE or header.epoch != 0:
        return None
    if event.type.opens != (header.sequence == 1):
        wanted = "a type that opens a case exactly at number 1"
        return Rejected("F5", "opening", wanted, f"{event.type.name} at {header.sequence}")
    return None


def judge_link(
    event: Event, previous: Link | None, causes: Mapping[bytes, Link], federation: FederationState, genesis: GenesisHash
) -> Rejected | None:
    """Rules C1 to C4, P1 and P2. `previous` and `causes` are valid events; `previous` is None at number 1 only."""
    header = event.header
    if header.sequence == 1:
        if bytes(header.previous) != bytes(genesis):
            return Rejected("C1", "genesis", genesis.hex(), header.previous.hex())
        fault = _judge_first(event, causes, genesis)
    else:
        fault = _judge_successor(event, previous)
    return fault or _judge_request(event, causes) or _judge_offer(event, federation)


def _judge_first(event: Event, causes: Mapping[bytes, Link], genesis: GenesisHash) -> Rejected | None:
    header = event.header
    if event.type.stream is StreamKind.CASE and header.epoch != 0:
        return Rejected("F5", "epoch", "epoch 0, or a takeover by the federation", str(header.epoch))
    if event.type.stream is not StreamKind.ASSISTANCE:
        return None
    named = [
        link
        for link in causes.values()
        if link.header.case == header.case and link.type.stream is StreamKind.CASE and header.region in link.names
    ]
    if not named:
        return Rejected("C3", "not_named", f"a cause in case {header.case} that names {header.region}", "none")
    first = named[0].header
    if (first.matter, first.matter_version) != (header.matter, header.matter_version):
        return Rejected("C4", "matter_changed", f"{first.matter}/{first.matter_version}", f"{header.matter}")
    return None


def _judge_successor(event: Event, previous: Link | None) -> Rejected | None:
    header = event.header
    if previous is None:
        return Rejected("C1", "predecessor", "a predecessor", "none")
    before = previous.header
    if before.stream != header.stream:
        return Rejected("C1", "predecessor_stream", str(header.stream), str(before.stream))
    if before.sequence + 1 != header.sequence:
        return Rejected("C1", "sequence", str(before.sequence + 1), str(header.sequence))
    kept = (before.case, before.epoch, before.matter, before.matter_version)
    if kept != (header.case, header.epoch, header.matter, header.matter_version):
        return Rejected("C4", "matter_changed", f"{kept}", f"{header.matter}/{header.matter_version}")
    return _judge_pen(event, previous.pen)


def _judge_pen(event: Event, pen: PenState) -> Rejected | None:
    region, effect = event.header.region, event.type.pen
    if region != pen.writer:
        return Rejected("P1", "pen_not_held", f"{pen.writer}, which may append", region)
    answers = effect in (Pen.ACCEPTS, Pen.RETURNS)
    if answers != (pen.offered_to is not None):
        wanted = "take over or decline while an offer stands" if pen.offered_to else "no answer without an offer"
        return Rejected("P1", "offer_open" if pen.offered_to else "offer_missing", wanted, event.type.name)
    return None


def _judge_request(event: Event, causes: Mapping[bytes, Link]) -> Rejected | None:
    """An answer names its request among its causes, a join its contribution, so that it is here when judged."""
    match event.body:
        case Answered(request=named) | ContributionJoined(contribution=named) | ContributionRefused(contribution=named):
            if named not in causes:
                return Rejected("C2", "cause_missing", f"{named.hex()} among the causes", "not there")
        case _:
            pass
    return None


def _judge_offer(event: Event, federation: FederationState) -> Rejected | None:
    if not isinstance(event.body, Offered):
        return None
    target = event.body.target
    if target == event.header.region or target not in federation.regions:
        return Rejected("P2", "offer_target", "another region, one that is enrolled", target)
    return None
