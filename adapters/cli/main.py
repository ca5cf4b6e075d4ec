"""`tongban`: the command line, put together from its groups.

A program that calls it with `--json` gets JSON for a wrong call too; a person gets typer's own words.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from tongban import __version__
from tongban.adapters.cli import audit, config, demo, map, node, topics, views
from tongban.adapters.cli.case import group as case
from tongban.adapters.cli.command import Shared
from tongban.adapters.cli.contracts import group as contracts
from tongban.adapters.cli.contracts import schemas
from tongban.adapters.cli.exit_codes import MEANINGS
from tongban.adapters.cli.failures import report_usage
from tongban.adapters.cli.guide import command as guide
from tongban.adapters.cli.records import log, quarantine
from tongban.adapters.cli.registries import federation, officer, region

_EXIT_CODES = "  \n".join(f"[cyan]{int(code):>3}[/]  {meaning}" for code, meaning in MEANINGS.items())
_EPILOG = (
    "[bold]Exit codes[/]\n\n" + _EXIT_CODES.replace("  \n", "\n\n") + "\n\n"
    "[bold]Example[/]\n\n"
    "[cyan]tongban --home ./hefei case take-over 0d5c --officer hf-handler[/]\n\n"
    "Each command explains itself: [cyan]tongban case decide --help[/]"
)

app = typer.Typer(
    name="tongban",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"]},
)

for _name, _group in (
    ("case", case.group),
    ("officer", officer.officers),
    ("channel", officer.channels),
    ("node", node.group),
    ("region", region.group),
    ("federation", federation.group),
    ("topics", topics.group),
    ("contracts", contracts.group),
    ("log", log.group),
    ("schemas", schemas.group),
    ("views", views.group),
    ("quarantine", quarantine.group),
    ("config", config.group),
):
    app.add_typer(_group, name=_name)
for _command in (guide, audit, map, demo):
    _command.register(app)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"tongban {__version__}")
        raise typer.Exit


@app.callback()
def tongban(
    ctx: typer.Context,
    home: Annotated[
        Path | None, typer.Option("--home", envvar="TONGBAN_HOME", help="The region's home folder (default: here).")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON, for programs; errors too.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show where an error arose.")] = False,
    passphrase_file: Annotated[
        Path | None, typer.Option("--passphrase-file", help="A private file with the keystore's passphrase.")
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """通办 Tongban: the case ledger that cities share.

    A case opened at a window in one city is finished in another; every act on it is a signed event in a shared log.
    """
    ctx.obj = Shared(home, as_json, debug, passphrase_file)


def main() -> None:
    """The console command."""
    if "--json" not in sys.argv:
        app()
        return
    try:
        code = app(standalone_mode=False)
    except typer.Abort:
        sys.exit(report_usage("aborted"))
    except typer.TyperException as err:
        sys.exit(report_usage(err.format_message()))
    sys.exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    main()
