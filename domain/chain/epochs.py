"""The epochs of a case: which of its events count once the federation has taken it over.

A takeover (an event in the federation's registry) names a head, an event of the case, and the region that goes on behind
it. The epoch that it begins is a stream of its own, whose event 1 has that head as its predecessor:

    epoch 0    K1 ── K2 ── K3 ── K4          K4 is past the head
                           │
    takeover               └── epoch 1 at 340100: event 1 ── event 2

Rules:

- The newest takeover whose head is at hand governs. The case is the line from that head back to its event 1, through
  older epochs, even where rivals show among them later; then the stream of the new epoch, which may freeze like any.
- Every other event of the case's own streams is past the head: it is shown, and the new holder adopts or annuls it.
- Of several takeovers of one epoch the first in the registry counts, and epochs follow without a gap.
- An older takeover is folded if its epoch is part of the line; else it was superseded before its region did anything.

A takeover decides what is folded, never a verdict on an event of an older epoch (DESIGN.md, Streams).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tongban.domain.event import Event
from tongban.domain.events.takeover import CaseTakenOver
from tongban.domain.identifiers import EventHash


@dataclass(frozen=True, slots=True)
class Takeover:
    """A takeover and the event that recorded it."""

    event: Event
    body: CaseTakenOver


@dataclass(frozen=True, slots=True)
class Epochs:
    """A case behind a takeover. `line`: its events up to the head; `newest`: those of the epoch that goes on.

    `past`: the events past the head. `takeovers`: those that are part of the line, the one that governs last.
    """

    line: tuple[Event, ...]
    newest: tuple[Event, ...]
    past: tuple[Event, ...]
    takeovers: tuple[Takeover, ...]


def governed(own: Sequence[Event], recorded: Iterable[Event]) -> Epochs | None:
    """Sort out the events of a case's own streams by the takeovers `recorded`; None where none governs (yet)."""
    by_hash = {event.hash: event for event in own}
    begun = [each for each in in_force(recorded) if _is_older(by_hash.get(each.body.head), each.body.epoch)]
    if not begun:
        return None
    governing = begun[-1]
    line = tuple(reversed(tuple(_back_from(governing.body.head, by_hash))))
    newest = tuple(event for event in own if event.header.epoch == governing.body.epoch)
    counted = {event.hash for event in (*line, *newest)}
    past = tuple(event for event in own if event.hash not in counted)
    part = {event.header.epoch for event in line}
    takeovers = tuple(each for each in begun if each is governing or each.body.epoch in part)
    return Epochs(line, newest, past, takeovers)


def in_force(recorded: Iterable[Event]) -> tuple[Takeover, ...]:
    """The takeovers of a case that count, that of epoch 1 first."""
    counted: list[Takeover] = []
    for event in sorted(recorded, key=lambda each: (each.header.sequence, each.hash)):
        body = event.body
        if isinstance(body, CaseTakenOver) and body.epoch == len(counted) + 1:
            counted.append(Takeover(event, body))
    return tuple(counted)


def rests_on(events: Iterable[Event]) -> Mapping[EventHash, tuple[EventHash, ...]]:
    """What must come before an event, beside predecessor and causes: a takeover before its epoch, its head before it."""
    bound: dict[EventHash, tuple[EventHash, ...]] = {}
    begun: dict[int, EventHash] = {}
    first: dict[int, list[EventHash]] = defaultdict(list)
    for event in events:
        if isinstance(event.body, CaseTakenOver):
            bound[event.hash] = (event.body.head,)
            begun[event.body.epoch] = event.hash
        elif event.header.epoch > 0 and event.header.sequence == 1:
            first[event.header.epoch].append(event.hash)
    return bound | {each: (begun[epoch],) for epoch, hashes in first.items() if epoch in begun for each in hashes}


def _is_older(head: Event | None, epoch: int) -> bool:
    return head is not None and head.header.epoch < epoch


def _back_from(head: EventHash, by_hash: Mapping[EventHash, Event]) -> Iterator[Event]:
    event = by_hash.get(head)
    while event is not None:
        yield event
        event = by_hash.get(event.header.previous)
