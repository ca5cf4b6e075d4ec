"""`tongban guide`: what exactly one person needs in one matter or bundle, from the answers to a few questions."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from tongban.adapters.cli.command import Call, command
from tongban.adapters.cli.guide.as_json import bundle_json, guide_json
from tongban.adapters.cli.guide.source import GuideSource, guide_source
from tongban.adapters.cli.guide.words import print_bundle, print_guide
from tongban.contracts.forms.fields import Answer, option_titles
from tongban.contracts.guide.bundle import AskedQuestion, open_questions, resolve_bundle
from tongban.contracts.guide.personal import resolve
from tongban.contracts.guide.questions import next_question
from tongban.contracts.matter.bundles import BundleContract
from tongban.contracts.matter.contract import MatterContract
from tongban.contracts.strict_json import load_json
from tongban.domain.errors import MalformedError, SettingsError

MAX_ANSWERS_BYTES = 64 * 1024

Subject = MatterContract | BundleContract
MatterArgument = Annotated[str, typer.Argument(metavar="MATTER", help="事项或一件事 Catalogue code, or code/version.")]
AnswersOption = Annotated[
    str | None, typer.Option("--answers", help="回答 A JSON file {question: answer}, or - for standard input.")
]
RegionOption = Annotated[str | None, typer.Option("--region", help="办理地 Region whose settings (实施清单) count.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    example = (
        "tongban guide 000199003000 --region 340100\n"
        "tongban guide 002099001000 --answers answers.json --region 310000 --json"
    )
    command(app, "guide", example=example)(guide)


def guide(call: Call, matter: MatterArgument, answers: AnswersOption = None, region: RegionOption = None) -> None:
    """私人定制办事指南 Tell a person's exact materials, fields, steps, limit, visits and fee, from a few answers.

    Asks the questions in turn, or takes the answers as JSON. In a home, matters and settings are those that it has read in
    the registries; elsewhere those that ship with Tongban.
    """
    source = guide_source(call, region)
    subject = source.find(matter)
    given = _read_answers(answers) if answers is not None else {} if call.as_json else _ask(call, subject)
    if isinstance(subject, BundleContract):
        bundle_guide = resolve_bundle(subject, given, source.settings_of)
        call.output.result(
            {**bundle_json(bundle_guide), "region": region}, lambda console: print_bundle(console, bundle_guide)
        )
        return
    _tell_missing_settings(call, source, subject, region)
    resolved = resolve(subject, given, source.settings_of(subject))
    call.output.result({**guide_json(resolved), "region": region}, lambda console: print_guide(console, resolved))


def _tell_missing_settings(call: Call, source: GuideSource, subject: MatterContract, region: str | None) -> None:
    if region and source.settings_of(subject) is None:
        call.output.note(
            f"region {region} has set nothing for this version of the matter: what the matter itself says counts"
        )


def _read_answers(name: str) -> dict[str, Any]:
    """Answers from a JSON file or standard input. Raises SettingsError, MalformedError."""
    try:
        if name == "-":
            data = sys.stdin.buffer.read(MAX_ANSWERS_BYTES + 1)
        else:
            with Path(name).open("rb") as file:
                data = file.read(MAX_ANSWERS_BYTES + 1)
    except OSError as err:
        raise SettingsError(f"the file {name} cannot be read", found=err.strerror or str(err)) from err
    if len(data) > MAX_ANSWERS_BYTES:
        raise MalformedError("the answers are too large", expected=f"at most {MAX_ANSWERS_BYTES} bytes")
    try:
        given = load_json(data)
    except ValueError as err:
        raise MalformedError("the answers are no JSON", expected="a JSON object", found=str(err)) from err
    if not isinstance(given, dict):
        raise MalformedError("the answers are no object", expected='as {"has_agent": true}', found=type(given).__name__)
    return given


# Asking ----------------------------------------------------------------------------------------------------------------


def _ask(call: Call, subject: Subject) -> dict[str, Answer]:
    given: dict[str, Answer] = {}
    while (question := _next(subject, given)) is not None:
        given[question.field] = _ask_one(call, question)
    return given


def _next(subject: Subject, given: dict[str, Answer]) -> AskedQuestion | None:
    if isinstance(subject, BundleContract):
        return next(open_questions(subject, given), None)
    entry = next_question(subject.about, given)
    return AskedQuestion(entry.field, entry.text, subject.form_schema, entry.field) if entry else None


def _ask_one(call: Call, question: AskedQuestion) -> Answer:
    """Ask until one of the answers is chosen, by its number or its symbol."""
    options = option_titles(question.form, question.form_field)
    typer.echo(f"{question.text.zh} {question.text.en}", err=True)
    for number, (_, zh, en) in enumerate(options, 1):
        typer.echo(f"  {number}  {zh} {en}", err=True)
    while True:
        chosen = typer.prompt("回答 answer", err=True).strip().lower()
        for number, (answer, zh, en) in enumerate(options, 1):
            if chosen in _spellings(number, answer, zh, en):
                return answer
        call.output.note(f"one of 1 to {len(options)}, please")


def _spellings(number: int, answer: Answer, zh: str, en: str) -> Iterator[str]:
    yield from (str(number), str(answer).lower(), zh, en.lower())
