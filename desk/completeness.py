"""Whether a set of materials is complete under an applicant's answers, as far as anybody can say it now."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from tongban.contracts.guide.personal import rules_for
from tongban.contracts.guide.questions import known_answers
from tongban.contracts.matter.contract import MatterContract
from tongban.domain.law.rules import Material


@dataclass(frozen=True, slots=True)
class Completeness:
    """`required`: what the answers ask for; `missing`: what of it is not here; `open`: without a form nobody can say."""

    required: tuple[Material, ...]
    missing: tuple[Material, ...]
    open: bool

    @property
    def words(self) -> str:
        """What the officer can tell the applicant at once: whether this set will be accepted as complete."""
        if self.open:
            return "without a form nobody can say which materials the answers ask for"
        if not self.missing:
            return "材料齐全 the set is complete"
        return "缺 missing: " + ", ".join(f"{each.code} {each.name_zh} {each.name_en}" for each in self.missing)


def completeness(contract: MatterContract, form: Mapping[str, object] | None, here: Collection[str]) -> Completeness:
    """`form`: the decoded form, or None where there is none; `here`: codes of the materials handed in."""
    questions = contract.about.questions
    required = rules_for(contract, known_answers(questions, form or {})).required_materials
    missing = tuple(each for each in required if each.code not in here)
    return Completeness(required, missing, open=form is None and bool(questions))
