"""Opening a case: 收件 at a window, 网上申请 through a channel. What the form and the matter say already is not asked again."""

from collections.abc import Mapping

from tongban.contracts.faults import refuse_faulty
from tongban.contracts.forms.json_values import from_json
from tongban.contracts.guide.questions import form_faults
from tongban.desk.case_at_hand import CaseAtHand
from tongban.desk.completeness import completeness
from tongban.desk.description import Description, Example, Filled
from tongban.desk.field import Derived, Field
from tongban.desk.kinds.scalars import Choice, YesNo
from tongban.desk.kinds.texts import Region, Words
from tongban.desk.plan import Plan
from tongban.desk.recurring_fields import FORM, MATERIALS, RECEIPT
from tongban.desk.situation import Situation
from tongban.desk.targets import deciding_region
from tongban.domain.errors import MalformedError
from tongban.domain.events.values import Handling, SubmittedMaterial
from tongban.domain.law.intake import Apply, TakeIn

FIELDS = (
    Field("matter", Words(), "事项", "matter", "Catalogue code, or code/version (default: newest).", into="",
          required=True),
    FORM,
    Field("handling", Choice(Handling), "办理方式", "way of handling",
          "Way of handling (default: the only one that the matter allows).",
          default=Derived("事项规定的唯一方式", "the only one that the matter allows")),
    Field("deciding", Region(), "办理地", "deciding region", "Region that decides (default: the one that the form names).",
          into="deciding_region", default=Derived("申请表所列地区", "the one that the form names")),
    MATERIALS,
    Field("all_materials", YesNo(), "材料齐全", "all materials", "All required materials are here.", into="",
          default=False),
    RECEIPT,
)  # fmt: skip


def named_matter(given: str) -> tuple[str, str | None]:
    """Catalogue code and version of a matter written `code` or `code/version`; no version means the newest."""
    code, _, version = given.partition("/")
    return code, version or None


def opening(filled: Filled, at_hand: CaseAtHand) -> Plan:
    """The opening, with what can be derived from the matter and the form. Raises MalformedError, FaultyContractError.

    A form that leaves open what its own answers ask for is refused here; a missing material is not (补正).
    """
    form = _form(filled, at_hand)
    filled.fields["handling"] = _handling(filled.fields.get("handling"), at_hand)
    filled.fields["deciding_region"] = deciding_region(at_hand, filled.fields.get("deciding_region"), form)
    given: tuple[SubmittedMaterial, ...] = filled.fields["materials"]
    complete = completeness(at_hand.contract, form, {each.code for each in given})
    if filled.given.get("all_materials"):
        given = (*given, *(SubmittedMaterial(each.code, each.form) for each in complete.missing))
        filled.fields["materials"] = given
        complete = completeness(at_hand.contract, form, {each.code for each in given})
    return filled.plan(complete.words)


def _form(filled: Filled, at_hand: CaseAtHand) -> Mapping[str, object] | None:
    given = filled.given.get(FORM.name)
    if given is None:
        return None
    form = from_json(dict(given), at_hand.contract.form_schema)
    refuse_faulty(form_faults(at_hand.contract, form))
    return form


def _handling(given: Handling | None, at_hand: CaseAtHand) -> Handling:
    allowed = at_hand.contract.rules.handlings
    if given is None and len(allowed) != 1:
        raise MalformedError(
            "the way of handling is open", expected=f"{at_hand.called('handling')} {' or '.join(allowed)}"
        )
    return given or allowed[0]


def _opened_here(situation: Situation, command: type[TakeIn] | type[Apply]) -> TakeIn | Apply:
    return command(situation.rules.handlings[0], situation.acting.region, ())


TAKE_IN = Description(
    command=TakeIn,
    help="Take an application in at a window. The form is sealed to the receiving and the deciding region only.",
    fields=FIELDS,
    plan=opening,
    trials=lambda situation: (_opened_here(situation, TakeIn),),
    examples=(
        Example("sh-window", {"matter": "000199003000", "form": "form.json", "all_materials": True}),
        Example(
            "sh-window",
            {
                "matter": "000199003000",
                "handling": "remote_intake",
                "deciding": "340100",
                "form": "form.json",
                "materials": ("application_form", "business_licence:copy:2"),
            },
        ),
    ),
)
APPLY = Description(
    command=Apply,
    help="Apply through a channel. Wholly online (全程网办) and decided elsewhere, it is offered there at once.",
    fields=FIELDS,
    plan=opening,
    trials=lambda situation: (_opened_here(situation, Apply),),
    examples=(
        Example("sh-portal", {"matter": "002099001000", "form": "form.json", "all_materials": True}, by_channel=True),
    ),
)

DESCRIPTIONS = (TAKE_IN, APPLY)
