"""Two sides of a comparison: a checkout of each commit in a folder of its own, and probes that run in it."""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from json import loads
from pathlib import Path

from tests.sameness.normalise import Folders, normalised

ROOT = Path(__file__).resolve().parents[2]
PROBE = Path(__file__).with_name("probe")


class ProbeFailedError(RuntimeError):
    """A probe did not come to its end."""


@dataclass(frozen=True)
class Job:
    """One thing that is observed on both sides: the words for the probe."""

    name: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Side:
    """A checkout. `folder` also holds the worlds in which its commands run."""

    name: str
    revision: str
    folder: Path

    @property
    def tree(self) -> Path:
        """Its files."""
        return self.folder / "tree"

    def observe(self, job: Job, seconds: float, tell: Callable[[int, int], None]) -> dict[str, str]:
        """Run a probe in the checkout's own interpreter; what it saw, made comparable. Raises ProbeFailedError."""
        work = self.folder / "".join(each if each.isalnum() else "-" for each in job.name)
        work.mkdir()
        world, answer = work / "world", work / "answer.json"
        code = _run([str(PROBE), str(self.tree), str(world), str(answer), *job.words], self.tree, work, seconds, tell)
        if code != 0:
            said = (work / "said").read_text("utf-8", errors="replace")
            raise ProbeFailedError(f"{job.name} of {self.name} ({self.revision}) ended with {code}:\n{said[-3000:]}")
        seen = {f"{job.name}/{name}": text for name, text in loads(answer.read_bytes()).items()}
        return normalised(seen, Folders(str(self.tree), str(world)))


def check_out(name: str, revision: str | None, folder: Path) -> Side:
    """Put a commit's files into a folder; no revision: those of the working tree that git would know."""
    side = Side(name, revision or "working tree", folder)
    side.tree.mkdir(parents=True)
    if revision is None:
        _copy_working_tree(side.tree)
    else:
        environment = {**os.environ, "GIT_INDEX_FILE": str(folder / "index")}
        for words in (("read-tree", revision), ("checkout-index", "--all", f"--prefix={side.tree}{os.sep}")):
            subprocess.run(["git", *words], cwd=ROOT, env=environment, check=True)
    return side


def commit_of(revision: str) -> str:
    """The hash of a revision. Raises CalledProcessError where git knows none."""
    words = ["git", "rev-parse", "--verify", f"{revision}^{{commit}}"]
    return subprocess.run(words, cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


def _copy_working_tree(tree: Path) -> None:
    words = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(words, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in sorted({*listed.split("\0")} - {""}):
        source, target = ROOT / name, tree / name
        if source.is_symlink() or source.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target, follow_symlinks=False)


def _run(words: list[str], tree: Path, work: Path, seconds: float, tell: Callable[[int, int], None]) -> int:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TONGBAN_")}
    environment |= {
        "PYTHONPATH": os.pathsep.join((str(tree / "src"), str(tree))),
        "PYTHONHASHSEED": "0",
        "TMPDIR": str(work),
    }
    with (work / "said").open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, *words],
            cwd=tree, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said, text=True,
        )  # fmt: skip
        assert process.stdout is not None
        late = threading.Timer(seconds, process.kill)
        late.start()
        with process.stdout as lines:
            for line in lines:
                done, _, total = line.partition(" ")
                if done.isdigit():
                    tell(int(done), int(total))
        late.cancel()
        return process.wait()
