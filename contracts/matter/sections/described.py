"""What a matter and a bundle (一件事) both say: code, name, whom it is for, what they are asked, how they apply."""

from typing import Literal

from tongban.contracts.matter.model import BilingualText, CatalogCode, Model, Version
from tongban.contracts.matter.sections.materials import DataSource
from tongban.contracts.matter.sections.questions import FieldCondition, QuestionEntry
from tongban.contracts.matter.sections.service import ApplicantKind, ChannelEntry


class Described(Model):
    """The sections that both have."""

    format: Literal[2]
    catalog_code: CatalogCode
    code_is_example: bool
    version: Version
    name: BilingualText
    applicants: tuple[ApplicantKind, ...]
    agents: bool
    legal_basis: tuple[BilingualText, ...]
    questions: tuple[QuestionEntry, ...] = ()
    asked_when: tuple[FieldCondition, ...] = ()
    data_sources: tuple[DataSource, ...] = ()
    channels: tuple[ChannelEntry, ...]
    example_settings: tuple[str, ...]
