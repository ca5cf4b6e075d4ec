"""Walks the whole tree of commands by what `--help` itself lists."""

import re

from scripted import shown
from terminal import Answer, Terminal

_PANEL = re.compile(r"^╭─ Commands ─.*?^╰", re.MULTILINE | re.DOTALL)
_NAME = re.compile(r"^│ ([a-z][a-z-]*) ", re.MULTILINE)


def walk(terminal: Terminal) -> dict[str, str]:
    """The help text of every command and group, by its name; the program itself is the empty name."""
    helps: dict[str, str] = {}
    left: list[tuple[str, ...]] = [()]
    while left:
        path = left.pop()
        answer: Answer = terminal.run(*path, "--help")
        helps[" ".join(path)] = shown(answer)
        for panel in _PANEL.findall(answer.out):
            left += [(*path, name) for name in _NAME.findall(panel)]
    return helps
