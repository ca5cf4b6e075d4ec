"""The options that several commands have, as typer takes them."""

from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

_PANEL = "Shared options"

HomeOption = Annotated[
    Path | None,
    typer.Option("--home", help="The region's home folder (TONGBAN_HOME; default: here).", rich_help_panel=_PANEL),
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Answer in JSON, for programs; errors too.", rich_help_panel=_PANEL)
]
DebugOption = Annotated[bool, typer.Option("--debug", help="Show where an error arose.", rich_help_panel=_PANEL)]
PassphraseOption = Annotated[
    Path | None,
    typer.Option(
        "--passphrase-file",
        help="A private file with the keystore's passphrase (else TONGBAN_PASSPHRASE, TONGBAN_PASSPHRASE_FILE, a prompt).",
        rich_help_panel=_PANEL,
    ),
]
CommandIdOption = Annotated[
    UUID | None,
    typer.Option("--command-id", help="Id of the command; repeated, it does nothing twice.", rich_help_panel=_PANEL),
]
WaitOption = Annotated[
    bool,
    typer.Option("--wait", help="Beside a running node: wait until it has published this.", rich_help_panel=_PANEL),
]
TimeoutOption = Annotated[
    float, typer.Option("--timeout", min=0, help="Seconds to wait for a start or a publish.", rich_help_panel=_PANEL)
]
NewerOption = Annotated[
    bool,
    typer.Option(
        "--accept-newer-start",
        help="Start although the log holds a newer start: only when no other copy of this region runs.",
        rich_help_panel=_PANEL,
    ),
]
OfficerOption = Annotated[str | None, typer.Option("--officer", help="Id of the officer who acts 经办人.")]
ChannelOption = Annotated[str | None, typer.Option("--channel", help="Id of the channel (portal, kiosk, agent) 渠道.")]
AtOption = Annotated[str | None, typer.Option("--at", help="When it was done, ISO 8601 with an offset (default: now).")]
