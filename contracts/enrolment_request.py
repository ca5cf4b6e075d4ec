"""A region's request to be enrolled: a small signed file that travels from the region to the federation.

    {"request": {"format": 1, "federation": "<genesis hash>", "region": "340100", "name_zh": "合肥", "name_en": "Hefei",
                 "suite": "ed25519", "authority_key": "<hex>", "ledger_key": "<hex>", "content_key": "<hex>",
                 "case_partitions": 4},
     "signatures": {"authority": "<hex>", "ledger": "<hex>"}}

    signed = DSSE's PAE( "application/vnd.tongban.enrolment+json", RFC 8785 form of "request" )

- Both signatures prove that the region holds the private keys it names; the genesis hash binds the request to one
  federation. Who stands behind the file is for people to check: compare the fingerprint over another channel.
- The content key signs nothing (X25519). Should it be somebody else's, the region could not open what it is sent.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import rfc8785

from tongban.contracts.content.sealing import check_content_key
from tongban.contracts.genesis import Genesis
from tongban.contracts.strict_json import load_json
from tongban.contracts.wire.signatures import SigningKey, check_enrollable, verify
from tongban.contracts.wire.signing_input import pae
from tongban.domain.errors import MalformedError, SettingsError
from tongban.domain.events.federation import RegionEnrolled
from tongban.domain.events.values import PublicKey
from tongban.domain.identifiers import RegionCode

MEDIA_TYPE = "application/vnd.tongban.enrolment+json"
REQUEST_FILE = "enrolment.json"
MAX_REQUEST_BYTES = 16 * 1024
MAX_PARTITIONS = 1_000
_FORMAT = 1
_KEY = re.compile(r"[0-9a-f]{64}")
_SIGNATURE = re.compile(r"[0-9a-f]{128}")
_REGION = re.compile(r"[0-9]{6}")
_FORMS = {"authority_key": _KEY, "ledger_key": _KEY, "content_key": _KEY, "federation": _KEY, "region": _REGION}
_TEXTS = ("name_zh", "name_en", "suite")
_FIELDS = {"format", "case_partitions", *_FORMS, *_TEXTS}


@dataclass(frozen=True, slots=True)
class EnrolmentRequest:
    """A verified request, and the fingerprint that people compare: 16 hex digits of its SHA-256."""

    body: RegionEnrolled
    fingerprint: str


def write_request(genesis: Genesis, body: RegionEnrolled, authority: SigningKey, ledger: SigningKey) -> bytes:
    """The file, signed."""
    request = {
        "format": _FORMAT,
        "federation": genesis.hash.hex(),
        "region": body.region,
        "name_zh": body.name_zh,
        "name_en": body.name_en,
        "suite": body.authority_key.suite,
        "authority_key": body.authority_key.key.hex(),
        "ledger_key": body.ledger_key.key.hex(),
        "content_key": body.content_key.hex(),
        "case_partitions": body.case_partitions,
    }
    signed = _signing_input(request)
    signatures = {"authority": authority.sign(signed).hex(), "ledger": ledger.sign(signed).hex()}
    text = json.dumps({"request": request, "signatures": signatures}, ensure_ascii=False, indent=2)
    return text.encode() + b"\n"


def read_request(path: Path, genesis: Genesis) -> EnrolmentRequest:
    """Read and verify a request. Raises SettingsError, MalformedError, KeyRefusedError."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_REQUEST_BYTES + 1)
    except OSError as err:
        raise SettingsError(f"the request {path} cannot be read", found=err.strerror or str(err)) from err
    return parse_request(data, genesis)


def parse_request(data: bytes, genesis: Genesis) -> EnrolmentRequest:
    """Verify a request. Raises MalformedError, KeyRefusedError."""
    document = _load(data)
    request, signatures = document.get("request"), document.get("signatures")
    if not isinstance(request, dict) or set(request) != _FIELDS or request["format"] != _FORMAT:
        raise _malformed(f"a request of format {_FORMAT} with {', '.join(sorted(_FIELDS))}", str(request)[:80])
    if not isinstance(signatures, dict) or set(signatures) != {"authority", "ledger"}:
        raise _malformed("signatures of authority and ledger key", str(signatures)[:80])
    for name, form in _FORMS.items():
        if not isinstance(request[name], str) or not form.fullmatch(request[name]):
            raise _malformed(f"{name} as {form.pattern}", repr(request[name]))
    for name in _TEXTS:
        if not isinstance(request[name], str) or not request[name].strip() or not request[name].isprintable():
            raise _malformed(f"{name} as text", repr(request[name]))
    partitions = request["case_partitions"]
    if type(partitions) is not int or not 1 <= partitions <= MAX_PARTITIONS:
        raise _malformed(f"case_partitions from 1 to {MAX_PARTITIONS}", repr(partitions))
    if request["federation"] != genesis.hash.hex():
        raise MalformedError(
            "the enrolment request is for another federation",
            expected=f"genesis {genesis.hash.hex()}",
            found=request["federation"],
            advice="have the region run `tongban region init` with this federation's genesis file",
        )
    signed, suite = _signing_input(request), request["suite"]
    check_content_key(bytes.fromhex(request["content_key"]))
    keys = {name: bytes.fromhex(request[f"{name}_key"]) for name in ("authority", "ledger")}
    for key in keys.values():
        check_enrollable(suite, key)
    for name, key in keys.items():
        given = signatures[name]
        proof = bytes.fromhex(given) if isinstance(given, str) and _SIGNATURE.fullmatch(given) else b""
        if not verify(suite, key, signed, proof):
            raise MalformedError(
                f"the enrolment request is not signed by the {name} key that it names",
                expected=f"a signature by {key.hex()}",
                found="none that verifies",
                advice="the file was changed on its way; get it from the region again",
            )
    return EnrolmentRequest(_body(request), hashlib.sha256(signed).hexdigest()[:16])


def _body(request: dict[str, Any]) -> RegionEnrolled:
    suite = request["suite"]
    return RegionEnrolled(
        region=RegionCode(request["region"]),
        name_zh=request["name_zh"],
        name_en=request["name_en"],
        authority_key=PublicKey(suite, bytes.fromhex(request["authority_key"])),
        ledger_key=PublicKey(suite, bytes.fromhex(request["ledger_key"])),
        content_key=bytes.fromhex(request["content_key"]),
        case_partitions=request["case_partitions"],
    )


def _load(data: bytes) -> dict[str, Any]:
    if len(data) > MAX_REQUEST_BYTES:
        raise _malformed(f"at most {MAX_REQUEST_BYTES} bytes", "more")
    try:
        document = load_json(data)
    except ValueError as err:
        raise _malformed("JSON", str(err)) from err
    if not isinstance(document, dict):
        raise _malformed("an object with request and signatures", type(document).__name__)
    return document


def _signing_input(request: dict[str, Any]) -> bytes:
    return pae(MEDIA_TYPE, rfc8785.dumps(request))


def _malformed(expected: str, found: str) -> MalformedError:
    return MalformedError("not an enrolment request", expected=expected, found=found, advice=f"see {REQUEST_FILE}")
