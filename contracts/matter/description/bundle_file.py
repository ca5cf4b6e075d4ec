"""`matter.yaml` of a bundle (一件事): one application that drives a case for each of several matters.

A bundle has a form (each field once, for all its cases) and no outcome: each case has its own.
"""

from typing import Literal

from pydantic import Field

from tongban.contracts.matter.description.condition import Conditional
from tongban.contracts.matter.description.described import Described
from tongban.contracts.matter.description.limits import LimitEntry
from tongban.contracts.yaml.model import CatalogCode, Name, Version


class MemberEntry(Conditional):
    """A matter of the bundle. `after`: members whose case is granted first.

    `fields` and `materials`: the bundle's name for what the member calls otherwise. `given`: materials of the member that the
    outcome of an earlier member's case gives.
    """

    matter: CatalogCode
    version: Version
    after: tuple[CatalogCode, ...] = ()
    fields_as: dict[Name, Name] = Field(default_factory=dict, alias="fields")
    materials: dict[Name, Name] = Field(default_factory=dict)
    given: dict[Name, CatalogCode] = Field(default_factory=dict)

    def field_name(self, name: str) -> str:
        """What the bundle's form calls a field of the member."""
        return self.fields_as.get(name, name)

    def material_code(self, code: str) -> str:
        """What the bundle calls a material of the member."""
        return self.materials.get(code, code)


class BundleFile(Described):
    """The whole of a bundle's `matter.yaml`."""

    kind: Literal["bundle"]
    promised: LimitEntry | None = None
    members: tuple[MemberEntry, ...]

    def member(self, matter: str) -> MemberEntry | None:
        """The member that is this matter."""
        return next((each for each in self.members if each.matter == matter), None)
