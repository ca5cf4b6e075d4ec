"""The benchmarks run, at a tiny size, and what they write is whole. How long anything takes is nobody's business here."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SECTIONS = (
    "Aims",
    "Append",
    "Relay",
    "Ingest",
    "Rebuild of the views",
    "Start after an outage of a day",
    "Peak memory",
)
MEASURED = re.compile(r"^\| [^|]+ \| [\d,]+ \| [^|]+ \| [^|]+ \| \d+\.\d\d \| (?:\d+\.\d\d)? \| [^|]+ \|$")


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("benchmarks") / "RESULTS.md"
    command = [
        sys.executable,
        "-m",
        "benchmarks.run",
        "--quick",
        "--no-kafka",
        "--events",
        "1600",
        "--output",
        str(path),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return path.read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_quick_run_measures_everything_that_needs_no_broker(results: str) -> None:
    remarks = re.findall(r"^## (.*)$", (ROOT / "benchmarks" / "REMARKS.md").read_text("utf-8"), re.MULTILINE)
    wanted = [SECTIONS[0], *remarks, *SECTIONS[1:]]
    assert re.findall(r"^## (.*)$", results, re.MULTILINE)[: len(wanted)] == wanted


@pytest.mark.slow
def test_each_line_has_its_floor_and_its_ratio(results: str) -> None:
    for part in results.split("\n## ")[1:]:
        title, _, text = part.partition("\n")
        if title in SECTIONS[1:]:
            lines = text.split("| measured |")[1].split("\n\n")[0].splitlines()[2:]
            assert lines, title
            assert all(MEASURED.match(line) for line in lines), lines


@pytest.mark.slow
def test_every_aim_says_whether_it_is_met(results: str) -> None:
    aims = results.partition("## Aims")[2].partition("\n## ")[0]
    lines = [line for line in aims.splitlines() if re.search(r"\| [≥≤] ", line)]
    assert lines
    assert all(re.search(r"\| (?:met|\*\*missed\*\*|in doubt: [^|]+) \|$", line) for line in lines)


def test_a_task_reports_its_own_peak_of_memory_not_that_of_the_process_that_started_it() -> None:
    ballast = b"." * 300 * 2**20
    done = subprocess.run(
        [sys.executable, "-c", "from benchmarks.task import peak_kib; print(peak_kib())"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert int(done.stdout) * 1024 < len(ballast)
