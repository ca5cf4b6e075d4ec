"""Arguments that several commands on cases share."""

from typing import Annotated

import typer

CaseArgument = Annotated[str, typer.Argument(metavar="CASE", help="办件 Id of the case, or its unique beginning.")]
