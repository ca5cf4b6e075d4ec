"""The sections on what the applicant meets: applicants, channels and visits, documents, fees, what a grant leaves."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from tongban.contracts.matter.description.condition import Conditional
from tongban.contracts.matter.description.process import ActName
from tongban.contracts.yaml.model import BilingualText, Coded, Model, Name
from tongban.domain.events.delivery import DeliveryMethod
from tongban.domain.law.rules import OutcomeKind


class ApplicantKind(StrEnum):
    """服务对象, with the national codes 1 to 6 and 9."""

    NATURAL_PERSON = "natural_person"
    """1 自然人"""
    ENTERPRISE = "enterprise"
    """2 企业法人"""
    PUBLIC_INSTITUTION = "public_institution"
    """3 事业法人"""
    SOCIAL_ORGANIZATION = "social_organization"
    """4 社会组织法人"""
    UNINCORPORATED = "unincorporated"
    """5 非法人企业"""
    STATE_ORGAN = "state_organ"
    """6 行政机关"""
    OTHER = "other"
    """9 其他组织"""


class ApplyChannel(StrEnum):
    """Where an application is made."""

    ONLINE = "online"
    """网上申请"""
    WINDOW = "window"
    """现场申请"""


class ChannelEntry(Model):
    """One of the five modes, and how often the applicant goes somewhere (到办事现场次数). A visit needs a reason."""

    apply: ApplyChannel
    deliver: DeliveryMethod
    visits: Annotated[int, Field(ge=0, le=9)]
    reason: BilingualText | None = None


class DocumentEntry(Coded, Conditional):
    """A document (文书) towards the applicant: with which act it goes out, whether sealed, and how it may be served."""

    issued_with: ActName
    sealed: bool
    served_by: tuple[DeliveryMethod, ...]


class FeeUnit(StrEnum):
    """What a fee is charged for."""

    CASE = "case"
    COPY = "copy"


class FeeEntry(Coded, Conditional):
    """A fee in fen (分), and by what it may be charged. A matter without entries is free of charge."""

    amount_fen: Annotated[int, Field(ge=1, le=10**12)]
    per: FeeUnit = FeeUnit.CASE
    basis: BilingualText


class OutcomeEntry(Model):
    """What a granted case leaves; its fields are those of `outcome.avsc`. `licences`: some of `licence_types`."""

    kind: OutcomeKind
    licences: tuple[Name, ...] = ()
