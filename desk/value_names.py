"""Names of personal values that are records of the matter, beside the form; every other value is a free text."""

from tongban.domain.events.values import FORM

OUTCOME, EXTRACT = "outcome", "extract"
RECORDS = frozenset({FORM, OUTCOME, EXTRACT})
