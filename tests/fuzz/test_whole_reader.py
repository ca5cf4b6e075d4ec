"""The whole reader and the judge on what a parser takes: no exception, nothing accepted that nobody signed, no one accused."""

import os
import random
from dataclasses import replace
from uuid import UUID

import pytest

from tests.corpus.artefact import Placed
from tests.corpus.federation import HANGZHOU, HEFEI, START_US, TOPICS
from tests.corpus.history import base
from tests.corpus.keys import signing_key
from tests.corpus.reading import READERS, STRANGER, keyring_of, read, scripted
from tests.corpus.world import World
from tests.fuzz.targets import INTERESTING, mutated
from tongban.adapters.store.sqlite_store import SqliteLedgerStore
from tongban.contracts.wire.codec import encode
from tongban.contracts.wire.record import Record
from tongban.domain.chain.verdict import Parked, Rejected, Valid
from tongban.domain.events.acceptance import Accepted
from tongban.domain.events.assistance import Answered, AnswerKind, ContributionJoined, ContributionKind
from tongban.domain.events.federation import MatterPublished
from tongban.domain.events.handover import Offered, TakenOver
from tongban.domain.events.intake import Applied
from tongban.domain.events.region import KeyRevoked, RevocationReason
from tongban.domain.events.values import Handling
from tongban.domain.header import Actor, ActorKind, Head, Under
from tongban.domain.identifiers import FEDERATION, EventHash, KeyId
from tongban.ledger.judge import Floor
from tongban.ledger.node import Node, Ports

LOGS = int(os.environ.get("TONGBAN_FUZZ_LOGS", "25"))
EVENTS = int(os.environ.get("TONGBAN_FUZZ_EVENTS", "1500"))
SEED = int(os.environ.get("TONGBAN_FUZZ_SEED", "1"))


def mutant(placed: Placed, rng: random.Random) -> Record:
    """A record that stands in the base history, with an accident in one of its parts."""
    record = placed.record
    part = rng.randrange(3 + len(record.headers))
    if part == 0:
        return replace(record, key=mutated(record.key or b"", rng))
    if part in (1, 2):
        return replace(record, value=mutated(record.value or b"", rng))
    headers = list(record.headers)
    name, value = headers[part - 3]
    match rng.randrange(4):
        case 0:
            headers[part - 3] = (name, mutated(value, rng))
        case 1:
            headers[part - 3] = (name, rng.choice(INTERESTING))
        case 2:
            del headers[part - 3]
        case _:
            headers.append(headers[part - 3])
    return replace(record, headers=tuple(headers))


@pytest.mark.parametrize("seed", range(SEED, SEED + LOGS))
def test_accidents_on_the_way_add_nothing_to_the_chain_and_take_nothing_from_it(seed):
    rng = random.Random(f"accidents {seed}")
    records, genesis, topics = base()
    genuine = read(scripted(records, topics, 0), genesis, STRANGER)
    placed = list(records)
    for _ in range(40):
        copied, at = rng.choice(records), rng.randrange(len(placed) + 1)
        place = copied.place if rng.random() < 0.8 else rng.choice(records).place
        placed.insert(at, Placed(place, mutant(copied, rng)))
    outcome = read(scripted(placed, topics, seed), genesis, rng.choice(READERS))
    assert outcome.covered == genuine.covered
    assert not outcome.findings
    assert {kind for kind, _, _ in outcome.evidence.values()} <= {"rejected", "void", "stray", "content", "contract"}


# Canonical bodies, really signed, that say anything -------------------------------------------------------------------------

STRANGE_TEXTS = (
    "",
    " ",
    "federation",
    "/",
    "../..",
    "310000\n",
    "𠀀",
    "x" * 20_000,
    "340100",
    "330100",
    "NaN",
    "\u202e",
)
STRANGE_NUMBERS = (0, 1, 2, 9, 10, -1, 2**31, 2**62, 2**63 - 1, -(2**63))


