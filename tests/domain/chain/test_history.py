"""Which events count, and in which order: the set decides, not the order of arrival."""

from dataclasses import replace
from hashlib import sha256
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.case_files import HEFEI, REGIONS, SHANGHAI, officer
from tests.domain.gwt import GENESIS, HOUR
from tongban.domain.chain.history import causal_order, standing, streams
from tongban.domain.event import Event
from tongban.domain.events.handover import TakenOver
from tongban.domain.header import Head, Header, Under
from tongban.domain.identifiers import HASH_BYTES, CommandId, EventHash, KeyId, RegionCode, StreamId

STREAM = StreamId(UUID(int=7))


def event(
    label: int,
    behind: Event | None = None,
    region: RegionCode = SHANGHAI,
    occurred_at: int = 0,
    causes: tuple[Event, ...] = (),
) -> Event:
    """A bare event of one stream; the label makes it what it is, and nothing else is looked at."""
    header = Header(
        case=None,
        stream=STREAM,
        epoch=0,
        sequence=behind.header.sequence + 1 if behind else 1,
        previous=behind.hash if behind else EventHash(GENESIS),
        command=CommandId(UUID(int=label)),
        region=region,
        actor=officer(region).actor,
        key=KeyId(bytes(HASH_BYTES)),
        under=Under(Head(0, GENESIS), Head(0, GENESIS)),
        occurred_at=occurred_at,
        recorded_at=occurred_at,
        matter=None,
        matter_version=None,
        causes=tuple(each.hash for each in causes),
    )
    return Event(EventHash(sha256(label.to_bytes(8)).digest()), header, TakenOver())


def test_a_clock_that_is_behind_changes_nothing_about_what_comes_first():
    first = event(1, occurred_at=5 * HOUR)
    second = event(2, behind=first, occurred_at=1 * HOUR)
    caused = event(3, occurred_at=0, causes=(second,))
    assert causal_order([caused, second, first]) == (first, second, caused)


def test_what_nothing_binds_stands_by_time_and_then_by_hash():
    late, early = event(1, occurred_at=2), event(2, occurred_at=1)
    assert causal_order([late, early]) == (early, late)
    twins = [event(3), event(4)]
    assert causal_order(twins) == tuple(sorted(twins, key=lambda each: each.hash))


def test_an_event_without_its_predecessor_is_a_beginning():
    gone = event(1)
    assert causal_order([event(2, behind=gone)]) == (event(2, behind=gone),)


def test_an_undisputed_stream_stands_whole():
    first = event(1)
    second = event(2, behind=first, region=HEFEI)
    sorted_out = standing([second, first, second])
    assert (sorted_out.chain, sorted_out.aside) == ((first, second), ())
    assert (sorted_out.frozen_at, sorted_out.equivocations) == (None, ())


def test_an_equivocation_freezes_the_stream_before_it():
    first = event(1)
    rivals = (event(2, behind=first), event(3, behind=first))
    sorted_out = standing([*rivals, first])
    assert (sorted_out.chain, sorted_out.frozen_at) == ((first,), 2)
    assert set(sorted_out.aside) == set(rivals)
    assert sorted_out.equivocations == (tuple(sorted(each.hash for each in rivals)),)


def test_the_branch_that_another_region_continued_stands():
    first = event(1)
    kept, dropped = event(2, behind=first), event(3, behind=first)
    built = event(4, behind=event(5, behind=kept), region=HEFEI)
    sorted_out = standing([first, dropped, kept, event(5, behind=kept), built])
    assert sorted_out.chain == (first, kept, event(5, behind=kept), built)
    assert (sorted_out.aside, sorted_out.frozen_at) == ((dropped,), None)
    assert len(sorted_out.equivocations) == 1


def test_a_past_holder_saves_no_branch_by_continuing_it():
    first = event(1)
    rivals = (event(2, behind=first), event(3, behind=first))
    assert standing([first, *rivals, event(4, behind=rivals[0])]).frozen_at == 2


