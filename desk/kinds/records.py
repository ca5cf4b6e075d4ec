"""Records that a matter's contract describes: the form that an applicant fills in, the outcome of a grant."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from tongban.contracts.forms.json_values import from_json, to_json
from tongban.contracts.forms.values import RecordSchema
from tongban.contracts.matter.contract import MatterContract
from tongban.contracts.strict_json import load_json
from tongban.desk.case_at_hand import CaseAtHand
from tongban.desk.kinds.kind import JsonSchema, Kind
from tongban.domain.errors import MalformedError

Values = Mapping[str, object]


class RecordOf(StrEnum):
    """Which of the matter's records."""

    FORM = "form"
    OUTCOME = "outcome"


class Record(Kind[Values]):
    """A record of the matter, as a JSON object. It says who a person is."""

    zh, en = "表单", "record"
    personal = True

    def __init__(self, of: RecordOf) -> None:
        self.of = of

    @property
    def makes(self) -> Any:
        """See `Kind`."""
        return bytes

    @property
    def json_schema(self) -> JsonSchema:
        """See `Kind`. Which fields there are, the matter's contract says: `schema_of`."""
        return {"type": "object", "x-record": self.of.value}

    def schema_of(self, contract: MatterContract) -> RecordSchema:
        """What the contract says of it."""
        return contract.form_schema if self.of is RecordOf.FORM else contract.outcome_schema

    def read_text(self, text: str) -> Values:
        """See `Kind`: a JSON object."""
        try:
            return self.read_json(load_json(text.encode()))
        except ValueError as err:
            raise MalformedError(f"the {self.of} is no JSON", expected="a JSON object", found=str(err)) from err

    def read_json(self, value: object) -> Values:
        """See `Kind`. The contract checks what is inside."""
        if not isinstance(value, dict):
            raise MalformedError(f"the {self.of}", expected="a JSON object", found=type(value).__name__)
        return value

    def as_json(self, value: Values) -> Any:
        """See `Kind`."""
        return to_json(dict(value))

    def settled(self, value: Values, at_hand: CaseAtHand) -> bytes:
        """Encoded by the contract. Raises FaultyContractError with every fault."""
        schema = self.schema_of(at_hand.contract)
        return schema.encode(from_json(dict(value), schema))
