"""A matter of a format that came later: verdicts are the same everywhere; who cannot read it does not act on its cases."""

from dataclasses import replace
from hashlib import sha256

import pytest

from tests.cities import HANGZHOU, HEFEI, SHANGHAI
from tests.ledger.lives import HANDED_OVER, LICENCE, live, materials, state_in
from tests.ledger.test_audit import audit
from tongban.contracts.faults import FaultyContractError
from tongban.contracts.matter.contract import matter_from_files, matter_from_package
from tongban.contracts.matter.folders import shipped_matter
from tongban.contracts.wire.package import pack, unpack
from tongban.contracts.wire.record import Record
from tongban.domain.errors import MatterUnreadableError, NotAppendableError, RefusedError
from tongban.domain.events.federation import MatterPublished
from tongban.domain.events.values import Handling
from tongban.domain.identifiers import FEDERATION
from tongban.domain.law.acceptance import Accept
from tongban.domain.law.ending import Withdraw
from tongban.domain.law.intake import TakeIn
from tongban.ledger.event_log import LoggedRecord, TopicPartition
from tongban.ledger.intake import Tally

LATER = "9"
"""A made-up format, and the version of the licence that is written in it."""


def later_bundle():
    """The licence in the later format: another file, and a line that no software of today reads."""
    matter = shipped_matter(LICENCE, "1").files["matter.yaml"].decode()
    texts = {name: data.decode() for name, data in shipped_matter(LICENCE, "1").files.items() if name != "matter.yaml"}
    matter = matter.replace("format: 1", f"format: {LATER}").replace('version: "1"', f'version: "{LATER}"')
    return pack({**texts, "matter.toml": matter, "rules.wasm": "…"})


def parse_later(bundle):
    """The parser of software that knows the later format, and of course those before it."""
    texts = unpack(bundle)
    if "matter.toml" not in texts:
        return matter_from_package(bundle)
    matter = texts["matter.toml"].replace(f"format: {LATER}", "format: 1")
    files = {**{name: texts[name] for name in ("form.avsc", "outcome.avsc")}, "matter.yaml": matter}
    contract = matter_from_files({name: text.encode() for name, text in files.items()})
    return replace(contract, rules=replace(contract.rules, content_hash=sha256(bundle).digest()))


def upgrade(cities, code):
    """The region's software is renewed: a new process, which knows the later format."""
    cities.crash(code)
    cities.restart(code).matters._parse = parse_later


def publish(cities, bundle):
    content_hash = sha256(bundle).digest()
    body = MatterPublished(LICENCE, LATER, content_hash)
    log = cities.log.writer()
    log.publish([(TopicPartition(cities.topics.contracts, 0), Record(content_hash.hex().encode(), bundle))])
    log.close()
    cities.settle()
    cities.nodes[FEDERATION].record(lambda tx, registrar: registrar.record(tx, [body], cities.uuid(), cities.now))
    cities.settle()


def take_in(cities, code=SHANGHAI):
    command = TakeIn(Handling.REMOTE_INTAKE, HEFEI, materials(cities))
    return cities.act(code, command, matter=LICENCE, version=LATER, values={"form": b"a form"}).case


@pytest.fixture
def case(cities):
    """A case of the matter, accepted in Hefei. Hangzhou alone runs the older software."""
    upgrade(cities, SHANGHAI)
    upgrade(cities, HEFEI)
    publish(cities, later_bundle())
    made = take_in(cities)
    cities.settle()
    live(cities, made, (*HANDED_OVER, (HEFEI, Accept(), "handler")))
    return made


def kept_in(cities, code, case):
    with cities.stores[code].reading() as tx:
        assert not tx.parking.parked()
        assert not tx.parking.evidence()
        return [each.signed.hash for each in tx.events.case(case)]


def test_the_later_format_is_unknown_to_this_software():
    with pytest.raises(FaultyContractError):
        matter_from_package(later_bundle())


def test_its_events_are_accepted_by_software_that_can_read_it_and_by_software_that_cannot(cities, case):
    kept = kept_in(cities, HEFEI, case)
    assert len(kept) == 4
    assert kept_in(cities, HANGZHOU, case) == kept_in(cities, SHANGHAI, case) == kept


def test_software_that_cannot_read_it_refuses_to_act_and_says_what_helps(cities, case):
    for act in (
        lambda: cities.act(HANGZHOU, Withdraw(), case=case),
        lambda: take_in(cities, HANGZHOU),
        lambda: state_in(cities, HANGZHOU, case),
    ):
        with pytest.raises(MatterUnreadableError, match=f"cannot read matter {LICENCE}/{LATER}") as caught:
            act()
        assert isinstance(caught.value, RefusedError)
        assert caught.value.code == "matter_unreadable"
        assert "upgrade" in caught.value.advice


def test_it_is_parsed_once_even_by_software_that_cannot_read_it(cities, case):
    tried = []
    cities.nodes[HANGZHOU].matters._parse = lambda bundle: tried.append(bundle) or matter_from_package(bundle)
    for _ in range(3):
        with pytest.raises(MatterUnreadableError):
            state_in(cities, HANGZHOU, case)
    assert len(tried) == 1


def test_matters_that_can_be_read_are_listed_without_it(cities, case):
    def readable(code):
        with cities.stores[code].reading() as tx:
            return set(cities.nodes[code].matters.readable(tx))

    assert readable(HEFEI) - readable(HANGZHOU) == {(LICENCE, LATER)}
    assert (LICENCE, "1") in readable(HANGZHOU)


def test_after_the_upgrade_the_case_is_folded_as_everywhere(cities, case):
    upgrade(cities, HANGZHOU)
    assert state_in(cities, HANGZHOU, case) == state_in(cities, HEFEI, case)


def test_an_audit_by_older_software_judges_its_events_and_notes_that_its_case_is_not_folded(cities, case):
    report = audit(cities, cities.log)
    assert report.ok
    assert report.notes["unfolded"] == 1


def test_the_bytes_under_a_hash_are_the_same_whichever_records_were_read_in_whatever_order(cities):
    bundle = later_bundle()
    content_hash = sha256(bundle).digest()
    spaced = b" " + bundle
    place = TopicPartition(cities.topics.contracts, 0)
    for code, values in ((SHANGHAI, (bundle, spaced)), (HANGZHOU, (spaced, bundle)), (HEFEI, (spaced,))):
        with cities.stores[code].transaction() as tx:
            for offset, value in enumerate(values):
                record = Record(content_hash.hex().encode(), value)
                cities.nodes[code].contracts.take(tx, Tally(), LoggedRecord(place, offset, record, 0))
            assert tx.contents.contract(content_hash) == bundle


def read_anything(_):
    return parse_later(later_bundle())


@pytest.mark.parametrize("bundle", [pack({"matter.yaml": "format: 2"}), pack({"a": "b"}), pack({})])
def test_a_verdict_looks_at_nothing_in_a_bundle(cities, bundle):
    cities.nodes[SHANGHAI].matters._parse = read_anything
    publish(cities, bundle)
    case = take_in(cities)
    cities.settle()
    assert len(kept_in(cities, HANGZHOU, case)) == 1


@pytest.mark.parametrize("bundle", [b'{"matter.yaml": "format: 2"}', b'{"matter.yaml":2}', b"[]", b"not JSON", b""])
def test_a_verdict_rejects_bytes_without_the_outer_shape_of_a_bundle(cities, bundle):
    cities.nodes[SHANGHAI].matters._parse = read_anything
    publish(cities, bundle)
    with pytest.raises(NotAppendableError, match=r"A5 \(matter_invalid\)"):
        take_in(cities)
