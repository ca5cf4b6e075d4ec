"""Each artefact has its verdict in every city, in every order of arrival, and stops nothing genuine behind it."""

from collections import defaultdict
from functools import cache

import pytest

from tests.corpus.artefact import CASES, Artefact, Expected, Placed, Role, Verdict, from_json, to_json
from tests.corpus.build import README, base_text, table
from tests.corpus.catalogue import CASES as CATALOGUE
from tests.corpus.federation import TOPICS
from tests.corpus.history import BASE_TEXT, base
from tests.corpus.reading import READERS, STRANGER, Outcome, Spot, read, scripted
from tongban.contracts.notes.log_note import CHECKPOINT_CONTENT_TYPE, START_CONTENT_TYPE
from tongban.contracts.wire.record import Record

FILES = sorted(CASES.glob("*.json"))
RUNS = [(STRANGER, 1), (STRANGER, 2), *((region, 3 + number) for number, region in enumerate(READERS[1:]))]
"""Who reads, and the seed of the order in which records arrive."""
IN_EVIDENCE = {
    Verdict.REJECTED: "rejected",
    Verdict.EQUIVOCATION: "equivocation",
    Verdict.VOID: "void",
    Verdict.STRAY: "stray",
    Verdict.CONTENT_REFUSED: "content",
    Verdict.CONTRACT_REFUSED: "contract",
}
ACCEPTED = Expected(Verdict.ACCEPTED)
NOTES = {CHECKPOINT_CONTENT_TYPE.encode(), START_CONTENT_TYPE.encode()}


@cache
def load(name: str) -> Artefact:
    return from_json((CASES / name).read_text(encoding="utf-8"))


@pytest.fixture(params=[file.name for file in FILES], ids=[file.stem for file in FILES])
def artefact(request):
    return load(request.param)


def test_every_city_comes_to_the_verdict_in_every_order(artefact):
    base_records, genesis, topics = base()
    placed = [*base_records, *artefact.records]
    times = set()
    for region, seed in RUNS:
        outcome = read(scripted(placed, topics, seed), genesis, region)
        Reading(artefact, region, outcome, placed).check()
        times.add(outcome.covered)
    assert len(times) == 1, "the same events are covered at the same times everywhere"


class Reading:
    """What one reader made of an artefact."""

    def __init__(self, artefact: Artefact, region: str, outcome: Outcome, placed: list[Placed]) -> None:
        self.outcome = outcome
        self.judges = not artefact.readers or region in artefact.readers
        self.expected: dict[Spot, tuple[Placed, Expected]] = {}
        offsets: defaultdict[object, int] = defaultdict(int)
        for each in placed:
            spot = (*each.place, offsets[each.place])
            offsets[each.place] += 1
            own = artefact.expected if each.role is Role.ACCUSED else ACCEPTED
            self.expected[spot] = (each, each.expect or own)
        self.region = region

    def check(self) -> None:
        outcome, expected = self.outcome, self.expected
        evidence = {spot: self._evidence(said) for spot, (_, said) in expected.items() if self._evidence(said)}
        assert outcome.evidence == evidence, "what is evidence, and nobody else accused"
        parked = {spot: said[1:] for spot, (_, said) in expected.items() if said.verdict is Verdict.PARKED}
        assert outcome.parked == parked
        self._check_standing()
        for spot, (each, said) in expected.items():
            self._check_one(spot, each, said)
        if self.judges:
            repeats = [said for _, said in expected.values() if said.verdict is Verdict.DUPLICATE]
            content = any(_kind(each) == "content" for each, said in expected.values() if said in repeats)
            assert content or outcome.tally["duplicate"] == len(repeats)

    def _evidence(self, said: Expected) -> tuple[str, str, str] | None:
        kind = IN_EVIDENCE.get(said.verdict)
        if kind is None or (kind == "content" and not self.judges):
            return None
        return kind, said.rule, said.code

    def _check_standing(self) -> None:
        stands = {each.place for each, said in self.expected.values() if said.verdict is Verdict.WAITING}
        assert self.outcome.missing | set(self.outcome.standing) == stands

    def _check_one(self, spot: Spot, each: Placed, said: Expected) -> None:
        kind = _kind(each)
        if kind in ("contracts", "note"):
            return  # what they bring about is looked at
        if kind == "content":
            self._check_content(each, said)
            return
        event = _event_id(each.record)
        held = spot in self.outcome.unlisted
        match said.verdict:
            case Verdict.ACCEPTED | Verdict.DUPLICATE | Verdict.EQUIVOCATION:
                assert event in self.outcome.accepted
                assert not held
                assert not self.outcome.findings.get(event)
            case Verdict.FINDING:
                assert event in self.outcome.accepted
                assert self.outcome.findings[event] == {said.code}
            case Verdict.UNLISTED:
                assert held
            case Verdict.PARKED | Verdict.REJECTED | Verdict.STRAY | Verdict.VOID:
                assert not held
                assert said.verdict is not Verdict.PARKED or event not in self.outcome.accepted
            case Verdict.UNJUDGED:
                assert event not in self.outcome.accepted

    def _check_content(self, each: Placed, said: Expected) -> None:
        assert each.role is not Role.GOOD or said == ACCEPTED
        if said != ACCEPTED or not each.record.key.endswith(b"/" + self.region.encode()):
            return
        assert bytes.fromhex(each.record.key.split(b"/")[0].decode()) in self.outcome.contents


def _kind(each: Placed) -> str:
    kind = each.place.topic.rpartition(".")[2]
    if kind in ("contracts", "content"):
        return kind
    return "note" if any(header in NOTES for _, header in each.record.headers) else "event"


def _event_id(record: Record) -> bytes | None:
    """What the record says it is; a liar's own word where the verdict does not turn on it."""
    found = dict(record.headers).get("ce_id", b"")
    try:
        return bytes.fromhex(found.decode("ascii"))
    except ValueError:
        return None


# The files ---------------------------------------------------------------------------------------------------------------


def test_the_base_history_is_what_the_script_writes():
    assert base_text() == BASE_TEXT


@pytest.mark.parametrize("number", sorted(CATALOGUE))
def test_the_script_writes_each_artefact_as_it_stands(number):
    case = CATALOGUE[number]
    path = CASES / f"{number:03}-{case.name}.json"
    assert to_json(case.build()) == path.read_text(encoding="utf-8")


def test_there_is_no_artefact_that_the_script_does_not_write():
    assert {file.name for file in FILES} == {f"{case.number:03}-{case.name}.json" for case in CATALOGUE.values()}


def test_the_table_is_current():
    assert README.read_text(encoding="utf-8") == table()


def test_every_rule_has_an_artefact():
    rules = {load(file.name).expected.rule for file in FILES}
    assert rules >= {"F1", "F2", "F3", "F4", "F5", "F6", "A1", "A2", "A3", "A4", "A5", "S1", "C1", "C2", "C3", "C4"}
    assert rules >= {"P1", "P2", "L1", "L2", "X1"}


def test_the_base_history_accuses_nobody():
    records, genesis, topics = base()
    for region in READERS:
        outcome = read(scripted(records, topics, 1), genesis, region)
        assert not outcome.evidence
        assert not outcome.parked
        assert not outcome.findings
        assert TOPICS.writer_of(next(iter(topics))) is not None
