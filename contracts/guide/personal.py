"""The personal guide (私人定制办事指南): from a person's answers to the exact list. Pure.

    matter + a region's settings + answers ──► materials, fields, steps, limit, channels with visits, fees

- A question is a field of the form, so the same resolution serves before a case (`tongban guide`), when it is opened, and
  before it is accepted: there the answers are read from the form (`known_answers`).
- `rules_for` is what acceptance asks for: the matter's own materials under these answers. A region's settings change what an
  applicant brings, waits and pays, never what a complete case holds.
- Messages name questions and the answers that can be chosen, never the answer that was given.

Not handled here: several matters at once (`tongban.contracts.guide.bundle`), words for people.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from tongban.contracts.faults import Fault, kind_of, refuse_faulty
from tongban.contracts.forms.fields import Answer, Answers, answers_of, worded
from tongban.contracts.forms.values import FormField, RecordSchema
from tongban.contracts.matter.contract import MatterContract
from tongban.contracts.matter.description.described import Described
from tongban.contracts.matter.description.limits import LimitEntry
from tongban.contracts.matter.description.materials import MaterialEntry, StandIn
from tongban.contracts.matter.description.process import OtherAuthority, SpecialProcedure, StepEntry
from tongban.contracts.matter.description.questions import QuestionEntry, SubItemEntry
from tongban.contracts.matter.description.service import ChannelEntry, DocumentEntry, FeeEntry, FeeUnit
from tongban.contracts.matter.description.step_graph import in_order, without
from tongban.contracts.matter.reading import FORM_FILE
from tongban.contracts.region_settings.settings_file import PlaceEntry, SettingsFile
from tongban.domain.law.rules import MatterRules

ANSWERS = "answers"
"""How messages call answers that are given by themselves."""


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
        """Every material that these answers bring in, whoever gets it."""
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
        return tuple(each for each in self.fields if not fetched(each))

    @property
    def fetched_fields(self) -> tuple[FormField, ...]:
        """What is fetched from shared data instead of asked."""
        return tuple(each for each in self.fields if fetched(each))

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


def fetched(field: FormField) -> bool:
    """Whether a field is fetched from shared data first."""
    return bool(field.sources) and field.sources[0] != "applicant"


# Questions and answers -------------------------------------------------------------------------------------------------


def known_answers(questions: Sequence[QuestionEntry], given: Mapping[str, object]) -> dict[str, Answer]:
    """The answers to what is asked, in turn. A question that is not asked has no answer, whatever was given."""
    known: dict[str, Answer] = {}
    for question in questions:
        answer = given.get(question.field)
        if isinstance(answer, bool | str) and question.applies(known):
            known[question.field] = answer
    return known


def next_question(about: Described, given: Mapping[str, object]) -> QuestionEntry | None:
    """The first question that is asked and not answered yet."""
    return next(iter(_open_questions(about.questions, given)), None)


def unanswered(contract: MatterContract, given: Mapping[str, object]) -> tuple[str, ...]:
    """The questions that are asked and have no answer."""
    return tuple(each.field for each in _open_questions(contract.about.questions, given))


def answer_faults(contract: MatterContract, given: Mapping[str, object]) -> Iterator[Fault]:
    """What is wrong with answers that are given by themselves: unknown, not to be chosen, missing."""
    asked = {each.field for each in contract.about.questions}
    for name in sorted(map(str, given.keys() - asked)):
        yield Fault(ANSWERS, name, f"a question: {', '.join(sorted(asked)) or 'there are none'}", "no such question")
    for name in asked:
        if name in given and given[name] is not None:
            yield from option_faults(contract.form_schema, name, given[name])
    for name in unanswered(contract, given):
        if given.get(name) is None:
            yield Fault(ANSWERS, name, worded(answers_of(contract.form_schema, name)), "nothing")


def option_faults(form: RecordSchema, name: str, answer: object) -> Iterator[Fault]:
    """An answer that cannot be chosen."""
    options = answers_of(form, name)
    if not any(answer is each or (isinstance(answer, str) and answer == each) for each in options):
        yield Fault(ANSWERS, name, worded(options), kind_of(answer))


def form_faults(contract: MatterContract, form: Mapping[str, object]) -> Iterator[Fault]:
    """What a form leaves open that is asked under its own answers: questions, and fields that only the applicant knows."""
    about = contract.about
    for name in unanswered(contract, form):
        yield Fault(FORM_FILE, name, worded(answers_of(contract.form_schema, name)), "nothing")
    answers = known_answers(about.questions, form)
    only_applicant = {each.name for each in contract.form_schema.fields if not fetched(each)}
    for each in about.asked_when:
        if each.field in only_applicant and each.applies(answers) and form.get(each.field) is None:
            yield Fault(FORM_FILE, each.field, "a value, since these answers ask for it", "nothing")


def _open_questions(questions: Sequence[QuestionEntry], given: Mapping[str, object]) -> Iterator[QuestionEntry]:
    known = known_answers(questions, given)
    return (each for each in questions if each.applies(known) and each.field not in known)
