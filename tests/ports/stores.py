"""What the suite of the store needs: each adapter in a harness, made-up events, and processes beside the test.

As a program it is such a process: `python -m tests.ports.stores <what> <url> ...`, see `WORK`.
"""

import hashlib
import os
import sqlite3
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple, Protocol
from uuid import UUID

import pytest

from tests.adapters.postgres.fixture import connected
from tests.shared_server import ROOT
from tongban.adapters.store.urls import open_store
from tongban.contracts.wire.record import Record
from tongban.contracts.wire.signed_event import SignedEvent
from tongban.domain.chain.link import Link, link_after
from tongban.domain.event import Event
from tongban.domain.events.decision import Closed, ClosureResult
from tongban.domain.events.handover import Offered
from tongban.domain.header import Actor, ActorKind, Head, Header, Under
from tongban.domain.identifiers import CaseId, CommandId, EventHash, KeyId, RegionCode, StreamId, assistance_stream
from tongban.ledger.event_log import TopicPartition
from tongban.ledger.kept import Leaf
from tongban.ledger.store import LedgerStore, Transaction

SHANGHAI, HEFEI, FEDERATION = RegionCode("310000"), RegionCode("340100"), RegionCode("federation")
PLACE = TopicPartition("tongban.310000.cases", 0)
GENESIS = EventHash(hashlib.sha256(b"genesis").digest())


# The adapters ----------------------------------------------------------------------------------------------------------


class StoreHarness(Protocol):
    """One store that a test may open several times."""

    url: str

    def open(self) -> LedgerStore:
        """A new handle on the same store; closed at the end of the test."""

    def damage(self, table: str, column: str, value: bytes | str) -> None:
        """Change a column of every row behind the store's back."""

    def empty(self, table: str) -> None:
        """Take out every row behind the store's back."""

    def close(self) -> None:
        """Close everything opened."""


class SqliteHarness:
    """A SQLite file in a folder of the test."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "store.sqlite"
        self.url = f"sqlite:///{self.path}"
        self._open: list[LedgerStore] = []

    def open(self) -> LedgerStore:
        self._open.append(open_store(self.url, durable=False))
        return self._open[-1]

    def damage(self, table: str, column: str, value: bytes | str) -> None:
        with closing(sqlite3.connect(self.path)) as connection, connection:
            connection.execute(f"UPDATE {table} SET {column} = ?", (value,))

    def empty(self, table: str) -> None:
        with closing(sqlite3.connect(self.path)) as connection, connection:
            connection.execute(f"DELETE FROM {table}")

    def close(self) -> None:
        for store in self._open:
            store.close()


class PostgresHarness:
    """A schema of a PostgreSQL server."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._open: list[LedgerStore] = []

    def open(self) -> LedgerStore:
        self._open.append(open_store(self.url, durable=False))
        return self._open[-1]

    def damage(self, table: str, column: str, value: bytes | str) -> None:
        with connected(self.url) as connection:
            connection.execute(f"UPDATE {table} SET {column} = %s", (value,))

    def empty(self, table: str) -> None:
        with connected(self.url) as connection:
            connection.execute(f"DELETE FROM {table}")

    def close(self) -> None:
        for store in self._open:
            store.close()


ADAPTERS: dict[str, Callable[[pytest.FixtureRequest], StoreHarness]] = {
    "postgres": lambda request: PostgresHarness(request.getfixturevalue("postgres_url")),
    "sqlite": lambda request: SqliteHarness(request.getfixturevalue("tmp_path")),
}
MARKS: dict[str, tuple[pytest.MarkDecorator, ...]] = {"postgres": (pytest.mark.postgres,)}
"""What a test on an adapter is marked with."""


# Made-up events --------------------------------------------------------------------------------------------------------


class Made(NamedTuple):
    """An event in the three forms that the store takes."""

    event: Event
    signed: SignedEvent
    link: Link

    @property
    def hash(self) -> bytes:
        return self.signed.hash

    def add(self, tx: Transaction, *, own: bool = False) -> "Made":
        tx.events.add(self.event, self.signed, self.link, own=own)
        return self


def digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def new_case() -> UUID:
    return uuid.uuid4()


