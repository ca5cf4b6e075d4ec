"""Random walks with a fourth hand at the log: it writes anything into anybody's topics, and a city that lies.

The hand can write to every topic, as the operator of a broker can: garbage, repeats, copies of honest records in other
places and with small changes, events signed by a stranger or with a stolen officer's key, notes of its own making.
Nanjing is enrolled and has genuine keys; it lists what it likes: acts on cases that are not its own, rivals of its own
acts and answers, copies, leaves without records, checkpoints that contradict.

Whatever they do, the three honest cities agree on the verdict of every record and on the state of every case, accuse
nobody but Nanjing, wait for nobody but Nanjing, and go on.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from tests.cities import HEFEI, NANJING
from tests.corpus.crafted import garbage
from tests.fuzz.targets import mutated
from tests.interleavings.exploration import CODES, LICENCE, Walk
from tests.interleavings.quiescence import valid_events
from tests.ledger.lives import materials
from tests.liar import header_for, publish_listed, sign
from tongban.adapters.store.sqlite_store import SqliteLedgerStore
from tongban.contracts.notes.checkpoint import Checkpoint, Incarnation, Start
from tongban.contracts.notes.log_note import (
    CHECKPOINT_CONTENT_TYPE,
    START_CONTENT_TYPE,
    encode_checkpoint,
    encode_start,
)
from tongban.contracts.wire.cloud_event import partition_of, to_record
from tongban.contracts.wire.codec import decode_header
from tongban.contracts.wire.record import Record
from tongban.contracts.wire.signatures import SigningKey
from tongban.domain.chain.merkle import CompactRange
from tongban.domain.errors import TongbanError
from tongban.domain.event import Event
from tongban.domain.events.acceptance import Accepted
from tongban.domain.events.assistance import Answered, AnswerKind, HelpKind
from tongban.domain.events.ending import Withdrawn
from tongban.domain.events.handover import Offered, TakenOver
from tongban.domain.events.intake import TakenIn
from tongban.domain.events.values import Handling
from tongban.domain.header import Head, Under
from tongban.domain.identifiers import FEDERATION, CommandId, RegionCode, assistance_stream
from tongban.domain.law.acceptance import Accept
from tongban.domain.law.assistance import Ask, Join
from tongban.domain.law.ending import Withdraw
from tongban.domain.law.handover import TakeOver
from tongban.domain.law.intake import TakeIn
from tongban.ledger.audit import run_audit
from tongban.ledger.event_log import TopicPartition
from tongban.ledger.kept import Evidence
from tongban.ledger.topics import origin

BODIES = (Accepted(20_000, None), Withdrawn(()), TakenOver(), Offered(HEFEI, None, None), Offered(NANJING, None, None))
STRANGER = SigningKey("ed25519", b"\x07" * 32)
HELD_BY_EVERYBODY = frozenset({"content", "contract"})
"""Kinds of evidence that are not about the log of a partition: who can open content differs from city to city."""


@dataclass
class WalkAmongLiars(Walk):
    """Three honest cities, one that lies, and a hand that writes everywhere."""

    lied: list = field(default_factory=list)
    """Cases of Nanjing's."""
    published: set[tuple[TopicPartition, Record]] = field(default_factory=set)
    """What the hand wrote."""

    # The hand: anything, anywhere ------------------------------------------------------------------------------------

    def scribble(self, rng: random.Random) -> None:
        """Bytes that mean nothing, bare or under a content type that means something."""
        kind = rng.choice([None, CHECKPOINT_CONTENT_TYPE, START_CONTENT_TYPE, "application/avro"])
        headers = (("content-type", kind.encode()),) if kind else ()
        key = rng.choice([None, rng.randbytes(16), str(self.cities.uuid()).encode()])
        self._publish(rng.choice(self._places()), Record(key, rng.randbytes(rng.randint(0, 200)), headers))

    def repeat(self, rng: random.Random) -> None:
        """A record of a city once more behind everything, in its place."""
        place, record = self._some_record(rng)
        self._publish(place, record)

    def copy_elsewhere(self, rng: random.Random) -> None:
        """A record of a city in another place."""
        _, record = self._some_record(rng)
        self._publish(rng.choice(self._places()), record)

    def change(self, rng: random.Random) -> None:
        """A record of a city with small accidents, in its place."""
        place, record = self._some_record(rng)
        at = rng.randrange(len(record.headers) + 1)
        if at == len(record.headers):
            changed = replace(record, value=mutated(record.value or b"", rng))
        else:
            name, value = record.headers[at]
            headers = (*record.headers[:at], (name, mutated(value, rng)), *record.headers[at + 1 :])
            changed = replace(record, headers=headers)
        self._publish(place, changed)

    def forge(self, rng: random.Random) -> None:
        """An act on an honest case, signed with a key that is stolen or that nobody knows, where its city writes."""
        event = self._some_event(rng, self.cases)
        if event is None:
            return
        victim = rng.choice(CODES)
        header = header_for(self.cities, victim, event.header, previous=event.hash, **self._anew())
        signed, _ = sign(self.cities, victim, header, rng.choice(BODIES))
        if rng.random() < 0.5:
            signed = replace(signed, signature=STRANGER.sign(signed.signing_input))
        record = to_record(signed, header)
        self._publish(self._cases(victim, record), record)

    def false_note(self, rng: random.Random) -> None:
        """A checkpoint or a start of the hand's own making, in a city's log."""
        victim = rng.choice(CODES)
        place = rng.choice([each for each in self._places() if self.cities.topics.writer_of(each.topic) == victim])
        if place.topic == self.cities.topics.content(victim):
            return
        keys = [STRANGER, *self.cities.keyrings[NANJING].signing.values(), *self._officers(victim)]
        self._publish(place, self._note(rng, victim, place, rng.choice(keys)))

    # Nanjing, with genuine keys ----------------------------------------------------------------------------------------

    def nanjing_opens(self, rng: random.Random) -> None:
        command = TakeIn(Handling.REMOTE_INTAKE, rng.choice(CODES), materials(self.cities))
        self.cities.tick(1)

        def opened() -> None:
            done = self.cities.act(NANJING, command, matter=LICENCE)
            self.lied.append(done.case)
            self._move_nanjing()

        self._trying(opened)

    def nanjing_meddles(self, rng: random.Random) -> None:
        """It lists an act on a case whose pen it does not hold."""
        event = self._some_event(rng, self.cases)
        if event is not None:
            self._list(event, rng.choice(BODIES))

    def nanjing_steals(self, rng: random.Random) -> None:
        """It lists an event 1 under the id of another city's case."""
        event = self._some_event(rng, self.cases)
        if event is not None and event.header.sequence == 1:
            body = TakenIn(Handling.REMOTE_INTAKE, NANJING, (), None, ())
            self._list(event, body, sequence=1, previous=self.cities.genesis.hash)

    def nanjing_forks(self, rng: random.Random) -> None:
        """It goes on twice behind an event of its own case: two offers to two cities, say."""
        event = self._some_event(rng, self.lied)
        if event is not None:
            for body in rng.sample(BODIES, 2):
                self._list(event, body)

    def nanjing_answers(self, rng: random.Random) -> None:
        """It answers what a case asked it, and may answer once more in the same place."""
        asked = [event for event in self._events(self.cases) if getattr(event.body, "region", None) == NANJING]
        if not asked:
            return
        request = rng.choice(asked)
        stream = assistance_stream(request.header.case, NANJING)
        for answer in rng.sample(list(AnswerKind), rng.randint(1, 2)):
            changes = {"sequence": 1, "previous": self.cities.genesis.hash, "stream": stream, "causes": (request.hash,)}
            self._list(request, Answered(request.hash, answer, ()), **changes)

    def nanjing_copies(self, rng: random.Random) -> None:
        """It lists a record of another city as its own."""
        _, record = self._some_record(rng)
        signed = self.cities.nodes[NANJING].judge.parse(record)
        place = rng.choice([each for each in self._places() if each.topic == self.cities.topics.cases(NANJING)])
        leaf = getattr(signed, "leaf", None)
        if leaf is not None:
            self._trying(lambda: publish_listed(self.cities, NANJING, place, record, leaf))

    def nanjing_contradicts(self, rng: random.Random) -> None:
        """A checkpoint or a start under its own key that does not fit: another root, unknown heads, an old number."""
        place = rng.choice([each for each in self._places() if each.topic == self.cities.topics.cases(NANJING)])
        self._publish(place, self._note(rng, NANJING, place, self._ledger_key(NANJING)))

    def nanjing_withholds(self, rng: random.Random) -> None:
        """It lists an event that it never publishes."""
        if rng.random() < 0.3:
            place = TopicPartition(self.cities.topics.cases(NANJING), 0)
            self._trying(lambda: publish_listed(self.cities, NANJING, place, Record(None, b"", ()), rng.randbytes(32)))

    def ask_nanjing(self, rng: random.Random) -> None:
        """An honest city asks it, joins what it answers, or goes on with its cases."""
        if self.lied and rng.random() < 0.4:
            case, command = rng.choice(self.lied), rng.choice([TakeOver(), Accept(), Withdraw()])
        elif self.cases:
            case = rng.choice(self.cases)
            answers = [event for event in self._events([case]) if isinstance(event.body, Answered)]
            command = Join(rng.choice(answers).hash) if answers else Ask(NANJING, HelpKind.VERIFICATION, "hall")
        else:
            return
        for code in CODES:
            if self._act(code, command, rng, case=case) is not None:
                return

    # How ---------------------------------------------------------------------------------------------------------------

    def _publish(self, place: TopicPartition, record: Record) -> None:
        if record.key is None and place.topic.endswith((".content", ".contracts")):
            record = replace(record, key=b"")  # a compacted topic takes none without
        writer = self.cities.log.writer()
        writer.publish([(place, record)])
        writer.close()
        self.published.add((place, record))

    def _places(self) -> list[TopicPartition]:
        infos = self.cities.log.topics()
        return [TopicPartition(name, each) for name in sorted(infos) for each in range(infos[name].partitions)]

    def _records(self, place: TopicPartition) -> dict[int, Record]:
        """What stands in a partition, by offset."""
        reader = self.cities.log.reader({place: 0})
        try:
            return {each.offset: each.record for each in reader.poll(timeout_seconds=0, limit=100_000)}
        finally:
            reader.close()

    def _some_record(self, rng: random.Random) -> tuple[TopicPartition, Record]:
        places = self._places()
        while not (records := self._records(place := rng.choice(places))):
            pass
        return place, rng.choice(list(records.values()))

    def _events(self, cases: Sequence) -> Iterator[Event]:
        """The events of these cases that any city has, in an order that does not depend on chance."""
        for case in cases:
            found: dict[bytes, Event] = {}
            for code in (*CODES, NANJING):
                node = self.cities.nodes[code]
                with node.store.reading() as tx:
                    found |= {event.hash: event for event in node.knowledge.case(tx, case)}
            yield from (found[each] for each in sorted(found))

    def _some_event(self, rng: random.Random, cases: Sequence) -> Event | None:
        events = list(self._events([rng.choice(cases)])) if cases else []
        return rng.choice(events) if events else None

    def _list(self, before: Event, body, **changes) -> None:
        """An event of Nanjing's behind another, published and listed, whatever its own ledger would say."""
        header = header_for(self.cities, NANJING, before.header, **{"previous": before.hash} | self._anew() | changes)
        signed, _ = sign(self.cities, NANJING, header, body)
        record = to_record(signed, header)
        self._trying(lambda: publish_listed(self.cities, NANJING, self._cases(NANJING, record), record, signed.leaf))
        self._trying(self._move_nanjing)

    def _anew(self) -> dict[str, CommandId]:
        return {"command": CommandId(self.cities.uuid())}

    def _cases(self, code: RegionCode, record: Record) -> TopicPartition:
        return TopicPartition(self.cities.topics.cases(code), partition_of(record.key, self.cities.partitions))

    def _move_nanjing(self) -> None:
        self.cities.nodes[NANJING].relay()
        self.cities.nodes[NANJING].follow()

    def _trying(self, step: Callable[[], object]) -> None:
        """A liar's own ledger may fail on what it did; that is its own affair."""
        with suppress(TongbanError):
            step()

    def _officers(self, code: RegionCode) -> list[SigningKey]:
        """Stolen keys: all of a city's but its ledger key."""
        ledger = self._ledger_key(code)
        return [key for key in self.cities.keyrings[code].signing.values() if key != ledger]

    def _ledger_key(self, code: RegionCode) -> SigningKey:
        node = self.cities.nodes[code]
        with node.store.reading() as tx:
            return node.writer.ledger_key(tx, node.writer.covered_heads(tx))

    def _note(self, rng: random.Random, code: RegionCode, place: TopicPartition, key: SigningKey) -> Record:
        """A note that says something near the truth."""
        node = self.cities.nodes[code]
        with node.store.reading() as tx:
            log = tx.logs.state(place).log
            listed = [leaf.hash for leaf in tx.logs.leaves(place, 0, log.size)]
        heads = log.heads or Under(Head(0, self.cities.genesis.hash), Head(0, self.cities.genesis.hash))
        if rng.random() < 0.4:
            heads = replace(heads, region=Head(heads.region.number + rng.randint(0, 2), rng.randbytes(32)))
        name = origin(self.cities.genesis.name, code, place)
        number = max(1, log.highest + rng.randint(-1, 1))
        incarnation = (
            log.incarnation if log.incarnation and rng.random() < 0.7 else Incarnation(number, rng.randbytes(16))
        )
        if rng.random() < 0.3:
            value = encode_start(Start(name, Incarnation(number, rng.randbytes(16)), self.cities.now, heads), key)
            return Record(place.topic.encode(), value, (("content-type", START_CONTENT_TYPE.encode()),))
        first = rng.randint(0, len(listed))
        leaves = tuple(rng.choice([garbage("leaf", each), *listed]) for each in range(rng.randint(0, 3)))
        edge = CompactRange().extend((*listed[:first], *leaves))
        root = edge.root() if rng.random() < 0.7 else rng.randbytes(32)
        said = Checkpoint(name, edge.size, root, self.cities.now, incarnation, heads, leaves)
        value = encode_checkpoint(said, key)
        return Record(place.topic.encode(), value, (("content-type", CHECKPOINT_CONTENT_TYPE.encode()),))

    # After the walk --------------------------------------------------------------------------------------------------

    def settle(self) -> None:
        """Nanjing too brings to the log what it has, if it still can."""
        for _ in range(3):
            self._trying(self._move_nanjing)
            self._trying(self.cities.nodes[NANJING].catch_up)
            self.cities.settle([FEDERATION, *CODES])

    def assert_quiescent(self) -> None:
        views = {code: valid_events(self.cities, code) for code in CODES}
        assert len({frozenset(view) for view in views.values()}) == 1, "the cities differ in what is valid"
        found = {code: self._evidence(code) for code in CODES}
        verdicts = {code: set(map(_verdict, found[code])) | _equivocations(found[code]) for code in CODES}
        for code in CODES[1:]:
            differ = verdicts[code] ^ verdicts[CODES[0]]
            assert not differ - {None}, f"{CODES[0]} and {code} differ in their verdicts: {differ}"
        for code in CODES:
            self._assert_only_nanjing_is_waited_for(code)
            for each in found[code]:
                if each.kind == "equivocation":
                    assert decode_header(each.record.value or b"").region == NANJING, "an honest city is accused"
        self._assert_audit_names_nobody_else()

    def _evidence(self, code: RegionCode) -> list[Evidence]:
        with self.cities.stores[code].reading() as tx:
            return [each for each in tx.parking.evidence() if each.kind not in HELD_BY_EVERYBODY]

    def _assert_only_nanjing_is_waited_for(self, code: RegionCode) -> None:
        node = self.cities.nodes[code]
        with node.store.reading() as tx:
            places = [each.leaf.place for each in tx.parking.parked()] + [place for place, _ in tx.logs.waiting()]
            assert not tx.outbox.partitions(), f"{code} has acts that nobody covers"
        for place in (*places, *node.follower.awaiting):
            assert self.cities.topics.writer_of(place.topic) == NANJING, f"{code} waits in {place}"

    def _assert_audit_names_nobody_else(self) -> None:
        scratch = SqliteLedgerStore.temporary()
        try:
            report = run_audit(
                self.cities.log, self.cities.genesis, self.cities.topics, scratch=scratch, clock=self.cities.clock
            )
        finally:
            scratch.close()
        for fault in report.faults:
            if self.cities.topics.writer_of(fault.place.topic) != NANJING:
                assert fault.offset is not None, fault
                record = self._records(fault.place)[fault.offset]
                assert (fault.place, record) in self.published, fault


