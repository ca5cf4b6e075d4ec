"""Rules F1 to F3: what is no record of ours, no canonical body, or of a schema that is not here."""

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256

from tests.corpus.artefact import Expected, Role, Verdict
from tests.corpus.catalogue import artefact
from tests.corpus.crafted import garbage, overlong, parts, varint
from tests.corpus.federation import HANGZHOU
from tests.corpus.keys import signing_key
from tests.corpus.log_by_hand import Forged
from tests.corpus.world import World
from tongban.contracts.wire.headers import signature_text
from tongban.contracts.wire.record import Record
from tongban.contracts.wire.signed_event import SignedEvent
from tongban.contracts.wire.signing_input import event_signing_input
from tongban.domain.events.acceptance import Accepted
from tongban.domain.events.catalogue import Body
from tongban.domain.events.correction import CorrectionNoticed
from tongban.domain.events.decision import Decided
from tongban.domain.events.ending import Withdrawn
from tongban.domain.events.intake import TakenIn
from tongban.domain.events.values import Handling
from tongban.domain.header import Under
from tongban.domain.identifiers import FEDERATION

ACCUSED, GOOD, SETTING = Role.ACCUSED, Role.GOOD, Role.SETTING
REJECTED, PARKED = Verdict.REJECTED, Verdict.PARKED
NOTICE = CorrectionNoticed(("corpus",), None, None, ())
DECISION = Decided(True, None, ())
ACCEPTANCE = Accepted(20_717, None)


# F1: no record of an event --------------------------------------------------------------------------------------------


def in_topic(world: World, record: Record) -> None:
    """A record in Hangzhou's topic that whoever can write there may have put there."""
    world.put(world.cases(HANGZHOU), record, ACCUSED)


def genuine(world: World) -> Forged:
    """An act of Hangzhou that nobody has published yet."""
    return world.event(HANGZHOU, ACCEPTANCE, after=world.in_hangzhou)


def with_header(record: Record, name: str, value: bytes | None) -> Record:
    """The same record with another value of a header, or without it."""
    headers = tuple((each, value if each == name else old) for each, old in record.headers)
    return replace(record, headers=tuple((each, new) for each, new in headers if new is not None))


@artefact(1, "null-value", "a record without a value", REJECTED, "F1", "value_missing")
def _(world: World) -> None:
    in_topic(world, replace(genuine(world).record, value=None))


@artefact(2, "no-headers", "a record without headers", REJECTED, "F1", "header_missing")
def _(world: World) -> None:
    in_topic(world, replace(genuine(world).record, headers=()))


@artefact(3, "garbage", "bytes that mean nothing, without key or headers", REJECTED, "F1", "header_missing")
def _(world: World) -> None:
    in_topic(world, Record(None, garbage("record", size=200)))


@artefact(4, "no-signature", "a record without ce_signature", REJECTED, "F1", "header_missing")
def _(world: World) -> None:
    in_topic(world, with_header(genuine(world).record, "ce_signature", None))


@artefact(5, "header-twice", "ce_type stands twice, with the same value", REJECTED, "F1", "header_repeated")
def _(world: World) -> None:
    record = genuine(world).record
    twice = next(each for each in record.headers if each[0] == "ce_type")
    in_topic(world, replace(record, headers=(*record.headers, twice)))


@artefact(6, "body-too-large", "a body of 64 KiB and a byte", REJECTED, "F1", "too_large")
def _(world: World) -> None:
    in_topic(world, replace(genuine(world).record, value=garbage("large", size=65_537)))


@artefact(7, "twenty-megabytes", "a record of 20 MB (Kafka refuses it)", REJECTED, "F1", "too_large")
def _(world: World) -> None:
    in_topic(world, replace(genuine(world).record, value=bytes(20_000_000)))


@artefact(8, "type-no-name", "ce_type with a blank and a semicolon", REJECTED, "F1", "type_malformed")
def _(world: World) -> None:
    in_topic(world, with_header(genuine(world).record, "ce_type", b"tongban.case.decided.v1;a b"))


@artefact(9, "schema-in-capitals", "ce_dataschema with capital hex digits", REJECTED, "F1", "schema_malformed")
def _(world: World) -> None:
    record = genuine(world).record
    urn = dict(record.headers)["ce_dataschema"]
    in_topic(world, with_header(record, "ce_dataschema", urn[:24] + urn[24:].upper()))


