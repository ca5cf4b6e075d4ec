"""What an act is tried on before anybody filled in a field: case, rules, who would act, and which regions there are."""

from dataclasses import dataclass

from tongban.domain.identifiers import RegionCode
from tongban.domain.law.doing import Acting
from tongban.domain.law.rules import MatterRules
from tongban.domain.law.state import CaseState


@dataclass(frozen=True, slots=True)
class Situation:
    """Pure, so that what is offered follows from a folded case alone. `regions`: those of the federation, sorted."""

    state: CaseState
    rules: MatterRules
    acting: Acting
    regions: tuple[RegionCode, ...] = ()

    @property
    def holds_pen(self) -> bool:
        """Whether who would act holds the pen, even while an offer of its own is open."""
        return self.state.pen is not None and self.state.pen.holder == self.acting.region

    @property
    def others(self) -> tuple[RegionCode, ...]:
        """The other regions of the federation."""
        return tuple(each for each in self.regions if each != self.acting.region)
