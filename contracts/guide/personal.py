"""The personal guide (私人定制办事指南): from a person's answers to the exact list. Pure.

    matter + a region's settings + answers ──► materials, fields, steps, limit, channels with visits, fees

`rules_for` is what acceptance asks for: the matter's own materials under these answers. A region's settings change what an
applicant brings, waits and pays, never what a complete case holds.

Not handled here: which questions are open and which answers are wrong (`questions`), several matters at once (`bundle`),
words for people.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from tongban.contracts.faults import refuse_faulty
from tongban.contracts.forms.fields import Answers
from tongban.contracts.forms.values import FormField
from tongban.contracts.guide.questions import answer_faults, known_answers
from tongban.contracts.matter.contract import MatterContract
from tongban.contracts.matter.description.limits import LimitEntry
from tongban.contracts.matter.description.materials import MaterialEntry, StandIn
from tongban.contracts.matter.description.process import OtherAuthority, SpecialProcedure, StepEntry
from tongban.contracts.matter.description.questions import SubItemEntry
from tongban.contracts.matter.description.service import ChannelEntry, DocumentEntry, FeeEntry, FeeUnit
from tongban.contracts.matter.description.step_graph import in_order, without
from tongban.contracts.region_settings.settings_file import PlaceEntry, SettingsFile
from tongban.domain.law.rules import MatterRules


@dataclass(frozen=True, slots=True)
class NeededMaterial:
    """A material under these answers. `asked` false: the region gets it by itself. `stand_ins`: any one will do."""

    entry: MaterialEntry
    stand_ins: tuple[StandIn, ...]
    asked: bool

    @property
    def brought(self) -> bool:
        """Whether the applicant hands it in."""
        return self.asked and not self.stand_ins


@dataclass(frozen=True)
class Guide:
    """What applies to one person in one matter. `settings`: those of the deciding region, if there are any."""

    contract: MatterContract
    settings: SettingsFile | None
    answers: Answers

    @cached_property
    def sub_items(self) -> tuple[SubItemEntry, ...]:
        """业务办理项: what exactly is applied for."""
        return tuple(each for each in self.contract.about.sub_items if each.applies(self.answers))

    @cached_property
    def materials(self) -> tuple[NeededMaterial, ...]:
        """Every material that these answers bring in, from the applicant or not."""
        entries = (each for each in self.contract.about.materials if each.applies(self.answers))
        return tuple(map(self._needed, entries))

    @cached_property
    def fields(self) -> tuple[FormField, ...]:
        """The fields of the form that are filled in; others do not matter under these answers."""
        left_out = {each.field for each in self.contract.about.asked_when if not each.applies(self.answers)}
        left_out |= {each.field for each in self.contract.about.questions if not each.applies(self.answers)}
        return tuple(each for each in self.contract.form_schema.fields if each.name not in left_out)

    @property
    def asked_fields(self) -> tuple[FormField, ...]:
        """What the applicant states."""
        return tuple(each for each in self.fields if not each.is_fetched)

    @property
    def fetched_fields(self) -> tuple[FormField, ...]:
        """What is fetched from shared data instead of asked."""
        return tuple(each for each in self.fields if each.is_fetched)

    @cached_property
    def stages(self) -> tuple[tuple[StepEntry, ...], ...]:
        """The steps in order; those of one stage can be done in parallel."""
        steps = {each.code: each for each in self.contract.about.steps}
        graph = {code: tuple(before for before in each.after if before in steps) for code, each in steps.items()}
        kept = [each.code for each in steps.values() if each.applies(self.answers)]
        return tuple(tuple(steps[code] for code in stage) for stage in in_order(without(graph, kept)))

    @cached_property
    def promised(self) -> LimitEntry | None:
        """承诺时限: the matter's or its sub-items', or the region's shorter one."""
        general = self.contract.about.limits.promised
        own = [each.promised or general for each in self.sub_items]
        base = max((each for each in own if each is not None), key=lambda each: each.value, default=general)
        set_here = self.settings.promised if self.settings else None
        return set_here if set_here and (base is None or base.is_longer_than(set_here)) else base

    @cached_property
    def channels(self) -> tuple[ChannelEntry, ...]:
        """How to apply and to be served, with the visits of each; fewest visits first."""
        modes = {(each.apply, each.deliver): each for each in self.contract.about.channels}
        modes |= {(each.apply, each.deliver): each for each in (self.settings.channels if self.settings else ())}
        return tuple(sorted(modes.values(), key=lambda each: each.visits))

    @cached_property
    def fees(self) -> tuple[FeeEntry, ...]:
        """What is charged, with the region's lower amounts; a fee of nothing is not listed."""
        set_here = {each.code: each.amount_fen for each in (self.settings.fees if self.settings else ())}
        charged = (each for each in self.contract.about.fees if each.applies(self.answers))
        lowered = (each.model_copy(update={"amount_fen": set_here.get(each.code, each.amount_fen)}) for each in charged)
        return tuple(each for each in lowered if each.amount_fen)

    @property
    def fee_fen(self) -> int:
        """What one case costs, in fen; what is charged for each copy comes on top."""
        return sum(each.amount_fen for each in self.fees if each.per is FeeUnit.CASE)

    @property
    def special_procedures(self) -> tuple[SpecialProcedure, ...]:
        """What may stop the clock."""
        return tuple(each for each in self.contract.about.special_procedures if each.applies(self.answers))

    @property
    def others(self) -> tuple[OtherAuthority, ...]:
        """Which other authorities take part."""
        return tuple(each for each in self.contract.about.others if each.applies(self.answers))

    @property
    def documents(self) -> tuple[DocumentEntry, ...]:
        """文书 that the applicant will be given."""
        return tuple(each for each in self.contract.about.documents if each.applies(self.answers))

    @property
    def places(self) -> tuple[PlaceEntry, ...]:
        """Where the region's windows are, and when they are open."""
        return self.settings.places if self.settings else ()

    @property
    def examples(self) -> tuple[str, ...]:
        """Paths of what comes from no source, in the matter and in the region's settings; a guide that is shown must say so."""
        about, settings = self.contract.about, self.settings
        code = ("catalog_code",) if about.code_is_example else ()
        of_region = (f"{settings.region}: {each}" for each in settings.example_settings) if settings else ()
        return (*code, *about.example_settings, *of_region)

    def _needed(self, entry: MaterialEntry) -> NeededMaterial:
        here = self.settings.material(entry.code) if self.settings else None
        more = here.stand_ins if here else ()
        return NeededMaterial(entry, tuple(dict.fromkeys((*entry.stand_ins, *more))), here is None or here.asked)


def resolve(contract: MatterContract, answers: Mapping[str, object], settings: SettingsFile | None = None) -> Guide:
    """What applies under these answers. Raises `FaultyContractError` that names each wrong and each missing answer."""
    refuse_faulty(answer_faults(contract, answers))
    return Guide(contract, settings, known_answers(contract.about.questions, answers))


def rules_for(contract: MatterContract, answers: Answers) -> MatterRules:
    """The matter's rules with the materials that these answers bring in: no longer conditional, but required as they say."""
    needed = {each.code for each in contract.about.materials if each.applies(answers)}
    materials = tuple(
        replace(each, conditional=each.conditional and each.code not in needed) for each in contract.rules.materials
    )
    return replace(contract.rules, materials=materials)
