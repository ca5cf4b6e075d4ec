"""The chain and the pen: rules F5, F6, C1 to C5, P1 and P2 (`tongban.domain.chain.verdict`).

What a later event needs to know of a valid one is its `Link`: small, kept beside each event, so that judging an event
costs one look-up of its predecessor, not a fold of its case.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tongban.domain import identifiers as ids
from tongban.domain.chain.pen import PenState, pen_after
from tongban.domain.chain.registries import FederationState
from tongban.domain.chain.verdict import Rejected
from tongban.domain.event import Event
from tongban.domain.events.event_type import EventType, Pen, StreamKind
from tongban.domain.header import Header
from tongban.domain.identifiers import FEDERATION, GenesisHash, RegionCode


@dataclass(frozen=True, slots=True)
class Link:
    """What is kept of a valid event for judging others: its place in its stream, and the pen after it."""

    hash: bytes
    header: Header
    type: EventType[Any]
    pen: PenState
    names: frozenset[RegionCode]
    """The regions that this event gives a part in the case (an assistance stream may rest on it)."""


def link_after(event: Event, previous: Link | None) -> Link:
    """The link of an event that passed every rule."""
    return Link(event.hash, event.header, event.type, _pen_after(event, previous), regions_named(event))


def _pen_after(event: Event, previous: Link | None) -> PenState:
    """The pen after an event. Only a case's own streams pass it on: each other stream has one writer for ever."""
    before = _pen_before(event, previous)
    if event.type.stream is not StreamKind.CASE:
        return before or PenState(event.header.region)
    return pen_after(before, event.type, event.body, event.header.region)


def _pen_before(event: Event, previous: Link | None) -> PenState | None:
    """The pen on which an event goes on: at the beginning of an epoch, that of the region that the takeover names."""
    if begins_epoch(event):
        return PenState(event.header.region)
    return previous.pen if previous is not None else None


def begins_epoch(event: Event) -> bool:
    """Whether this is event 1 of an epoch behind a takeover: its predecessor is the head that the takeover names."""
    header = event.header
    return event.type.stream is StreamKind.CASE and header.epoch > 0 and header.sequence == 1


def regions_named(event: Event) -> frozenset[RegionCode]:
    """The regions that an event gives a part in the case: those that its body names, and the one that opens it."""
    named = event.type.names(event.body)
    return named | {event.header.region} if event.type.opens else named


def judge_ids(event: Event, genesis: GenesisHash) -> Rejected | None:
    """Rules F5 and F6, and of A1 and C1 what needs nothing but the event itself and the federation's genesis."""
    header, kind = event.header, event.type.stream
    if header.sequence < 1 or header.epoch < 0:
        return Rejected("F5", "numbers", "sequence from 1, epoch from 0", f"{header.sequence}, {header.epoch}")
    foreign = _judge_federation(event, genesis)
    if foreign is not None:
        return foreign
    if kind in (StreamKind.FEDERATION, StreamKind.REGION):
        return _judge_registry_ids(header, kind, genesis)
    if header.case is None or header.matter is None or header.matter_version is None:
        return Rejected("F6", "matter_missing", "case, matter and version in the header", "null")
    if header.region == FEDERATION:
        return Rejected("F5", "region_wrong", "a region", FEDERATION)
    if kind is StreamKind.ASSISTANCE:
        if header.epoch != 0:
            return Rejected("F5", "numbers", "epoch 0 in an assistance stream", str(header.epoch))
        stream = ids.assistance_stream(header.case, header.region)
    else:
        stream = ids.case_stream(header.case, header.epoch)
    if header.stream != stream:
        return Rejected("F5", "stream_id", str(stream), str(header.stream))
    if _opens_case(event) and header.case != ids.case_id(header.region, header.command):
        return Rejected("F5", "case_id", str(ids.case_id(header.region, header.command)), str(header.case))
    return _judge_opening(event)


