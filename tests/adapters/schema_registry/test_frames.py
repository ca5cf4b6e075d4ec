"""Frames in the log: what a registry says decides nothing, and no event waits for it."""

import threading

import pytest

from tests.adapters.cli.conftest import wait_until
from tests.cities import HANGZHOU, HEFEI, SHANGHAI, Cities
from tests.ledger.lives import FINISHED, live, state_in, take_in
from tongban.adapters.schema_registry.options import SchemaRegistryOptions
from tongban.adapters.schema_registry.publishing import publish
from tongban.adapters.schema_registry.site import SchemaSite
from tongban.adapters.schema_registry.watch import SchemaWatch, WatchPace
from tongban.contracts.wire.cloud_event import parse_record
from tongban.contracts.wire.registry_frame import MAX_NUMBER, frame_number, framed
from tongban.contracts.wire.schema_store import shipped_schemas
from tongban.domain.errors import MalformedError
from tongban.domain.law.phase import Phase
from tongban.ledger.event_log import TopicPartition

SCHEMAS = shipped_schemas().by_fingerprint
NUMBERS = {fingerprint: number for number, fingerprint in enumerate(sorted(SCHEMAS), start=1)}
IMPATIENT = WatchPace(again=0.01, troubled=0.01, first_delay=0.01)


class Known(dict):
    """Numbers as a registry that stands for the test gives them; the port's smallest adapter."""

    def number_of(self, fingerprint):
        return self.get(fingerprint)


def cities_with(tmp_path, **numbers):
    """Three cities, of which some have a registry; a case from beginning to end."""
    tmp_path.mkdir(exist_ok=True)
    cities = Cities(tmp_path, schema_numbers=numbers)
    case = take_in(cities)
    live(cities, case, FINISHED)
    return cities, case


def frames(cities, code):
    """The number before each event of a city's topics, with the event's fingerprint."""
    names = (cities.topics.registry(code), cities.topics.cases(code))
    places = [TopicPartition(name, part) for name in names for part in range(cities.log.topics()[name].partitions)]
    reader = cities.log.reader(dict.fromkeys(places, 0))
    records = [each.record for each in reader.poll(timeout_seconds=0, limit=10_000)]
    reader.close()
    events = [each for each in records if any(name == "ce_id" for name, _ in each.headers)]
    parsed = [(parse_record(each), each) for each in events]
    assert parsed
    return [(frame_number(record.value, signed.body), signed.fingerprint) for signed, record in parsed]


@pytest.fixture
def cities(tmp_path):
    made = Cities(tmp_path)
    yield made
    made.close()


# The log ---------------------------------------------------------------------------------------------------------------


def test_a_site_with_a_registry_puts_each_schemas_number_before_its_events(tmp_path):
    cities, case = cities_with(tmp_path, **{SHANGHAI: Known(NUMBERS)})
    assert all(number == NUMBERS[fingerprint] for number, fingerprint in frames(cities, SHANGHAI))
    assert {number for number, _ in frames(cities, HEFEI)} == {None}
    assert {state_in(cities, code, case).phase for code in cities.codes} == {Phase.CLOSED}
    cities.close()


def test_nothing_is_folded_under_a_schema_that_only_the_registry_names(tmp_path):
    """A registry that has mixed up all its schemas: the frames are wrong, and every city folds what was signed."""
    honest, case = cities_with(tmp_path / "honest")
    wrong = dict(zip(NUMBERS, [*list(NUMBERS.values())[1:], 1], strict=True))
    misled, same = cities_with(tmp_path / "misled", **{code: Known(wrong) for code in (SHANGHAI, HANGZHOU, HEFEI)})
    found = frames(misled, SHANGHAI) + frames(misled, HEFEI)
    assert all(number not in (None, NUMBERS[fingerprint]) for number, fingerprint in found)
    assert same == case
    expected = state_in(honest, HEFEI, case)
    assert all(state_in(misled, code, case) == expected for code in misled.codes)
    for code in misled.codes:
        with misled.stores[code].reading() as tx:
            assert not tx.parking.evidence()
            assert not tx.parking.parked()
    honest.close()
    misled.close()


def test_the_same_events_go_out_again_under_a_number_that_was_learnt_since(tmp_path):
    numbers = Known()
    cities = Cities(tmp_path, schema_numbers={SHANGHAI: numbers})
    case = take_in(cities, settle=False)
    cities.nodes[SHANGHAI].relay()  # the events and a checkpoint, which this process never reads back
    cities.crash(SHANGHAI)
    numbers.update(NUMBERS)
    cities.restart(SHANGHAI)
    live(cities, case, FINISHED)
    assert {number is None for number, _ in frames(cities, SHANGHAI)} == {True, False}
    assert {state_in(cities, code, case).phase for code in cities.codes} == {Phase.CLOSED}
    cities.close()


