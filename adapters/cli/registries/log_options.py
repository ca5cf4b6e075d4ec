"""The options that say which log a federation shares, for the commands that found something or make topics."""

from pathlib import Path
from typing import Annotated

import typer

LogOption = Annotated[str, typer.Option("--log", help="The shared log: sqlite:///PATH or kafka://HOST:PORT[,…].")]
PrefixOption = Annotated[str, typer.Option("--topic-prefix", help="What the topics' names begin with.")]
ReplicationOption = Annotated[int, typer.Option("--replication", min=1, help="Copies of each topic among brokers.")]


def absolute_url(url: str) -> str:
    """A file's URL as given on the command line means a file beside the person, not beside the home."""
    scheme, separator, path = url.partition(":///")
    return f"sqlite:///{Path(path).absolute()}" if separator and scheme == "sqlite" and path else url
