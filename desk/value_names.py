"""Names of personal values that are records of the matter, beside the form; every other value is a free text."""

OUTCOME, EXTRACT = "outcome", "extract"
