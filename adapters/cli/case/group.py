"""`tongban case`: the group of all acts on cases, in the order in which a case lives."""

import typer

from tongban.adapters.cli.case import acts, described, list, show

group = typer.Typer(no_args_is_help=True, help="办件 Cases: from taking in to archiving; show and list.")

for _part in (show, list, acts, described):
    _part.register(group)