def strange(world: World, rng: random.Random):
    """A header of Hangzhou's in which a few fields say anything, and a body."""
    known = [world.genesis.hash, world.in_hangzhou.hash, world.taken_in.hash, bytes(32), *_heads(world)]

    def head() -> Head:
        return rng.choice((Head(rng.choice(STRANGE_NUMBERS), rng.choice(known)), rng.choice(world.heads[HANGZHOU])))

    changes = {
        "case": lambda: rng.choice((None, UUID(int=0), world.taken_in.header.case)),
        "stream": lambda: rng.choice((UUID(int=0), world.taken_in.header.stream)),
        "epoch": lambda: rng.choice([n for n in STRANGE_NUMBERS if -(2**31) <= n < 2**31]),
        "sequence": lambda: rng.choice(STRANGE_NUMBERS),
        "previous": lambda: EventHash(rng.choice(known)),
        "region": lambda: rng.choice(STRANGE_TEXTS),
        "actor": lambda: Actor(
            rng.choice(list(ActorKind)), rng.choice(STRANGE_TEXTS), *_optional(rng), *_optional(rng)
        ),
        "key": lambda: KeyId(rng.choice((bytes(32), signing_key(HEFEI, "handler").key_id))),
        "under": lambda: Under(rng.choice((head(), world.heads[FEDERATION][-1])), head()),
        "occurred_at": lambda: rng.choice((0, 253_370_764_799_999_999)),
        "matter": lambda: rng.choice((None, *STRANGE_TEXTS)),
        "matter_version": lambda: rng.choice((None, *STRANGE_TEXTS)),
        "causes": lambda: tuple(EventHash(rng.choice(known)) for _ in range(rng.randrange(4))),
    }
    header = world.header(HANGZHOU, after=world.in_hangzhou)
    chosen = rng.sample(sorted(changes), rng.choice((0, 1, 1, 2, 3)))
    body = rng.choice((
        Accepted(0, None), TakenOver(), Offered(rng.choice(STRANGE_TEXTS), None, None),
        Answered(EventHash(rng.choice(known)), AnswerKind.ANSWERED, ()),
        ContributionJoined(EventHash(rng.choice(known)), ContributionKind.ANSWER),
        Applied(Handling.FULLY_ONLINE, rng.choice(STRANGE_TEXTS), (), None, ()),
        MatterPublished(rng.choice(STRANGE_TEXTS), "1", bytes(32)), KeyRevoked(bytes(32), RevocationReason.LOST),
    ))  # fmt: skip
    return replace(header, **{name: changes[name]() for name in chosen}), body


def _heads(world: World) -> list[bytes]:
    return [head.hash for code in (FEDERATION, HANGZHOU, HEFEI) for head in world.heads[code][-2:]]


def _optional(rng: random.Random) -> tuple[str | None]:
    return (rng.choice((None, *STRANGE_TEXTS)),)


@pytest.fixture(scope="module")
def judging():
    """A node that has read the base history."""
    records, genesis, topics = base()
    store = SqliteLedgerStore.temporary()
    ports = Ports(store, scripted(records, topics, 1), keyring_of(STRANGER), lambda: START_US, bytes)
    node = Node(STRANGER, genesis, ports, TOPICS)
    followed = -1
    while followed != (followed := node.follower.partitions):
        node.follower.refresh()
        node.catch_up()
    yield node
    node.close()
    store.close()


def test_whatever_an_officer_signs_is_judged(judging):
    rng = random.Random(f"strange {SEED}")
    world = World()
    verdicts: set[type] = set()
    codes = set()
    with judging.store.reading() as tx:
        for _ in range(EVENTS):
            header, body = strange(world, rng)
            forged = world.sign(header, body, encode(header, body), signing_key(HANGZHOU, "handler"))
            place = world.cases(HANGZHOU, rng.randrange(2)) if rng.random() < 0.8 else world.registry(HANGZHOU)
            try:
                record = forged.record
                verdict = judging.judge.judge_record(tx, place, record, Floor()).verdict
            except Exception as err:
                pytest.fail(f"{err!r} on {header} {body}")
            verdicts.add(type(verdict))
            codes.add(getattr(verdict, "code", "accepted"))
    assert verdicts == {Valid, Parked, Rejected}
    assert len(codes) > 15, "the draw reaches most of the rules"