def _judge_federation(event: Event, genesis: GenesisHash) -> Rejected | None:
    """An event of another federation, as far as it shows at once: else it would wait for what never comes here."""
    header = event.header
    if header.sequence == 1 and not begins_epoch(event) and bytes(header.previous) != bytes(genesis):
        return Rejected("C1", "genesis", genesis.hex(), header.previous.hex())
    for head in (header.under.federation, header.under.region):
        if head.number < 0 or (head.number == 0 and head.hash != genesis):
            return Rejected("A1", "head_number", f"number 0 for {genesis.hex()} alone", f"{head.number}")
    return None


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
    if event.type.stream is not StreamKind.CASE or event.type.opens == _opens_case(event):
        return None
    wanted = "a type that opens a case exactly at number 1 of epoch 0"
    return Rejected("F5", "opening", wanted, f"{event.type.name} at {header.sequence} of epoch {header.epoch}")


def _opens_case(event: Event) -> bool:
    return event.type.stream is StreamKind.CASE and event.header.sequence == 1 and event.header.epoch == 0


def judge_epoch(event: Event, federation: FederationState) -> Rejected | None:
    """Rules C5 and P1 at the beginning of an epoch: a takeover that the event's federation head knows, and its region.

    Asked before the predecessor is looked for: who begins an epoch that nobody ordered waits for nothing.
    """
    if not begins_epoch(event):
        return None
    header = event.header
    takeover = federation.takeover(header.case, header.epoch)
    if takeover is None:
        at = f"a takeover of the case for epoch {header.epoch} at federation {federation.head.number}"
        return Rejected("C5", "takeover_missing", at, "none")
    if takeover.head != header.previous:
        return Rejected("C5", "takeover_head", takeover.head.hex(), header.previous.hex())
    if takeover.region != header.region:
        return Rejected("P1", "pen_not_held", f"{takeover.region}, which the takeover names", header.region)
    return None


def judge_link(
    event: Event, previous: Link | None, causes: Mapping[bytes, Link], federation: FederationState
) -> Rejected | None:
    """Rules C1 to C4, P1 and P2. `previous` and `causes` are valid events; `previous` is None at the first number only."""
    header = event.header
    if begins_epoch(event):
        fault = _judge_first_of_epoch(event, previous)
    elif header.sequence == 1:
        fault = _judge_first(event, causes)
    else:
        fault = _judge_successor(event, previous)
    return fault or _judge_causes(event, causes) or _judge_offer(event, federation)


def _judge_first(event: Event, causes: Mapping[bytes, Link]) -> Rejected | None:
    header = event.header
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


def _judge_first_of_epoch(event: Event, head: Link | None) -> Rejected | None:
    """`head`: the event that the takeover names; any valid one of the case, in an older epoch, will do."""
    header = event.header
    if head is None:
        return Rejected("C1", "predecessor", "a predecessor", "none")
    before = head.header
    if head.type.stream is not StreamKind.CASE or before.case != header.case or before.epoch >= header.epoch:
        wanted = f"an event of case {header.case} in an epoch before {header.epoch}"
        return Rejected("C1", "predecessor_stream", wanted, f"stream {before.stream}, epoch {before.epoch}")
    if (before.matter, before.matter_version) != (header.matter, header.matter_version):
        wanted = f"{before.matter}/{before.matter_version}"
        return Rejected("C4", "matter_changed", wanted, f"{header.matter}/{header.matter_version}")
    return _judge_pen(event, PenState(header.region))


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


def _judge_causes(event: Event, causes: Mapping[bytes, Link]) -> Rejected | None:
    """What the body speaks of is among the causes, and so it is here when the event is judged."""
    for named in event.type.causes(event.body):
        if named not in causes:
            return Rejected("C2", "cause_missing", f"{named.hex()} among the causes", "not there")
    return None


def _judge_offer(event: Event, federation: FederationState) -> Rejected | None:
    if event.type.pen is not Pen.OFFERS:
        return None
    target = event.type.passes_to(event.body)
    if target is None or target == event.header.region or target not in federation.regions:
        return Rejected("P2", "offer_target", "another region, one that is enrolled", str(target))
    return None
