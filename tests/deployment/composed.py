"""The compose file, and the commands of Tongban in it as a shell or a container would run them."""

import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from typer.main import get_command

from tongban.adapters.cli.main import app

ROOT = Path(__file__).resolve().parents[2]
CITIES = ("shanghai", "hangzhou", "hefei")
BROKERS = ("kafka-1", "kafka-2", "kafka-3")


def compose_file() -> dict[str, Any]:
    """The file, with anchors and merges resolved."""
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))


def script_of(service: dict[str, Any]) -> str:
    """The shell script that a job runs, as the shell sees it."""
    assert service["entrypoint"] == ["/bin/sh", "-euc"]
    (script,) = service["command"]
    return script.replace("$$", "$")


def commands_in(script: str, environment: Mapping[str, str]) -> list[list[str]]:
    """Each call of `tongban` in a script, without the program's name, as it is made for the first city."""
    joined = re.sub(r"\\\n\s*", " ", script)
    first = re.search(r"^city (.*)$", joined, re.MULTILINE)
    arguments = shlex.split(first[1]) if first else []
    values = environment | {str(number): value for number, value in enumerate(arguments, start=1)}
    found = []
    for line in joined.splitlines():
        match = re.search(r"(?:^|\s)tongban (.*)", line)
        if match is not None:
            words = shlex.split(match[1])
            found.append([re.sub(r"\$(\w+)", lambda name: values.get(name[1], name[0]), word) for word in words])
    return found


def container_command(words: list[str]) -> list[str]:
    """A command or health check of a container of ours, without the program's name."""
    return words[2:] if words[:2] == ["CMD", "tongban"] else words


def check_call(words: list[str], *, named_only: bool = False) -> tuple[str, ...]:
    """Have the command line take a call apart, without running it; the command's path. Fails where it would.

    `named_only`: a call in a sentence, perhaps without its arguments.
    """
    command, path, rest = get_command(app), [], list(words)
    while subcommands := getattr(command, "commands", None):
        name = rest.pop(0)
        assert name in subcommands, f"no command {' '.join([*path, name])}"
        command = subcommands[name]
        path.append(name)
    command.make_context(path[-1], rest, resilient_parsing=named_only).close()
    return tuple(path)
