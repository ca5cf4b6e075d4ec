"""Golden vectors of the events: the exact bytes, hashes and signatures that every version of Tongban must give.

Run it after adding an event type: what `events.json` lacks is added, and what stands there
is never changed. The vector of an older version keeps its body as it was signed; `reads_as` is how it is read today.
A vector that no longer comes out as it stands there is a broken contract, not an old file.

    .venv/bin/python tests/golden/make_events.py

Bytes are hex. The key is made from a seed of repeated bytes and protects nothing.
"""

import json
from dataclasses import fields, is_dataclass
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from tongban.contracts.wire.cloud_event import to_record
from tongban.contracts.wire.codec import decode, encode
from tongban.contracts.wire.schema_store import shipped_schemas
from tongban.contracts.wire.signatures import ED25519, SigningKey
from tongban.contracts.wire.signed_event import SignedEvent
from tongban.contracts.wire.signing_input import event_signing_input
from tongban.domain import identifiers as ids
from tongban.domain.events import (
    acceptance,
    after_closing,
    assistance,
    correction,
    decision,
    delivery,
    ending,
    federation,
    handover,
    intake,
    region,
    takeover,
)
from tongban.domain.events.catalogue import BY_BODY, BY_CE_TYPE, EVENT_TYPES, Body
from tongban.domain.events.event_type import EventType, StreamKind
from tongban.domain.events.values import (
    Commitment,
    Document,
    Handling,
    Power,
    PublicKey,
    SubmittedForm,
    SubmittedMaterial,
)
from tongban.domain.header import Actor, ActorKind, Head, Header, Under

STORED = Path(__file__).parent / "events.json"

KEY = SigningKey(ED25519, b"\x01" * 32)
GENESIS = ids.GenesisHash(b"\x10" * 32)
SHANGHAI, HEFEI = ids.RegionCode("310000"), ids.RegionCode("340100")
COMMAND = ids.CommandId(UUID("6f1d0a52-91b4-4c0e-8a3a-0d1f5e2b7c44"))
CASE = ids.case_id(SHANGHAI, COMMAND)

FORM = (Commitment("form", b"\x21" * 32),)
NOTICE = Document("notice", "沪受字〔2026〕7号", b"\x22" * 32)
RECEIPT = Document("receipt", "310000-2026-000001")
MATERIALS = (
    SubmittedMaterial("licence", SubmittedForm.ORIGINAL, 2),
    SubmittedMaterial("photo", SubmittedForm.ELECTRONIC),
)
PUBLIC = PublicKey(ED25519, KEY.public_key)
POWERS = (Power("accept", "310117002011"), Power("take_in"))

BODIES: tuple[Body, ...] = (
    intake.TakenIn(Handling.REMOTE_INTAKE, HEFEI, MATERIALS, RECEIPT, FORM),
    intake.Applied(Handling.FULLY_ONLINE, SHANGHAI, (), None, FORM),
    handover.Offered(HEFEI, handover.OfferGround.TRANSFER_OF_FUNCTION, NOTICE),
    handover.TakenOver(),
    handover.Declined(handover.DeclineReason.NOT_COMPETENT, ()),
    takeover.ActAdopted(ids.EventHash(b"\x25" * 32)),
    takeover.ActAnnulled(ids.EventHash(b"\x25" * 32), takeover.AnnulmentReason.CONTRADICTORY),
    correction.CorrectionNoticed(("营业执照副本", "a photo"), 5, NOTICE, FORM),
    correction.Supplied(MATERIALS, 1_795_334_400_000_000, ()),
    acceptance.Accepted(20_779, NOTICE),
    acceptance.NotAccepted(acceptance.NonAcceptance.NOT_COMPETENT, "合肥市市场监督管理局", NOTICE, FORM),
    ending.Withdrawn(FORM),
    assistance.Asked(
        HEFEI, "market", assistance.HelpKind.VERIFICATION, 90, ("form.name",), FORM, assistance.AnswerUnit.MINUTES
    ),
    assistance.ContributionJoined(ids.EventHash(b"\x23" * 32), assistance.ContributionKind.ANSWER),
    assistance.ContributionRefused(
        ids.EventHash(b"\x23" * 32), assistance.ContributionKind.MATERIALS, assistance.RefusalReason.NOT_ASKED_FOR
    ),
    decision.Decided(True, NOTICE, FORM),
    decision.Closed(decision.ClosureResult.GRANTED),
    delivery.Delivered(delivery.DeliveryMethod.COURIER, RECEIPT, 1_795_300_000_000_000),
    after_closing.Archived("2026-0001", 30),
    assistance.Answered(ids.EventHash(b"\x24" * 32), assistance.AnswerKind.ANSWERED, FORM),
    assistance.Contributed(
        assistance.ContributionKind.DELIVERY, (), 1_795_334_400_000_000, delivery.DeliveryMethod.WINDOW, RECEIPT, ()
    ),
    federation.RegionEnrolled(SHANGHAI, "上海市", "Shanghai", PUBLIC, PUBLIC, b"\x25" * 32, 16),
    federation.MatterPublished("310117002011", "1", b"\x26" * 32),
    takeover.CaseTakenOver(CASE, 1, ids.EventHash(b"\x27" * 32), HEFEI, takeover.TakeoverGround.HOLDER_GONE, NOTICE),
    federation.SchemaAllowed("tongban.case.asked.v2", b"\x28" * 32),
    region.OrganizationRegistered("market", "上海市市场监督管理局", "Shanghai Market Regulation", 2),
    region.PostCreated("window-1", "market", "综合窗口", "Front desk", POWERS),
    region.OfficerAppointed("SH-0001", "王小明", "market", "window-1", PUBLIC),
    region.ChannelOpened("portal", region.ChannelKind.PORTAL, "一网通办", "Portal", "market", POWERS, PUBLIC),
    region.KeyRevoked(KEY.key_id, region.RevocationReason.LEFT_POST),
    region.LedgerKeyRotated(PUBLIC),
    region.ContentKeyRotated(b"\x27" * 32),
    region.MatterSet("310117002011", "1", '{"format":1,"kind":"settings"}'),
)
EXAMPLES: dict[str, Body] = {BY_BODY[type(body)].ce_type: body for body in BODIES}