@artefact(10, "signature-short", "a signature of 63 bytes", REJECTED, "F1", "signature_malformed")
def _(world: World) -> None:
    forged = genuine(world)
    in_topic(world, with_header(forged.record, "ce_signature", signature_text(forged.signed.signature[:63])))


@artefact(11, "signature-base64", "base64 with unused bits that are not zero", REJECTED, "F1", "signature_malformed")
def _(world: World) -> None:
    text = dict((record := genuine(world).record).headers)["ce_signature"]
    assert text.endswith(b"==")
    in_topic(world, with_header(record, "ce_signature", text[:-3] + bytes([text[-3] + 1]) + b"=="))


# Listed by the liar itself --------------------------------------------------------------------------------------------


def lie(world: World, forged: Forged, *, record: Record | None = None) -> None:
    """Publish it, and list it."""
    world.say(forged, record=record, role=ACCUSED)
    world.cover(forged.header.region)


def signed_bytes(
    world: World, change: Callable[[bytes, bytes], bytes], body: Body = DECISION, *, after: bool = True
) -> None:
    """Hangzhou's officer signs these bytes, made of a canonical header and body, and Hangzhou lists them."""
    header = world.header(HANGZHOU, after=world.in_hangzhou) if after else world.opening(HANGZHOU, body=body).header
    lie(world, world.sign(header, body, change(*parts(header, body)), signing_key(HANGZHOU, "handler")))


@artefact(12, "truncated", "a body that ends early", REJECTED, "F3", "not_avro")
def _(world: World) -> None:
    signed_bytes(world, lambda head, rest: (head + rest)[:-1])


@artefact(13, "empty-value", "a body of no bytes", REJECTED, "F3", "not_avro")
def _(world: World) -> None:
    signed_bytes(world, lambda head, rest: b"")


@artefact(14, "json", "a body that is JSON", REJECTED, "F3", "not_avro")
def _(world: World) -> None:
    signed_bytes(world, lambda head, rest: b'{"granted": true}')


@artefact(15, "wrong-frame", "a body behind a frame with magic byte 1, signed with it", REJECTED, "F3", "not_avro")
def _(world: World) -> None:
    signed_bytes(world, lambda head, rest: b"\x01\x00\x00\x00\x07" + head + rest)


@artefact(16, "signed-frame", "a body signed together with a frame of a schema registry", REJECTED, "F3", "not_avro")
def _(world: World) -> None:
    signed_bytes(world, lambda head, rest: b"\x00\x00\x00\x00\x07" + head + rest)


@artefact(17, "overlong-varint", "a count of 0 in two bytes", REJECTED, "F3", "not_canonical")
def _(world: World) -> None:
    signed_bytes(world, lambda head, rest: overlong(head) + rest)


@artefact(18, "split-block", "an array in two blocks", REJECTED, "F3", "not_canonical")
def _(world: World) -> None:
    def split(head: bytes, rest: bytes) -> bytes:
        one = b"\x02\x0ccorpus"
        assert rest.startswith(one + b"\x00")
        return head + one + one + rest[len(one) :]

    signed_bytes(world, split, NOTICE)


@artefact(19, "sized-block", "an array's block that states its size", REJECTED, "F3", "not_canonical")
def _(world: World) -> None:
    def sized(head: bytes, rest: bytes) -> bytes:
        assert rest.startswith(b"\x02\x0ccorpus")
        return head + varint(-1) + varint(7) + rest[1:]

    signed_bytes(world, sized, NOTICE)


@artefact(20, "trailing-bytes", "a byte behind the body", REJECTED, "F3", "not_canonical")
def _(world: World) -> None:
    signed_bytes(world, lambda head, rest: head + rest + b"\x00")


@artefact(21, "duplicate-field", "the body's fields stand twice", REJECTED, "F3", "not_canonical")
def _(world: World) -> None:
    signed_bytes(world, lambda head, rest: head + rest + rest)


@artefact(22, "boolean-2", "a boolean that is 2", REJECTED, "F3", "not_canonical")
def _(world: World) -> None:
    signed_bytes(world, lambda head, rest: head + b"\x02" + rest[1:])


@artefact(23, "lone-surrogate", "U+D800 as UTF-8 would write it", REJECTED, "F3", "not_text")
def _(world: World) -> None:
    signed_bytes(world, lambda head, rest: head + rest.replace(b"corpus", b"cor\xed\xa0\x80"), NOTICE)


