"""The guide of a bundle (一件事): each field and material once for all its cases, and how many were saved. Pure.

- What the bundle asks comes first, then what its members ask and the bundle's answers do not settle.
- A member's field or material has the bundle's name for it (`fields`, `materials` of its entry), so equal names are one.
- A material that an earlier member's outcome gives is brought by nobody.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from tongban.contracts.faults import Fault, refuse_faulty
from tongban.contracts.forms.fields import Answers, answers_of, field_types, worded
from tongban.contracts.forms.values import FormField, RecordSchema
from tongban.contracts.guide.personal import Guide
from tongban.contracts.guide.questions import ANSWERS, known_answers, option_faults, unanswered
from tongban.contracts.matter.bundles import BundleContract
from tongban.contracts.matter.contract import MatterContract
from tongban.contracts.matter.description.bundle_file import MemberEntry
from tongban.contracts.matter.description.step_graph import in_order, without
from tongban.contracts.region_settings.settings_file import SettingsFile
from tongban.contracts.yaml.model import BilingualText

SettingsOf = Callable[[MatterContract], SettingsFile | None]
"""The deciding region's settings for a matter."""


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question by the field that carries its answer. `form`: the schema that has this field, as `form_field`."""

    field: str
    text: BilingualText
    form: RecordSchema
    form_field: str


@dataclass(frozen=True, slots=True)
class SharedMaterial:
    """A material of the bundle. `matters`: the members that need it; `given_by`: the member whose outcome it is."""

    code: str
    name: BilingualText
    brought: bool
    matters: tuple[str, ...]
    given_by: str | None = None


@dataclass(frozen=True)
class BundleGuide:
    """What applies to one person in one bundle. `guides`: the members that do, by catalog code, in the bundle's order."""

    bundle: BundleContract
    answers: Answers
    guides: Mapping[str, Guide]

    @cached_property
    def entries(self) -> tuple[MemberEntry, ...]:
        """The members that apply."""
        return tuple(each for each in self.bundle.about.members if each.matter in self.guides)

    @cached_property
    def stages(self) -> tuple[tuple[str, ...], ...]:
        """The cases in order, by catalog code; those of one stage run in parallel."""
        after = {each.matter: each.after for each in self.bundle.about.members}
        return in_order(without(after, self.guides))

    @cached_property
    def materials(self) -> tuple[SharedMaterial, ...]:
        """Every material once."""
        merged: dict[str, SharedMaterial] = {}
        for entry in self.entries:
            for needed in self.guides[entry.matter].materials:
                code = entry.material_code(needed.entry.code)
                giver = entry.given.get(needed.entry.code)
                giver = giver if giver in self.guides else None
                known = merged.get(code, SharedMaterial(code, needed.entry.name, False, ()))
                merged[code] = SharedMaterial(
                    code,
                    known.name,
                    known.brought or (needed.brought and giver is None),
                    (*known.matters, entry.matter),
                    known.given_by or giver,
                )
        return tuple(merged.values())

    @cached_property
    def fields(self) -> tuple[FormField, ...]:
        """The fields of the bundle's form that are filled in."""
        used = {entry.field_name(each.name) for entry in self.entries for each in self.guides[entry.matter].fields}
        of_members = {
            entry.field_name(name)
            for entry in self.bundle.about.members
            for name in field_types(self.bundle.member_of(entry).form_schema)
        }
        about = self.bundle.about
        left_out = {each.field for each in about.asked_when if not each.applies(self.answers)}
        left_out |= {each.field for each in about.questions if not each.applies(self.answers)}
        return tuple(
            each
            for each in self.bundle.form_schema.fields
            if each.name not in left_out and (each.name in used or each.name not in of_members)
        )

    @property
    def asked_fields(self) -> tuple[FormField, ...]:
        """What the applicant states, once for all cases."""
        return tuple(each for each in self.fields if not each.is_fetched)

    @property
    def fetched_fields(self) -> tuple[FormField, ...]:
        """What is fetched instead."""
        return tuple(each for each in self.fields if each.is_fetched)

    @property
    def saved_fields(self) -> int:
        """How many answers the applicant is spared, against an application for each matter by itself."""
        return sum(len(each.asked_fields) for each in self.guides.values()) - len(self.asked_fields)

    @property
    def saved_materials(self) -> int:
        """How many materials need not be handed in, against an application for each matter by itself."""
        alone = sum(needed.brought for guide in self.guides.values() for needed in guide.materials)
        return alone - sum(each.brought for each in self.materials)

    @property
    def fee_fen(self) -> int:
        """What all cases cost together, in fen."""
        return sum(each.fee_fen for each in self.guides.values())


