"""What a matter and a bundle (一件事) both say: code, name, whom it is for, what they are asked, how they apply."""

from typing import Literal

from tongban.contracts.matter.description.materials import DataSource
from tongban.contracts.matter.description.questions import FieldCondition, QuestionEntry
from tongban.contracts.matter.description.service import ApplicantKind, ChannelEntry
from tongban.contracts.yaml.model import BilingualText, CatalogCode, Model, Version

EXAMPLE_MAIN_ITEMS = range(99_000, 100_000)
"""Main items (主项, digits 5 to 9 of a catalog code) that Tongban keeps for examples: no source names any of them."""


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
