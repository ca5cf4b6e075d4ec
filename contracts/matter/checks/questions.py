"""Checks on questions and conditions, and on what the form says of them."""

from collections.abc import Iterator

from tongban.contracts.forms.fields import answers_of, can_be_left_out, field_types, worded
from tongban.contracts.forms.values import RecordSchema
from tongban.contracts.matter.checks.check import Check, Subject, Wrong, doubles, needs, unknown
from tongban.contracts.matter.description.condition import Conditional
from tongban.contracts.matter.description.described import Described
from tongban.contracts.matter.description.materials import BaseLibrary


@needs("questions", "asked_when")
def fields_stand_once(subject: Subject[Described]) -> Iterator[Wrong]:
    """A field is asked in one way."""
    yield from doubles("questions", (each.field for each in subject.about.questions))
    yield from doubles("asked_when", (each.field for each in subject.about.asked_when))


@needs("questions", "form")
def questions_are_fields(subject: Subject[Described]) -> Iterator[Wrong]:
    """A question is a field of the form with a few answers."""
    form = _form(subject)
    for number, question in enumerate(subject.about.questions):
        path = f"questions.{number}.field"
        yield from unknown(path, [question.field], field_types(form), "a field of form.avsc")
        if question.field in field_types(form) and not answers_of(form, question.field):
            yield Wrong(path, "a field of type boolean or enum, since its answers are chosen from", question.field)


@needs("questions")
def questions_rest_on_earlier_ones(subject: Subject[Described]) -> Iterator[Wrong]:
    """What decides whether a question is asked was asked before."""
    earlier: list[str] = []
    for number, question in enumerate(subject.about.questions):
        yield from unknown(f"questions.{number}.when", question.when or (), earlier, "earlier questions")
        earlier.append(question.field)


@needs("asked_when", "form")
def conditional_fields_can_be_left_out(subject: Subject[Described]) -> Iterator[Wrong]:
    """Who is not asked for a field leaves it out, so it must be able to hold nothing."""
    form = _form(subject)
    for number, each in enumerate(subject.about.asked_when):
        path = f"asked_when.{number}"
        yield from unknown(f"{path}.field", [each.field], field_types(form), "a field of form.avsc")
        if each.field in field_types(form) and not can_be_left_out(form, each.field):
            yield Wrong(f"{path}.field", 'a field of a type as ["null", …] with a default', each.field)
        if each.when is None:
            yield Wrong(f"{path}.when", "a condition", "nothing")


@needs("form", "data_sources")
def field_sources_are_known(subject: Subject[Described]) -> Iterator[Wrong]:
    """Where a field can come from is the applicant, a base library or a declared source."""
    known = {"applicant", *BaseLibrary, *(each.code for each in subject.about.data_sources)}
    for each in _form(subject).fields:
        yield from unknown(f"(form.avsc) fields.{each.name}.sources", each.sources, known, "applicant, or a source")


def conditions_name_questions(name: str) -> Check[Described]:
    """What a list makes depend on answers depends on questions that are asked, and on answers that they have."""

    def conditions_hold(subject: Subject[Described]) -> Iterator[Wrong]:
        asked = [each.field for each in subject.about.questions]
        for number, entry in enumerate(getattr(subject.about, name)):
            yield from _of_condition(f"{name}.{number}.when", entry, asked, subject.form)

    return needs("questions", name)(conditions_hold)


def _of_condition(path: str, entry: Conditional, asked: list[str], form: RecordSchema | None) -> Iterator[Wrong]:
    for name, answers in (entry.when or {}).items():
        if name not in asked:
            if not path.startswith("questions."):  # reported by the check on their order
                yield from unknown(path, [name], asked, "questions")
            continue
        options = answers_of(form, name) if form else ()
        for answer in answers if options else ():
            if answer not in options or type(answer) is not type(options[0]):
                yield Wrong(f"{path}.{name}", worded(options), str(answer).lower())


def _form(subject: Subject[Described]) -> RecordSchema:
    assert subject.form is not None, "the check needs the form"
    return subject.form


CHECKS = (
    fields_stand_once,
    questions_are_fields,
    questions_rest_on_earlier_ones,
    conditional_fields_can_be_left_out,
    field_sources_are_known,
    *(conditions_name_questions(name) for name in ("questions", "asked_when")),
)
"""Those of a matter and of a bundle."""

MATTER_CHECKS = tuple(
    conditions_name_questions(name)
    for name in ("sub_items", "materials", "steps", "others", "special_procedures", "documents", "fees")
)
BUNDLE_CHECKS = (conditions_name_questions("members"),)
