"""The questions of a personal guide, and the answers to them. Pure.

- A question is a field of the form, so the answers are read in the same way before a case (`tongban guide`), when it is
  opened, and before it is accepted: there from the form (`known_answers`).
- Messages name questions and the answers that can be chosen, never the answer that was given.

Not handled here: what follows from the answers (`personal`), the questions of several matters at once (`bundle`).
"""

from collections.abc import Iterator, Mapping, Sequence

from tongban.contracts.faults import Fault, kind_of
from tongban.contracts.forms.fields import Answer, answers_of, worded
from tongban.contracts.forms.values import RecordSchema
from tongban.contracts.matter.contract import MatterContract
from tongban.contracts.matter.description.described import Described
from tongban.contracts.matter.description.questions import QuestionEntry
from tongban.contracts.matter.files import FORM_FILE

ANSWERS = "answers"
"""How messages call answers that are given by themselves."""


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
    only_applicant = {each.name for each in contract.form_schema.fields if not each.is_fetched}
    for each in about.asked_when:
        if each.field in only_applicant and each.applies(answers) and form.get(each.field) is None:
            yield Fault(FORM_FILE, each.field, "a value, since these answers ask for it", "nothing")


def _open_questions(questions: Sequence[QuestionEntry], given: Mapping[str, object]) -> Iterator[QuestionEntry]:
    known = known_answers(questions, given)
    return (each for each in questions if each.applies(known) and each.field not in known)
