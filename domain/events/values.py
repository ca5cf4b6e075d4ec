"""Values that several events share."""

from dataclasses import dataclass
from enum import StrEnum


class Handling(StrEnum):
    """The ways in which a case is handled across regions (国办发〔2020〕35号)."""

    FULLY_ONLINE = "fully_online"
    """全程网办: the deciding region opens and holds throughout."""
    REMOTE_INTAKE = "remote_intake"
    """异地代收代办: taken in at one window, decided elsewhere."""
    MULTI_PLACE = "multi_place"
    """多地联办: a lead decides, the others answer its requests."""


class SubmittedForm(StrEnum):
    """In what form a material was handed in."""

    ORIGINAL = "original"
    COPY = "copy"
    ELECTRONIC = "electronic"


FORM = "form"
"""The name under which an event commits to the applicant's form."""


@dataclass(frozen=True, slots=True)
class Commitment:
    """A personal value that travels beside the log: its name, and the commitment to it (32 bytes)."""

    name: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class SubmittedMaterial:
    """A material that was handed in, by its code in the matter's contract."""

    code: str
    form: SubmittedForm
    copies: int = 1


@dataclass(frozen=True, slots=True)
class Document:
    """A document (文书) towards the applicant: kind, number and SHA-256 of its bytes where there is a file."""

    kind: str
    number: str
    digest: bytes | None = None


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key with its signature suite."""

    suite: str
    key: bytes


@dataclass(frozen=True, slots=True)
class Power:
    """The power to do `act`, for one matter (catalogue code) or, if null, for all."""

    act: str
    matter: str | None = None
