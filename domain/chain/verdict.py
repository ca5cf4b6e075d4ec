"""How the judgement of one record can end, and the numbered rules that lead there.

The rules are frozen: they depend on signed bytes and on the registry states that these bytes name, so that every region,
at any software version and in any order of arrival, comes to the same verdict. Whether an act was *lawful* is not
judged here (`tongban.domain.law.judging`).

| rule | family    | what must hold                                                                              |
|------|-----------|---------------------------------------------------------------------------------------------|
| F1   | form      | the record has the frame and headers of DESIGN.md, each once                                |
| F2   | form      | the schema is known (else parked)                                                           |
| F3   | form      | the body is canonical Avro of that schema, at most 64 KiB                                   |
| F4   | form      | headers, Kafka key, topic and partition agree with the body                                 |
| F5   | form      | ids follow from event 1 (`tongban.domain.identifiers`); epoch and stream fit the type       |
| F6   | form      | registry events name no matter, others one                                                  |
| A1   | authority | `under` names registry events that are here (else parked), and never goes back in its log   |
| A2   | authority | the region is enrolled at the federation head named                                         |
| A3   | authority | the key belongs to the actor named, is of a kind that may sign this type, and is not revoked |
| S1   | signature | Ed25519, strict                                                                             |
| A4   | authority | the post or channel has the power for the act and the matter                                |
| A5   | authority | the matter and version are published at the federation head named; content here (else parked) |
| C1   | chain     | the predecessor is here and valid (else parked), in the same stream; numbers follow         |
| C2   | chain     | causes are here and valid (else parked)                                                     |
| C3   | chain     | an assistance stream's event 1 rests on a case event that names its region                   |
| C4   | chain     | case, matter and version stay those of event 1, in every epoch                              |
| C5   | chain     | an epoch behind the first begins behind the head that the federation's takeover names       |
| P1   | pen       | the region is the one that may append (in a new epoch the one that its takeover names);     |
|      |           | while an offer stands, only take over or decline                                            |
| P2   | pen       | an offer goes to another region, one that is enrolled                                       |
"""

from dataclasses import dataclass
from enum import StrEnum


class Awaited(StrEnum):
    """What a parked record waits for."""

    EVENT = "event"
    """A predecessor, cause or registry head, by event hash."""
    CONTENT = "content"
    """A schema or matter, by SHA-256 of its bytes."""


@dataclass(frozen=True, slots=True)
class Valid:
    """In the chain."""


@dataclass(frozen=True, slots=True)
class Parked:
    """Kept until `awaits` (32 bytes) arrives."""

    rule: str
    code: str
    kind: Awaited
    awaits: bytes


@dataclass(frozen=True, slots=True)
class Rejected:
    """Wrong for good; kept as evidence."""

    rule: str
    code: str
    expected: str
    found: str


Verdict = Valid | Parked | Rejected
