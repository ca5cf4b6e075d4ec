"""The personal values of a case as one region sees them: opened, awaited, or never given to it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tongban.contracts.content.form_extract import read_extract
from tongban.contracts.content.free_text import decode_text
from tongban.contracts.forms.json_values import to_json
from tongban.contracts.forms.values import FormField
from tongban.contracts.matter.contract import MatterContract
from tongban.desk.value_names import EXTRACT, OUTCOME
from tongban.domain.errors import KeystoreError, RefusedError
from tongban.domain.events.assistance import Asked
from tongban.domain.events.values import FORM
from tongban.domain.identifiers import RegionCode
from tongban.domain.law.table import LAWS
from tongban.ledger.contents import SealedContents
from tongban.ledger.sharing import newly_trusted, recipients
from tongban.ledger.store import Transaction
from tongban.projections.case_history import CaseHistory, Step

UNREADABLE = "不可读 unreadable"


class Sight(StrEnum):
    """What this region sees of a value."""

    OPENED = "opened"
    AWAITED = "awaited"
    NOT_GIVEN = "not_given"
    SEALED = "sealed"
    """It is here, and the keystore was not opened."""


_WORDS = {
    Sight.AWAITED: "待收 awaited",
    Sight.NOT_GIVEN: "未提供 not given to this region",
    Sight.SEALED: "未解封 sealed (no passphrase was given)",
}


@dataclass(frozen=True, slots=True)
class ShownValue:
    """One value. `value`: the record or text; its text form does not show it."""

    event: str
    act: str
    name: str
    sight: Sight
    value: Any = field(repr=False)
    fields: tuple[FormField, ...] = ()

    @property
    def given_in(self) -> str:
        """The act that committed to it, in words."""
        return self.act

    def as_json(self) -> dict[str, Any]:
        """As programs read it."""
        return {"event": self.event, "name": self.name, "sight": self.sight.value, "value": self.value}

    def lines(self) -> Iterator[tuple[str, str]]:
        """Titles and values for people."""
        if self.sight is not Sight.OPENED:
            yield self.name, _WORDS[self.sight]
        elif isinstance(self.value, dict):
            titles: dict[str, str] = {each.name: f"{each.title_zh} {each.title_en}" for each in self.fields}
            for name, value in self.value.items():
                yield titles.get(name, str(name)), "" if value is None else str(value)
        else:
            yield self.name, str(self.value)


def values_of(
    tx: Transaction, contents: SealedContents, region: RegionCode, history: CaseHistory, contract: MatterContract
) -> Iterator[ShownValue]:
    """All values that the events of a case commit to. Raises WrongPassphraseError, ExposedFileError."""
    steps = history.steps
    for number, step in enumerate(steps):
        later = steps[number:]
        for commitment in step.event.commitments:
            sight, data = _look(tx, contents, commitment.digest)
            if sight is Sight.AWAITED and not _is_given(step, later, region):
                sight = Sight.NOT_GIVEN
            value, fields = _decoded(commitment.name, data, step, contract) if data is not None else (None, ())
            row = LAWS[type(step.event.body)]
            yield ShownValue(step.event.hash.hex(), f"{row.zh} {row.en}", commitment.name, sight, value, fields)


def _look(tx: Transaction, contents: SealedContents, digest: bytes) -> tuple[Sight, bytes | None]:
    try:
        opened = contents.open(tx, digest)
    except KeystoreError as err:
        if type(err) is not KeystoreError:  # a wrong passphrase is reported, a missing one leaves the value sealed
            raise
        return Sight.SEALED, None
    return (Sight.OPENED, opened.value) if opened is not None else (Sight.AWAITED, None)


def _is_given(step: Step, later: tuple[Step, ...], region: RegionCode) -> bool:
    """Whether the region that committed to it sends it to this region: at once, or with a later offer."""
    if region in recipients(step.after, step.event, step.event.header.region):
        return True
    return any(newly_trusted(each.event) == region for each in later)


def _decoded(name: str, data: bytes, step: Step, contract: MatterContract) -> tuple[Any, tuple[FormField, ...]]:
    """Another city may have committed to anything under a name; what does not read is said to be unreadable."""
    try:
        match name:
            case _ if name == FORM:
                return to_json(contract.decode_form(data)), contract.form_schema.fields
            case _ if name == OUTCOME:
                return to_json(contract.decode_outcome(data)), contract.outcome_schema.fields
            case _ if name == EXTRACT and isinstance(step.event.body, Asked):
                return to_json(read_extract(contract, data, step.event.body.shares)), contract.form_schema.fields
            case _:
                return decode_text(data), ()
    except RefusedError:
        return UNREADABLE, ()
