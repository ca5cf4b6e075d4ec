"""Which events of a case count, and in which order: pure functions of a set of events, never of its order of arrival.

- `standing`: one stream. Events follow each other by predecessor. Two events on the same predecessor are an
  *equivocation*: if exactly one of the branches was built on by a region other than the author (it went on from it, or
  names an event of it among its causes), it stands, since a past holder cannot undo what others built on. Otherwise the
  stream is frozen at that number.
- `causal_order`: several streams as one history. Nothing comes before its predecessor or its causes; what is not bound by
  these stands by (occurred_at, hash).
- `streams`: all streams of a case. A case that the federation took over is one line through its epochs
  (`tongban.domain.chain.epochs`).

Events given here passed every rule of `tongban.domain.chain.verdict`. A freeze changes what is folded, never a verdict.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from heapq import heapify, heappop, heappush
from itertools import pairwise
from types import MappingProxyType

from tongban.domain.chain.epochs import governed, rests_on
from tongban.domain.event import Event
from tongban.domain.events.event_type import StreamKind
from tongban.domain.events.takeover import CaseTakenOver
from tongban.domain.identifiers import EventHash, RegionCode, StreamId

Followers = dict[EventHash, list[Event]]
ReliedOn = Mapping[EventHash, Set[RegionCode]]
"""For each event the regions that name it among the causes of theirs."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One stream, sorted out: `chain` is folded, `aside` is shown only. `frozen_at`: a number, none if it goes on.

    `equivocations`: the hashes of each set of rival events, also of those on a branch that was set aside.
    `past_head`: of those aside, the ones that a takeover left behind; the new holder adopts or annuls them.
    """

    chain: tuple[Event, ...]
    aside: tuple[Event, ...]
    frozen_at: int | None
    equivocations: tuple[tuple[EventHash, ...], ...]
    past_head: tuple[Event, ...] = ()

    @property
    def is_case(self) -> bool:
        """Whether this is the case itself, not an assistance."""
        return any(event.type.stream is StreamKind.CASE for event in (*self.chain[:1], *self.aside))


def causal_order(events: Iterable[Event]) -> tuple[Event, ...]:
    """Sort events so that each comes after its predecessor and its causes, as far as these are among the given ones.

    Kahn's algorithm with a heap; O(n log n). Every event comes out, once.
    """
    by_hash = {event.hash: event for event in events}
    given = tuple(by_hash.values())
    if _is_line(given):
        return given
    followers: Followers = defaultdict(list)
    awaited: dict[EventHash, int] = {}
    bound = rests_on(given)
    for event in by_hash.values():
        before = {event.header.previous, *event.header.causes, *bound.get(event.hash, ())} & by_hash.keys()
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
    if len(ordered) < len(given):  # rival takeovers in the federation's registry may bind their epochs in a circle
        ordered += sorted((event for event in given if awaited[event.hash]), key=_rank)
    return tuple(ordered)


def streams(events: Iterable[Event]) -> tuple[Standing, ...]:
    """Sort out a case, given all its valid events and its takeovers: its own streams as one, then each assistance."""
    own: dict[StreamId, list[Event]] = defaultdict(list)
    helping: dict[StreamId, list[Event]] = defaultdict(list)
    takeovers: list[Event] = []
    relied_on: dict[EventHash, set[RegionCode]] = defaultdict(set)
    for event in events:
        if isinstance(event.body, CaseTakenOver):
            takeovers.append(event)
            continue
        kind = own if event.type.stream is StreamKind.CASE else helping
        kind[event.header.stream].append(event)
        for cause in event.header.causes:
            relied_on[cause].add(event.header.region)
    case = _case(own, takeovers, relied_on) if own else ()
    return (*case, *(standing(each, relied_on) for each in helping.values()))


def _case(
    own: Mapping[StreamId, Sequence[Event]], takeovers: Sequence[Event], relied_on: ReliedOn
) -> tuple[Standing, ...]:
    """The case's own streams. Without a takeover there is one: nobody begins another epoch."""
    if not takeovers:
        return tuple(standing(each, relied_on) for each in own.values())
    events = tuple(event for each in own.values() for event in each)
    epochs = governed(events, takeovers)
    if epochs is None:
        case = standing(events, relied_on)
        return (replace(case, aside=(*case.aside, *takeovers)),)
    newest = standing(epochs.newest, relied_on)
    counted = tuple(each.event for each in epochs.takeovers)
    superseded = tuple(event for event in takeovers if event not in counted)
    return (
        Standing(
            chain=(*epochs.line, *counted, *newest.chain),
            aside=(*epochs.past, *superseded, *newest.aside),
            frozen_at=newest.frozen_at,
            equivocations=_equivocations(events),
            past_head=epochs.past,
        ),
    )


def standing(events: Iterable[Event], relied_on: ReliedOn = MappingProxyType({})) -> Standing:
    """Sort out the valid events of ONE stream. Total: whatever does not link up is set aside.

    `relied_on`: the regions of events in other streams that name an event among their causes. Who joined an answer built
    on it: its author can't undo that by a rival answer.
    """
    by_hash = {event.hash: event for event in events}
    by_number = tuple(sorted(by_hash.values(), key=_place))
    if by_number and by_number[0].header.sequence == 1 and _is_line(by_number):
        return Standing(by_number, (), None, ())
    followers = _followers(by_hash.values())
    rivals = sorted(([event for event in by_hash.values() if event.header.sequence == 1]), key=lambda event: event.hash)
    chain: list[Event] = []
    frozen_at = None
    while rivals:
        winner = _winner(rivals, followers, relied_on)
        if winner is None:
            frozen_at = rivals[0].header.sequence
            break
        chain.append(winner)
        rivals = followers[winner.hash]
    counted = {event.hash for event in chain}
    aside = sorted((event for event in by_hash.values() if event.hash not in counted), key=_place)
    return Standing(tuple(chain), tuple(aside), frozen_at, _equivocations(by_hash.values()))


def _is_line(events: Sequence[Event]) -> bool:
    """Whether each event goes on from the one before it: then nothing else is possible, and nothing to be sorted out."""
    return all(
        later.header.previous == earlier.hash and later.header.sequence == earlier.header.sequence + 1
        for earlier, later in pairwise(events)
    )


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


def _winner(rivals: Sequence[Event], followers: Followers, relied_on: ReliedOn) -> Event | None:
    """The event that stands among those on one predecessor; None if that freezes the stream."""
    if len(rivals) == 1:
        return rivals[0]
    built_on = [event for event in rivals if _built_on(event, followers, relied_on)]
    return built_on[0] if len(built_on) == 1 else None


def _built_on(rival: Event, followers: Followers, relied_on: ReliedOn) -> bool:
    """Whether another region went on from a rival's branch, or relies on an event in it."""
    author = {rival.header.region}
    ahead = [rival]
    while ahead:
        event = ahead.pop()
        if event.header.region not in author or relied_on.get(event.hash, author) - author:
            return True
        ahead.extend(followers[event.hash])
    return False


def _equivocations(events: Iterable[Event]) -> tuple[tuple[EventHash, ...], ...]:
    places: dict[tuple[int, EventHash], list[EventHash]] = defaultdict(list)
    for event in events:
        places[event.header.sequence, event.header.previous].append(event.hash)
    return tuple(tuple(sorted(rivals)) for _, rivals in sorted(places.items()) if len(rivals) > 1)
