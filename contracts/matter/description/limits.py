"""Limits: a length of time, and one with the law that sets it."""

from typing import Annotated

from pydantic import Field

from tongban.contracts.yaml.model import BilingualText, Model
from tongban.domain.law.rules import Limit, LimitUnit


class LimitEntry(Model):
    """A length of time: `{value: 20, unit: workdays}`."""

    value: Annotated[int, Field(ge=1, le=10_000)]
    unit: LimitUnit

    def to_rule(self) -> Limit:
        """As the domain has it."""
        return Limit(self.value, self.unit)

    def is_longer_than(self, other: "LimitEntry") -> bool:
        """Whether both count the same and this one is longer; days and minutes are not compared."""
        return self.unit == other.unit and self.value > other.value


class LawfulLimit(LimitEntry):
    """A limit with its basis (依据). Without one it is a default of the contract, and never shown as law."""

    basis: BilingualText | None = None
