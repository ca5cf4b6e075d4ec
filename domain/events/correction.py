"""Correction (补正): what is missing, told once, and what the applicant then supplies."""

from dataclasses import dataclass

from tongban.domain.events.event_type import BY_EITHER, BY_OFFICER, Act, EventType, Pen, StreamKind
from tongban.domain.events.values import Commitment, Document, SubmittedMaterial


@dataclass(frozen=True, slots=True)
class CorrectionNoticed:
    """一次性补正告知: everything that is missing, told at once (行政许可法 art. 32)."""

    items: tuple[str, ...]
    supply_within_workdays: int | None
    document: Document | None
    contents: tuple[Commitment, ...]


@dataclass(frozen=True, slots=True)
class Supplied:
    """补正: the applicant supplied what a notice asked for. `received_at`: microseconds UTC."""

    materials: tuple[SubmittedMaterial, ...]
    received_at: int
    contents: tuple[Commitment, ...]


CORRECTION_NOTICED = EventType(
    "case.correction_noticed", CorrectionNoticed, StreamKind.CASE, Act.NOTICE, BY_OFFICER, Pen.KEEPS
)
SUPPLIED = EventType("case.supplied", Supplied, StreamKind.CASE, Act.SUPPLY, BY_EITHER, Pen.KEEPS)

TYPES = (CORRECTION_NOTICED, SUPPLIED)