def resolve_bundle(bundle: BundleContract, given: Mapping[str, object], settings_of: SettingsOf) -> BundleGuide:
    """What applies under these answers. Raises `FaultyContractError` that names each wrong and each missing answer."""
    refuse_faulty(_answer_faults(bundle, given))
    guides = {}
    for entry in _applying(bundle, given):
        matter = bundle.member_of(entry)
        answers = known_answers(matter.about.questions, _for_member(bundle, entry, given))
        guides[entry.matter] = Guide(matter, settings_of(matter), answers)
    return BundleGuide(bundle, known_answers(bundle.about.questions, given), guides)


def open_questions(bundle: BundleContract, given: Mapping[str, object]) -> Iterator[AskedQuestion]:
    """The questions that these answers leave open, the bundle's own first, each once."""
    seen = set()
    for question in (*_own(bundle), *_of_members(bundle, given)):
        if question.field in seen or given.get(question.field) is not None:
            continue
        seen.add(question.field)
        if _is_asked(bundle, question, given):
            yield question


def _own(bundle: BundleContract) -> Iterator[AskedQuestion]:
    for each in bundle.about.questions:
        yield AskedQuestion(each.field, each.text, bundle.form_schema, each.field)


def _of_members(bundle: BundleContract, given: Mapping[str, object]) -> Iterator[AskedQuestion]:
    for entry in _applying(bundle, given):
        matter = bundle.member_of(entry)
        for name in unanswered(matter, _for_member(bundle, entry, given)):
            text = next(each.text for each in matter.about.questions if each.field == name)
            yield AskedQuestion(entry.field_name(name), text, matter.form_schema, name)


def _is_asked(bundle: BundleContract, question: AskedQuestion, given: Mapping[str, object]) -> bool:
    """Whether an own question is asked under these answers; a member's is, or it would not be open."""
    own = next((each for each in bundle.about.questions if each.field == question.field), None)
    return own is None or own.applies(known_answers(bundle.about.questions, given))


def _applying(bundle: BundleContract, given: Mapping[str, object]) -> tuple[MemberEntry, ...]:
    answers = known_answers(bundle.about.questions, given)
    return tuple(each for each in bundle.about.members if each.applies(answers))


def _for_member(bundle: BundleContract, entry: MemberEntry, given: Mapping[str, object]) -> dict[str, object]:
    """The answers in the member's own names; a field that the bundle's form does not have holds its default."""
    shared = field_types(bundle.form_schema)
    answers: dict[str, object] = {}
    for each in bundle.member_of(entry).form_schema.avro["fields"]:
        name = entry.field_name(each["name"])
        answers[each["name"]] = given.get(name) if name in shared else each.get("default")
    return answers


def _answer_faults(bundle: BundleContract, given: Mapping[str, object]) -> Iterator[Fault]:
    asked = {each.field: each for each in _all_questions(bundle)}
    for name in sorted(map(str, given.keys() - asked.keys())):
        yield Fault(ANSWERS, name, f"a question: {', '.join(sorted(asked)) or 'there are none'}", "no such question")
    for name, question in asked.items():
        for fault in option_faults(question.form, question.form_field, given.get(name)) if name in given else ():
            yield fault._replace(path=name)
    for question in open_questions(bundle, given):
        yield Fault(ANSWERS, question.field, worded(answers_of(question.form, question.form_field)), "nothing")


def _all_questions(bundle: BundleContract) -> Iterator[AskedQuestion]:
    """Every question that any answers could bring up; the bundle's own last, since they win for their field."""
    for entry in bundle.about.members:
        matter = bundle.member_of(entry)
        for each in matter.about.questions:
            yield AskedQuestion(entry.field_name(each.field), each.text, matter.form_schema, each.field)
    yield from _own(bundle)
