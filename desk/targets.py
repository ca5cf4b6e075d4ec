"""Where a case goes: the region that decides, as the form names it; the region that an offer goes to by default."""

from collections.abc import Mapping

from tongban.contracts.matter.contract import MatterContract
from tongban.desk.case_at_hand import CaseAtHand
from tongban.domain.errors import MalformedError
from tongban.domain.identifiers import RegionCode


def deciding_region(at_hand: CaseAtHand, given: str | None, form: Mapping[str, object] | None) -> RegionCode:
    """As given, or as the form names it; a region of this federation. Raises MalformedError."""
    field = lead_field(at_hand.contract)
    code = given or (str(form[field]) if form is not None else None)
    called = at_hand.called("deciding")
    if code is None:
        raise MalformedError("the deciding region is open", expected=f"{called} REGION, or a form that names it")
    if code not in at_hand.regions:
        raise MalformedError(
            f"no region {code} is in this federation",
            expected=", ".join(at_hand.regions),
            found=code,
            advice=f"correct {called}, or the form's field {field}",
        )
    return RegionCode(code)


def lead_field(contract: MatterContract) -> str:
    """The field of the form that names the deciding region."""
    return contract.rules.lead.field


def default_target(at_hand: CaseAtHand) -> RegionCode:
    """The deciding region. Raises MalformedError where there is none."""
    target = at_hand.state.deciding_region
    if target is None:
        raise MalformedError("the region offered is open", expected=f"{at_hand.called('to')} REGION", found="none")
    return target
