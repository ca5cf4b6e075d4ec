"""Names of personal values that are records of the matter, beside the form; every other value is a free text."""

from tongban.ledger.answers import FORM

OUTCOME, EXTRACT = "outcome", "extract"
RECORDS = frozenset({FORM, OUTCOME, EXTRACT})
