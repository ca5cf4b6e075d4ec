"""Histories that several measurements read: built once for a run, in a process of their own, and kept in its folder."""

import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.measure import Spent

LONG_EVENTS = 50_000
TASK_SECONDS = 1_800
"""No task takes a tenth of it on a machine of its own; one that hangs must not hold up the others."""
ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Took:
    """What a task took."""

    wall: float
    cpu: float
    peak_kib: int

    @property
    def spent(self) -> Spent:
        """Without the memory."""
        return Spent(self.wall, self.cpu)


@dataclass(slots=True)
class Prepared:
    """The histories of one run, by their number of events. `kafka`: host:port of a broker, if there is one."""

    folder: Path
    kafka: str | None = None
    turns: int = 3
    """How often each part of a measurement runs; the best counts."""
    _built: dict[int, Took] = field(default_factory=dict)

    def turns_for(self, events: int) -> int:
        """Once is enough for what takes long."""
        return self.turns if events < LONG_EVENTS else 1

    def history(self, events: int) -> Path:
        """The folder of a world that has lived through `events` events, all of them on its log."""
        folder = self.folder / f"history-{events}"
        if events not in self._built:
            folder.mkdir()
            self._built[events] = run_task("build", folder, events)
        return folder

    def built(self, events: int) -> Took:
        """What building that history took."""
        self.history(events)
        return self._built[events]

    def fresh(self, name: str) -> Path:
        """A new folder."""
        folder = self.folder / name
        folder.mkdir()
        return folder


def run_task(task: str, folder: Path, events: int, log: str = "") -> Took:
    """Run a task of `benchmarks.task` in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.task", task, str(folder), str(events), *([log] if log else [])]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=TASK_SECONDS)
    if done.returncode != 0:
        raise RuntimeError(f"{task} over {events} events failed:\n{done.stderr}")
    return Took(**json.loads(done.stdout.splitlines()[-1]))
