"""What the words of one step are looked up in: names of regions, of materials, and of acts that a takeover left behind."""

from dataclasses import dataclass

from tongban.domain.events.values import SubmittedMaterial
from tongban.domain.header import Header
from tongban.domain.identifiers import EventHash, RegionCode
from tongban.domain.law.rules import MatterRules
from tongban.domain.law.state import CaseState
from tongban.domain.law.table import LAWS
from tongban.projections.names import Names
from tongban.projections.words.phrase import Words, beside


@dataclass(frozen=True, slots=True)
class Setting:
    """The event's header, the state before it, the rules of its matter, and where names are found."""

    header: Header
    before: CaseState
    rules: MatterRules
    names: Names

    def region(self, code: RegionCode) -> Words:
        """A region by code and name."""
        names = self.names.region(self.header, code)
        return Words(beside(code, names.zh), beside(code, names.en))

    def past_act(self, event: EventHash) -> Words:
        """An act past the head of a takeover, by the beginning of its hash and its name."""
        past = self.before.past_head.act(event)
        law = LAWS[type(past.doing.body)] if past is not None else None
        digits = event.hex()[:8]
        return Words(beside(digits, law.zh if law else "未知"), beside(digits, law.en if law else "unknown"))

    def materials(self, codes: tuple[str, ...]) -> Words:
        """Materials by the names that the matter gives them, or by code where it knows none."""
        known = [self.rules.material(code) for code in codes]
        pairs = list(zip(codes, known, strict=True))
        zh = "、".join(each.name_zh if each is not None else code for code, each in pairs)
        en = ", ".join(each.name_en if each is not None else code for code, each in pairs)
        return Words(zh, en)

    def submitted(self, materials: tuple[SubmittedMaterial, ...]) -> Words:
        """Materials that were handed in."""
        return self.materials(tuple(each.code for each in materials))
