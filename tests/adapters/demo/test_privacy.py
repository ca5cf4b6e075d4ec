"""Applicants' names and numbers stand nowhere in clear, and open only for the regions that were given them."""

import base64
import json
from collections import defaultdict
from contextlib import closing
from itertools import chain

import pytest

from tests.adapters.demo.conftest import lived
from tongban.adapters.demo.auditing import mirror
from tongban.adapters.demo.federation import CITIES
from tongban.adapters.demo.lines import SHARED
from tongban.adapters.demo.steps import Step
from tongban.contracts.content.form_extract import read_extract
from tongban.domain.events.assistance import Asked
from tongban.ledger.event_log import TopicPartition

CASES = 22
PERSONAL = (
    "applicant_name", "id_number", "telephone", "agent_name", "enterprise_name", "credit_code",
    "legal_representative_name", "legal_representative_id_number", "contact_name", "contact_telephone",
)  # fmt: skip
ASKING = (Step.ASK_OPINION, Step.ASK_RECORDS, Step.ASK_VERIFICATION)
BASE64_TAIL = 4
BEGINNING_BYTES = 6
"""Many begin alike: files are searched for the beginnings first."""


def forms_of(text):
    """A text as it could stand in a file: in clear, as hex, as base64 at any place, escaped."""
    for raw in (text.encode(), text.encode("utf-16-le"), text.encode("utf-16-be")):
        yield raw
        yield raw.hex().encode()
        yield raw.hex().upper().encode()
        for skipped in range(3):
            encoded = base64.b64encode(b"\0" * skipped + raw)
            # What stands before and behind it decides about the characters at both ends.
            yield encoded[BASE64_TAIL if skipped else 0 : -BASE64_TAIL]
    yield json.dumps(text)[1:-1].encode()


def needles(told):
    texts = {str(story.form[name]) for story in told for name in PERSONAL if story.form.get(name)}
    assert len(texts) > 2 * CASES
    by_beginning = defaultdict(list)
    for text in texts:
        for form in forms_of(text):
            by_beginning[form[:BEGINNING_BYTES]].append((form, text))
    return by_beginning


def found_in(data, wanted):
    begun = (each for beginning, forms in wanted.items() if beginning in data for each in forms)
    return sorted({text for form, text in begun if form in data})


def files_of(folder):
    return [path for path in sorted(folder.rglob("*")) if path.is_file()]


def in_the_topics(federation):
    """Everything that any reader of the log is handed: keys, values, headers."""
    topics = [info for name, info in federation.log.topics().items() if federation.topics.writer_of(name)]
    places = [TopicPartition(info.name, partition) for info in topics for partition in range(info.partitions)]
    with closing(federation.log.reader(dict.fromkeys(places, 0))) as reader:
        left = {place for place, end in reader.ends().items() if end}
        ends = dict(reader.ends())
        while left:
            for logged in reader.poll(timeout_seconds=0.1, limit=1_000):
                record = logged.record
                yield from (
                    record.key or b"",
                    record.value or b"",
                    *chain(*((n.encode(), v) for n, v in record.headers)),
                )
                if logged.offset + 1 >= ends[logged.place]:
                    left.discard(logged.place)


@pytest.fixture(scope="module", params=["embedded", pytest.param("kafka", marks=pytest.mark.kafka)])
def living(request, tmp_path_factory):
    kafka = request.getfixturevalue("kafka_bootstrap") if request.param == "kafka" else None
    federation, told = lived(tmp_path_factory.mktemp("demo") / "homes", kafka=kafka, cases=CASES)
    with federation:
        yield federation, told


def test_the_search_finds_what_is_there(living, tmp_path):
    federation, told = living
    wanted = needles(told)
    name = told[0].applicant
    for number, form in enumerate((name.encode(), base64.b64encode(b"xy" + name.encode() + b"z"),
                                   name.encode("utf-16-be").hex().encode())):  # fmt: skip
        assert found_in(b"before" + form + b"after", wanted) == [name], number
    assert federation.folder.is_dir()


def test_no_file_of_any_region_holds_a_name_or_number(living):
    federation, told = living
    wanted = needles(told)
    files = files_of(federation.folder)
    assert {f"{code}/store.sqlite" for code in CITIES} < {str(path.relative_to(federation.folder)) for path in files}
    assert any(path.name.endswith("-wal") for path in files)
    for path in files:
        assert found_in(path.read_bytes(), wanted) == [], path


def test_no_topic_holds_a_name_or_number(living, tmp_path):
    federation, told = living
    data = b"\n".join(in_the_topics(federation))
    assert len(data) > CASES * 1_000
    assert found_in(data, needles(told)) == []
    copy = tmp_path / "copy.sqlite"
    mirror(federation.log, federation.topics, copy).close()
    assert found_in(copy.read_bytes(), needles(told)) == []


def given(story):
    """The regions that the form of a case was shared with."""
    cities = {story.receiving, story.deciding}
    return cities | {story.other} if Step.OFFER_ELSEWHERE in story.steps[: story.done] else cities


def opened_in(region, story):
    """Every personal value of a case that this region can open, by the name of the event and its own."""
    with region.store.reading() as tx:
        events = region.node.knowledge.case(tx, story.case)
        committed = [(event, each) for event in events for each in getattr(event.body, "contents", ())]
        values = [(event, each.name, region.node.contents.open(tx, each.digest)) for event, each in committed]
    return [(event, name, value.value) for event, name, value in values if value is not None], len(committed)


def test_who_was_given_a_form_reads_it_and_nobody_else_does(living):
    federation, told = living
    for story in told:
        for code in CITIES:
            values, _ = opened_in(federation.regions[code], story)
            forms = [value for _, name, value in values if name == "form"]
            if code in given(story):
                assert [story.contract.decode_form(form) for form in forms] == [story.form], (story.number, code)
            else:
                assert forms == [], (story.number, code)


def test_a_city_that_has_no_part_in_a_case_opens_nothing_of_it(living):
    federation, told = living
    strangers = 0
    for story in told:
        if story.other in given(story) or set(ASKING) & set(story.steps[: story.done]):
            continue
        values, committed = opened_in(federation.regions[story.other], story)
        strangers += 1
        assert values == []
        assert committed > 0
    assert strangers > 3


def test_a_city_that_was_asked_opens_the_fields_that_were_shared_and_no_more(living):
    federation, told = living
    asked = 0
    for story in told:
        if not set(ASKING) & set(story.steps[: story.done]):
            continue
        asked += 1
        values, _ = opened_in(federation.regions[story.other], story)
        shared = SHARED[story.scenario.matter]
        of_the_question = {name: value for event, name, value in values if isinstance(event.body, Asked)}
        assert set(of_the_question) == {"extract", "question"}
        assert read_extract(story.contract, of_the_question["extract"], shared) == {n: story.form[n] for n in shared}
        own = [event for event, _, _ in values if event.header.region == story.other]
        assert {event.hash for event, _, _ in values} == {
            event.hash for event, _, _ in values if isinstance(event.body, Asked)
        } | {event.hash for event in own}
    assert asked >= 4
