"""Which events of a case count, and in which order: pure functions of a set of events, never of its order of arrival.

- `standing`: one stream. Events follow each other by predecessor. Two events on the same predecessor are an
  *equivocation*: if exactly one of the branches was continued by a region other than the author, it stands, since a past
  holder cannot undo what others built on. Otherwise the stream is frozen at that number.
- `in_order`: several streams as one history. Nothing comes before its predecessor or its causes; what is not bound by
  these stands by (occurred_at, hash).

Events given here passed every rule of `tongban.domain.verdict`. A freeze changes what is folded, never a verdict.

Not handled here: epochs. A takeover by the federation starts a stream of its own.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from tongban.domain.event import Event
from tongban.domain.identifiers import EventHash

Followers = dict[EventHash, list[Event]]


@dataclass(frozen=True, slots=True)
class Standing:
    """One stream, sorted out: `chain` is folded, `aside` is shown only. `frozen_at`: a number, none if it goes on.

    `equivocations`: the hashes of each set of rival events, also of those on a branch that was set aside.
    """

    chain: tuple[Event, ...]
    aside: tuple[Event, ...]
    frozen_at: int | None
    equivocations: tuple[tuple[EventHash, ...], ...]


def in_order(events: Iterable[Event]) -> tuple[Event, ...]:
    """Sort events so that each comes after its predecessor and its causes, as far as these are among the given ones.

    Kahn's algorithm with a heap; O(n log n). Hashes cannot form a circle, so every event comes out, once.
    """
    by_hash = {event.hash: event for event in events}
    followers: Followers = defaultdict(list)
    awaited: dict[EventHash, int] = {}
    for event in by_hash.values():
        before = {event.header.previous, *event.header.causes} & by_hash.keys()
        awaited[event.hash] = len(before)
        for each in before:
            followers[each].append(event)
    ready = [_rank(event) for event in by_hash.values() if not awaited[event.hash]]
    heapify(ready)
    ordered = []
    while ready:
        _, hash_ = heappop(ready)
        ordered.append(by_hash[hash_])
        for event in followers[hash_]:
            awaited[event.hash] -= 1
            if not awaited[event.hash]:
                heappush(ready, _rank(event))
    return tuple(ordered)


def standing(events: Iterable[Event]) -> Standing:
    """Sort out the valid events of ONE stream. Total: whatever does not link up is set aside."""
    by_hash = {event.hash: event for event in events}
    followers = _followers(by_hash.values())
    rivals = sorted(([event for event in by_hash.values() if event.header.sequence == 1]), key=lambda event: event.hash)
    chain: list[Event] = []
    frozen_at = None
    while rivals:
        winner = _winner(rivals, followers)
        if winner is None:
            frozen_at = rivals[0].header.sequence
            break
        chain.append(winner)
        rivals = followers[winner.hash]
    counted = {event.hash for event in chain}
    aside = sorted((event for event in by_hash.values() if event.hash not in counted), key=_place)
    return Standing(tuple(chain), tuple(aside), frozen_at, _equivocations(by_hash.values()))


def _rank(event: Event) -> tuple[int, EventHash]:
    return event.header.occurred_at, event.hash


def _place(event: Event) -> tuple[int, EventHash]:
    return event.header.sequence, event.hash


def _followers(events: Iterable[Event]) -> Followers:
    """The events that follow each event: the next number on it as predecessor, sorted by hash."""
    known = {event.hash: event.header.sequence for event in events}
    followers: Followers = defaultdict(list)
    for event in sorted(events, key=_place):
        if known.get(event.header.previous) == event.header.sequence - 1:
            followers[event.header.previous].append(event)
    return followers


def _winner(rivals: Sequence[Event], followers: Followers) -> Event | None:
    """The event that stands among those on one predecessor; None if that freezes the stream."""
    if len(rivals) == 1:
        return rivals[0]
    built_on = [event for event in rivals if _continued_by_another(event, followers)]
    return built_on[0] if len(built_on) == 1 else None


def _continued_by_another(rival: Event, followers: Followers) -> bool:
    ahead = list(followers[rival.hash])
    while ahead:
        event = ahead.pop()
        if event.header.region != rival.header.region:
            return True
        ahead.extend(followers[event.hash])
    return False


def _equivocations(events: Iterable[Event]) -> tuple[tuple[EventHash, ...], ...]:
    places: dict[tuple[int, EventHash], list[EventHash]] = defaultdict(list)
    for event in events:
        places[event.header.sequence, event.header.previous].append(event.hash)
    return tuple(tuple(sorted(rivals)) for _, rivals in sorted(places.items()) if len(rivals) > 1)
