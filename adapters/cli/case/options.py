"""Options that several acts on cases share."""

from pathlib import Path
from typing import Annotated

import typer

CaseArgument = Annotated[str, typer.Argument(metavar="CASE", help="办件 Id of the case, or its unique beginning.")]
MaterialOption = Annotated[
    list[str] | None,
    typer.Option("--material", help="材料 CODE, CODE:FORM or CODE:FORM:COPIES; FORM: original, copy, electronic."),
]
DocumentOption = Annotated[
    str | None, typer.Option("--document", help="文书 KIND:NUMBER, or KIND:NUMBER:FILE to name its digest.")
]
ReceiptOption = Annotated[
    str | None, typer.Option("--receipt", help="回执 KIND:NUMBER, or KIND:NUMBER:FILE to name its digest.")
]
FormOption = Annotated[Path | None, typer.Option("--form", help="申请表 JSON file; the matter's contract checks it.")]
ReasonOption = Annotated[str | None, typer.Option("--reason", help="理由 Reasons in words; sealed, beside the log.")]
TextOption = Annotated[str | None, typer.Option("--text", help="说明 More in words; sealed, beside the log.")]
ReceivedOption = Annotated[
    str | None,
    typer.Option("--received-at", help="收到时间 When it was received, ISO 8601 (default: when it was done)."),
]
WithinOption = Annotated[int | None, typer.Option("--within", min=1, help="工作日 Within so many working days.")]
