"""What follows the end of a case: 归档."""

from tongban.desk.description import Description, Example
from tongban.desk.field import Derived, Field
from tongban.desk.kinds.scalars import Count, Unit
from tongban.desk.kinds.texts import Words
from tongban.domain.law.after_closing import Archive

ARCHIVE = Description(
    command=Archive,
    help="Archive the case, delivered or ended.",
    fields=(
        Field("number", Words(), "档号", "archive number", "The archive's number.", into="archive_number", required=True),
        Field("years", Count(Unit.YEARS), "保管期限", "years kept", "Years kept (default: permanently).",
              into="retention_years", default=Derived("永久", "permanently")),
    ),
    trials=lambda _: (Archive("待填"),),
    examples=(Example("hf-handler", {"number": "HF-2026-0001", "years": "30"}),),
)  # fmt: skip

DESCRIPTIONS = (ARCHIVE,)