def test_two_branches_continued_by_others_freeze_the_stream():
    first = event(1)
    rivals = (event(2, behind=first), event(3, behind=first))
    built = [event(10 + number, behind=rival, region=HEFEI) for number, rival in enumerate(rivals)]
    assert standing([first, *rivals, *built]).frozen_at == 2


def test_two_openings_freeze_a_stream_at_its_beginning():
    sorted_out = standing([event(1), event(2)])
    assert (sorted_out.chain, sorted_out.frozen_at) == ((), 1)


def test_what_does_not_link_up_is_set_aside():
    stray = event(3, behind=event(2, behind=event(1)))
    assert standing([stray]).aside == (stray,)


@st.composite
def trees(draw: st.DrawFn) -> list[Event]:
    """Any shape of stream: each event behind any earlier one, now and then with a hole."""
    events: list[Event] = []
    for label in range(draw(st.integers(0, 14))):
        behind = draw(st.sampled_from([*events[-3:], *events])) if events else None
        if label and draw(st.integers(0, 20)) == 0:
            behind = None
        causes = draw(st.lists(st.sampled_from(events), max_size=2)) if events else []
        region = draw(st.sampled_from(REGIONS))
        events.append(event(label, behind, region, draw(st.integers(0, 3)), tuple(causes)))
    gone = draw(st.sets(st.integers(0, 14), max_size=2))
    return [each for label, each in enumerate(events) if label not in gone]


@settings(max_examples=300)
@given(trees(), st.randoms(use_true_random=False))
def test_any_order_of_arrival_gives_the_same_history(events, random):
    shuffled = [*events, *events]
    random.shuffle(shuffled)
    assert causal_order(shuffled) == causal_order(events)
    assert standing(shuffled) == standing(events)


@settings(max_examples=300)
@given(trees())
def test_every_event_comes_out_once_and_behind_what_it_rests_on(events):
    ordered = causal_order(events)
    place = {each.hash: number for number, each in enumerate(ordered)}
    assert len(ordered) == len(place) == len(events)
    for each in ordered:
        before = {each.header.previous, *each.header.causes} & place.keys()
        assert all(place[hash_] < place[each.hash] for hash_ in before)


@settings(max_examples=300)
@given(trees())
def test_every_stream_is_sorted_out_whole_into_a_chain_and_what_lies_aside(events):
    sorted_out = standing(events)
    assert {*sorted_out.chain} | {*sorted_out.aside} == {*events}
    assert len(sorted_out.chain) + len(sorted_out.aside) == len(events)
    for before, after in zip(sorted_out.chain, sorted_out.chain[1:], strict=False):
        assert (after.header.previous, after.header.sequence) == (before.hash, before.header.sequence + 1)
    if sorted_out.frozen_at is not None:
        assert sorted_out.frozen_at == len(sorted_out.chain) + 1


def test_a_contributor_cannot_undo_by_a_rival_what_was_joined():
    answer, rival = event(1), event(2)
    sorted_out = standing([answer, rival], {answer.hash: {HEFEI}})
    assert sorted_out.chain == (answer,)
    assert sorted_out.aside == (rival,)
    assert sorted_out.frozen_at is None
    assert standing([answer, rival]).frozen_at == 1


def test_what_only_the_author_relies_on_does_not_make_its_branch_stand():
    answer, rival = event(1), event(2)
    assert standing([answer, rival], {answer.hash: {SHANGHAI}}).frozen_at == 1


def test_the_streams_of_a_case_know_what_other_regions_rely_on():
    answer, rival = event(1), event(2)
    join = event(3, region=HEFEI, causes=(answer,))
    join = replace(join, header=replace(join.header, stream=StreamId(UUID(int=8))))
    chains = {each.chain for each in streams([rival, join, answer])}
    assert chains == {(answer,), (join,)}