def test_no_event_waits_for_a_registry_that_does_not_answer(cities, rest):
    answering = threading.Event()
    rest.before = lambda _: answering.wait(60)
    site = SchemaSite(cities.stores[SHANGHAI], SchemaRegistryOptions(rest.url, timeout_seconds=60), IMPATIENT)
    cities.schema_numbers[SHANGHAI] = site
    cities.nodes[SHANGHAI].stop()
    cities.nodes[SHANGHAI] = cities.node(SHANGHAI)
    cities.nodes[SHANGHAI].start()
    with site.watched():
        wait_until(lambda: rest.requests)
        case = take_in(cities)
        site.settle()
        live(cities, case, FINISHED)
        assert rest.requests.total() == 1  # all the while it has not answered the first
        answering.set()
    assert {state_in(cities, code, case).phase for code in cities.codes} == {Phase.CLOSED}
    assert {number for number, _ in frames(cities, SHANGHAI)} == {None}


def test_a_frame_holds_a_number_of_31_bits():
    assert framed(7, b"body") == b"\x00\x00\x00\x00\x07body"
    assert framed(None, b"body") == b"body"
    assert frame_number(framed(MAX_NUMBER, b"body"), b"body") == MAX_NUMBER
    assert frame_number(b"body", b"body") is None
    for number in (0, -1, MAX_NUMBER + 1):
        with pytest.raises(MalformedError):
            framed(number, b"body")


# Learning --------------------------------------------------------------------------------------------------------------


def test_what_was_learnt_is_known_after_a_restart_while_the_registry_is_away(cities, rest, connect):
    numbers = {each.schema.fingerprint: each.number for each in publish(connect(rest.url))}
    options = SchemaRegistryOptions(rest.url)
    site = SchemaSite(cities.stores[HEFEI], options, IMPATIENT)
    with site.watched():
        wait_until(lambda: site.settle() or len(site._numbers) == len(numbers))
        assert site.troubles == ()
    rest.stop()
    again = SchemaSite(cities.stores[HEFEI], options, IMPATIENT)
    assert {each: again.number_of(each) for each in SCHEMAS} == {each: numbers[each] for each in SCHEMAS}
    with again.watched():
        wait_until(lambda: again.troubles)
        again.settle()
        assert again.troubles[0].startswith("schema_registry_unavailable: ")
    assert all(again.number_of(each) == numbers[each] for each in SCHEMAS)


def test_another_registry_has_other_numbers(cities, rest, connect):
    site = SchemaSite(cities.stores[HEFEI], SchemaRegistryOptions(rest.url))
    site.keep(NUMBERS)
    moved = SchemaSite(cities.stores[HEFEI], SchemaRegistryOptions("https://registry.invalid"))
    assert {moved.number_of(each) for each in SCHEMAS} == {None}


def test_only_numbers_of_released_schemas_are_kept(cities, rest):
    site = SchemaSite(cities.stores[HEFEI], SchemaRegistryOptions(rest.url))
    site.keep({bytes([each]) * 32: each + 1 for each in range(200)} | NUMBERS)
    assert site._numbers == NUMBERS


def test_a_number_under_which_another_schema_stands_by_now_is_not_used_any_more(rest, connect):
    registry = connect(rest.url)
    numbers = {each.schema.fingerprint: each.number for each in publish(registry)}
    schema = shipped_schemas().by_ce_type["tongban.case.accepted.v1"]
    number = numbers[schema.fingerprint]
    rest.texts[number] = rest.texts[number].replace("legally", "nearly")
    watch = SchemaWatch(registry, tuple(SCHEMAS.values()), numbers, IMPATIENT)
    watch.start()
    wait_until(lambda: watch.found.troubles)
    assert schema.fingerprint not in watch.found.numbers
    assert len(watch.found.numbers) == len(numbers) - 1
    assert watch.found.troubles[0].startswith("schema_differs: tongban.case.accepted.v1 is not number")
    rest.texts[number] = schema.json.decode()
    wait_until(lambda: not watch.found.troubles)
    assert watch.found.numbers == numbers
    watch.close()


def test_a_registry_that_numbers_anew_is_followed(rest, connect):
    registry = connect(rest.url)
    before = {each.schema.fingerprint: each.number for each in publish(registry)}
    rest.texts.clear()
    rest.subjects.clear()
    rest.register("another.Schema", '"string"')
    after = {each.schema.fingerprint: each.number for each in publish(registry)}
    assert after != before
    watch = SchemaWatch(registry, tuple(SCHEMAS.values()), before, IMPATIENT)
    watch.start()
    wait_until(
        lambda: {each: watch.found.numbers.get(each) for each in SCHEMAS} == {each: after[each] for each in SCHEMAS}
    )
    wait_until(lambda: not watch.found.troubles)
    watch.close()


def test_a_schema_that_nobody_published_is_told(rest, connect):
    watch = SchemaWatch(connect(rest.url), tuple(SCHEMAS.values()), {}, IMPATIENT)
    watch.start()
    wait_until(lambda: watch.found.troubles)
    assert len(watch.found.troubles) == len(SCHEMAS)
    assert "tongban schemas publish" in watch.found.troubles[0]
    assert rest.texts == {}
    watch.close()
