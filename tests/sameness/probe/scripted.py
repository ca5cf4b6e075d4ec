"""Plays a script of commands: one step a line, each with the answer that is compared. What the lines mean stands in life.txt."""

import json
import os
import re
import shlex
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from string import Template
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from finding import file_ending
from terminal import Answer, Terminal

WAIT_SECONDS = 60.0
WRITES = "--command-id"


@dataclass
class Play:
    """A script being played. `helps`: the help text of each command, which says what options it takes."""

    terminal: Terminal
    tree: Path
    helps: dict[str, str]
    section: str = ""
    number: int = 0
    names: dict[str, str] = field(default_factory=dict)
    running: dict[str, tuple[int, Path]] = field(default_factory=dict)
    seen: dict[str, str] = field(default_factory=dict)

    def step(self, line: str) -> None:
        """Play one line."""
        if not line.strip() or line.startswith("#"):
            return
        if line.startswith("= "):
            self.section, self.number = line[2:].strip(), 0
            return
        self.number += 1
        given, _, rest = line.rpartition(" <<< ") if " <<< " in line else ("", "", "")
        words = shlex.split(Template(given or line).safe_substitute(self.names))
        verb, *words = words
        if verb in ("do", "say", "look"):
            self._call(verb, words, rest or None)
        else:
            _DEEDS[verb](self, *words)

    def _call(self, verb: str, words: list[str], given: str | None) -> None:
        name, path = "", ""
        if words and (taken := re.fullmatch(r"([A-Z_]+)=([\w.-]+)", words[0])):
            (name, path), words = taken.groups(), words[1:]
        if WRITES in self.helps.get(_command(words, self.helps), "") and WRITES not in words:
            words += [WRITES, str(uuid5(NAMESPACE_OID, f"{self.section} {self.number}"))]
        for form in {"do": ("--json",), "say": ("",), "look": ("--json", "")}[verb]:
            answer = self.terminal.run(*words, *([form] if form else []), given=given)
            self.tell(" ".join([*words, *([form] if form else [])]), shown(answer))
            if name and form:
                self.names[name] = str(_taken(answer, path))

    def tell(self, what: str, answer: str) -> None:
        """Keep what was seen, under a name that says where in the script it was."""
        self.seen[f"{self.section}/{self.number:02} {what}"] = answer

    def copy(self, source: str, target: str) -> None:
        """Copy a file or folder of the world, replacing what is there."""
        here, there = self.terminal.folder / source, self.terminal.folder / target
        if there.is_dir():
            shutil.rmtree(there)
        (shutil.copytree if here.is_dir() else shutil.copyfile)(here, there)

    def remove(self, name: str) -> None:
        """Remove a file of the world."""
        (self.terminal.folder / name).unlink()

    def bring(self, ending: str, target: str) -> None:
        """Copy a file of the checkout into the world, wherever it stands there; with a final /, the folder that holds it."""
        folder = target.endswith("/")
        there = self.terminal.folder / target.rstrip("/")
        found = file_ending(self.tree, ending)
        there.parent.mkdir(parents=True, exist_ok=True)
        if folder:
            shutil.copytree(found.parents[ending.count("/")], there, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(found, there)

    def swap(self, name: str, old: str, new: str) -> None:
        """Replace text in a file of the world."""
        file = self.terminal.folder / name
        text = file.read_text("utf-8")
        assert old in text, f"{name} does not hold {old}"
        file.write_text(text.replace(old, new), "utf-8")

    def shell(self, name: str, mode: str) -> None:
        """Change who may read a file of the world."""
        (self.terminal.folder / name).chmod(int(mode, 8))

    def sql(self, name: str, *statements: str) -> None:
        """Change a database of the world behind everybody's back."""
        connection = sqlite3.connect(self.terminal.folder / name)
        with connection:
            for statement in statements:
                connection.execute(statement)
        connection.close()

    def read(self, name: str) -> None:
        """See what is in a file of the world."""
        self.tell(f"read {name}", (self.terminal.folder / name).read_text("utf-8"))

    def environ(self, name: str, value: str = "") -> None:
        """Set or, without a value, unset a variable of the commands' environment."""
        self.terminal.environment.pop(name, None)
        if value:
            self.terminal.environment[name] = value

    def begin(self, name: str, *words: str) -> None:
        """Begin a command that goes on."""
        self.running[name] = self.terminal.start(*words)

    def until(self, file: str, wanted: str) -> None:
        """Wait until a file of the world holds a text."""
        path, deadline = self.terminal.folder / file, time.monotonic() + WAIT_SECONDS
        while not (path.exists() and wanted in path.read_text("utf-8")):
            assert time.monotonic() < deadline, f"{file} never held {wanted}"
            time.sleep(0.02)

    def end(self, name: str) -> None:
        """Ask a command to end. How often it reported depends on the speed of the machine, so each line is kept once."""
        process, _ = self.running[name]
        os.kill(process, signal.SIGTERM)
        answer = self.terminal.ended(self.running.pop(name))
        self.tell(f"end {name}", shown(Answer(answer.code, answer.out.splitlines()[-1], answer.err)))


_DEEDS: dict[str, Callable[..., None]] = {
    name: getattr(Play, name)
    for name in ("copy", "remove", "bring", "swap", "shell", "sql", "read", "environ", "begin", "until", "end")
}


def shown(answer: Answer) -> str:
    """An answer as text to compare: JSON on many lines, so that a difference is one line."""
    parts = [f"exit code {answer.code}"]
    for name, text in (("standard output", answer.out), ("standard error", answer.err)):
        if text.strip():
            parts += [f"--- {name}", "\n".join(_pretty(line) for line in text.splitlines())]
    return "\n".join(parts)


def _pretty(line: str) -> str:
    if not line.startswith(("{", "[")):
        return line.rstrip()
    try:
        return json.dumps(json.loads(line), ensure_ascii=False, indent=1)
    except ValueError:
        return line


def _command(words: list[str], helps: dict[str, str]) -> str:
    """The longest beginning that is a command."""
    found = [name for n in range(1, 4) if (name := " ".join(words[:n])) in helps]
    return found[-1] if found else ""


def _taken(answer: Answer, path: str) -> Any:
    value = json.loads(answer.out or "null")
    for part in path.split("."):
        try:
            value = value[int(part) if re.fullmatch(r"-?\d+", part) else part]
        except (KeyError, IndexError, TypeError):
            return f"no-{path}"
    return value
