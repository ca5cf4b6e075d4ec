"""Personal content that is not what its event committed to, or not from whom, or not for whom it says."""

from collections.abc import Callable
from dataclasses import replace

from tests.corpus.artefact import Role, Verdict
from tests.corpus.catalogue import artefact
from tests.corpus.crafted import flipped, garbage, seal_with
from tests.corpus.federation import HANGZHOU, HEFEI, SHANGHAI
from tests.corpus.forms import with_header
from tests.corpus.keys import content_key, public, seed, signing_key
from tests.corpus.world import World
from tongban.contracts.content.record import Tombstone, tombstone_record
from tongban.contracts.content.sealing import pad
from tongban.contracts.content.value import ContentValue
from tongban.contracts.wire.record import Record
from tongban.domain.events.region import LedgerKeyRotated

ACCUSED = Role.ACCUSED
ACCEPTED, DUPLICATE, IGNORED, REFUSED = Verdict.ACCEPTED, Verdict.DUPLICATE, Verdict.IGNORED, Verdict.CONTENT_REFUSED
Make = Callable[[World, ContentValue], Record]


def refused(number: int, name: str, what: str, code: str, make: Make, *, readers: tuple[str, ...] = (HEFEI,)) -> None:
    """Hangzhou opens a case that commits to a form, and publishes this instead of the form."""

    @artefact(number, name, what, REFUSED, "X1", code, readers=readers)
    def _(world: World) -> None:
        forged, value = world.opening_with_content(HANGZHOU, deciding=HEFEI)
        world.put(world.content(HANGZHOU), make(world, value), ACCUSED)
        world.say(forged)
        world.cover(HANGZHOU)


def to_hefei(world: World, value: ContentValue, **changes) -> Record:
    return world.sealed_record(value, HANGZHOU, HEFEI, **changes)


def boxed(world: World, committed: ContentValue, /, **changes) -> Record:
    """A box that says something else than was committed to."""
    return to_hefei(world, committed, box=world.sealed_to(committed, HEFEI, **changes))


EVERYBODY = ()

refused(280, "another-value", "a value that was not committed to", "content_mismatch",
        lambda world, value: boxed(world, value, value=b"another form"))  # fmt: skip
refused(281, "another-salt", "the value under another salt", "content_mismatch",
        lambda world, value: boxed(world, value, salt=seed("other salt")))  # fmt: skip
refused(282, "another-name", "the value under another name", "content_mismatch",
        lambda world, value: boxed(world, value, name="reason"))  # fmt: skip
refused(283, "another-place", "the value in another event", "content_mismatch",
        lambda world, value: boxed(world, value, sequence=2))  # fmt: skip
refused(284, "sequence-0", "a value of an event number 0", "content_mismatch",
        lambda world, value: boxed(world, value, sequence=0))  # fmt: skip
refused(285, "for-the-wrong-region", "a box for Hefei that only Shanghai can open", "content_sealed_to_other",
        lambda world, value: to_hefei(world, value, box=world.sealed_to(value, SHANGHAI)))  # fmt: skip
refused(286, "to-a-key-not-held", "a box to a content key that Hefei does not hold", "key_not_held",
        lambda world, value: to_hefei(world, value, recipient_key=content_key(SHANGHAI, "content").key_id))  # fmt: skip
refused(287, "damaged-box", "a flipped bit in the box", "content_sealed_to_other",
        lambda world, value: to_hefei(world, value, box=flipped(world.sealed_to(value, HEFEI), 60)))  # fmt: skip
refused(288, "short-box", "a box that is too short to be one", "malformed",
        lambda world, value: to_hefei(world, value, box=bytes(20)))  # fmt: skip
refused(289, "not-padded", "a box whose content is not padded", "malformed",
        lambda world, value: to_hefei(world, value, box=seal_with(seed("e"), bytes(256), HEFEI)))  # fmt: skip
refused(290, "nothing-inside", "a box with less than a place inside", "malformed",
        lambda world, value: to_hefei(world, value, box=seal_with(seed("e"), pad(b"short"), HEFEI)))  # fmt: skip
refused(291, "name-not-text", "a name that is no UTF-8", "malformed",
        lambda world, value: to_hefei(world, value, box=seal_with(seed("e"), pad(_named(value, b"\xff")), HEFEI)))  # fmt: skip
refused(292, "signed-by-another-city", "content signed by another city", "signature",
        lambda world, value: to_hefei(world, value, signer=signing_key(SHANGHAI, "ledger")))  # fmt: skip
refused(293, "signed-by-an-officer", "content signed by an officer", "signature",
        lambda world, value: to_hefei(world, value, signer=signing_key(HANGZHOU, "handler")))  # fmt: skip