def act(  # one made-up act, as different from all others as `salt` is
    case: UUID | None,
    sequence: int,
    previous: bytes = GENESIS,
    *,
    region: RegionCode = SHANGHAI,
    stream: UUID | None = None,
    command: UUID | None = None,
    offered_to: RegionCode | None = None,
    covered_at: int | None = None,
    salt: str = "",
) -> Made:
    stream = stream or case
    assert stream is not None
    body = Offered(offered_to, None, None) if offered_to else Closed(ClosureResult.GRANTED)
    content = f"{case} {stream} {sequence} {previous.hex()} {region} {salt}"
    signed = SignedEvent.of(
        "tongban.case.closed.v1", digest("schema"), content.encode(), digest(content) + digest(content + "!")
    )
    under = Under(Head(3, digest("federation")), Head(4, digest("region")))
    header = Header(
        case=CaseId(case) if case else None,
        stream=StreamId(stream),
        epoch=0,
        sequence=sequence,
        previous=EventHash(previous),
        command=CommandId(command or uuid.uuid4()),
        region=region,
        actor=Actor(ActorKind.OFFICER, "officer-7"),
        key=KeyId(digest("key")),
        under=under,
        occurred_at=1,
        recorded_at=1,
        matter="matter" if case else None,
        matter_version="1" if case else None,
    )
    event = Event(signed.hash, header, body, covered_at)
    return Made(event, signed, link_after(event, None))


def chain(case: UUID | None, length: int, *, region: RegionCode = SHANGHAI, stream: UUID | None = None) -> list[Made]:
    acts: list[Made] = []
    for sequence in range(1, length + 1):
        previous = acts[-1].hash if acts else GENESIS
        acts.append(act(case, sequence, previous, region=region, stream=stream))
    return acts


def assistance(case: UUID, length: int, region: RegionCode = HEFEI) -> list[Made]:
    return chain(case, length, region=region, stream=assistance_stream(CaseId(case), region))


def leaf(index: int, text: str = "", place: TopicPartition = PLACE) -> Leaf:
    return Leaf(place, index, digest(text or f"leaf {index}"), 1_000 + index)


def record(text: str = "value") -> Record:
    return Record(b"key", text.encode(), (("ce_id", b"\x00\xff"), ("ce_id", b"")))


# Processes beside the test ---------------------------------------------------------------------------------------------


@contextmanager
def process(what: str, url: str, *arguments: str) -> Iterator["subprocess.Popen[str]"]:
    """A process that does `what`; killed when the block ends."""
    command = [sys.executable, "-W", "error", "-m", "tests.ports.stores", what, url, *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as started:
        try:
            yield started
        finally:
            started.kill()


def said(started: "subprocess.Popen[str]") -> str:
    """The next line that the process says."""
    assert started.stdout is not None
    return started.stdout.readline().strip()


def _write(store: LedgerStore, count: str) -> None:
    for _ in range(int(count)):
        with store.transaction() as tx:
            tx.facts.set("count", str(int(tx.facts.get("count") or 0) + 1))
            made = act(new_case(), 1).add(tx, own=True)
            tx.outbox.append(PLACE, made.hash, made.signed.leaf, made.event.header.command)
    _say("written")


def _hang(store: LedgerStore) -> None:
    with store.transaction() as tx:
        tx.facts.set("count", "never")
        _say("begun")
        sys.stdin.read()


def _lock(store: LedgerStore) -> None:
    with store.writer_lock() as mine:
        _say(str(mine))
        sys.stdin.readline()
    _say("released")
    sys.stdin.read()


def _fork(store: LedgerStore) -> None:
    with store.writer_lock() as mine:
        if os.fork() == 0:
            sys.stdin.read()
            os._exit(0)
        _say(str(mine))
        sys.stdin.read()


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


WORK: dict[str, Callable[..., None]] = {"write": _write, "hang": _hang, "lock": _lock, "fork": _fork}


def park(tx, awaits: bytes, *, own: bool = False, stream=None, offset: int = 5, listed=None) -> None:
    tx.parking.park(
        listed or leaf(offset),
        offset,
        record(),
        own=own,
        rule="C1",
        code="predecessor_awaited",
        kind="event",
        awaits=awaits,
        stream=stream,
    )


def set_fact(store: LedgerStore, value: str = "value") -> None:
    with store.transaction() as tx:
        tx.facts.set("name", value)


def fact(store: LedgerStore) -> str | None:
    with store.reading() as tx:
        return tx.facts.get("name")


if __name__ == "__main__":
    opened = open_store(sys.argv[2], durable=False)
    WORK[sys.argv[1]](opened, *sys.argv[3:])
    opened.close()
