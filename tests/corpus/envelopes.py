"""Rules F4 to F6: a record that says something else than its event, and ids that do not follow from it."""

from collections.abc import Callable
from dataclasses import replace

from tests.corpus.artefact import Verdict
from tests.corpus.catalogue import artefact
from tests.corpus.crafted import flipped, garbage
from tests.corpus.federation import HANGZHOU, HEFEI, MATTER, SHANGHAI
from tests.corpus.forms import ACCUSED, DECISION, GOOD, REJECTED, genuine, lie, with_header
from tests.corpus.keys import uuid
from tests.corpus.log_by_hand import Forged
from tests.corpus.world import World
from tongban.contracts.notes.log_note import CHECKPOINT_CONTENT_TYPE
from tongban.contracts.wire.record import Record
from tongban.domain import identifiers as ids
from tongban.domain.events.ending import Withdrawn
from tongban.domain.events.federation import MatterPublished
from tongban.domain.events.intake import TakenIn
from tongban.domain.events.region import OrganizationRegistered
from tongban.domain.events.values import Handling
from tongban.domain.header import Actor, ActorKind
from tongban.domain.identifiers import FEDERATION

# F4: the record against its event -------------------------------------------------------------------------------------


def wrapped(number: int, name: str, what: str, code: str, change: Callable[[Record], Record]) -> None:
    """The record says something else than its event: as listed by its region, and as a copy beside the genuine one."""

    @artefact(number, name, f"{what}, listed", REJECTED, "F4", code)
    def _(world: World) -> None:
        forged = genuine(world)
        lie(world, forged, record=change(forged.record))

    @artefact(number + 1, f"{name}-copy-before", f"{what}, in a copy before the genuine record", REJECTED, "F4", code)
    def _(world: World) -> None:
        forged = genuine(world)
        world.put(world.place_of(forged), change(forged.record), ACCUSED)
        world.say(forged, role=GOOD)
        world.cover(HANGZHOU)

    @artefact(number + 2, f"{name}-copy-behind", f"{what}, in a copy behind the genuine record", REJECTED, "F4", code)
    def _(world: World) -> None:
        forged = world.say(genuine(world), role=GOOD)
        world.cover(HANGZHOU)
        world.put(world.place_of(forged), change(forged.record), ACCUSED)


def header_flipped(name: str, at: int = -1) -> Callable[[Record], Record]:
    return lambda record: with_header(record, name, flipped(dict(record.headers)[name], at))


wrapped(
    40, "other-key", "the key of another case", "envelope_key", lambda each: replace(each, key=str(uuid("k")).encode())
)
wrapped(43, "null-key", "no key", "envelope_key", lambda each: replace(each, key=None))
wrapped(46, "other-source", "ce_source of another city", "envelope_source",
        lambda each: with_header(each, "ce_source", b"/regions/" + HEFEI.encode()))  # fmt: skip
wrapped(49, "other-id", "ce_id with a flipped bit", "envelope_id", header_flipped("ce_id"))
wrapped(52, "other-time", "ce_time with a flipped bit", "envelope_time", header_flipped("ce_time", 5))
wrapped(
    55, "other-content-type", "content-type with a flipped bit", "envelope_content_type", header_flipped("content-type")
)
wrapped(58, "other-specversion", "ce_specversion with a flipped bit", "envelope_specversion",
        header_flipped("ce_specversion"))  # fmt: skip


@artefact(
    61, "dressed-as-note", "an event's record with the content-type of a note", Verdict.VOID, "L1", "note_malformed"
)
def _(world: World) -> None:
    forged = genuine(world)
    world.put(
        world.place_of(forged),
        with_header(forged.record, "content-type", CHECKPOINT_CONTENT_TYPE.encode()),
        ACCUSED,
    )
    world.say(forged, role=GOOD)
    world.cover(HANGZHOU)


@artefact(62, "other-partition", "listed in the other partition of its topic", REJECTED, "F4", "partition")
def _(world: World) -> None:
    world.say(genuine(world), place=world.cases(HANGZHOU, 1), role=ACCUSED)
    world.cover(HANGZHOU)


@artefact(63, "case-in-registry", "a case's event, listed in the registry's topic", REJECTED, "F4", "topic")
def _(world: World) -> None:
    world.say(genuine(world), place=world.registry(HANGZHOU), role=ACCUSED)
    world.cover(HANGZHOU)