refused(
    294,
    "flipped-signature",
    "a flipped bit in the signature",
    "signature",
    lambda world, value: _flip(to_hefei(world, value)),
)
refused(295, "of-another-federation", "content of another federation", "federation",
        lambda world, value: to_hefei(world, value, federation=garbage("genesis")))  # fmt: skip
refused(296, "from-another-sender", "content of Shanghai in Hangzhou's topic", "topic",
        lambda world, value: world.sealed_record(value, SHANGHAI, HEFEI))  # fmt: skip
refused(297, "key-of-another", "a key that names another commitment", "key_differs",
        lambda world, value: replace(to_hefei(world, value), key=garbage("k").hex().encode() + b"/340100"),
        readers=EVERYBODY)  # fmt: skip
refused(298, "key-for-another", "a key that names another recipient", "key_differs",
        lambda world, value: replace(to_hefei(world, value), key=value.commitment.hex().encode() + b"/310000"),
        readers=EVERYBODY)  # fmt: skip
refused(299, "no-key", "a key that is none", "key_malformed",
        lambda world, value: replace(to_hefei(world, value), key=b"340100"), readers=EVERYBODY)  # fmt: skip
refused(300, "content-garbage", "content that is no Avro", "not_avro",
        lambda world, value: replace(to_hefei(world, value), value=b"{}"), readers=EVERYBODY)  # fmt: skip
refused(301, "content-trailing", "a byte behind the value", "not_canonical",
        lambda world, value: _trailing(to_hefei(world, value)), readers=EVERYBODY)  # fmt: skip
refused(302, "content-too-large", "content of 128 KiB and a byte", "too_large",
        lambda world, value: replace(to_hefei(world, value), value=bytes(131_073)), readers=EVERYBODY)  # fmt: skip
refused(303, "content-without-headers", "content without headers", "header_missing",
        lambda world, value: replace(to_hefei(world, value), headers=()), readers=EVERYBODY)  # fmt: skip
refused(304, "content-other-schema", "content under the schema of an event", "schema_unknown",
        lambda world, value: with_header(to_hefei(world, value), "tb_schema",
                                         dict(world.taken_in.record.headers)["ce_dataschema"]),
        readers=EVERYBODY)  # fmt: skip
refused(305, "content-other-type", "content under the type of an event", "type_unknown",
        lambda world, value: with_header(to_hefei(world, value), "tb_type", b"tongban.case.decided.v1"),
        readers=EVERYBODY)  # fmt: skip
refused(306, "event-as-content", "an event's record in a content topic", "key_malformed",
        lambda world, value: world.taken_in.record, readers=EVERYBODY)  # fmt: skip


def _named(value: ContentValue, name: bytes) -> bytes:
    place = value.case.bytes + value.stream.bytes + value.sequence.to_bytes(8, "big")
    return value.salt + place + len(name).to_bytes(2, "big") + name + value.value


def _trailing(record: Record) -> Record:
    return replace(record, value=record.value + b"\x00")


def _flip(record: Record) -> Record:
    text = dict(record.headers)["tb_signature"]
    return with_header(record, "tb_signature", (b"B" if text[:1] == b"A" else b"A") + text[1:])


@artefact(307, "content-repeated", "genuine content once more", DUPLICATE, readers=(HEFEI,))
def _(world: World) -> None:
    forged, value = world.opening_with_content(HANGZHOU, deciding=HEFEI)
    record = to_hefei(world, value)
    world.put(world.content(HANGZHOU), record, Role.GOOD)
    world.put(world.content(HANGZHOU), record, ACCUSED)
    world.say(forged)
    world.cover(HANGZHOU)


@artefact(
    308, "tombstone", "a tombstone for content that is kept (erasing is a signed event)", IGNORED, readers=(HEFEI,)
)
def _(world: World) -> None:
    forged, value = world.opening_with_content(HANGZHOU, deciding=HEFEI)
    world.put(world.content(HANGZHOU), to_hefei(world, value), Role.GOOD)
    world.put(world.content(HANGZHOU), tombstone_record(Tombstone(value.commitment, HEFEI)), ACCUSED)
    world.say(forged)
    world.cover(HANGZHOU)


@artefact(309, "under-a-new-key", "content that is signed with a ledger key whose rotation may come later", ACCEPTED)
def _(world: World) -> None:
    key = signing_key(HANGZHOU, "ledger 2")
    world.enter(world.entry(HANGZHOU, LedgerKeyRotated(public(key))))
    world.cover(HANGZHOU)
    world.ledger_keys[HANGZHOU] = key
    forged, value = world.opening_with_content(HANGZHOU, deciding=HEFEI)
    world.put(world.content(HANGZHOU), to_hefei(world, value), ACCUSED)
    world.say(forged)
    world.cover(HANGZHOU)
