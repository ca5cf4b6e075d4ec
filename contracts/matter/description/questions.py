"""The sections that make the personal guide (私人定制办事指南): questions, sub-items, and fields asked under conditions.

A question is a field of the form, of type boolean (yes or no) or enum (a choice). So the answers are part of the form: a
case carries them from its first event on, and needs no other place for them.
"""

from typing import Annotated

from pydantic import StringConstraints

from tongban.contracts.matter.description.condition import Conditional
from tongban.contracts.matter.description.limits import LimitEntry
from tongban.contracts.yaml.model import BilingualText, Name


class QuestionEntry(Conditional):
    """A question. `when`: the answers to earlier questions under which it is asked."""

    field: Name
    text: BilingualText


SubItemCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{2}$")]


class SubItemEntry(Conditional):
    """A handling item (业务办理项): its two digits follow the task code. `promised`: a shorter limit of its own."""

    code: SubItemCode
    name: BilingualText
    promised: LimitEntry | None = None


class FieldCondition(Conditional):
    """A field of the form that is asked for under some answers only; it must be able to hold nothing."""

    field: Name