@artefact(
    64,
    "other-topic",
    "an event of Shanghai that stands and is listed only in Hangzhou's topic",
    REJECTED,
    "F4",
    "topic",
)
def _(world: World) -> None:
    forged = world.event(SHANGHAI, Withdrawn(()), after=world.taken_in)
    world.say(forged, place=world.cases(HANGZHOU), role=ACCUSED)
    world.cover(HANGZHOU)


# F5 and F6: ids -------------------------------------------------------------------------------------------------------


def ids_lie(number: int, name: str, what: str, rule: str, code: str, make: Callable[[World], Forged]) -> None:
    @artefact(number, name, what, REJECTED, rule, code)
    def _(world: World) -> None:
        lie(world, make(world))


def _case_of_shanghai(world: World) -> Forged:
    stolen = world.taken_in.header
    body = TakenIn(Handling.REMOTE_INTAKE, HANGZHOU, (), None, ())
    return world.event(HANGZHOU, body, case=stolen.case, stream=stolen.stream)


def _epoch_1(world: World, **more) -> Forged:
    case = world.in_hangzhou.header.case
    return world.event(HANGZHOU, DECISION, after=world.in_hangzhou, epoch=1, stream=ids.case_stream(case, 1), **more)


def _registry_with_case(world: World) -> Forged:
    case = world.in_hangzhou.header.case
    return world.entry(HANGZHOU, OrganizationRegistered("b", "乙", "b", 3), case=case)


ids_lie(65, "foreign-case-id", "event 1 under the case id of another city's case", "F5", "case_id", _case_of_shanghai)
ids_lie(66, "foreign-stream-id", "a stream id that does not follow from the case", "F5", "stream_id",
        lambda world: world.event(HANGZHOU, DECISION, after=world.in_hangzhou, stream=ids.StreamId(uuid("s"))))  # fmt: skip
ids_lie(67, "sequence-0", "an event number 0", "F5", "numbers",
        lambda world: world.event(HANGZHOU, DECISION, after=world.in_hangzhou, sequence=0))  # fmt: skip
ids_lie(68, "opening-again", "an opening as event 2", "F5", "opening",
        lambda world: world.event(HANGZHOU, TakenIn(Handling.REMOTE_INTAKE, HANGZHOU, (), None, ()),
                                  after=world.in_hangzhou))  # fmt: skip
ids_lie(
    69, "no-opening", "a decision as event 1", "F5", "opening", lambda world: world.opening(HANGZHOU, body=DECISION)
)
ids_lie(70, "epoch-without-takeover", "event 1 of an epoch that the federation did not begin", "C5", "takeover_missing",
        lambda world: _epoch_1(world, sequence=1, previous=ids.EventHash(world.genesis.hash)))  # fmt: skip
ids_lie(71, "across-epochs", "event 2 of epoch 1 behind event 1 of epoch 0", "C1", "predecessor_stream", _epoch_1)
ids_lie(72, "no-matter", "a case's event without a matter", "F6", "matter_missing",
        lambda world: world.event(HANGZHOU, DECISION, after=world.in_hangzhou, matter=None))  # fmt: skip
ids_lie(73, "matter-in-registry", "a registry's event with a case", "F6", "matter_in_registry", _registry_with_case)
ids_lie(74, "federation-entry-by-city", "an entry of the federation's registry by a city", "F5", "region_wrong",
        lambda world: world.entry(HANGZHOU, MatterPublished(MATTER, "9", garbage("m"))))  # fmt: skip


@artefact(
    75, "cities-entry-by-federation", "an entry of a city's registry by the federation", REJECTED, "F5", "region_wrong"
)
def _(world: World) -> None:
    lie(world, world.entry(FEDERATION, OrganizationRegistered("b", "乙", "b", 3)))


@artefact(76, "federation-opens-case", "a case's event by the federation, in its registry", REJECTED, "F4", "topic")
def _(world: World) -> None:
    forged = world.event(
        HANGZHOU, DECISION, after=world.in_hangzhou, region=FEDERATION,
        actor=Actor(ActorKind.FEDERATION, world.genesis.name), under=world.under(FEDERATION),
    )  # fmt: skip
    world.say(forged, place=world.registry(FEDERATION), role=ACCUSED)
    world.cover(FEDERATION)