def _verdict(evidence: Evidence) -> tuple[str, int, int, str, str, str] | None:
    """What was said of a record. Of rivals, the one that was met last is kept as evidence: see `_equivocations`."""
    if evidence.kind == "equivocation":
        return None
    return (*evidence.place, evidence.offset, evidence.kind, evidence.rule, evidence.code)


def _equivocations(evidence: Sequence[Evidence]) -> set[tuple[str, frozenset[str]]]:
    """The rivals behind each predecessor: the same everywhere, whichever of them came first."""
    rivals: dict[str, set[str]] = {}
    for each in evidence:
        if each.kind == "equivocation":
            header = decode_header(each.record.value or b"")
            own = next(value.decode() for name, value in each.record.headers if name == "ce_id")
            rivals.setdefault(f"{header.stream} {header.previous.hex()}", set()).update((own, *each.found.split(", ")))
    return {(behind, frozenset(hashes)) for behind, hashes in rivals.items()}


AMONG_LIARS = {
    "scribble": 3, "repeat": 4, "copy_elsewhere": 3, "change": 4, "forge": 4, "false_note": 4, "nanjing_opens": 3,
    "nanjing_meddles": 2, "nanjing_steals": 2, "nanjing_forks": 4, "nanjing_answers": 3, "nanjing_copies": 2,
    "nanjing_contradicts": 1, "nanjing_withholds": 1, "ask_nanjing": 6,
}  # fmt: skip
"""What the liars do, beside the steps of every walk."""
