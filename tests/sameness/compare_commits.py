"""Shows that two commits do the same: whatever can be observed of them is compared, and every difference is printed.

    python -m tests.sameness.compare_commits BASE [HEAD] [--full] [--kafka HOST:PORT|start] [--only TEXT] …

| task   | what is compared                                                                                       |
|--------|--------------------------------------------------------------------------------------------------------|
| golden | the golden vectors' bytes; what each side computes, decodes and verifies; each byte of them changed      |
| corpus | what every city makes of each artefact of the corpus of liars (quick: one city each)                     |
| life   | the help of every command, and the answers of all commands in `life.txt`: exit code, both outputs        |
| demo   | seeded demos: their report, then views, cases, timelines, log and audit in each city that they leave     |

HEAD is the working tree where it is not named. Ends with 0 when nothing differs but what `on_purpose.toml` names and no entry
there is stale, with 1 otherwise, and with 2 when one side could not be observed.

Not handled here: PostgreSQL, real schema registries, races and crashes, speed. Their own tests run on each commit.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from tests.sameness.checkouts import ROOT, Job, ProbeFailedError, Side, check_out, commit_of
from tests.sameness.differences import Difference, differences
from tests.sameness.on_purpose import STORED, Sorted, read_entries, sort_out, without_changelog
from tests.sameness.probe.finding import module_with

LIFE = Path(__file__).with_name("life.txt")
QUICK_SEEDS, FULL_SEEDS, KAFKA_SEEDS = (1,), (1, 2, 3), (1, 2)
QUICK_CASES, FULL_CASES = 24, 48
SECONDS = 1_800.0
"""For one task on one side."""
SHOWN_LINES = 12

Seen = dict[str, str]


def jobs_of(options: argparse.Namespace, kafka: str | None) -> list[Job]:
    """What is observed, in the order in which it begins."""
    seeds, cases = (FULL_SEEDS, FULL_CASES) if options.full else (QUICK_SEEDS, QUICK_CASES)
    jobs = [Job("life", ("life", str(LIFE))), Job("corpus", ("corpus", *(["whole"] if options.full else [])))]
    jobs += [Job(f"demo embedded, seed {seed}", ("demo", str(cases), str(seed))) for seed in options.seeds or seeds]
    if kafka is not None:
        for seed in options.seeds or KAFKA_SEEDS:
            jobs.append(Job(f"demo kafka, seed {seed}", ("demo", str(QUICK_CASES), str(seed), kafka)))
    jobs.append(Job("golden", ("golden",)))
    return [job for job in jobs if not options.only or any(each in job.name for each in options.only)]


def observe(sides: Sequence[Side], jobs: Sequence[Job], console: Console, at_once: int) -> list[Seen]:
    """Run all jobs on all sides. Raises ProbeFailedError."""
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[at]}"), TimeElapsedColumn())
    with Progress(*columns, console=console) as bars, ThreadPoolExecutor(at_once) as pool:

        def one(job: Job, side: Side) -> Seen:
            bar = bars.add_task(f"{side.name}: {job.name}", total=None, at="")

            def tell(done: int, total: int) -> None:
                bars.update(bar, completed=done, total=total, at=f"{done}/{total}")

            seen = side.observe(job, SECONDS, tell)
            bars.update(bar, completed=1, total=1, at="done")
            bars.stop_task(bar)
            if not console.is_terminal:  # there, bars are drawn only once, at the end
                console.print(f"{side.name}: {job.name}: {len(seen)} texts")
            return seen

        begun = [[pool.submit(one, job, side) for side in sides] for job in jobs]
        seen: list[Seen] = [{} for _ in sides]
        try:
            for pair in begun:
                for all_of_it, future in zip(seen, pair, strict=True):
                    all_of_it.update(future.result())
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return seen


def show(console: Console, found: Sorted, compared: int) -> None:
    """Print what differs, and what it comes to."""
    for each in found.unexplained:
        _show_one(console, each)
    for entry in found.stale:
        console.print(f"[red]stale:[/] {escape(entry.where.pattern)} {escape(entry.line.pattern)}: nothing differs so")
    told = f"{compared} texts compared, {found.on_purpose} differ on purpose"
    if found.equal:
        console.print(f"[green]equal:[/] {told}")
    else:
        console.print(f"[red]different:[/] {told}, {len(found.unexplained)} without a reason, {len(found.stale)} stale")


def _show_one(console: Console, each: Difference) -> None:
    console.print(f"\n[bold]{escape(each.name)}[/]", soft_wrap=True)
    for line in each.lines[:SHOWN_LINES]:
        console.print(f"[{'red' if line.startswith('-') else 'green'}]{escape(line)}[/]", soft_wrap=True)
    if len(each.lines) > SHOWN_LINES:
        console.print(f"… and {len(each.lines) - SHOWN_LINES} lines more")


@contextmanager
def _broker(wanted: str | None) -> Iterator[str | None]:
    if wanted != "start":
        yield wanted
        return
    with module_with(ROOT, "tests", "KafkaBroker").KafkaBroker() as broker:
        yield broker.bootstrap


def compare(options: argparse.Namespace, console: Console) -> int:
    """Compare, and return the exit code."""
    entries = read_entries(STORED.read_text("utf-8"))
    for entry in without_changelog(entries, (ROOT / "CHANGELOG.md").read_text("utf-8")):
        console.print(f"[red]CHANGELOG.md does not say:[/] {escape(entry.reason)}")
        return 1
    base, head = commit_of(options.base), options.head and commit_of(options.head)
    # The names of both folders are of one length, so that tables which hold them are equally wide.
    with tempfile.TemporaryDirectory(prefix="tongban-sameness-") as made, _broker(options.kafka) as kafka:
        folder = (options.keep or Path(made)).absolute()
        sides = [check_out("base", base, folder / "base"), check_out("head", head, folder / "head")]
        console.print(f"base {base[:12]}, head {sides[1].revision[:12]}")
        seen = observe(sides, jobs_of(options, kafka), console, options.jobs)
    found = sort_out(differences(*seen), entries if not options.only else ())
    show(console, found, len(seen[0]))
    return 0 if found.equal else 1


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="compare_commits", description="Show that two commits do the same.")
    parser.add_argument("base", help="the commit before")
    parser.add_argument("head", nargs="?", help="the commit after (default: the working tree)")
    parser.add_argument("--full", action="store_true", help="every city on the whole corpus, more seeds, more cases")
    parser.add_argument("--kafka", metavar="HOST:PORT", help="demos on this broker too; 'start': on one of its own")
    parser.add_argument("--seeds", type=int, nargs="+", help="of the demos")
    parser.add_argument("--only", nargs="+", metavar="TEXT", help="only tasks whose name holds one of these")
    parser.add_argument("--jobs", type=int, default=2, help="how many probes run at once (default: 2)")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="leave checkouts and raw answers in this new folder")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str]) -> int:
    """Everything, from the command line's words to the exit code."""
    console = Console(highlight=False)
    try:
        return compare(_options(arguments), console)
    except (ProbeFailedError, subprocess.CalledProcessError) as err:
        console.print(f"[red]not compared:[/] {escape(str(err))}", soft_wrap=True)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