def header_for(event_type: EventType) -> Header:
    """A header that fits the type's stream."""
    registry = event_type.stream in (StreamKind.FEDERATION, StreamKind.REGION)
    writer = ids.FEDERATION if event_type.stream is StreamKind.FEDERATION else SHANGHAI
    kind = min(event_type.actors)
    at_post = kind is ActorKind.OFFICER
    return Header(
        case=None if registry else CASE,
        stream=_stream(event_type.stream),
        epoch=0,
        sequence=1 if event_type.opens else 300,
        previous=ids.EventHash(GENESIS if event_type.opens else b"\x11" * 32),
        command=COMMAND,
        region=writer,
        actor=Actor(kind, "SH-0001" if at_post else kind.value, *(("market", "window-1") if at_post else ())),
        key=KEY.key_id,
        under=Under(Head(12, b"\x12" * 32), Head(0, GENESIS)),
        occurred_at=1_795_334_400_123_456,
        recorded_at=1_795_334_400_123_457,
        matter=None if registry else "310117002011",
        matter_version=None if registry else "1",
        causes=(ids.EventHash(b"\x13" * 32),) if event_type.stream is StreamKind.ASSISTANCE else (),
    )


def _stream(kind: StreamKind) -> ids.StreamId:
    match kind:
        case StreamKind.CASE:
            return ids.case_stream(CASE, 0)
        case StreamKind.ASSISTANCE:
            return ids.assistance_stream(CASE, SHANGHAI)
        case StreamKind.FEDERATION:
            return ids.federation_registry(GENESIS)
        case StreamKind.REGION:
            return ids.region_registry(GENESIS, SHANGHAI)


def to_json(value: Any) -> Any:
    """A value of the domain as JSON; bytes as hex."""
    if is_dataclass(value):
        return {field.name: to_json(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [to_json(item) for item in value]
    if isinstance(value, bytes):
        return value.hex()
    return str(value) if isinstance(value, UUID | str) else value


def from_json(hint: Any, value: Any) -> Any:
    """The value of the domain that `to_json` wrote."""
    while hasattr(hint, "__supertype__"):
        hint = hint.__supertype__
    if get_origin(hint) in (UnionType, Union):
        (inner,) = (arg for arg in get_args(hint) if arg is not NoneType)
        return None if value is None else from_json(inner, value)
    if get_origin(hint) is tuple:
        return tuple(from_json(get_args(hint)[0], item) for item in value)
    if is_dataclass(hint):
        hints = get_type_hints(hint)
        return hint(**{name: from_json(hints[name], item) for name, item in value.items()})
    return bytes.fromhex(value) if hint is bytes else hint(value)


def compute(ce_type: str, vector: dict[str, Any]) -> dict[str, Any]:
    """What an event of this type gives, from the JSON of its header and body."""
    header: Header = from_json(Header, vector["header"])
    body: Body = from_json(BY_CE_TYPE[ce_type].body, vector.get("reads_as", vector["body"]))
    key = SigningKey(ED25519, bytes.fromhex(vector["seed"]))
    schema = shipped_schemas().by_ce_type[ce_type]
    avro = encode(header, body, schema)
    signature = key.sign(event_signing_input(ce_type, schema.fingerprint, avro))
    signed = SignedEvent.of(ce_type, schema.fingerprint, avro, signature)
    record = to_record(signed, header)
    return {
        "avro": avro.hex(),
        "fingerprint": schema.fingerprint.hex(),
        "hash": signed.hash.hex(),
        "signature": signature.hex(),
        "leaf": signed.leaf.hex(),
        "key": (record.key or b"").decode(),
        "headers": {name: value.decode() for name, value in record.headers},
    }


def vector_of(ce_type: str) -> dict[str, Any]:
    """The example of a type, as JSON."""
    header = header_for(BY_CE_TYPE[ce_type])
    return {"seed": KEY.seed.hex(), "header": to_json(header), "body": to_json(EXAMPLES[ce_type])}


def add_missing() -> None:
    """Add what the file lacks."""
    stored = json.loads(STORED.read_text("utf-8")) if STORED.exists() else {}
    for ce_type in (each.ce_type for each in EVENT_TYPES):
        if ce_type not in stored:
            vector = vector_of(ce_type)
            stored[ce_type] = {**vector, "gives": compute(ce_type, vector)}
    for name, vector in stored.items():
        if name != BY_CE_TYPE[name].ce_type and "reads_as" not in vector:
            schema = shipped_schemas().by_ce_type[name]
            _, body = decode(schema, bytes.fromhex(vector["gives"]["avro"]))
            stored[name] = {**vector, "reads_as": to_json(body)}
    _write(STORED, stored)


def _write(file: Path, value: dict[str, Any]) -> None:
    file.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    add_missing()
