"""An artefact: records that follow the base history, which of them is accused, and how every reader must judge it.

    {"number": 12, "name": …, "what": …, "verdict": …, "rule": …, "code": …, "readers": [],
     "records": [{"topic": …, "partition": 0, "role": "accused", "expect": null, "key": …, "value": …,
                  "headers": [[name, …], …]}, …]}

Bytes are a string if they are printable ASCII, `{"base64": …}` if they are not, `{"repeat": <hex>, "times": n}` if they
are long and of one kind, null if there are none. `expect` is the verdict of a record that is not the role's own: for the
accused one the artefact's, for the others *accepted*.

| role    | what it is                                                                                        |
|---------|---------------------------------------------------------------------------------------------------|
| setting | what the accused record needs: genuine, and judged so                                              |
| accused | the record that is wrong, or unlawful, or repeated                                                 |
| good    | a genuine event or content that stands behind the accused record, or in another partition           |
"""

import json
from base64 import b64decode, b64encode
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

from tongban.contracts.wire.record import Record
from tongban.ledger.event_log import TopicPartition

CASES = Path(__file__).parent / "cases"
BASE = Path(__file__).parent / "base.json"
LONG_BYTES = 1 << 17


class Role(StrEnum):
    SETTING = "setting"
    ACCUSED = "accused"
    GOOD = "good"


class Verdict(StrEnum):
    """How a record can end, as the table in README.md says it."""

    ACCEPTED = "accepted"
    FINDING = "accepted with finding"
    DUPLICATE = "duplicate"
    PARKED = "parked"
    REJECTED = "rejected"
    EQUIVOCATION = "equivocation"
    VOID = "void"
    STRAY = "stray"
    UNLISTED = "unlisted"
    """Held: no counting checkpoint lists it, and no later start has made it a stray yet."""
    CONTENT_REFUSED = "content refused"
    CONTRACT_REFUSED = "contract refused"
    IGNORED = "ignored"
    WAITING = "waiting"
    """The partition stands: a listed leaf without a record, or a note that names heads which are not here."""
    UNJUDGED = "unjudged"
    """Behind one that stands."""


class Expected(NamedTuple):
    """A verdict with its rule and code, both empty where there are none."""

    verdict: Verdict
    rule: str = ""
    code: str = ""


@dataclass(frozen=True)
class Placed:
    """A record and where it stands."""

    place: TopicPartition
    record: Record
    role: Role = Role.SETTING
    expect: Expected | None = None


@dataclass(frozen=True)
class Artefact:
    """`readers`: region codes whose verdict it is (content); nobody else judges it. Empty: everybody."""

    number: int
    name: str
    what: str
    expected: Expected
    records: tuple[Placed, ...]
    readers: tuple[str, ...] = ()

    @property
    def file_name(self) -> str:
        return f"{self.number:03}-{self.name}.json"


def to_json(artefact: Artefact) -> str:
    """The file's text."""
    head = {
        "number": artefact.number,
        "name": artefact.name,
        "what": artefact.what,
        **artefact.expected._asdict(),
        "readers": artefact.readers,
    }
    records = ",\n".join("  " + _dumps(_record_json(each)) for each in artefact.records)
    lines = ",\n".join(f" {_dumps(name)}: {_dumps(value)}" for name, value in head.items())
    return f'{{\n{lines},\n "records": [\n{records}\n ]\n}}\n'


def from_json(text: str) -> Artefact:
    said = json.loads(text)
    return Artefact(
        number=said["number"],
        name=said["name"],
        what=said["what"],
        expected=Expected(Verdict(said["verdict"]), said["rule"], said["code"]),
        records=tuple(map(record_from_json, said["records"])),
        readers=tuple(said["readers"]),
    )


def base_to_json(genesis: dict[str, str], topics: dict[str, int], records: list[Placed]) -> str:
    """The base history: the federation, its topics with their partitions, and what stands in them."""
    lines = ",\n".join("  " + _dumps(_record_json(each)) for each in records)
    return f'{{\n "genesis": {_dumps(genesis)},\n "topics": {_dumps(topics)},\n "records": [\n{lines}\n ]\n}}\n'


def record_from_json(said: dict[str, Any]) -> Placed:
    headers = tuple((name, _to_bytes(value) or b"") for name, value in said["headers"])
    record = Record(_to_bytes(said["key"]), _to_bytes(said["value"]), headers)
    expect = Expected(Verdict(said["expect"][0]), *said["expect"][1:]) if said["expect"] else None
    return Placed(TopicPartition(said["topic"], said["partition"]), record, Role(said["role"]), expect)


def _record_json(placed: Placed) -> dict[str, Any]:
    record = placed.record
    return {
        "topic": placed.place.topic,
        "partition": placed.place.partition,
        "role": placed.role,
        "expect": placed.expect,
        "key": _from_bytes(record.key),
        "value": _from_bytes(record.value),
        "headers": [[name, _from_bytes(value)] for name, value in record.headers],
    }


def _from_bytes(data: bytes | None) -> str | dict[str, Any] | None:
    if data is None:
        return None
    if len(data) > LONG_BYTES:
        assert data == data[:1] * len(data), "only what is of one kind may be long"
        return {"repeat": data[:1].hex(), "times": len(data)}
    if data.isascii() and data.decode("ascii").isprintable():
        return data.decode("ascii")
    return {"base64": b64encode(data).decode()}


def _to_bytes(said: str | dict[str, Any] | None) -> bytes | None:
    match said:
        case None:
            return None
        case str():
            return said.encode("ascii")
        case {"base64": text}:
            return b64decode(text, validate=True)
        case {"repeat": byte, "times": times}:
            return bytes.fromhex(byte) * times
        case _:
            raise ValueError(f"neither text nor bytes: {said}")


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
