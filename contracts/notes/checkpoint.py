"""What a region says about the log of a partition, as values and as the text of a note.

A checkpoint has the form of C2SP's tlog-checkpoint (https://c2sp.org/tlog-checkpoint) with four extension lines; the start of
a writer has neither size nor root:

    yangtze-delta/310000/tongban.310000.cases/7          yangtze-delta/310000/tongban.310000.cases/7
    20852163                                             start
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
    time 2026-11-22T08:00:00.000000Z                     time 2026-11-22T08:00:00.000000Z
    incarnation 3/<32 hex digits>                        incarnation 4/<32 hex digits>
    federation 12 <64 hex digits>                        federation 12 <64 hex digits>
    region 345 <64 hex digits>                           region 345 <64 hex digits>

- One form only: numbers without leading zeros, lower-case hex, canonical base64, time to the microsecond in UTC.
  Writing what was parsed gives the same text.
- The leaf hashes of a checkpoint are not in its text (`tongban.contracts.notes.log_note`).

Not handled here: signatures, and whether a checkpoint is valid or void (`tongban.ledger`).
"""

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from tongban.domain.errors import MalformedError
from tongban.domain.header import Head, Under

MAX_LEAVES = 1_000
"""The relay publishes at most this many events before a checkpoint."""
MAX_NUMBER = 2**63 - 1
"""Sizes, heads and incarnations are signed 64-bit numbers in every store."""
MAX_LINE_CHARS = 512
"""The origin is the longest line: two names and a Kafka topic, which has at most 249 characters."""

_EPOCH = datetime(1970, 1, 1)  # UTC, like all times here; a naive one prints without an offset
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Incarnation:
    """One life of a writer: the number its start took, and 16 random bytes that differ between two writers of one number."""

    number: int
    random: bytes


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The log of `origin` has `size` leaves under `root`; `leaves` are the hashes of the last ones, in order."""

    origin: str
    size: int
    root: bytes
    time_us: int
    incarnation: Incarnation
    heads: Under
    leaves: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Start:
    """A writer begins: from here on only this incarnation's checkpoints can count."""

    origin: str
    incarnation: Incarnation
    time_us: int
    heads: Under


_NUMBER = r"(0|[1-9][0-9]{0,18})"
_NAME = r"[A-Za-z0-9._-]+"
_FORMS = {
    "origin": (re.compile(rf"({_NAME}/{_NAME}/{_NAME}/(?:0|[1-9][0-9]{{0,9}}))"), "<federation>/<region>/<topic>/<n>"),
    "size": (re.compile(_NUMBER), "a decimal number, or 'start'"),
    "root": (re.compile(r"([A-Za-z0-9+/]{43}=)"), "32 bytes in base64"),
    "time": (
        re.compile(r"time ([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6})Z"),
        "time <YYYY-MM-DDThh:mm:ss.ssssssZ>",
    ),
    "incarnation": (re.compile(rf"incarnation {_NUMBER}/([0-9a-f]{{32}})"), "incarnation <number>/<32 hex digits>"),
    "federation": (re.compile(rf"federation {_NUMBER} ([0-9a-f]{{64}})"), "federation <number> <64 hex digits>"),
    "region": (re.compile(rf"region {_NUMBER} ([0-9a-f]{{64}})"), "region <number> <64 hex digits>"),
}
_START = ("origin", "start", "time", "incarnation", "federation", "region")
_CHECKPOINT = ("origin", "size", "root", "time", "incarnation", "federation", "region")


def note_text(said: Checkpoint | Start) -> str:
    """The text of the note. Raises MalformedError on a time that cannot be written."""
    match said:
        case Checkpoint():
            claim = f"{said.size}\n{b64encode(said.root).decode()}"
        case Start():
            claim = "start"
        case _:
            assert_never(said)
    federation, region = said.heads.federation, said.heads.region
    return (
        f"{said.origin}\n"
        f"{claim}\n"
        f"time {_time_text(said.time_us)}Z\n"
        f"incarnation {said.incarnation.number}/{said.incarnation.random.hex()}\n"
        f"federation {federation.number} {federation.hash.hex()}\n"
        f"region {region.number} {region.hash.hex()}\n"
    )


def parse_note_text(text: str) -> Checkpoint | Start:
    """What the text of a note says; of a checkpoint, without its leaves. Raises MalformedError unless it is in the one form."""
    said = _parse_lines(text)
    if text != (canonical := note_text(said)):
        raise MalformedError("a log note is not canonical", expected=repr(canonical), found=repr(text))
    return said


def _parse_lines(text: str) -> Checkpoint | Start:
    lines = text[:-1].split("\n")
    names = _START if lines[1:2] == ["start"] else _CHECKPOINT
    if len(lines) != len(names):
        raise MalformedError(
            "a log note has the wrong number of lines",
            expected=f"{len(names)}: {', '.join(names)}",
            found=str(len(lines)),
        )
    line = {name: _match(name, found) for name, found in zip(names, lines, strict=True) if name != "start"}
    (origin,) = line["origin"]
    time_us = _parse_time(line["time"][0])
    incarnation = Incarnation(_parse_number(line["incarnation"][0], least=1), bytes.fromhex(line["incarnation"][1]))
    heads = Under(_parse_head(line["federation"]), _parse_head(line["region"]))
    if names is _START:
        return Start(origin, incarnation, time_us, heads)
    size, root = _parse_number(line["size"][0]), b64decode(line["root"][0])
    return Checkpoint(origin, size, root, time_us, incarnation, heads, leaves=())


def _match(name: str, line: str) -> tuple[str, ...]:
    pattern, form = _FORMS[name]
    match = pattern.fullmatch(line)
    if match is None or len(line) > MAX_LINE_CHARS:
        raise MalformedError(f"the {name} line of a log note is out of form", expected=form, found=repr(line[:120]))
    return match.groups()


def _parse_head(groups: tuple[str, ...]) -> Head:
    return Head(_parse_number(groups[0]), bytes.fromhex(groups[1]))


def _parse_number(digits: str, least: int = 0) -> int:
    number = int(digits)
    if not least <= number <= MAX_NUMBER:
        raise MalformedError("a number in a log note is out of range", expected=f"{least} to 2**63 - 1", found=digits)
    return number


def _time_text(time_us: int) -> str:
    try:
        return (_EPOCH + time_us * _MICROSECOND).isoformat(timespec="microseconds")
    except OverflowError as err:
        raise MalformedError("a time cannot be written", expected="a year up to 9999", found=f"{time_us} µs") from err


def _parse_time(text: str) -> int:
    try:
        return (datetime.fromisoformat(text) - _EPOCH) // _MICROSECOND
    except ValueError as err:
        raise MalformedError("the time in a log note is none", expected="a date and time", found=text) from err
