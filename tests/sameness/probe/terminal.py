"""Runs `python -m tongban` as often as one likes in one process that has imported everything: each command is a fork of it.

So a command costs milliseconds instead of seconds, and still has a process, a standard input and an exit code of its own.
Argon2id costs nothing here: its cost shows in no output. A frozen terminal also takes chance out of what commands print,
without a change to the code that is observed:

- the time stands still within a command, and the next command is a minute later;
- `os.urandom` follows from the number of the command.
"""

import contextlib
import io
import os
import random
import runpy
import signal
import sys
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path

from nacl.pwhash import argon2id

BEGINNING = 1_795_311_000
"""Seconds since 1970: 2026-11-22 09:30 in China."""
MINUTE = 60
SECONDS = 120.0
WARM = ("demo", "--cases", "2", "--seed", "0", "--json")
"""Run before the first fork, so that every command finds the schemas parsed and the libraries imported."""
_CHANCE = [os.urandom]
"""The last draws. Asked at each draw, since a module may have kept `os.urandom` as it found it."""


@dataclass(frozen=True)
class Answer:
    """How a command ended."""

    code: int
    out: str
    err: str


@dataclass
class Terminal:
    """Commands in one folder. `environment` is all that they see of one."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    frozen: bool = False
    commands: int = 0

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _open_keystores_at_once()
        if self.frozen:
            _freeze(BEGINNING)
            os.urandom = lambda size: _CHANCE[-1](size)
        with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
            sys.argv = ["tongban", *WARM]
            runpy.run_module("tongban", run_name="__main__", alter_sys=True)

    def run(self, *arguments: str, given: str | None = None) -> Answer:
        """Run a command to its end."""
        return self.ended(self.start(*arguments, given=given))

    def start(self, *arguments: str, given: str | None = None) -> tuple[int, Path]:
        """Begin a command; what `ended` wants."""
        self.commands += 1
        answer = self.folder.parent / f"{self.folder.name}-answers" / str(self.commands)
        answer.mkdir(parents=True)
        (answer / "in").write_text(given or "", "utf-8")
        process = os.fork()
        if process == 0:
            self._be(arguments, answer)
        return process, answer

    def ended(self, started: tuple[int, Path], seconds: float = SECONDS) -> Answer:
        """Wait for the end of a command; one that takes too long is killed, and its exit code says so."""
        process, answer = started
        deadline, wait = time.monotonic() + seconds, 0.001
        while (found := os.waitpid(process, os.WNOHANG)) == (0, 0):
            if time.monotonic() > deadline:
                os.kill(process, signal.SIGKILL)
            time.sleep(wait)
            wait = min(wait * 1.5, 0.05)
        out, err = ((answer / name).read_text("utf-8", errors="replace") for name in ("out", "err"))
        return Answer(os.waitstatus_to_exitcode(found[1]), out, err)

    def _be(self, arguments: tuple[str, ...], answer: Path) -> None:
        """Be the command: never returns."""
        code = 70
        try:
            self._turn_into_command(arguments, answer)
            runpy.run_module("tongban", run_name="__main__", alter_sys=True)
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
            if isinstance(end.code, str):
                print(end.code, file=sys.stderr)
        except BaseException:
            code = 1
            traceback.print_exc()
        finally:
            with contextlib.suppress(Exception):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(code)

    def _turn_into_command(self, arguments: tuple[str, ...], answer: Path) -> None:
        for number, name, flags in ((0, "in", os.O_RDONLY), (1, "out", os.O_WRONLY), (2, "err", os.O_WRONLY)):
            opened = os.open(answer / name, flags | os.O_CREAT, 0o600)
            os.dup2(opened, number)
            os.close(opened)
        os.chdir(self.folder)
        os.environ.clear()
        os.environ.update(self.environment)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        sys.argv = ["tongban", *arguments]
        if self.frozen:
            _freeze(BEGINNING + self.commands * MINUTE)
            _CHANCE.append(random.Random(self.commands).randbytes)


def _freeze(now: int) -> None:
    """Let the time stand still. Deadlines go on: they are counted by `time.monotonic`."""
    time.time = lambda: float(now)
    time.time_ns = lambda: now * 1_000_000_000


def _open_keystores_at_once() -> None:
    derive = argon2id.kdf
    argon2id.kdf = lambda size, password, salt, *_, **__: derive(
        size, password, salt, argon2id.OPSLIMIT_MIN, argon2id.MEMLIMIT_MIN
    )
