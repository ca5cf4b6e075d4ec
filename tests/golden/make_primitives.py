"""Golden vectors of the primitives: the exact bytes that every version of Tongban must give for the same input.

Run it after adding to `VECTORS`: what `primitives.json` lacks is added, and what stands there is never changed. A vector
that no longer comes out as it stands there is a broken contract, not an old file.

    .venv/bin/python tests/golden/make_primitives.py

All inputs are JSON; bytes are hex. Keys are made from seeds of repeated bytes and protect nothing.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from tongban.contracts.avro.fingerprint import fingerprint
from tongban.contracts.content.sealing import ContentKey, pad
from tongban.contracts.notes.checkpoint import Checkpoint, Incarnation, Start
from tongban.contracts.notes.log_note import encode_checkpoint, encode_start
from tongban.contracts.notes.note import sign_note
from tongban.contracts.wire.signatures import ED25519, SigningKey, key_id
from tongban.contracts.wire.signing_input import event_hash, event_signing_input, pae
from tongban.domain.chain.merkle import CompactRange, leaf_hash
from tongban.domain.commitment import commit
from tongban.domain.header import Head, Under

STORED = Path(__file__).parent / "primitives.json"

ORIGIN = "yangtze-delta/310000/tongban.310000.cases/7"
HEADS = {"federation": [12, "aa" * 32], "region": [345, "bb" * 32]}
SPOKEN = {
    "seed": "01" * 32,
    "origin": ORIGIN,
    "incarnation": [3, "cc" * 16],
    "time_us": 1_795_334_400_000_000,
    "heads": HEADS,
}
CASE = "0f2a1d52-6c55-5b0e-9d3a-5d7f3d1c9a10"
STREAM = "7b1b2c61-6a0c-5f6e-8f5e-1f0f6f0d2b11"

VECTORS: dict[str, dict[str, Any]] = {
    "fingerprint, keys sorted": {"kind": "fingerprint", "schema": '{"type": "record", "name": "A", "fields": []}'},
    "fingerprint, Chinese documentation": {"kind": "fingerprint", "schema": '{"type":"string","doc":"办件"}'},
    "pae, the example of DSSE": {"kind": "pae", "type": "http://example.com/HelloWorld", "body": b"hello world".hex()},
    "pae, nothing": {"kind": "pae", "type": "", "body": ""},
    "pae, length in bytes": {"kind": "pae", "type": "办件", "body": "00ff"},
    "signing input": {"kind": "signing_input", "type": "tongban.case.accepted.v1", "schema": "5c" * 32, "body": "0102"},
    "event hash": {"kind": "event_hash", "type": "tongban.case.accepted.v1", "schema": "5c" * 32, "body": "0102"},
    "key id, ed25519": {"kind": "key_id", "suite": "ed25519", "public_key": "d7" * 32},
    "key id, x25519": {"kind": "key_id", "suite": "x25519", "public_key": "d7" * 32},
    "signing key": {"kind": "public_key", "suite": "ed25519", "seed": "01" * 32},
    "content key": {"kind": "public_key", "suite": "x25519", "seed": "01" * 32},
    "signature": {"kind": "signature", "seed": "01" * 32, "message": "0102"},
    "padding, nothing": {"kind": "pad", "value": "", "block": 16},
    "padding, a whole block": {"kind": "pad", "value": "80" * 16, "block": 16},
    "commitment": {
        "kind": "commitment",
        "salt": "07" * 32,
        "case": CASE,
        "stream": STREAM,
        "sequence": 3,
        "name": "form",
        "value": "06e5bca0",
    },
    "commitment, a Chinese name and no value": {
        "kind": "commitment",
        "salt": "07" * 32,
        "case": CASE,
        "stream": CASE,
        "sequence": 1,
        "name": "意见",
        "value": "",
    },
    "note": {"kind": "note", "seed": "01" * 32, "name": "example.com/behind-the-sofa", "text": "办件\n\nsecond part\n"},
    "checkpoint, three leaves": {
        "kind": "checkpoint",
        **SPOKEN,
        "size": 5,
        "root": "dd" * 32,
        "leaves": ["01" * 32, "0a" * 32, "03" * 32],
    },
    "checkpoint, no leaves": {"kind": "checkpoint", **SPOKEN, "size": 0, "root": "ee" * 32, "leaves": []},
    "start": {"kind": "start", **SPOKEN},
    "right edge of five leaves": {"kind": "right_edge", "leaves": ["", "00", "10", "2021", "3031"]},
    "root of five leaves": {"kind": "root", "leaves": ["", "00", "10", "2021", "3031"]},
}


def compute(vector: dict[str, Any]) -> str:
    """What the code of today gives for a vector's input, as hex."""
    return COMPUTE[vector["kind"]](vector).hex()


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text)


