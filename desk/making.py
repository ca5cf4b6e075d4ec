"""From what was filled in to a plan: defaults, settling, the act's own making, and a contribution where the pen is elsewhere."""

from collections.abc import Mapping
from typing import Any

from tongban.desk.case_at_hand import CaseAtHand
from tongban.desk.contribution import in_place_of
from tongban.desk.description import Description, Filled
from tongban.desk.field import Derived, Field, Given
from tongban.desk.plan import Plan
from tongban.domain.errors import MalformedError

NOTHING = (None, "", ())


def make(description: Description, given: Given, at_hand: CaseAtHand) -> Plan:
    """The command that was meant. `given`: values by the fields' names, as their kinds read them.

    Raises MalformedError, CaseUnknownError, FaultyContractError, NotAppendableError where that cannot be.
    """
    return in_place_of(description.plan(fill(description, given, at_hand), at_hand), at_hand)


def read_request(description: Description, request: Mapping[str, object]) -> dict[str, Any]:
    """What a JSON object fills in. Raises MalformedError for names and values that `json_schema` does not allow."""
    names = {field.name for field in description.fields}
    if unknown := sorted(map(str, request.keys() - names)):
        raise MalformedError(
            f"no such field of {description.act}",
            expected=", ".join(sorted(names)) or "no field",
            found=", ".join(unknown),
        )
    return {name: description.field(name).read_json(value) for name, value in request.items()}


def fill(description: Description, given: Given, at_hand: CaseAtHand) -> Filled:
    """The fields of the command and the personal values, settled. What was left out has its default."""
    check_exclusive(description, given, at_hand)
    present = {name: value for name, value in given.items() if value not in NOTHING}
    filled = Filled(description.command, present)
    for field in description.fields:
        value = _value(field, present, at_hand)
        if field.target and value is not None:
            (filled.values if field.personal else filled.fields)[field.target] = value
    return filled


def _value(field: Field, present: Given, at_hand: CaseAtHand) -> Any:
    """What the field holds, settled; None where it is left out and the command has its own default."""
    if field.name in present:
        return field.settled(present[field.name], at_hand)
    if field.required:
        raise MalformedError(f"{field.en} is missing", expected=at_hand.called(field.name), found="nothing")
    if isinstance(field.default, Derived):
        return field.default.rule(at_hand) if field.default.rule is not None else None
    return () if field.repeatable else field.default


def check_exclusive(description: Description, given: Given, at_hand: CaseAtHand) -> None:
    """Raise MalformedError where two fields are filled in of which the command takes one."""
    for one, other in description.exclusive:
        if given.get(one) is not None and given.get(other) is not None:
            raise MalformedError(
                "a limit counts one of both", expected=f"{at_hand.called(one)} or {at_hand.called(other)}", found="both"
            )