@artefact(24, "nul-character", "U+0000 in a text", REJECTED, "F3", "not_text")
def _(world: World) -> None:
    signed_bytes(world, lambda head, rest: head + rest.replace(b"corpus", b"cor\x00us"), NOTICE)


@artefact(25, "four-million-nulls", "an array of four million items in five bytes", REJECTED, "F3", "not_avro")
def _(world: World) -> None:
    signed_bytes(world, lambda head, rest: head[:-1] + varint(4_000_000) + b"\x00" + rest)


@artefact(26, "huge-string", "a text of 2**62 bytes", REJECTED, "F3", "not_avro")
def _(world: World) -> None:
    signed_bytes(world, lambda head, rest: head + rest[:1] + varint(2**62) + rest[2:], NOTICE)


@artefact(27, "endless-varint", "an integer of eleven bytes", REJECTED, "F3", "not_avro")
def _(world: World) -> None:
    signed_bytes(world, lambda head, rest: head[:-1] + b"\xff" * 10 + b"\x01" + rest)


@artefact(28, "year-9999", "a date that no local time can show", REJECTED, "F3", "out_of_range")
def _(world: World) -> None:
    signed_bytes(world, lambda head, rest: head + varint(2_932_532) + rest[-1:], Accepted(20_000, None))


@artefact(29, "third-branch", "a union with branch 2 of two", REJECTED, "F3", "not_avro")
def _(world: World) -> None:
    signed_bytes(world, lambda head, rest: head + rest[:1] + b"\x04" + rest[2:])


@artefact(30, "unknown-symbol", "a symbol that the enum has not", REJECTED, "F3", "not_avro")
def _(world: World) -> None:
    body = TakenIn(Handling.REMOTE_INTAKE, HANGZHOU, (), None, ())
    signed_bytes(world, lambda head, rest: head + b"\x7e" + rest[1:], body, after=False)


# F2: the schema -------------------------------------------------------------------------------------------------------


def with_schema(world: World, ce_type: str, fingerprint: bytes, body: bytes, like: Forged) -> Forged:
    signature = signing_key(HANGZHOU, "handler").sign(event_signing_input(ce_type, fingerprint, body))
    return replace(like, signed=SignedEvent.of(ce_type, fingerprint, body, signature))


UNKNOWN = "tongban.case.reopened.v1", sha256(b"a schema of a later version").digest()


@artefact(31, "unknown-schema", "a type and schema of a later version", PARKED, "F2", "schema_awaited")
def _(world: World) -> None:
    forged = genuine(world)
    lie(world, with_schema(world, *UNKNOWN, forged.signed.body, forged))


@artefact(32, "other-type", "the fingerprint of one type under the name of another", REJECTED, "F1", "type_schema")
def _(world: World) -> None:
    forged = genuine(world)
    lie(world, with_schema(world, "tongban.case.closed.v1", forged.signed.fingerprint, forged.signed.body, forged))


@artefact(33, "other-schema", "the known fingerprint over a body of another schema", REJECTED, "F3", "not_canonical")
def _(world: World) -> None:
    signed_bytes(world, lambda head, rest: head + parts(world.in_hangzhou.header, DECISION)[1], Withdrawn(()))


def _first_in_partition_1(world: World, region_head: int, **more) -> Forged:
    under = Under(world.heads[FEDERATION][-1], world.heads[HANGZHOU][region_head])
    return world.opening(HANGZHOU, 1, under=under, **more)


@artefact(
    34, "behind-unknown-schema", "`under` goes back behind an event whose schema is not here", REJECTED, "A1", "under_back"
)  # fmt: skip
def _(world: World) -> None:
    forged = _first_in_partition_1(world, 9)
    unknown = with_schema(world, *UNKNOWN, forged.signed.body, forged)
    world.say(unknown, expect=Expected(PARKED, "F2", "schema_awaited"))
    lie(world, _first_in_partition_1(world, 8))


@artefact(35, "behind-malformed", "`under` goes back behind a malformed body", REJECTED, "A1", "under_back")
def _(world: World) -> None:
    forged = _first_in_partition_1(world, 9)
    data = forged.signed.body + b"\x00"
    world.say(
        world.sign(forged.header, forged.body, data, signing_key(HANGZHOU, "handler")),
        expect=Expected(REJECTED, "F3", "not_canonical"),
    )
    lie(world, _first_in_partition_1(world, 8))
