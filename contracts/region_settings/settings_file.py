"""A region's settings for a matter (实施清单), format 1: what it does in the applicant's favour, and where.

Never looser than the contract: `checks` holds a file against the matter. What a region may set follows from the
matter's `may_vary`; its local code, its implementing body and its `example_settings` are its own business.
"""

from typing import Annotated, Literal

from pydantic import Field

from tongban.contracts.matter.description.limits import LimitEntry
from tongban.contracts.matter.description.materials import StandIn
from tongban.contracts.matter.description.service import ChannelEntry
from tongban.contracts.yaml.model import BilingualText, CatalogCode, Coded, Model, Name, RegionText, Version

TaskCode = Annotated[str, Field(pattern=r"^[0-9A-Z]{18}[1-6][0-9]{12}$")]
"""实施编码: 18 characters of the implementing body's credit code, one digit of its level, the catalog code."""


class ImplementingBody(Model):
    """实施主体, with its unified social credit code."""

    code: Annotated[str, Field(pattern=r"^[0-9A-Z]{18}$")]
    name: BilingualText


class FeeSetting(Model):
    """A lower fee, or none."""

    code: Name
    amount_fen: Annotated[int, Field(ge=0, le=10**12)]


class MaterialSetting(Model):
    """A material that the applicant need not bring (免提交), or for which something more may stand in.

    `asked: false`: the region gets it by itself. It is recorded with the case all the same: what a complete case holds is
    the matter's to say, and alike in every city.
    """

    code: Name
    asked: bool = True
    stand_ins: tuple[StandIn, ...] = ()


class PlaceEntry(Coded):
    """A window: where it is, and when it is open."""

    address: BilingualText
    hours: BilingualText


class SettingsFile(Model):
    """The whole of a settings file. `catalog_code` and `version`: the matter that it is for."""

    format: Literal[1]
    kind: Literal["settings"]
    region: RegionText
    catalog_code: CatalogCode
    version: Version
    implementing_body: ImplementingBody
    local_code: TaskCode | None = None
    promised: LimitEntry | None = None
    channels: tuple[ChannelEntry, ...] = ()
    fees: tuple[FeeSetting, ...] = ()
    materials: tuple[MaterialSetting, ...] = ()
    places: tuple[PlaceEntry, ...] = ()
    example_settings: tuple[str, ...]

    def material(self, code: str) -> MaterialSetting | None:
        """What is set for a material."""
        return next((each for each in self.materials if each.code == code), None)
