"""All checks of a matter, and what they find in one."""

from collections.abc import Iterator, Mapping
from typing import Any

from tongban.contracts.faults import Fault
from tongban.contracts.matter.checks import course, general, guide, service
from tongban.contracts.matter.checks.check import Check, Subject
from tongban.contracts.matter.matter_file import MatterFile
from tongban.contracts.matter.regime import RegimeFile
from tongban.contracts.matter_values import RecordSchema

CHECKS: tuple[Check, ...] = (*general.CHECKS, *course.CHECKS, *guide.CHECKS, *service.CHECKS)


def check_matter(
    file: str, sections: Mapping[str, Any], regime: RegimeFile | None, form: RecordSchema | None
) -> Iterator[Fault]:
    """Yield what is wrong between the sections that were read soundly. `regime`, `form`: None if they were not."""
    subject = Subject(MatterFile.model_construct(**sections), regime, form)
    at_hand = {*sections, *(["regime"] if regime else []), *(["form"] if form else [])}
    for check in CHECKS:
        if check.needs <= at_hand:
            yield from (Fault(file, *wrong) for wrong in check.run(subject))
