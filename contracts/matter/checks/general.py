"""Checks on codes, lists, limits, materials and what comes from no source."""

from collections.abc import Iterator

from pydantic import BaseModel

from tongban.contracts.matter.checks.check import Check, Subject, Wrong, doubles, needs, unknown
from tongban.contracts.matter.description.described import EXAMPLE_MAIN_ITEMS, Described
from tongban.contracts.matter.description.materials import BaseLibrary, LicenceStandIn
from tongban.contracts.matter.description.matter_file import MatterFile
from tongban.domain.events.values import SubmittedForm
from tongban.domain.law.rules import ReceiptPoint

CODED_LISTS = (
    "sub_items", "licence_types", "materials", "powers", "steps", "others", "special_procedures",
    "documents", "fees",
)  # fmt: skip


@needs("catalog_code", "code_is_example")
def example_code_is_marked(subject: Subject[Described]) -> Iterator[Wrong]:
    """A made-up code must show that it is one."""
    code, marked = subject.about.catalog_code, subject.about.code_is_example
    if (int(code[4:9]) in EXAMPLE_MAIN_ITEMS) != marked:
        expected = "code_is_example true exactly where digits 5 to 9 of catalog_code are 99000 to 99999"
        yield Wrong("code_is_example", expected, f"{marked} for {code}".lower())


def is_filled_list(name: str) -> Check[Described]:
    """A list that must have an entry."""

    def is_filled(subject: Subject[Described]) -> Iterator[Wrong]:
        if not getattr(subject.about, name):
            yield Wrong(name, "at least one entry", "none")

    return needs(name)(is_filled)


def stands_once_in(name: str, key: str | None) -> Check[Described]:
    """A list without repeats; `key`: what identifies an entry."""

    def stands_once(subject: Subject[Described]) -> Iterator[Wrong]:
        yield from doubles(name, (getattr(each, key) if key else each for each in getattr(subject.about, name)))

    return needs(name)(stands_once)


@needs("materials", "data_sources", "licence_types")
def stand_ins_are_known(subject: Subject[MatterFile]) -> Iterator[Wrong]:
    """A stand-in names a source or licence that exists."""
    about = subject.about
    sources = {*BaseLibrary, *(each.code for each in about.data_sources)}
    licences = {each.code for each in about.licence_types}
    for number, material in enumerate(about.materials):
        for place, stand_in in enumerate(material.stand_ins):
            path = f"materials.{number}.stand_ins.{place}"
            if isinstance(stand_in, LicenceStandIn):
                yield from unknown(f"{path}.licence", [stand_in.licence], licences, "one of licence_types")
            else:
                yield from unknown(f"{path}.source", [stand_in.source], sources, "a source of shared data")


@needs("data_sources")
def sources_have_names_of_their_own(subject: Subject[Described]) -> Iterator[Wrong]:
    """A declared source does not hide a base library."""
    for number, source in enumerate(subject.about.data_sources):
        if source.code in {*BaseLibrary, "applicant"}:
            yield Wrong(f"data_sources.{number}.code", "a code that is not built in", source.code)


@needs("outcome", "licence_types")
def outcome_licences_are_known(subject: Subject[MatterFile]) -> Iterator[Wrong]:
    """What a grant leaves is declared."""
    about = subject.about
    yield from unknown(
        "outcome.licences", about.outcome.licences, (each.code for each in about.licence_types), "of licence_types"
    )


@needs("materials", "debts")
def debts_go_with_secondary_materials(subject: Subject[MatterFile]) -> Iterator[Wrong]:
    """Who may owe something must know until when, and the other way round."""
    secondary = [each.code for each in subject.about.materials if not each.required]
    if secondary and subject.about.debts is None:
        yield Wrong("debts", f"how long {', '.join(secondary)} may be owed", "nothing")
    if not secondary and subject.about.debts is not None:
        yield Wrong("debts", "a material with required: false, which may be owed", "none")


@needs("receipt_at", "materials")
def originals_can_arrive(subject: Subject[MatterFile]) -> Iterator[Wrong]:
    """Where receipt counts from the originals, there must be one."""
    forms = {each.form for each in subject.about.materials}
    if subject.about.receipt_at is ReceiptPoint.ORIGINALS and SubmittedForm.ORIGINAL not in forms:
        yield Wrong("receipt_at", "a material in the form original, since receipt counts from the originals", "none")


@needs("limits", "regime")
def promises_keep_the_law(subject: Subject[MatterFile]) -> Iterator[Wrong]:
    """A promise is never longer than the law."""
    regime = subject.regime
    limits = subject.about.limits
    law = limits.statutory or (regime.limits.decision if regime else None)
    if limits.promised and law and limits.promised.is_longer_than(law):
        yield Wrong("limits.promised", f"at most the statutory {law.value} {law.unit}", f"{limits.promised.value}")


@needs("limits", "regime")
def other_limits_have_a_basis(subject: Subject[MatterFile]) -> Iterator[Wrong]:
    """Where the regime sets a limit, another one needs a law of its own."""
    limits, regime = subject.about.limits, subject.regime
    for name, own, general in (
        ("statutory", limits.statutory, regime.limits.decision if regime else None),
        ("notice", limits.notice, regime.limits.notice if regime else None),
    ):
        if own and general and own.basis is None:
            expected = f"the law that sets another limit than the regime's {general.value} {general.unit}"
            yield Wrong(f"limits.{name}.basis", expected, "nothing")


@needs("sub_items", "limits")
def sub_items_promise_no_more_time(subject: Subject[MatterFile]) -> Iterator[Wrong]:
    """A sub-item's own limit is shorter than the matter's."""
    promised = subject.about.limits.promised
    for number, item in enumerate(subject.about.sub_items):
        if item.promised and promised and item.promised.is_longer_than(promised):
            yield Wrong(
                f"sub_items.{number}.promised", f"at most {promised.value} {promised.unit}", f"{item.promised.value}"
            )


@needs("example_settings")
def example_settings_exist(subject: Subject[Described]) -> Iterator[Wrong]:
    """What is said to be an example is a setting of the file."""
    for number, path in enumerate(subject.about.example_settings):
        if not stands_in(subject.about, path):
            expected = "example_settings that name settings of this file, as limits.promised"
            yield Wrong(f"example_settings.{number}", expected, repr(path))


def stands_in(model: object, path: str) -> bool:
    """Whether a path of names leads to something in a model."""
    for name in path.split("."):
        if not isinstance(model, BaseModel) or name not in type(model).model_fields:
            return False
        model = getattr(model, name, ...)  # a section that was not sound is taken to be there
    return model is not None


CHECKS: tuple[Check[Described], ...] = (
    example_code_is_marked,
    *(is_filled_list(name) for name in ("applicants", "legal_basis", "channels")),
    *(stands_once_in(name, None) for name in ("applicants", "example_settings")),
    stands_once_in("data_sources", "code"),
    sources_have_names_of_their_own,
    example_settings_exist,
)
"""Those of a matter and of a bundle."""

MATTER_CHECKS: tuple[Check[MatterFile], ...] = (
    *(is_filled_list(name) for name in ("exercise_levels", "handlings", "powers", "steps")),
    *(stands_once_in(name, None) for name in ("exercise_levels", "handlings", "may_vary")),
    *(stands_once_in(name, "code") for name in CODED_LISTS),
    stand_ins_are_known,
    outcome_licences_are_known,
    debts_go_with_secondary_materials,
    originals_can_arrive,
    promises_keep_the_law,
    other_limits_have_a_basis,
    sub_items_promise_no_more_time,
)