def _signing_input(v: dict[str, Any]) -> bytes:
    return event_signing_input(v["type"], _bytes(v["schema"]), _bytes(v["body"]))


def _public_key(v: dict[str, Any]) -> bytes:
    seed = _bytes(v["seed"])
    return SigningKey(ED25519, seed).public_key if v["suite"] == ED25519 else ContentKey(seed).public_key


def _commitment(v: dict[str, Any]) -> bytes:
    case, stream = UUID(v["case"]), UUID(v["stream"])
    return commit(_bytes(v["salt"]), case, stream, v["sequence"], v["name"], _bytes(v["value"]))


def _signer(v: dict[str, Any]) -> SigningKey:
    return SigningKey(ED25519, _bytes(v["seed"]))


def _said(v: dict[str, Any]) -> tuple[Incarnation, int, Under]:
    number, random = v["incarnation"]
    federation, region = (Head(number, _bytes(hashed)) for number, hashed in v["heads"].values())
    return Incarnation(number, _bytes(random)), v["time_us"], Under(federation, region)


def _checkpoint(v: dict[str, Any]) -> bytes:
    incarnation, time_us, heads = _said(v)
    leaves = tuple(map(_bytes, v["leaves"]))
    said = Checkpoint(v["origin"], v["size"], _bytes(v["root"]), time_us, incarnation, heads, leaves)
    return encode_checkpoint(said, _signer(v))


def _start(v: dict[str, Any]) -> bytes:
    incarnation, time_us, heads = _said(v)
    return encode_start(Start(v["origin"], incarnation, time_us, heads), _signer(v))


def _edge(v: dict[str, Any]) -> CompactRange:
    return CompactRange().extend(leaf_hash(_bytes(leaf)) for leaf in v["leaves"])


COMPUTE: dict[str, Callable[[dict[str, Any]], bytes]] = {
    "fingerprint": lambda v: fingerprint(v["schema"]),
    "pae": lambda v: pae(v["type"], _bytes(v["body"])),
    "signing_input": _signing_input,
    "event_hash": lambda v: event_hash(_signing_input(v)),
    "key_id": lambda v: key_id(v["suite"], _bytes(v["public_key"])),
    "public_key": _public_key,
    "signature": lambda v: _signer(v).sign(_bytes(v["message"])),
    "pad": lambda v: pad(_bytes(v["value"]), v["block"]),
    "commitment": _commitment,
    "note": lambda v: sign_note(v["text"], v["name"], _signer(v)),
    "checkpoint": _checkpoint,
    "start": _start,
    "right_edge": lambda v: _edge(v).to_bytes(),
    "root": lambda v: _edge(v).root(),
}


def main() -> None:
    """Add what `primitives.json` lacks."""
    stored = json.loads(STORED.read_text("utf-8")) if STORED.exists() else {}
    added = {name: vector | {"gives": compute(vector)} for name, vector in VECTORS.items() if name not in stored}
    STORED.write_text(json.dumps(stored | added, ensure_ascii=False, indent=2) + "\n", "utf-8")
    print(f"{len(added)} added, {len(stored)} left as they were")


if __name__ == "__main__":
    main()
