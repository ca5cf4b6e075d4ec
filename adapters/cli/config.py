"""`tongban config show`: the settings in force, and where each came from. Secrets are not among them."""

import typer
from rich.console import Console

from tongban.adapters.cli.command import Call, command
from tongban.adapters.cli.output import table
from tongban.adapters.node.home import read_genesis
from tongban.adapters.node.settings import Settings, load_with_origins

group = typer.Typer(no_args_is_help=True, help="配置 Settings of this home.")


@command(group, "show", example="tongban config show --home ./hefei")
def show_config(call: Call) -> None:
    """查看配置 Show the settings in force and where each came from: environment, file or default."""
    settings, origins = load_with_origins(call.home)
    values = settings.model_dump(mode="json")
    genesis = read_genesis(call.home)
    told = {
        name: {"value": value, "from": origins[name], "meaning": Settings.model_fields[name].description}
        for name, value in values.items()
    }
    has_passphrase = settings.passphrase is not None or settings.passphrase_file is not None
    value = {
        "home": str(call.home.absolute()),
        "federation": genesis.name,
        "genesis_hash": genesis.hash.hex(),
        "passphrase": "given" if has_passphrase else "asked for",
        "settings": told,
    }

    def show(console: Console) -> None:
        rows = [
            (name, "" if each["value"] is None else str(each["value"]), str(each["from"]), str(each["meaning"]))
            for name, each in told.items()
        ]
        title = f"{call.home.absolute()} in federation {genesis.name}; passphrase {value['passphrase']}"
        console.print(table(title, ("设置 setting", "value", "from", "meaning"), rows))

    call.output.result(value, show)
