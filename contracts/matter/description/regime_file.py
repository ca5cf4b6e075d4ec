"""A legal regime (许可, 确认, 给付, 公共服务 …): the limits, deemed effects and remedies that a body of law gives a matter.

    regimes/<name>/<version>.yaml

- Data, not code: another regime is another file. A released file never changes.
- A matter names its regime with the version, and its package carries the file: what a matter means is under its own hash.
- A limit without `basis` is a default, never shown as law.
"""

from typing import Annotated, Literal

from pydantic import Field

from tongban.contracts.matter.description.limits import LawfulLimit
from tongban.contracts.yaml.model import BilingualText, Model, Name, Version
from tongban.domain.law.rules import LegalRegime


class RegimeName(Model):
    """Which regime: `{name: licence, version: "1"}`."""

    name: Name
    version: Version


class RegimeLimits(Model):
    """Limits by law. `decision` runs from acceptance, `extension` is added once; `joint` ones where several decide."""

    notice: LawfulLimit | None = None
    decision: LawfulLimit | None = None
    extension: LawfulLimit | None = None
    joint_decision: LawfulLimit | None = None
    joint_extension: LawfulLimit | None = None
    first_review: LawfulLimit | None = None
    delivery: LawfulLimit | None = None


class DeemedEffect(Model):
    """What is deemed done when a limit passes: `{limit: notice, effect: accepted_from_receipt}`."""

    limit: Literal["notice"]
    effect: Literal["accepted_from_receipt"]
    basis: BilingualText


class Remedy(Model):
    """What the applicant can do against a decision. `within`: only where a source gives it."""

    kind: Literal["reconsideration", "litigation", "complaint"]
    name: BilingualText
    within: LawfulLimit | None = None


class Suspension(Model):
    """A special procedure whose time the law does not count."""

    kind: Name
    name: BilingualText
    basis: BilingualText | None = None


class RegimeFile(Model):
    """The whole of a regime's file."""

    format: Literal[1]
    regime: Name
    version: Version
    kind: LegalRegime
    name: BilingualText
    limits: RegimeLimits = RegimeLimits()
    deemed: tuple[DeemedEffect, ...] = ()
    suspensions: tuple[Suspension, ...] = ()
    remedies: Annotated[tuple[Remedy, ...], Field(max_length=9)] = ()

    @property
    def deems_acceptance(self) -> bool:
        """Whether a notice not given in time means accepted from the day of receipt."""
        return any(each.limit == "notice" for each in self.deemed)

    def suspends_for(self, kind: str) -> bool:
        """Whether the regime lists this special procedure."""
        return any(each.kind == kind for each in self.suspensions)
