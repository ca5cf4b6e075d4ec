"""`when`: under which answers something of a matter applies.

`when: {application_kind: [renewal, change], has_agent: [true]}` holds if every question named has one of the answers listed
for it. Whatever has no `when` applies always. A question that is not asked has no answer, so nothing that needs one holds.
"""

from typing import Annotated

from pydantic import AfterValidator, Field

from tongban.contracts.forms.fields import Answer, Answers
from tongban.contracts.yaml.model import Model, Name, model_fault


def _each_once(values: tuple[Answer, ...]) -> tuple[Answer, ...]:
    if not values or len(set(values)) != len(values):
        raise model_fault("at least one answer, each once", ", ".join(map(str, values)) or "none")
    return values


When = dict[Name, Annotated[tuple[Answer, ...], AfterValidator(_each_once)]]


class Conditional(Model):
    """An entry that may apply under some answers only."""

    when: When | None = Field(default=None)

    def applies(self, answers: Answers) -> bool:
        """Whether these answers bring it in."""
        return holds(self.when, answers)


def holds(when: When | None, answers: Answers) -> bool:
    """Whether a condition is met."""
    return when is None or all(name in answers and answers[name] in allowed for name, allowed in when.items())
