"""Signed, chained, durable append: one event and eight in a transaction, beside the library's unsigned `save`."""

from collections.abc import Callable, Sequence

from benchmarks.history import CASE_EVENTS, CONTRACT, append_case, life, requests
from benchmarks.library_floor import Library
from benchmarks.measure import Section, Spent, in_turns, profile_of, rate_row, spent_on
from benchmarks.prepared import Prepared
from benchmarks.world import APPROVER, HANDLER, SHANGHAI, BenchWorld

from tongban.adapters.embedded.log import EmbeddedEventLog
from tongban.domain.header import Actor, ActorKind
from tongban.domain.identifiers import CommandId, case_id, case_stream
from tongban.domain.law.decide import proposed
from tongban.domain.law.doing import Acting
from tongban.domain.law.state import INITIAL
from tongban.domain.law.tracks import Decision
from tongban.ledger.appender import Appender, Draft, Signatory
from tongban.ledger.store import Transaction

FLOOR = "library's `Application.save`, unsigned"

NOTES = """\
An *append* signs an event, judges it as every reader will (its own signature included), keeps it with its link and gives
out its place in the log. An *act* is what an officer does: it looks for a repeat of the command, folds the case, decides,
and appends. The library's `save` inserts a row of JSON."""


def measure(prepared: Prepared, events: int) -> Section:
    """`events` for each line, in durable stores."""
    cases = max(1, events // CASE_EVENTS)
    folder = prepared.fresh("append")
    with BenchWorld(folder, EmbeddedEventLog(folder / "log.sqlite", durable=False), durable=True) as world:
        append_case(world, 0)
        bodies = _bodies(world)
        library = Library(folder / "library.sqlite")
        best = in_turns(
            {
                "append eight": lambda: _each(cases, lambda _: _append(world, CASE_EVENTS)),
                "library eight": lambda: _each(cases, lambda _: library.save(bodies, at_once=True)),
                "append one": lambda: _each(cases, lambda _: _append(world, 1)),
                "library one": lambda: _each(cases, lambda _: library.save(bodies, at_once=False)),
                "acts eight": lambda: _each(cases, lambda number: append_case(world, number)),
                "acts one": lambda: _each(cases, lambda number: _perform(world, number)),
            },
            prepared.turns + 2,
        )
        profile = profile_of(lambda: _each(cases, lambda number: append_case(world, number)))
        library.close()
        world.log.close()
    count = cases * CASE_EVENTS
    rows = (
        rate_row("append, eight a transaction", count, best["append eight"], best["library eight"], FLOOR, 0.7),
        rate_row("append, one a transaction", count, best["append one"], best["library one"], FLOOR),
        rate_row("acts, eight a transaction", count, best["acts eight"], best["library eight"], FLOOR),
        rate_row("acts, one a transaction", count, best["acts one"], best["library one"], FLOOR),
    )
    return Section("Append", rows, NOTES, {"acts, eight a transaction": profile})


def _each(cases: int, work: Callable[[int], None]) -> Spent:
    def all_of_them() -> None:
        for number in range(cases):
            work(number)

    return spent_on(all_of_them)


def _append(world: BenchWorld, at_once: int) -> None:
    """A case's eight events by the appender alone, so many in a transaction."""
    node = world.nodes[SHANGHAI]
    appender = Appender(SHANGHAI, node.knowledge, node.judge, world.topics, world.clock)
    command = CommandId(world.uuid())
    head: tuple[int, bytes] | None = None
    drafts = life(0)
    for start in range(0, len(drafts), at_once):
        with node.store.transaction() as tx:
            for who, act in drafts[start : start + at_once]:
                world.tick()
                signature = _signature(world, tx, who, command)
                acting = Acting(SHANGHAI, signature.actor, world.now)
                case = case_id(SHANGHAI, command)
                # Bodies are made, not decided: each act of this life yields one.
                (body,) = proposed(INITIAL.changed(decision=Decision(granted=True)), act, acting, CONTRACT.rules)
                rules = CONTRACT.rules
                draft = Draft(body, case_stream(case, 0), head, case, rules.catalog_code, rules.version)
                event = appender.append(tx, draft, signature)
                head = (event.header.sequence, event.hash)


def _signature(world: BenchWorld, tx: Transaction, who: str, command: CommandId) -> Signatory:
    post = {HANDLER: "window", APPROVER: "approval"}[who]
    actor = Actor(ActorKind.OFFICER, f"{SHANGHAI}-{who}", "hall", post)
    return Signatory(command, actor, world.officer_key(SHANGHAI, who), world.now)


def _perform(world: BenchWorld, number: int) -> None:
    for request in requests(world, number):
        world.nodes[SHANGHAI].perform(request)


def _bodies(world: BenchWorld) -> Sequence[bytes]:
    with world.nodes[SHANGHAI].store.reading() as tx:
        return [kept.signed.body for kept in tx.events.case(next(iter(tx.events.cases())))]
