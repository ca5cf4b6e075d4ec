"""What is missing: 一次性补正告知, 补正."""

from collections.abc import Iterator

from tongban.desk.description import Description, Example
from tongban.desk.field import Field
from tongban.desk.kinds.texts import MaterialCode
from tongban.desk.recurring_fields import DOCUMENT, FORM, MATERIALS, REASON, RECEIVED_AT, TEXT, WITHIN
from tongban.desk.situation import Situation
from tongban.desk.trials import any_material
from tongban.domain.law.correction import Notice, Supply


def _notices(situation: Situation) -> Iterator[Notice]:
    """One for each material that the matter knows, those that are not here first."""
    materials = sorted(situation.rules.materials, key=lambda each: each.code in situation.state.materials.at_hand)
    for each in materials:
        yield Notice((each.code,))
    if not materials:
        yield Notice(())


NOTICE = Description(
    command=Notice,
    help="Tell the applicant once everything that is missing.",
    fields=(
        Field("items", MaterialCode(), "材料代码", "materials missing", "Codes of all materials that are missing.", option="item",
              typed="Code of a material that is missing; repeatable.", required=True, repeatable=True),
        WITHIN.filling("supply_within_workdays"),
        DOCUMENT,
        REASON,
    ),
    trials=_notices,
    examples=(Example("hf-handler", {"items": ("inspection_report",), "within": "15", "reason": "检验报告已过有效期"}),),
)  # fmt: skip
SUPPLY = Description(
    command=Supply,
    help="Record what the applicant supplied. At a window without the pen it becomes a contribution.",
    fields=(MATERIALS, RECEIVED_AT, FORM, TEXT),
    trials=lambda situation: (Supply(any_material(situation)),),
    examples=(Example("sh-window", {"materials": ("inspection_report:copy",)}),),
)

DESCRIPTIONS = (NOTICE, SUPPLY)
