"""The section `materials`: what is handed in, in what form, and what may stand in for it (一证通办)."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from tongban.contracts.matter.description.condition import Conditional
from tongban.contracts.matter.description.limits import LimitEntry
from tongban.contracts.yaml.model import BilingualText, Coded, Model, Name
from tongban.domain.events.values import SubmittedForm


class BaseLibrary(StrEnum):
    """The five base libraries (五大基础库), from which any authority may fetch what it needs."""

    POPULATION = "population"
    """人口库"""
    LEGAL_PERSON = "legal_person"
    """法人库"""
    CREDIT = "credit"
    """信用库"""
    LICENCE = "licence"
    """证照库"""
    SPATIAL = "spatial"
    """空间地理库"""


class DataSource(Coded):
    """Another source of shared data that this matter fetches from, as a register of marriages."""


class LicenceType(Coded):
    """A kind of electronic licence (电子证照). `type_code`: 证照类型代码, 21 characters, where it is known."""

    type_code: Annotated[str, Field(pattern=r"^[0-9A-HJ-NP-RT-UW-Y]{18}[0-9]{3}$")] | None = None


class SharedDataStandIn(Model):
    """Shared data in place of a material; `source`: a base library, or one of `data_sources`."""

    kind: Literal["shared_data"]
    source: Name


class LicenceStandIn(Model):
    """An electronic licence in place of a material; `licence`: one of `licence_types`."""

    kind: Literal["licence"]
    licence: Name


StandIn = Annotated[SharedDataStandIn | LicenceStandIn, Field(discriminator="kind")]


class MaterialEntry(Coded, Conditional):
    """A material. `required: false`: secondary, and may be owed for a while (容缺). `basis`: by what law it is asked for."""

    required: bool
    form: SubmittedForm
    copies: Annotated[int, Field(ge=1, le=99)] = 1
    basis: BilingualText | None = None
    stand_ins: tuple[StandIn, ...] = ()


class DebtMode(StrEnum):
    """The two ways of owing a secondary material (LIFECYCLE.md, terms)."""

    CURED_BEFORE_DECISION = "cured_before_decision"
    """容缺受理: supplied before the decision."""
    OWED_AFTER_DECISION = "owed_after_decision"
    """容缺通过: decided first, supplied after."""


class LapseEffect(StrEnum):
    """What follows where something owed is not supplied in time."""

    TERMINATED = "terminated"
    """终止办理"""
    PAUSED_THEN_RETURNED = "paused_then_returned"
    """暂停后退回"""


class DebtsEntry(Model):
    """容缺受理: how long a secondary material may be owed, and what follows where it is not supplied."""

    mode: DebtMode
    within: LimitEntry
    lapse: LapseEffect
