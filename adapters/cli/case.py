"""`tongban case`: the group of all acts on cases, in the order in which a case lives."""

import typer

from tongban.adapters.cli import (
    case_before,
    case_deciding,
    case_helping,
    case_list,
    case_opening,
    case_past_head,
    case_pen,
    case_show,
)

group = typer.Typer(no_args_is_help=True, help="办件 Cases: from taking in to archiving; show and list.")

for _part in (case_show, case_list, case_opening, case_pen, case_past_head, case_before, case_helping, case_deciding):
    _part.register(group)
