"""All checks of a matter and of a bundle, and what they find in one."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tongban.contracts.faults import Fault
from tongban.contracts.forms.values import RecordSchema
from tongban.contracts.matter.checks import bundle, course, general, service
from tongban.contracts.matter.checks import questions as guide
from tongban.contracts.matter.checks.check import About, Check, Subject
from tongban.contracts.matter.description.bundle_file import BundleFile
from tongban.contracts.matter.description.matter_file import MatterFile
from tongban.contracts.matter.description.regime_file import RegimeFile

MATTER_CHECKS: tuple[Check[MatterFile], ...] = (
    *general.CHECKS, *general.MATTER_CHECKS, *course.CHECKS, *guide.CHECKS, *guide.MATTER_CHECKS, *service.CHECKS,
    *service.MATTER_CHECKS,
)  # fmt: skip
BUNDLE_CHECKS: tuple[Check[BundleFile], ...] = (
    *general.CHECKS, *guide.CHECKS, *guide.BUNDLE_CHECKS, *service.CHECKS, *bundle.CHECKS,
)  # fmt: skip


def check_matter(
    file: str, sections: Mapping[str, Any], regime: RegimeFile | None, form: RecordSchema | None
) -> Iterator[Fault]:
    """Yield what is wrong between the sections that were read soundly. `regime`, `form`: None if they were not."""
    subject = Subject(MatterFile.model_construct(**sections), regime, form)
    return _found(file, MATTER_CHECKS, subject, sections)


def check_bundle(file: str, sections: Mapping[str, Any], form: RecordSchema | None) -> Iterator[Fault]:
    """Yield what is wrong between the sections of a bundle that were read soundly."""
    return _found(file, BUNDLE_CHECKS, Subject(BundleFile.model_construct(**sections), None, form), sections)


def _found(
    file: str, checks: Iterable[Check[About]], subject: Subject[About], sections: Mapping[str, Any]
) -> Iterator[Fault]:
    at_hand = {*sections, *(["regime"] if subject.regime else []), *(["form"] if subject.form else [])}
    for check in checks:
        if check.needs <= at_hand:
            yield from (Fault(file, *wrong) for wrong in check.run(subject))
