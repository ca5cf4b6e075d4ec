"""Lives of cases: eight acts, eight events, all by Shanghai's officers, as a transaction takes them in.

Events are of the sizes that real ones have: materials, documents with digests, and commitments to personal values. The
sealed values themselves travel beside the log and are not measured here.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256

from benchmarks.world import APPROVER, HANDLER, PARTITIONS, SHANGHAI, BenchWorld

from tongban.contracts.matter.folders import shipped_matter
from tongban.domain.events.delivery import DeliveryMethod
from tongban.domain.events.values import Commitment, Document, Handling, SubmittedForm, SubmittedMaterial
from tongban.domain.identifiers import CaseId, CommandId, case_id
from tongban.domain.law.acceptance import Accept
from tongban.domain.law.act import Command
from tongban.domain.law.after_closing import Archive
from tongban.domain.law.correction import Notice, Supply
from tongban.domain.law.decision import Close, Decide
from tongban.domain.law.delivery import Deliver
from tongban.domain.law.intake import TakeIn
from tongban.ledger.acts import ActRequest
from tongban.ledger.event_log import TopicPartition

MATTER = "000199003000"
CASE_EVENTS = 8
"""Events of one case; also how many the batched measurements keep in one transaction."""
RELAY_EVERY_EVENTS = 2_000

CONTRACT = shipped_matter(MATTER, "1")
"""Version 1 asks nothing, so its cases need no form that can be opened: the history is about events."""


def life(number: int) -> tuple[tuple[str, Command], ...]:
    """Who does what in case `number`: taken in, corrected, accepted, decided, closed, delivered, archived."""
    materials = tuple(
        SubmittedMaterial(each.code, SubmittedForm(each.form)) for each in CONTRACT.rules.required_materials
    )
    last = materials[-1]
    return (
        (HANDLER, TakeIn(Handling.REMOTE_INTAKE, SHANGHAI, materials, _document(number, "receipt"), _said(number, "form"))),
        (HANDLER, Notice((last.code,), 5, _document(number, "notice"), _said(number, "reasons"))),
        (HANDLER, Supply((last,), None, _said(number, "remark"))),
        (HANDLER, Accept(_document(number, "acceptance"))),
        (APPROVER, Decide(True, _document(number, "decision"), _said(number, "outcome"))),
        (HANDLER, Close()),
        (HANDLER, Deliver(DeliveryMethod.ONLINE, _document(number, "delivery"))),
        (HANDLER, Archive(f"示例档-{number:06}", 30)),
    )  # fmt: skip


def requests(world: BenchWorld, number: int) -> Iterator[ActRequest]:
    """The requests of case `number`, in order."""
    opened: CaseId | None = None
    for who, command in life(number):
        world.tick()
        request = ActRequest(CommandId(world.uuid()), f"{SHANGHAI}-{who}", command, world.now, case=opened)
        if opened is None:
            opened = case_id(SHANGHAI, request.command_id)
            request = replace(request, matter=MATTER, version=CONTRACT.rules.version)
        yield request


def append_case(world: BenchWorld, number: int) -> None:
    """All eight acts of a case in one transaction."""
    node = world.nodes[SHANGHAI]
    with node.store.transaction() as tx:
        for request in requests(world, number):
            node.acts.perform(tx, request)


def append_history(world: BenchWorld, events: int, relayed: Callable[[int], None] = lambda done: None) -> None:
    """Append cases until there are `events`, and bring them to the log as they come."""
    node = world.nodes[SHANGHAI]
    for number in range(events // CASE_EVENTS):
        append_case(world, number)
        if (number + 1) * CASE_EVENTS % RELAY_EVERY_EVENTS == 0:
            drain(world)
            relayed((number + 1) * CASE_EVENTS)
    drain(world)
    assert node.drained()


def case_places(world: BenchWorld) -> list[TopicPartition]:
    """The partitions that hold the history."""
    return [TopicPartition(world.topics.cases(SHANGHAI), each) for each in range(PARTITIONS)]


def drain(world: BenchWorld) -> None:
    """Relay what Shanghai has kept, until it has read all of it back as covered."""
    node = world.nodes[SHANGHAI]
    while not node.drained():
        node.relay()
        node.catch_up()


def _document(number: int, kind: str) -> Document:
    return Document(kind, f"示例-{SHANGHAI}-2026-{number:06}", _digest(number, kind))


def _said(number: int, name: str) -> tuple[Commitment, ...]:
    return (Commitment(name, _digest(number, name)),)


def _digest(number: int, name: str) -> bytes:
    return sha256(f"{number}/{name}".encode()).digest()
