"""Fields that several commands have."""

from tongban.desk.field import Derived, Field
from tongban.desk.kinds.papers import Material, NamedDocument
from tongban.desk.kinds.records import Record, RecordOf
from tongban.desk.kinds.scalars import Count, Moment, Unit
from tongban.desk.kinds.texts import FreeText
from tongban.domain.events.values import SubmittedForm

_DOCUMENT_TYPED = "KIND:NUMBER, or KIND:NUMBER:FILE to name its digest."

MATERIALS = Field(
    "materials", Material(), "材料", "materials", "What was handed in; without a form, as the contract asks for it.",
    typed=f"CODE, CODE:FORM or CODE:FORM:COPIES; FORM: {', '.join(SubmittedForm)}.", option="material", repeatable=True,
)  # fmt: skip
DOCUMENT = Field(
    "document", NamedDocument(), "文书", "document", "Its kind and number, and the SHA-256 of its bytes where there is a file.",
    typed=_DOCUMENT_TYPED,
)  # fmt: skip
RECEIPT = Field(
    "receipt", NamedDocument(), "回执", "receipt", "Its kind and number, and the SHA-256 of its bytes where there is a file.",
    typed=_DOCUMENT_TYPED,
)  # fmt: skip
FORM = Field(
    "form", Record(RecordOf.FORM), "申请表", "form", "What the applicant states; the matter's contract checks it.",
    typed="JSON file; the matter's contract checks it.",
)  # fmt: skip
REASON = Field("reason", FreeText(), "理由", "reasons", "Reasons in words; sealed, beside the log.")
TEXT = Field("text", FreeText(), "说明", "remark", "More in words; sealed, beside the log.")
RECEIVED_AT = Field(
    "received_at", Moment(), "收到时间", "received at", "When it was received, ISO 8601 (default: when it was done).",
    default=Derived("办理时间", "when it was done"),
)  # fmt: skip
WITHIN = Field("within", Count(Unit.WORKDAYS), "工作日", "working days", "Within so many working days.")
